// Turns the emulator dynalite into an oracle: answers on a free port of the loopback, which it prints; GET /fresh gives an empty
// service, so that no play sees another's tables; ends when its standard input does, so that it never outlives the tests.
const http = require("http")
const dynalite = require("dynalite")

const empty = () => dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })
let service = empty()

const server = http.createServer((request, response) => {
  if (request.url === "/fresh") {
    service = empty()
    return response.end()
  }
  // The timer that makes a table active is set before its answer ends, and so fires before this one.
  if (/(Create|Update|Delete)Table$/.test(request.headers["x-amz-target"])) {
    const end = response.end
    response.end = (...rest) => setTimeout(() => end.apply(response, rest), 2)
  }
  service.emit("request", request, response)
})
server.listen(0, "127.0.0.1", () => console.log(server.address().port))
process.stdin.on("end", () => process.exit()).resume()
