"""The pen writes what it is asked to, whatever the code looks like, and leaves all else as it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalint.facts import Dict, Facts, Operation, Place
from dynalint.fixes.pen import Edits, Pen, fix
from dynalint.model.module import Module
from dynalint.model.tree import At
from dynalint.options import Options
from dynalint.source import Edit, Source, Span, apply

HEAD = 'import boto3\n\nclient = boto3.client("dynamodb")\n'


Change = Callable[[Pen, Operation], Edits | None]


def operation_in(text: str) -> Operation:
    """The one DynamoDB call of a text."""
    module = Module(Source(text), ast.parse(text), Options())
    module.run()
    (operation,) = Facts(module, Options()).operations
    return operation


def edited(text: str, change: Change) -> str | None:
    """The text after a change, None where there are no edits for it."""
    operation = operation_in(text)
    pen = Pen(operation.facts.source)
    edits = change(pen, operation)
    return apply(pen.source, edits) if edits is not None else None


def place(operation: Operation, path: str) -> Place | None:
    """The place of an argument, or of an entry of the dict that it holds: `Item.ttl`."""
    name, *keys = path.split(".")
    argument = operation.argument(name)
    assert argument is not None
    found, value = argument.place, argument.value
    for key in keys:
        assert isinstance(value, Dict)
        entry = value.entry(key)
        assert entry is not None
        found, value = entry.place, entry.value
    return found


def case(name: str, before: str, after: str | None) -> object:
    """One example: code, and what becomes of it; None where nothing can be done."""
    return pytest.param(HEAD + dedent(before).lstrip("\n"), None if after is None else HEAD + dedent(after).lstrip("\n"), id=name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case("first of a line", "client.put_item(Gone=1, B=2)\n", "client.put_item(B=2)\n"),
        case("middle of a line", "client.put_item(A=1, Gone=(2), B=3)\n", "client.put_item(A=1, B=3)\n"),
        case("last of a line", "client.put_item(A=1, Gone=2)\n", "client.put_item(A=1)\n"),
        case("last of a line, with a comma", "client.put_item(A=1, Gone=2,)\n", "client.put_item(A=1,)\n"),
        case("last of two on a line", "client.put_item(\n    A=1, Gone=2,  # gone\n)\n", "client.put_item(\n    A=1,\n)\n"),
        case("last of two on a line, no comma", "client.put_item(\n    A=1, Gone=2  # gone\n)\n", "client.put_item(\n    A=1\n)\n"),
        case("last of a line, in parentheses", "client.put_item(A=1, Gone=(2))\n", "client.put_item(A=1)\n"),
        case("the only one", "client.put_item(Gone=1)\n", "client.put_item()\n"),
        case("the only one, on its line", "client.put_item(\n    Gone=1,  # gone\n)\n", "client.put_item()\n"),
        case("the only one, under a comment", "client.put_item(\n    # kept\n    Gone=1,\n)\n", "client.put_item(\n    # kept\n)\n"),
        case("behind a spread", "client.put_item(**known, Gone=1)\n", "client.put_item(**known)\n"),
        case("before a spread", "client.put_item(Gone=1, **known)\n", "client.put_item(**known)\n"),
        case(
            "one per line, with its comment",
            """
            client.put_item(
                A=1,  # first
                Gone={
                    "x": 2,  # inside
                },  # gone
                B=3,  # last
            )
            """,
            """
            client.put_item(
                A=1,  # first
                B=3,  # last
            )
            """,
        ),
        case(
            "last of one per line, no comma",
            """
            client.put_item(
                A=1,
                # stays
                Gone=2  # gone
            )
            """,
            """
            client.put_item(
                A=1,
                # stays
            )
            """,
        ),
        case(
            "below the bracket",
            """
            client.put_item(Gone=1,  # gone
                            B=2)
            """,
            """
            client.put_item(B=2)
            """,
        ),
        case(
            "last below the bracket",
            """
            client.put_item(A=1,
                            Gone=2)
            """,
            """
            client.put_item(A=1)
            """,
        ),
        case(
            "last below the bracket, behind a comment",
            """
            client.put_item(A=1,  # first
                            Gone=2)
            """,
            """
            client.put_item(A=1,  # first
                            )
            """,
        ),
        case(
            "several per line, last of its line",
            """
            client.put_item(
                A=1, Gone=2,  # gone
                B=3, C=4,
            )
            """,
            """
            client.put_item(
                A=1,
                B=3, C=4,
            )
            """,
        ),
        case(
            "all on a line of their own",
            """
            client.put_item(
                A=1, Gone=2
            )
            """,
            """
            client.put_item(
                A=1
            )
            """,
        ),
        case(
            "comma first",
            """
            client.put_item(A=1
                            , Gone=2
                            , B=3)
            """,
            """
            client.put_item(A=1
                            , B=3)
            """,
        ),
        case(
            "an entry of a dict that is spread",
            """
            params = {"A": 1, **more, "Gone": 2}
            client.put_item(**params)
            """,
            """
            params = {"A": 1, **more}
            client.put_item(**params)
            """,
        ),
        case(
            "an argument of dict()",
            """
            params = dict(A=1, Gone=2)
            client.put_item(**params)
            """,
            """
            params = dict(A=1)
            client.put_item(**params)
            """,
        ),
        case("set by a statement", 'params = {"A": 1}\nparams["Gone"] = 2\nclient.put_item(**params)\n', None),
        case("a default", 'def write(params={"Gone": 1}):\n    client.put_item(**params)\n', None),
        case("set by default", 'params = {}\nparams.setdefault("Gone", 1)\nclient.put_item(**params)\n', None),
    ],
)
def test_remove(before: str, after: str | None) -> None:
    assert edited(before, lambda pen, operation: pen.remove(place(operation, "Gone"))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case("neighbours", "client.put_item(One=1, Two=2, C=3)\n", "client.put_item(C=3)\n"),
        case("neighbours at the end", "client.put_item(A=1, One=2, Two=3)\n", "client.put_item(A=1)\n"),
        case("not neighbours", "client.put_item(One=1, B=2, Two=3)\n", "client.put_item(B=2)\n"),
        case("all", "client.put_item(One=1, Two=2)\n", "client.put_item()\n"),
        case("of two dicts", 'client.put_item(**{"One": 1}, **{"Two": 2, "C": 3})\n', 'client.put_item(**{}, **{"C": 3})\n'),
        case("one of them cannot", 'params = {"One": 1}\nparams["Two"] = 2\nclient.put_item(**params)\n', None),
    ],
)
def test_remove_several(before: str, after: str | None) -> None:
    assert edited(before, lambda pen, operation: pen.remove(place(operation, "One"), place(operation, "Two"))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case("an argument", "client.put_item(Old=int(now() * 1000), B=2)\n", "client.put_item(Old=new(), B=2)\n"),
        case("in parentheses, with blanks", "client.put_item(Old = (1  # one\n))\n", "client.put_item(Old = (new()  # one\n))\n"),
        case("an entry", "client.put_item(**{'Old' : 1, **more})\n", "client.put_item(**{'Old' : new(), **more})\n"),
        case("an entry over two lines", 'client.put_item(**{"Old":\n    (1)})\n', 'client.put_item(**{"Old":\n    (new())})\n'),
        case(
            "set by a statement",
            'params = {}\nparams["Old"] = 1\nclient.put_item(**params)\n',
            'params = {}\nparams["Old"] = new()\nclient.put_item(**params)\n',
        ),
        case("changed by a statement", 'params = {"Old": 1}\nparams["Old"] += 1\nclient.put_item(**params)\n', None),
        case("set together with others", 'params = {}\nparams["Old"] = x = 1\nclient.put_item(**params)\n', None),
        case("in a comprehension", 'client.put_item(**{"Old": each for each in values})\n', None),
    ],
)
def test_replace(before: str, after: str | None) -> None:
    assert edited(before, lambda pen, operation: pen.replace(place(operation, "Old"), "new()")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case("double quotes", 'client.put_item(Old="a")\n', 'client.put_item(Old="it\'s")\n'),
        case("single quotes", "client.put_item(Old='a')\n", "client.put_item(Old='it\\'s')\n"),
        case("three quotes", 'client.put_item(Old="""a""")\n', 'client.put_item(Old="""it\'s""")\n'),
        case("no text", "client.put_item(Old=name)\n", None),
        case("two texts", 'client.put_item(Old="a" "b")\n', None),
        case("a text with holes", 'client.put_item(Old=f"{a}")\n', None),
    ],
)
def test_replace_text(before: str, after: str | None) -> None:
    assert edited(before, lambda pen, operation: pen.replace_text(place(operation, "Old"), "it's")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case("an argument", "client.put_item(Old = 1)\n", "client.put_item(New = 1)\n"),
        case("an entry", "client.put_item(**{'Old': 1})\n", "client.put_item(**{'New': 1})\n"),
        case(
            "set by a statement", 'params = {}\nparams["Old"] = 1\nclient.put_item(**params)\n', 'params = {}\nparams["New"] = 1\nclient.put_item(**params)\n'
        ),
        case("a key that is a name", 'key = "Old"\nclient.put_item(**{key: 1})\n', None),
    ],
)
def test_rename(before: str, after: str | None) -> None:
    assert edited(before, lambda pen, operation: pen.rename(place(operation, "Old"), "New")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case("no others", "client.put_item()\n", "client.put_item(New=1)\n"),
        case("on one line", "client.put_item(A=1)\n", "client.put_item(A=1, New=1)\n"),
        case("on one line, with a comma", "client.put_item(A=1,)\n", "client.put_item(A=1, New=1,)\n"),
        case("a method in parentheses", "(client.put_item)(A=1)\n", "(client.put_item)(A=1, New=1)\n"),
        case("behind parentheses", "client.put_item(A=(1))\n", "client.put_item(A=(1), New=1)\n"),
        case("blanks around the sign", "client.put_item(A = 1, **more)\n", "client.put_item(A = 1, **more, New = 1)\n"),
        case("hugging brackets", "client.put_item(A={\n})\n", "client.put_item(A={\n}, New=1)\n"),
        case(
            "one per line",
            """
            client.put_item(
                A=1,
                B=2,  # last
                # below
            )
            """,
            """
            client.put_item(
                A=1,
                B=2,  # last
                New=1,
                # below
            )
            """,
        ),
        case(
            "one per line, no comma",
            """
            client.put_item(
                A=1,
                B=2  # last
            )
            """,
            """
            client.put_item(
                A=1,
                B=2,  # last
                New=1
            )
            """,
        ),
        case(
            "below the bracket",
            """
            client.put_item(A=1,
                            B=2)
            """,
            """
            client.put_item(A=1,
                            B=2,
                            New=1)
            """,
        ),
        case("lines of another system", "client.put_item(\r\n\tA=1,\r\n)\r\n", "client.put_item(\r\n\tA=1,\r\n\tNew=1,\r\n)\r\n"),
        case("none yet, and a comment", "client.put_item(  # all\n)\n", "client.put_item(New=1  # all\n)\n"),
        case("a generator without brackets of its own", "client.put_item(each for each in items)\n", None),
    ],
)
def test_add_argument(before: str, after: str | None) -> None:
    assert edited(before, lambda pen, operation: pen.add_argument(operation.call.whole, "New", "1")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case("no others", "client.put_item(Item={})\n", 'client.put_item(Item={"new": 1})\n'),
        case("quotes of the others", "client.put_item(Item={'a':2})\n", "client.put_item(Item={'a':2, 'new':1})\n"),
        case("quotes of the neighbourhood", "client.put_item(Item={}, TableName='a')\n", "client.put_item(Item={'new': 1}, TableName='a')\n"),
        case(
            "one per line",
            """
            client.put_item(
                Item={
                    "a": 1,
                    **more
                },
            )
            """,
            """
            client.put_item(
                Item={
                    "a": 1,
                    **more,
                    "new": 1
                },
            )
            """,
        ),
        case("dict()", "client.put_item(Item=dict(a=1))\n", "client.put_item(Item=dict(a=1, new=1))\n"),
        case("written elsewhere", "item = {}\nclient.put_item(Item=item)\n", None),
        case("another call", "client.put_item(Item=made())\n", None),
        case("a call of what a call gives", "client.put_item(Item=made()())\n", None),
    ],
)
def test_add_entry(before: str, after: str | None) -> None:
    assert edited(before, lambda pen, operation: pen.add_entry(place(operation, "Item"), "new", "1")) == after


