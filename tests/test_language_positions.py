"""From an offset of an expression back to the Python that writes it: every kind of literal, and mixes of them."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalint.facts import Facts
from dynalint.language.positions import Written, written
from dynalint.language.tokens import HOLE
from dynalint.model.module import Module
from dynalint.options import Options
from dynalint.source import Source, Span, apply


def whole(code: str) -> Span:
    source = Source(code)
    return source.span(0, len(code))


def made(code: str, text: str | None = None) -> Written:
    """How some code writes its value."""
    found = written(Source(code), whole(code), eval(code) if text is None else text)
    assert found is not None
    return found


def at(found: Written, word: str) -> str:
    """The code that writes a word of the text."""
    start = found.text.index(word)
    return found.source.slice(found.span(start, start + len(word)))


class TestLiterals:
    @pytest.mark.parametrize(
        "code",
        [
            '"SET status = :s"',
            "'SET status = :s'",
            'r"SET status = :s"',
            'u"SET status = :s"',
            '"""SET status = :s"""',
            "'''\n  SET status = :s\n'''",
            '"SET " "status = :s"',
            '("SET "\n "status = :s")',
            "('SET '  # 'status' comes\n  r'''status''' \" = :s\")",
            '"SET " + "status" + " = :s"',
            '"SET größe = :größe, " + "status = :s"',
            '("SET " + ("status = "\n":s"))',
            '"SET \\\n status = :s"',
            '"SET \\x61, \\u00fc, \\N{BULLET}, \\101 \\t status = :s"',
            '"\\\\d status \\"quoted\\""',
            "r'\\d status \\' quoted'",
            '"äöü \U0001f600 status"',
            '"""ä\nöü status"""',
            '"" "status" ""',
        ],
    )
    def test_a_word_is_where_it_is_written(self, code: str) -> None:
        assert at(made(code), "status") == "status"

    def test_span(self) -> None:
        assert made('"SET status = :s"').span(4, 10) == Span(1, 5, 1, 11)

    def test_columns_are_characters(self) -> None:
        code = '"ü😀 status"'
        assert made(code).span(3, 9) == Span(1, 4, 1, 10)

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_line_ends(self, end: str) -> None:
        code = f'("SET a = :a, "{end}  """b = :b,{end}status = :s""")'
        found = made(code)
        assert found.text == "SET a = :a, b = :b,\nstatus = :s"
        assert at(found, "status") == "status"
        assert found.span(20, 21) == Span(3, 0, 3, 1)

    def test_a_word_in_two_literals(self) -> None:
        assert at(made('"SET sta" "tus = :s"'), "status") == 'sta" "tus'

    def test_an_escape_is_one_character(self) -> None:
        found = made('"a\\x62c"')
        assert found.source.slice(found.span(1, 2)) == "\\x62"

    def test_nothing_at_the_end(self) -> None:
        assert made('"SET"').span(3, 3) == Span(1, 4, 1, 4)

    @pytest.mark.filterwarnings("error")
    def test_no_warnings_about_the_code_that_is_checked(self) -> None:
        assert at(made('"\\d status"', "\\d status"), "status") == "status"

    def test_nothing_at_the_start(self) -> None:
        assert made('"SET"').span(0, 0) == Span(1, 1, 1, 1)


class TestArguments:
    @pytest.mark.parametrize(
        "code",
        [
            'UpdateExpression="SET status = :s"',
            'UpdateExpression = ("SET "\n    "status = :s")',
            '"UpdateExpression": "SET status = :s"',
            '"UpdateExpression": ("SET "\n    "status = :s"',
            "'UpdateExpression': ((\"SET status = :s\"",
        ],
    )
    def test_value_of_an_argument_and_of_an_entry(self, code: str) -> None:
        """An entry's span ends with the value itself: closing parentheses are not in it."""
        found = written(Source(code), whole(code), "SET status = :s")
        assert found is not None
        assert at(found, "status") == "status"

    def test_elsewhere_in_a_file(self) -> None:
        code = 'x = "ü"\ntable.put(Key="ä", UpdateExpression="SET status = :s")\n'
        line = code.splitlines()[1]
        found = written(Source(code), Span(2, line.index("Update"), 2, line.index(")")), "SET status = :s")
        assert found is not None
        assert found.span(4, 10) == Span(2, line.index("status"), 2, line.index("status") + 6)

    @pytest.mark.parametrize(
        "code",
        [
            'table.update_item(Key=k, UpdateExpression="SET status = :s")',
            'table.update_item(Key=k, UpdateExpression=(\n    "SET "  # ü\n    "status = :s"\n))',
            'table.update_item(**{"Key": k, "UpdateExpression": "SET " + "status = :s"})',
            'params = {"Key": k, "UpdateExpression": ("SET status = "\n    ":s")}\ntable.update_item(**params)',
            'params = dict(Key=k, UpdateExpression="""SET status = :s""")\ntable.update_item(**params)',
        ],
    )
    def test_where_the_facts_say_that_it_stands(self, code: str) -> None:
        text = f'import boto3\n\ntable = boto3.resource("dynamodb").Table("t")\n{code}\n'
        module = Module(Source(text), ast.parse(text), Options())
        module.run()
        (operation,) = Facts(module, Options()).operations
        argument = operation.argument("UpdateExpression")
        assert argument is not None
        assert argument.place is not None
        found = written(module.source, argument.place.span, "SET status = :s")
        assert found is not None
        assert at(found, "status") == "status"


