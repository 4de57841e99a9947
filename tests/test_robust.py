"""Whatever stands in a file, there is an answer and no traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dynalint.engine import INTERNAL_ERROR, check
from tests.programs import BAD, dynalint, write

# Each with a call that passes the gate, so that every part sees the text.
TEXTS = {
    "empty": "",
    "one newline": "\n",
    "only a comment": "# dynamodb.create_table",
    "no newline at the end": BAD.rstrip(),
    "trailing backslash": BAD + "x = 1 \\",
    "unclosed bracket": BAD + "x = (",
    "unclosed string": BAD + "x = '''",
    "wrong indentation": BAD + "if x:\n  a\n b\n",
    "tabs and spaces": BAD + "if x:\n\ta\n        b\n",
    "NUL": BAD + "\0",
    "byte order mark left in": "\ufeff" + BAD,
    "lone surrogate": BAD + "x = '\udc80'\n",
    "CRLF": BAD.replace("\n", "\r\n"),
    "CR": BAD.replace("\n", "\r"),
    "mixed line ends": BAD.replace("\n", "\r\n", 2),
    "form feeds": "\f" + BAD.replace("\n\n", "\n\f\n\n"),
    "form feed inside a line": BAD.replace("import boto3", "import\fboto3"),
    "vertical tab and other separators in a string": BAD + "x = '\v\x1c\x1d\x1e\x85\u2028\u2029'\n",
    "wide characters before the call": BAD.replace("boto3.client", "'🙈🙉🙊', boto3.client"),
    "names outside ASCII": BAD + "größe = 名前 = 1\n",
    "Python 2": BAD + "print 'x'\n",
    "Python 3.12 type parameters": BAD + "def f[T](x: T) -> T: return x\n",
    "match": BAD + "match x:\n    case {'Items': [*items]}: pass\n    case _: pass\n",
    "star expressions": BAD + "f(*a, **b)\nx = [*a, *b]\ny = {**a, **b}\n",
    "star arguments only": "import boto3\nboto3.client('dynamodb').create_table(*a, **b)\n",
    "no arguments": "import boto3\nboto3.client('dynamodb').create_table()\n",
    "walrus, lambda, conditional": BAD + "f = lambda t=(u := boto3): (t if u else None).client('dynamodb').scan()\n",
    "recursion": BAD + "def f(x): return g(x)\ndef g(x): return f(x)\nf(1).scan()\ntable = f(2)\ntable.scan()\n",
    "name bound to itself": "table = table\ntable.scan()\nitem = {**item}\ntable.put_item(Item=item)\n",
    "class that is its own base": "class A(A):\n    def f(self): self.table.scan(); self.table = self.table\n",
    "everything deleted": BAD + "del boto3\nboto3.client('dynamodb').scan()\n",
    "global and nonlocal": BAD + "def f():\n    global t\n    t = boto3.client('dynamodb')\n    def g():\n        nonlocal u\n        t.scan()\n    u = 1\n",
    "async": BAD + "async def f():\n    async with x as t:\n        async for i in t.scan(): await i\n    return [await y async for y in z]\n",
    "try, finally, else": BAD + "try:\n    t.scan()\nexcept* E as e:\n    raise\nelse:\n    t.query()\nfinally:\n    del e\n",
}


def _nested(depth: int) -> Iterator[tuple[str, str]]:
    yield "brackets", f"table.put_item(Item={'[' * depth}1{']' * depth})\n"
    yield "dicts", "table.put_item(Item=" + "{'a': " * depth + "1" + "}" * depth + ")\n"
    yield "calls", "table.put_item(Item=" + "f(" * depth + "1" + ")" * depth + ")\n"
    yield "attributes", "table.scan()" + ".a" * depth + "\n"
    yield "method calls", "table.scan()" + ".a()" * depth + "\n"
    yield "subscripts", "table.scan()" + "['a']" * depth + "\n"
    yield "sum", "table.put_item(Item={'a': " + " + ".join(["x"] * depth) + "})\n"
    yield "strings side by side", "table.put_item(Item={'a': " + " ".join(["'x'"] * depth) + "})\n"
    yield "conditions", "table.put_item(Item={'a': " + "1 if x else " * depth + "2})\n"
    yield "not", "table.put_item(Item={'a': " + "not " * depth + "2})\n"
    yield "elif", "if x: pass\n" + "elif x: table.scan()\n" * depth
    yield "names", "".join(f"a{n} = a{n + 1}\n" for n in range(depth)) + "table = a0\ntable.scan()\n"
    yield "functions", "".join(f"def f{n}(): return f{n + 1}()\n" for n in range(depth)) + "table = f0()\ntable.scan()\n"
    yield "branches", "table = None\n" + "".join(f"if c{n}: table = t{n}\n" for n in range(depth)) + "table.scan()\n"
    yield "f-string", "table.put_item(Item={'a': f'" + "{x}" * depth + "'})\n"


NESTED = [pytest.param(text, id=f"{depth} {name}") for depth in (50, 90, 500, 3000) for name, text in _nested(depth)]
BLOCKS = [pytest.param("".join(" " * n + "if x:\n" for n in range(depth)) + " " * depth + "table.scan()\n", id=f"{depth} blocks") for depth in (15, 95, 120)]
FUNCTIONS = [
    pytest.param("".join(" " * n + "def f(table):\n" for n in range(depth)) + " " * depth + "table.scan()\n", id=f"{depth} functions in functions")
    for depth in (15, 60, 95)
]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_odd_text(text: str) -> None:
    assert all(finding.code != INTERNAL_ERROR for finding in check(text))


@pytest.mark.parametrize("text", [*NESTED, *BLOCKS, *FUNCTIONS])
def test_deep_nesting(text: str) -> None:
    assert all(finding.code != INTERNAL_ERROR for finding in check("import boto3\ntable = boto3.resource('dynamodb').Table('t')\n" + text))


def test_a_text_cut_off_anywhere() -> None:
    for end in range(len(BAD)):
        check(BAD[:end])


def test_a_hundred_thousand_lines() -> None:
    filler = "".join(f"def f{n}(x):\n    return x + {n}\n" for n in range(50_000))
    findings = check(filler + BAD)
    assert [(finding.code, finding.span.line > 100_000) for finding in findings] == [("DYN101", True)]


def test_the_command_ends_in_order_on_all_of_them(tmp_path: Path) -> None:
    write(tmp_path, {f"{number:02}.py": text.encode("utf8", "surrogatepass") for number, text in enumerate(TEXTS.values())})
    run = dynalint("check", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (1, "")