def test_add_entry_to_a_dict_in_a_dict() -> None:
    before = 'client.put_item(Item={"a": {"b": 1}})\n'
    assert edited(HEAD + before, lambda pen, operation: pen.add_entry(place(operation, "Item.a"), "new", "1")) == HEAD + before.replace("1}", '1, "new": 1}')


@pytest.mark.parametrize("name", ["class", "not-a-name"])
def test_add_entry_whose_key_is_no_keyword(name: str) -> None:
    assert edited(HEAD + "client.put_item(Item=dict(a=1))\n", lambda pen, operation: pen.add_entry(place(operation, "Item"), name, "1")) is None


@given(st.text(), st.sampled_from(["client.put_item(A='a')\n", 'client.put_item(A="a")\n', "client.put_item(A=1)\n"]))
def test_quoted_reads_back_as_it_was(text: str, call: str) -> None:
    operation = operation_in(HEAD + call)
    literal = Pen(operation.facts.source).quoted(text, operation.call.whole)
    assert ast.literal_eval(literal) == text
    assert literal[0] == ("'" if "'" in call else '"')


def test_no_argument_is_added_to_what_is_no_call() -> None:
    operation = operation_in(HEAD + "client.put_item(Item={'a': 1})\n")
    pen, item = Pen(operation.facts.source), place(operation, "Item")
    assert isinstance(item, At)
    assert isinstance(item.node, cst.Arg)
    assert [pen.add_argument(at, "B", "1") for at in (At(item.chunk, item.node.value), item, place(operation, "Item.a"), None)] == [None] * 4


