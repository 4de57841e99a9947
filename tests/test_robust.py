"""Whatever stands in a file, there is an answer and no traceback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from dynalint.engine import INTERNAL_ERROR, check
from dynalint.model import expressions, tree, values
from dynalint.reveal import revealed
from dynalint.rule import Rule, rules
from dynalint.source import Span
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
    "annotations that are no types": "def f(t, a: b'x', b: '\\ud800', c: '', d: 'x ='):\n    t.put_item(Item={'pk': a, 'b': b, 'c': c, 'd': d})\n",
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
    said = [each for each in check("import boto3\ntable = boto3.resource('dynamodb').Table('t')\n" + text) if each.code == INTERNAL_ERROR]
    # Python 3.13 reads thousands of links in a chain. Whatever nests a few hundred times is checked on every Python.
    assert all("nested too deeply" in each.message for each in said)
    assert not said or any(link * 3000 in text for link in (".a()", ".a", "['a']"))


def test_what_libcst_is_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_LEVELS", 20)
    deep = BAD + "\nboto3.client('dynamodb').scan()" + ".a" * 30 + "\n\ndef f(t):\n    return t.scan()" + "['a']" * 30 + "\n"
    assert [finding.code for finding in check(deep)] == ["DYN101", INTERNAL_ERROR, INTERNAL_ERROR]
    assert INTERNAL_ERROR not in {finding.code for finding in check(deep.replace(".a" * 15, "").replace("['a']" * 15, ""))}



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


# Each line is made of those before it, twice or more: after as many lines the value has more parts than there are atoms.
DOUBLING = {
    "texts": ["a = 'ab'", *["a = a + a"] * 100],
    "texts in texts": ["a = 'ab'", *["a = f'{a}{a}'"] * 100],
    "texts that are not known": ["a = x", *["a = ','.join([a, a, *b])"] * 300],
    "numbers": ["a = 7", *["a = a * a"] * 60, "a = f'{a}'"],
    "tuples": ["a = (1,)", *["a = (a, a)"] * 200],
    "lists": ["a = []", *[f"a = [{', '.join(['a'] * 60)}]"] * 7],
    "lists in themselves": ["a = [1]", *["a = [a, a]", "a.append(a)"] * 100],
    "dicts": ["a = {}", *["a = {" + ", ".join(f"'k{n}': a" for n in range(60)) + "}"] * 7],
    "conditions": ["a = Attr('n').eq(1)", *["a = a & a"] * 200],
    "a long condition": ["a = Attr('n').eq(1)", *["a = a | Attr('m').eq(x)"] * 1000],
    "questions": ["a = table.get_item(Key=x)['Item']['n'] == 1", *["a = a and a"] * 100],
    "questions about questions": ["r = table.get_item(Key=x)", "a = r['Item']['n'] == 1", *["a = r['Item']['m'] == a"] * 1000],
    "calls": ["two = lambda x: (x, x)", "a = " + "two(" * 60 + "1" + ")" * 60],
    "widths": ["a = '%999999999d' % 1", "b = '%*d' % (999999999, 1)", "c = '{:999999999}'.format(1)", "d = 'x' * 999999999", "e = [0] * 999999999"],
}
PREFIX = "import boto3\nfrom boto3.dynamodb.conditions import Attr, Key\ntable = boto3.resource('dynamodb').Table('t')\n"


def _function(lines: list[str]) -> str:
    body = [*lines, "table.put_item(Item={'pk': 'x', 'a': a})", "table.query(KeyConditionExpression=Key('pk').eq(a), FilterExpression=a)"]
    return PREFIX + "def f(x, b):\n" + "".join(f"    {line}\n" for line in [*body, "return table.scan(FilterExpression='m = n')['Items']"])


@pytest.mark.parametrize("lines", DOUBLING.values(), ids=DOUBLING)
def test_values_that_double(lines: list[str]) -> None:
    codes = {finding.code for finding in check(_function(lines))}
    assert "DYN402" in codes, "what comes after the line is checked all the same"
    assert INTERNAL_ERROR not in codes


@pytest.mark.parametrize("line", ["a = x + x", "a = f'{x}{x}'", "a = x * 2", "a = '%s%s' % (x, x)", "a = '%999999d' % 1", "a = '%s' % x"])
def test_no_text_is_put_together_that_is_longer_than_anybody_writes(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (values, expressions):
        monkeypatch.setattr(module, "MOST_TEXT", 10)
    shown = dict(revealed(f"x = 'abcdefghijk'\n{line}\n"))
    assert shown[Span(2, 0, 2, 1)].startswith("str ("), shown


class TestTooMuchWork:
    """There is an end to the work on one file, and a word of it."""

    LOOPS = "def second(x):\n" + "".join("    " * (n + 1) + f"for a{n} in x:\n" for n in range(18)) + "    " * 19 + "table.put_item(Item={'pk': a0})\n"
    FIRST = "def first():\n    return table.scan(FilterExpression='a = b')['Items']\n"
    THIRD = "def third():\n    return table.scan(FilterExpression='a = b')['Items']\n"

    def test_more_steps_than_a_file_may_cost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(expressions, "MOST_STEPS", 5000)
        text = PREFIX + self.FIRST + self.LOOPS + self.THIRD
        cut = [finding for finding in check(text) if finding.code == INTERNAL_ERROR]
        assert [(finding.span.line, finding.message) for finding in cut] == [
            (6, "checking lines 6 to 25 takes more than 5,000 steps, so they and what follows are not checked; split the code up, or exclude the file")
        ]
        lines = {finding.span.line for finding in check(text) if finding.code != INTERNAL_ERROR}
        assert lines == {5}, "what was checked before is reported, what is half done is not"

    def test_enough_steps(self) -> None:
        assert not [finding for finding in check(PREFIX + self.FIRST + self.THIRD) if finding.code == INTERNAL_ERROR]

    def test_more_time_than_a_file_may_cost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ticks = count(step=30.0)
        monkeypatch.setattr(expressions, "clock", lambda: next(ticks))
        monkeypatch.setattr(expressions, "STEPS_A_LOOK", 3)
        cut = [finding.message for finding in check(PREFIX + self.FIRST + self.THIRD) if finding.code == INTERNAL_ERROR]
        assert cut == ["checking lines 4 to 5 takes more than 60 s, so they and what follows are not checked; split the code up, or exclude the file"]

    def test_rules_that_take_too_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seconds = iter([0.0, *[1.0] * 30, *[100.0] * 1000])
        monkeypatch.setattr(expressions, "clock", lambda: next(seconds))
        lost = ", ".join(rule.code for rule in _asked()[30:33])
        found = check(PREFIX + self.FIRST)
        assert [finding.message for finding in found if finding.code == INTERNAL_ERROR] == [
            f"checking this file takes more than 60 s, so {lost}... are not checked; split the code up, or exclude the file"
        ]
        assert found[1:], "what other rules have found is not lost"

    def test_the_clock_is_that_of_one_thread(self) -> None:
        assert expressions.clock is time.thread_time


def _asked() -> list[Rule]:
    return [rule for rule in rules() if rule.group != "audit"]
