"""Turns pages into what a headless Chromium makes of them: a tab that is told, over a pipe, what to do (the Chrome DevTools Protocol)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
PROGRAMS = ("chromium", "google-chrome", "chromium-browser")
_SECONDS = 60.0


def chromium() -> str | None:
    """The path of a Chromium, if there is one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Tab:
    """One tab of a browser."""

    def __init__(self, to: IO[bytes], answers: IO[bytes]) -> None:
        self._to, self._answers = to, answers
        self._last = 0
        self._session: str | None = None
        self.requests: list[str] = []
        """The addresses of all that was asked for."""
        target = self.say("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.say("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Network", "Runtime"):
            self.say(f"{part}.enable")

    def say(self, method: str, **words: Any) -> dict[str, Any]:
        """The browser's answer to one command. Raises RuntimeError where it refuses."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": words, **({"sessionId": self._session} if self._session else {})}
        self._to.write(json.dumps(message).encode() + b"\0")
        self._to.flush()
        while True:
            answer = self._heard()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def _heard(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser is gone")
            data += byte
        told: dict[str, Any] = json.loads(data)
        if told.get("method") == "Network.requestWillBeSent":
            self.requests.append(told["params"]["request"]["url"])
        return told

    def open(self, address: str) -> None:
        """Show a page, and wait until it and its scripts are there."""
        self.say("Page.navigate", url=address)
        self.until("document.readyState == 'complete' && location.href != 'about:blank'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.say("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", script))
        return answer["result"].get("value")

    def until(self, script: str) -> Any:
        """The value of an expression, once it is true. Raises TimeoutError."""
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            if value := self.run(script):
                return value
            time.sleep(0.05)
        raise TimeoutError(script)

    def type(self, text: str) -> None:
        """Press the keys of a text."""
        for letter in text:
            self.say("Input.dispatchKeyEvent", type="keyDown", text=letter)
            self.say("Input.dispatchKeyEvent", type="keyUp")

    def look(self, width: int, height: int, scheme: str = "light") -> None:
        """Be as wide and high as some screen, of a reader who likes it light or dark."""
        self.say("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.say("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path) -> None:
        """Save what is to be seen as a PNG."""
        path.write_bytes(base64.b64decode(self.say("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def tab(folder: Path) -> Iterator[Tab]:
    """A tab of a browser that keeps its things in an empty folder."""
    program = chromium()
    assert program, "there is no Chromium here"
    commands, to = os.pipe()
    answers, told = os.pipe()
    # Chromium takes its commands from file 3 and answers on file 4.
    words = ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{told}', "bash", program, *FLAGS, f"--user-data-dir={folder}", "--remote-debugging-pipe"]
    with subprocess.Popen(words, pass_fds=(commands, told), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        os.close(commands)
        os.close(told)
        with open(to, "wb") as writer, open(answers, "rb") as reader:
            try:
                yield Tab(writer, reader)
            finally:
                process.kill()