def test_nothing_is_removed_where_one_of_the_places_is_not_written_down() -> None:
    operation = operation_in(HEAD + "client.put_item(A=1)\n")
    assert Pen(operation.facts.source).remove(place(operation, "A"), None) is None


def test_another_file_is_not_edited() -> None:
    operation = operation_in(HEAD + "client.put_item(A=1)\n")
    pen, at = Pen(Source(HEAD)), place(operation, "A")
    assert pen.remove(at) is pen.replace(at, "2") is pen.rename(at, "B") is pen.add_argument(operation.call.whole, "B", "2") is None


class TestFix:
    @staticmethod
    def edit(start: int, end: int) -> Edits:
        return (Edit(Span(1, start, 1, end), "x"),)

    def test_changes_are_made_together_and_each_once(self) -> None:
        made = fix("t", self.edit(3, 4), self.edit(0, 2), self.edit(3, 4), self.edit(2, 3), safe=True)
        assert made is not None
        assert made.edits == (*self.edit(0, 2), *self.edit(2, 3), *self.edit(3, 4))

    def test_no_fix_where_one_change_cannot_be_made(self) -> None:
        assert fix("t", self.edit(0, 2), None, safe=True) is None

    @pytest.mark.parametrize("other", [(1, 3), (0, 0), (0, 5)])
    def test_no_fix_where_changes_touch_the_same_text(self, other: tuple[int, int]) -> None:
        assert fix("t", self.edit(0, 2), self.edit(*other), safe=True) is None


