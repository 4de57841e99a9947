"""Turns calls of other libraries into what they return, as far as it matters: bytes of unknown size, text made of them, digests."""

from __future__ import annotations

import re
from typing import Literal

from dynalint.model.frame import Frame
from dynalint.model.record import Arguments
from dynalint.model.values import (
    Answer,
    Blob,
    Const,
    Dict,
    Either,
    Entry,
    Sequence,
    Symbol,
    Text,
    Time,
    Unknown,
    Value,
    join_all,
    known_text,
    origin_of,
    type_of,
)
from dynalint.words import words

_SMALL_WORDS = frozenset(
    """
    digest hash hashed hmac signature sig sign nonce salt iv key secret token cursor auth authorization credential password passwd uuid id
    ciphertext cipher encrypted username user header seed checksum tag mac fingerprint challenge state pkce verifier rand random encrypt kms rsa
    hexdigest urandom public private certificate cert cookie start last page pagination next email name url uri path title arn slug label
    """.split()
)
_SURELY_SMALL = frozenset({"ciphertext", "signature", "digest", "hexdigest", "hash", "hmac", "encrypt", "fernet", "kms"})
_BIG_WORDS = frozenset(
    """
    pdf image img photo picture thumbnail file content body document doc blob attachment audio video screenshot binary pickle buffer payload
    data raw upload png jpg jpeg zip archive media bytes byte
    """.split()
)
# What is a few thousand numbers at most, of which one is taken whole to be searched for.
_VECTORS = frozenset({"vector", "vec", "embedding", "centroid", "plane"})
_FILE_WORDS = frozenset({"upload", "file", "attachment", "image", "photo", "document", "pdf", "blob", "body", "stream", "fp", "buffer"})
_ENCODERS = frozenset(
    """
    base64.b64encode base64.standard_b64encode base64.encodebytes base64.b85encode base64.a85encode base64.b32encode binascii.b2a_base64
    codecs.encode pybase64.b64encode
    """.split()
)
_URL_SAFE = frozenset({"base64.urlsafe_b64encode", "pybase64.urlsafe_b64encode"})
_SMALL_MAKERS = re.compile(
    r"(?:^|\.)(?:hashlib|hmac|secrets|uuid|random|bcrypt|argon2|nacl|cryptography|Crypto|kms|ecdsa|rsa|jwt|jose|itsdangerous)(?:\.|$)|os\.urandom$"
)
_PICKLERS = frozenset({"pickle.dumps", "cPickle.dumps", "cloudpickle.dumps", "dill.dumps", "joblib.dumps", "marshal.dumps"})
_PACKERS = frozenset(
    """
    zlib.compress gzip.compress bz2.compress lzma.compress brotli.compress lz4.frame.compress snappy.compress zstandard.compress zstd.compress
    """.split()
)
_RENDERERS = frozenset({"pdfkit.from_string", "pdfkit.from_file", "pdfkit.from_url", "flask.render_template"})
# Who asks there is told the id of its own instance, or its address.
_OWN_ADDRESS = re.compile(r"\b169\.254\.\d+\.\d+\b|\bcheckip\b|\bipify\b|\bicanhazip\b")
_REQUESTS = re.compile(r"^(?:requests|httpx|urllib3|aiohttp)(?:\.\w+)*\.(?:get|post|put|request)$")
_JSON_TYPES = frozenset({"str", "int", "float", "bool", "NoneType"})
_PURE_TAILS = frozenset(
    """
    dumps dump loads len deepcopy isinstance jsonify log_event info debug warning error exception put_metric add_metric annotate
    """.split()
)


def is_pure(name: str) -> bool:
    """Does a function of this name leave its arguments alone, and keep nothing of them?"""
    head, _, last = name.rpartition(".")
    return last in _PURE_TAILS or head.split(".")[0] in ("logging", "json", "pprint", "warnings") or name.startswith("builtins.") or name == "json.dumps"