class TestFields:
    @pytest.mark.parametrize(
        ("code", "text"),
        [
            ('f"SET {name} = :v, status = :s"', f"SET {HOLE} = :v, status = :s"),
            ('f"SET {name} = :v, status = :s"', "SET anything = :v, status = :s"),
            ('f"{{status}} {x}"', f"{{status}} {HOLE}"),
            ('f"{x!r:>{width}} status"', f"{HOLE} status"),
            ("f\"{x:'^10} status\"", f"{HOLE} status"),
            ('f"{x:[<10} status"', f"{HOLE} status"),
            ("f\"{d['status']} status\"", f"{HOLE} status"),
            ("f'{f(a, {1: 2})} status'", f"{HOLE} status"),
            ('f"""{\n  x\n} status"""', f"{HOLE} status"),
            ('f"{x:%Y}" " status"', f"{HOLE} status"),
            ('"SET " f"{x}" " status"', f"SET {HOLE} status"),
            ('("a" # {\n f"{x} status")', f"a{HOLE} status"),
            ("f\"{ {1: '}'}[1] } status\"", f"{HOLE} status"),
            ("rf'\\{x} status'", f"\\{HOLE} status"),
            ('rf"\\d{x} status"', f"\\d{HOLE} status"),
            ('f"\\N{BULLET}{x} status"', f"•{HOLE} status"),
            ('name + " = :v, status = :s"', f"{HOLE} = :v, status = :s"),
            ('"SET " + name + " = :v, status = :s"', f"SET {HOLE} = :v, status = :s"),
            ('"SET " + a + b() + " status"', f"SET {HOLE}{HOLE} status"),
            ('f"{a}{b} status"', f"{HOLE} status"),
            ('"SET " + ", ".join(x) + " status"', f"SET {HOLE} status"),
            ('f"{a} AND {b} AND status = {c}"', f"{HOLE} AND {HOLE} AND status = {HOLE}"),
        ],
    )
    def test_a_word_beside_a_field(self, code: str, text: str) -> None:
        assert at(made(code, text), "status") == "status"

    def test_what_a_field_fills_in_stands_where_the_field_stands(self) -> None:
        found = made('f"SET {NAME} = :v"', "SET status = :v")
        assert at(found, "status") == "{NAME}"
        assert found.replace(4, 10, "#status") is None

    def test_half_of_what_a_field_fills_in(self) -> None:
        assert at(made('f"SET #{NAME} = :v"', "SET #status = :v"), "#status") == "#{NAME}"

    def test_two_ways_are_none(self) -> None:
        """Which of the two ANDs is the written one?"""
        code = 'f"{a} AND {b}"'
        assert written(Source(code), whole(code), "x AND y AND z") is None

    def test_one_way_among_several_fields(self) -> None:
        found = made('f"{a} AND {b}"', "x AND y")
        assert [at(found, word) for word in ("x", "AND", "y")] == ["{a}", "AND", "{b}"]