# Layouts that nobody would think of.

VALUES = [
    "1", "'x'", "(1)", "( (1) )", "lambda a, b=2: (a, b)", "[1, 2]", "f(1, b=2)", "{\n 'k': 1,  # in\n}", "f'{x}, {y!r:>{w}}'", "a or b",
    "'''t\n# no comment\n'''", "not x", "x if y else z", "-1", "('a'\n  'b')", "(  # why\n 1)", "[i for i in x]", "(i for i in x)", "a[1, 2:3]",
    "{**a, 'k': (1)}", "'é' + \"ö\"", "(a := 2)", "...",
]  # fmt: skip
BLANKS = ["", "", " ", "\n    ", "\t\n\n  ", " \\\n  "]
KEYS = ["{0!r}", "({0!r})", '"{0}"']
NEW = ("new", ast.dump(ast.parse("new()", mode="eval").body))


@dataclass(frozen=True)
class Layout:
    """A call or a dict in some layout, and the names in it."""

    text: str
    names: tuple[str, ...]
    is_dict: bool

    def place(self, operation: Operation, name: str) -> Place | None:
        return place(operation, f"Item.{name}" if self.is_dict else name)

    def pairs(self, text: str | None) -> list[tuple[str, str]]:
        """The names and values of the call or dict in a text, as Python reads them; `**` for what is spread."""
        assert text is not None
        head, _, _ = self.text.partition("put_item")
        assert text.startswith(head)
        assert text.rstrip().endswith(")  # end")
        (call,) = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and ast.unparse(node.func) == "client.put_item")
        if not self.is_dict:
            return [(keyword.arg or "**", ast.dump(keyword.value)) for keyword in call.keywords]
        written = call.keywords[0].value
        assert isinstance(written, ast.Dict)
        return [(ast.literal_eval(key) if key else "**", ast.dump(value)) for key, value in zip(written.keys, written.values, strict=True)]

    def comments(self, text: str | None, *without: str) -> set[str]:
        """The comments around the parts, but those that belong to some of them."""
        return {comment for comment in re.findall(r"# (?:above|behind|after|below) \w+", text or "") if comment.split()[-1] not in without}


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Calls and dicts with any blanks, comments, parentheses, commas and line ends between their parts."""

    def blank(comment: str = "") -> str:
        return draw(st.sampled_from([*BLANKS, *[comment] * 3]))

    def part(name: str) -> str:
        if name == "spread":
            return "**spread"
        key = draw(st.sampled_from(KEYS)).format(name) if is_dict else name
        return f"{key}{blank()}{':' if is_dict else '='}{blank()}{draw(st.sampled_from(VALUES))}"

    is_dict = draw(st.booleans())
    names = tuple(f"n{index}" for index in range(draw(st.integers(1, 4))))
    row = draw(st.permutations([*names, "spread"])) if draw(st.booleans()) else names
    code = ""
    for name in row:
        comma = "," + blank(f"  # after {name}\n  ") if name != row[-1] or draw(st.booleans()) else ""
        code += blank(f"\n    # above {name}\n    ") + part(name) + blank(f"  # behind {name}\n ") + comma
    code += blank("\n # below all\n")
    code = f"client.put_item(Item={{{code}}})" if is_dict else f"client.put_item{draw(st.sampled_from(['', ' ']))}({code})"
    around = draw(st.sampled_from(["é = 'ö', (CODE)  # end\n", "def write():\n    é = 'ö', (CODE)  # end\n", "class Writer:\n\n  é = 'ö', (CODE)  # end\n"]))
    text = HEAD + around.replace("CODE", code)
    return Layout(text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), names, is_dict)


@settings(max_examples=500, deadline=None)
@given(layouts(), st.data())
def test_remove_in_any_layout(layout: Layout, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(layout.names), min_size=1))
    after = edited(layout.text, lambda pen, operation: pen.remove(*(layout.place(operation, name) for name in gone)))
    assert layout.pairs(after) == [(name, value) for name, value in layout.pairs(layout.text) if name not in gone]
    assert layout.comments(layout.text, *gone) == layout.comments(after, *gone)


@settings(max_examples=200, deadline=None)
@given(layouts(), st.data())
def test_replace_and_rename_in_any_layout(layout: Layout, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(layout.names))

    def change(pen: Pen, operation: Operation) -> Edits | None:
        at = layout.place(operation, name)
        made = fix("t", pen.replace(at, "new()"), pen.rename(at, "new"), safe=True)
        return made.edits if made is not None else None

    after = edited(layout.text, change)
    assert layout.pairs(after) == [NEW if pair[0] == name else pair for pair in layout.pairs(layout.text)]
    assert layout.comments(layout.text) == layout.comments(after)


@settings(max_examples=200, deadline=None)
@given(layouts())
def test_add_in_any_layout(layout: Layout) -> None:
    def change(pen: Pen, operation: Operation) -> Edits | None:
        return pen.add_entry(place(operation, "Item"), "new", "new()") if layout.is_dict else pen.add_argument(operation.call.whole, "new", "new()")

    after = edited(layout.text, change)
    assert layout.pairs(after) == [*layout.pairs(layout.text), NEW]
    assert layout.comments(layout.text) == layout.comments(after)