def function(name: str, arguments: Arguments, frame: Frame) -> Value | None:
    """What a library's function returns; None for one that is not followed."""
    first = arguments.get(0)
    loaded = frame.load(first) if first is not None else Unknown("no argument")
    if name in _ENCODERS:
        return encoded(loaded, arguments.names[0] if arguments.names else "", arguments.said)
    if name in _URL_SAFE:
        return Unknown("a base64 text that is safe in addresses, as cursors and tokens are", "bytes")
    if name.rpartition(".")[2] in ("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "create_autospec"):
        return Unknown("a mock", "mock")
    if name in _PICKLERS:
        return Blob("a pickle", "bytes", "bytes")
    if name in _PACKERS:
        return Blob(loaded.what if isinstance(loaded, Blob) else "data", "compressed", "bytes")
    if _SMALL_MAKERS.search(name):
        return _small_made(name)
    if _REQUESTS.match(name) or name in ("urllib.request.urlopen", "urllib2.urlopen"):
        if any(isinstance(each, Const | Text) and _OWN_ADDRESS.search(str(each)) for each in arguments.values):
            return Unknown("what a machine is told of itself", None, True)
        return Unknown("an HTTP response", "http response")
    if name in _RENDERERS:
        return Blob("a rendered document", "text", "str") if name.startswith("flask") else Blob("a rendered document", "bytes", "bytes")
    if name in ("msgpack.packb", "msgpack.dumps", "sys.getsizeof", "os.path.getsize"):
        return (
            Blob("serialised data", "bytes", "bytes")
            if name.startswith("msgpack")
            else Unknown("a length", "int", name=arguments.names[0] if arguments.names else "")
        )
    if name.endswith((".types.Binary", "dynamodb.types.Binary")):
        return loaded if isinstance(loaded, Blob) else Unknown("a Binary", "bytes")
    if name in ("json.dumps", "simplejson.dumps", "orjson.dumps", "ujson.dumps"):
        return Text((frame.frozen(loaded),))
    if name in ("json.loads", "simplejson.loads"):
        # What was JSON of a value is that value again.
        within = loaded.parts[0] if isinstance(loaded, Text) and len(loaded.parts) == 1 and arguments.keywords.keys() <= {"parse_float"} else None
        if within is None or isinstance(within, str):
            return Unknown("something read from JSON", origin=origin_of(loaded))
        return frame.thawed(_from_json(within, "Decimal" if "parse_float" in arguments.keywords else "float"), object())
    if name in ("copy.copy", "copy.deepcopy"):
        return frame.new(object(), loaded) if isinstance(loaded, Dict | Sequence) else loaded
    if name == "decimal.Decimal" and first is not None:
        from dynalint.model.builtin_types import conversion

        return conversion("Decimal", first, frame)
    return _of_system(name, arguments, loaded, frame)


def _of_system(name: str, arguments: Arguments, loaded: Value, frame: Frame) -> Value | None:
    first = arguments.get(0)
    if name in ("os.getenv", "os.environ.get", "os.environ.setdefault"):
        return Unknown("an environment variable", "str", name=known_text(first) or "", default=known_text(arguments.get(1, "default")) or "")
    if name in ("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"):
        return Unknown("a path", "path")
    if name in ("io.BytesIO", "io.StringIO", "tempfile.NamedTemporaryFile", "tempfile.TemporaryFile"):
        return Unknown("a file in memory", "binary file" if name != "io.StringIO" else "text file")
    if name in (
        "pandas.DataFrame",
        "pandas.DataFrame.from_records",
        "pandas.DataFrame.from_dict",
        "itertools.chain",
        "itertools.chain.from_iterable",
        "itertools.islice",
        "polars.DataFrame",
    ):
        return loaded
    if name == "functools.reduce":
        return Unknown("a reduced value")
    if name in ("typing.cast", "cast") and len(arguments.positional) > 1:
        return arguments.positional[1]
    if name.endswith(("TypeDeserializer", "TypeSerializer")):
        return Symbol(f"{name}()")
    return None


def _from_json(value: Value, fraction: str) -> Value:
    """What comes back of a value that was JSON, where numbers with a fraction are read as this type."""
    if isinstance(value, Dict):
        entries = tuple(Entry(entry.key, _from_json(entry.value, fraction), entry.surely, entry.place) for entry in value.entries)
        return Dict(entries, value.open, lent=value.lent)
    if isinstance(value, Sequence):
        return Sequence(tuple(_from_json(each, fraction) for each in value.elements), None if value.rest is None else _from_json(value.rest, fraction))
    if isinstance(value, Either):
        return join_all(_from_json(option, fraction) for option in value.options)
    if type_of(value) == "float" and (fraction != "float" or isinstance(value, Time)):
        return Unknown("a number read from JSON", fraction)
    # What JSON has no form for comes back as something else, whatever that is.
    return value if isinstance(value, Answer) or type_of(value) in _JSON_TYPES else Unknown("something read from JSON")


def _small_made(name: str) -> Value:
    last = name.rsplit(".", maxsplit=1)[-1]
    if name.startswith("uuid."):
        return Unknown("a UUID", "UUID", True)
    text = last in ("hexdigest", "token_hex", "token_urlsafe", "choice", "encode", "dumps")
    number = last in ("randint", "randrange", "random", "uniform", "randbelow", "getrandbits")
    kind = (
        "float" if last in ("random", "uniform") else "int" if number else "str" if text else "bytes" if last in ("digest", "urandom", "token_bytes") else None
    )
    return Unknown("a short secret, digest or random value", kind, True)


def encoded(value: Value, name: str, names: tuple[str, ...]) -> Value:
    """The base64 of a value: of unknown size where nothing says that the value is short."""
    if isinstance(value, Blob):
        return Blob(value.what, "base64" if value.form != "compressed" else "compressed", "bytes")
    if isinstance(value, Const):
        return Unknown("base64 of a constant", "bytes", True)
    if isinstance(value, Text | Time | Dict | Sequence | Answer):
        return Unknown("base64 of a text", "bytes")
    if isinstance(value, Unknown) and value.short:
        return Unknown("base64 of a short value", "bytes", True)
    said = {word for each in names for word in words(each)}
    last = {found[-1] for each in names if (found := words(each))}
    if said & _SURELY_SMALL or (last & _SMALL_WORDS and not last & _BIG_WORDS):
        return Unknown("base64 of something short, by its name", "bytes", True)
    return Blob(name or "bytes", "base64", "bytes")


def method(value: Value, name: str, arguments: Arguments, text: str) -> Value | None:
    """What a method of a library's object returns; None for one that is not followed."""
    if isinstance(value, Blob):
        return _of_blob(value, name)
    if not isinstance(value, Unknown):
        return None
    if name in ("read", "read_bytes", "read_text", "getvalue", "getbuffer"):
        return _contents(value, name, text) if not arguments.positional else Unknown("a part of a file", "bytes", True)
    if name == "tobytes" and set(words(text)) & _VECTORS:
        return Unknown("the numbers of a vector", "bytes", True)
    if name in ("write_pdf", "to_image", "tobytes"):
        return Blob("a rendered document" if name == "write_pdf" else "an image" if name == "to_image" else "raw data", "bytes", "bytes")
    if name == "dumps" and set(words(text.rpartition(".")[2])) & {"serializer", "serialiser", "pickler", "serde"}:
        return Blob("serialised data", "bytes", "bytes")
    if name == "open" and value.type == "path":
        return Unknown("an open file", "binary file")
    if name in ("hexdigest", "digest"):
        return Unknown("a short secret, digest or random value", "str" if name == "hexdigest" else "bytes", True)
    if value.type == "bytes" and name == "decode":
        return Unknown(value.why, "str", value.short)
    if value.short and name in ("encode", "hex", "decode", "bytes", "public_bytes"):
        return Unknown(value.why, "bytes" if name == "encode" else "str", True)
    if value.type == "http response" and name in ("json", "text"):
        return Unknown("the body of an HTTP response, read")
    return Unknown(f"{name}() of something short", None, True) if value.short else None


def _contents(value: Unknown, name: str, text: str) -> Value:
    kind: Literal["bytes", "str"] = "str" if name == "read_text" or value.type == "text file" else "bytes"
    if value.type in ("binary file", "text file", "path"):
        return Blob("a file", "bytes" if kind == "bytes" else "text", kind)
    if name in ("read_bytes", "read_text", "getvalue", "getbuffer"):
        return Blob("a buffer" if name.startswith("get") else "a file", "text" if name == "read_text" else "bytes", kind)
    if "Body" in value.why or "[Payload]" in value.why or value.type == "http response":
        return Blob("a body", "bytes", "bytes")
    if name == "read" and set(words(text)) & _FILE_WORDS:
        return Blob("a file", "bytes", "bytes")
    return Unknown("what was read from something that is not known")


def _of_blob(value: Blob, name: str) -> Value | None:
    if name == "decode":
        return Blob(value.what, value.form, "str")
    if name == "encode":
        return Blob(value.what, value.form, "bytes")
    if name in ("strip", "rstrip") and value.form == "text":
        return Unknown("the one line of a file", "str", True)
    if name in ("strip", "replace", "rstrip", "lstrip", "upper", "lower"):
        return value
    if name in ("split", "splitlines", "find", "startswith", "endswith", "count"):
        return Unknown(f"{name}() of a blob")
    if name == "hex":
        return Blob(value.what, "text", "str")
    return Unknown(f"{name}() of a blob")