class TestNoAnswer:
    @pytest.mark.parametrize(
        "code",
        [
            "EXPRESSION",
            "self.expression",
            "build()",
            '"SET {} = :s".format(name)',
            '"SET %s = :s" % name',
            '"a" if x else "b"',
            "b'SET'",
            "a, b",
            '{"a": "b", "c": "d"}',
            "f(",
        ],
    )
    def test_not_written_as_a_literal(self, code: str) -> None:
        assert written(Source(code), whole(code), "SET a = :s") is None

    @pytest.mark.parametrize("code", ['a="x", b="y"', '"x", b="y"', '"a": "x", "b": "y"', '"a": "x", **{"b": "y"}', '"x", "y"', '**{"a": "x"}, b="y"'])
    @pytest.mark.parametrize("text", ["x", "y"])
    def test_more_than_one_value(self, code: str, text: str) -> None:
        assert written(Source(code), whole(code), text) is None

    def test_another_text(self) -> None:
        code = '"SET a = :s"'
        assert written(Source(code), whole(code), "SET b = :s") is None
        assert written(Source('","'), whole('","'), ", a ,") is None


class TestReplace:
    @pytest.mark.parametrize(
        ("code", "mended"),
        [
            ('"SET status = :s"', '"SET #status = :s"'),
            ('("SET "\n"status = :s")', '("SET "\n"#status = :s")'),
            ("f'SET {x} = :x, status = :s'", "f'SET {x} = :x, #status = :s'"),
            ("f'SET status = :s, {x} = :x'", "f'SET #status = :s, {x} = :x'"),
        ],
    )
    def test_edit(self, code: str, mended: str) -> None:
        text = eval(code, {"x": HOLE})
        found = made(code, text)
        start = text.index("status")
        edit = found.replace(start, start + 6, "#status")
        assert edit is not None
        assert apply(Source(code), (edit,)) == mended

    def test_not_over_two_literals(self) -> None:
        assert made('"SET sta" "tus = :s"').replace(4, 10, "#status") is None

    def test_not_for_nothing(self) -> None:
        assert made('"SET"').replace(3, 3, "x") is None


PIECES = st.sampled_from(
    ["SET ", "status", " = ", ":s", "ü", "\U0001f600", "{", "}", "'", '"', "\\", "\n", "\t", "\0", "AND", "#", " "],
)


@st.composite
def literals(draw: st.DrawFn) -> str:
    """Code that writes some text, in all ways that Python has."""
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        text = "".join(draw(st.lists(PIECES, max_size=5)))
        quote = draw(st.sampled_from(['"', "'", '"""', "'''"]))
        prefix = draw(st.sampled_from(["", "", "f", "r", "u", "F", "R"]))
        if prefix in ("r", "R"):
            body = text.translate({ord(quote[0]): None, ord("\\"): "/", 0: None, **({ord("\n"): " "} if len(quote) == 1 else {})})
        else:
            body = "".join(_written(char, quote, draw(st.booleans())) for char in text)
            body = body.replace("{", "{{").replace("}", "}}") if prefix in ("f", "F") else body
        parts.append(f"{prefix}{quote}{body}{quote}")
    joins = st.sampled_from([" ", "\n", " \\\n", "  # 'no' \"literal\"\n", " + ", ")\n+ ("])
    code = parts[0]
    for part in parts[1:]:
        code += draw(joins) + part
    return f"(({code}))"


def _written(char: str, quote: str, as_code: bool) -> str:
    if char in ("\\", quote[0]) or char == "\0":
        return {"\0": "\\0"}.get(char, f"\\{char}")
    if char == "\n":
        return "\n" if len(quote) == 3 else "\\n"
    return f"\\U{ord(char):08x}" if as_code and char not in "{}" else char


@settings(max_examples=300, deadline=None)
@given(literals())
def test_another_character_in_one_place_is_another_character_in_the_text(code: str) -> None:
    text = eval(code)  # our own literals
    found = written(Source(code), whole(code), text)
    assert found is not None or not text
    for index in range(len(text) if found else 0):
        assert found is not None
        edit = found.replace(index, index + 1, "X")
        assert edit is not None
        assert eval(apply(found.source, (edit,))) == text[:index] + "X" + text[index + 1 :]
