"""What expressions say, and what is wrong with them, as far as the text alone tells."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynalint.language.parser import MOST_BYTES, MOST_NESTED, Parsed, parse
from dynalint.language.problems import Fault, Kind
from dynalint.language.tokens import HOLE, template, tokens
from dynalint.language.tree import (
    Action,
    Between,
    Call,
    Comparison,
    Gap,
    Index,
    Logic,
    Membership,
    Node,
    Not,
    Path,
    Projection,
    Section,
    Sum,
    Update,
    Value,
    walk,
)
from tests.expressions import case

CONDITIONS = (Kind.CONDITION, Kind.FILTER)
SYNTAX = {Fault.SYNTAX, Fault.KEYWORD_AS_NAME, Fault.EMPTY}


def line(node: Node) -> str:
    """A tree in one line, so that a test can be read."""
    match node:
        case Path():
            return "".join(f"[{step.number}]" if isinstance(step, Index) else f".{step.text}" for step in node.steps)[1:]
        case Value():
            return node.text
        case Gap():
            return "?"
        case Call():
            return f"{node.function.text}({', '.join(map(line, node.arguments))})"
        case Sum() | Comparison():
            return f"({line(node.left)} {node.operator} {line(node.right)})"
        case Between():
            return f"({line(node.operand)} between {line(node.low)} and {line(node.high)})"
        case Membership():
            return f"({line(node.operand)} in {', '.join(map(line, node.options))})"
        case Not():
            return f"not {line(node.condition)}"
        case Logic():
            return f"({f' {node.operator.lower()} '.join(map(line, node.conditions))})"
        case Action():
            return line(node.path) + ("" if node.value is None else f" <- {line(node.value)}")
        case Section():
            return f"{node.keyword} {'; '.join(map(line, node.actions))}"
        case Update():
            return " | ".join(map(line, node.sections))
        case Projection():
            return ", ".join(map(line, node.paths))


def tree(text: str, kind: Kind) -> str:
    parsed = parse(text, kind)
    assert parsed.tree is not None, parsed.problems
    return line(parsed.tree)


def problems(text: str, kind: Kind, **names: str) -> list[tuple[str, str, int]]:
    """Fault, text and place of each problem; names are aliases without their sign."""
    aliases = {f"#{alias}": name for alias, name in names.items()}
    return [(problem.fault.value, problem.text, problem.start) for problem in parse(text, kind, aliases).problems]


class TestTokens:
    def test_places(self) -> None:
        assert [(token.type, token.text, token.start, token.end) for token in tokens("SET #a.b[0]=:v")] == [
            ("keyword", "SET", 0, 3), ("alias", "#a", 4, 6), ("sign", ".", 6, 7), ("word", "b", 7, 8), ("sign", "[", 8, 9), ("number", "0", 9, 10),
            ("sign", "]", 10, 11), ("sign", "=", 11, 12), ("value", ":v", 12, 14), ("end", "", 14, 14),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "types"),
        [
            ("_x", "other word"),
            ("1st", "number word"),
            ("01", "number number"),
            ("#", "other"),
            ("#1a :_", "alias value"),
            ("'it\\'s'\"x\"", "string string"),
            ("'open", "other word"),
            ("ü", "other"),
            ("a\fb", "word other word"),
            ("<><=>=<>", "sign sign sign sign"),
            ("AND# and:x", "keyword other keyword value"),
        ],
    )
    def test_odd_ones(self, text: str, types: str) -> None:
        assert " ".join(token.type for token in tokens(text)[:-1]) == types

    def test_holes_belong_to_the_words_around_them(self) -> None:
        text = template(["SET #", None, " = :", 1, "_x, a", object(), " = b AND ", ()])
        assert [token.text.replace(HOLE, "?") for token in tokens(text)] == ["SET", "#?", "=", ":?_x", ",", "a?", "=", "b", "AND", "?", ""]

    @given(st.text())
    def test_nothing_is_lost(self, text: str) -> None:
        assert "".join(token.text for token in tokens(text)) == "".join(char for char in text if char not in " \t\r\n") or "'" in text or '"' in text
        assert all(text[token.start : token.end] == token.text for token in tokens(text))


class TestConditions:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("a = :v", "(a = :v)"),
            ("a<>:v", "(a <> :v)"),
            ("#a.b[0][12] >= :v", "(#a.b[0][12] >= :v)"),
            ("a . b [ 0 ] < :v", "(a.b[0] < :v)"),
            ("a = :a AND b = :b and c = :c", "((a = :a) and (b = :b) and (c = :c))"),
            ("a = :a OR b = :b AND NOT c = :c", "((a = :a) or ((b = :b) and not (c = :c)))"),
            ("(a = :a or b = :b) AND c = :c", "(((a = :a) or (b = :b)) and (c = :c))"),
            ("NOT a = :a AND b = :b", "(not (a = :a) and (b = :b))"),
            ("NOT (a = :a AND b = :b)", "not ((a = :a) and (b = :b))"),
            ("NOT NOT attribute_exists(a)", "not not attribute_exists(a)"),
            ("a BETWEEN :x AND :y AND b = :z", "((a between :x and :y) and (b = :z))"),
            ("a IN (:x, b, size(c))", "(a in :x, b, size(c))"),
            ("(a) = (:v)", "(a = :v)"),
            ("(size(a)) > (:v)", "(size(a) > :v)"),
            ("(begins_with(a, :v))", "begins_with(a, :v)"),
            ("contains(a, :v)and size ( b )>:n", "(contains(a, :v) and (size(b) > :n))"),
            ("((a = :a) AND (b = :b))", "((a = :a) and (b = :b))"),
        ],
    )
    def test_tree(self, text: str, wanted: str) -> None:
        for kind in CONDITIONS:
            assert tree(text, kind) == wanted
            assert problems(text, kind) == []

    @pytest.mark.parametrize(
        ("text", "at", "expected"),
        [
            ("a", "", "a comparison"),
            ("a AND b = :b", "AND", "a comparison"),
            ("(a) OR b = :b", "OR", "a comparison"),
            ("NOT a", "", "a comparison"),
            ("a == :v", "= :v", "an attribute name, #alias, :value or function"),
            ("a != :v", "!=", "a comparison"),
            ("a = 'x'", "'x'", "an attribute name, #alias, :value or function"),
            ("a = 5", "5", "an attribute name, #alias, :value or function"),
            ("my-attr = :v", "-", "a comparison"),
            ("a IN :v", ":v", "`(`"),
            ("a IN ()", ")", "an attribute name, #alias, :value or function"),
            ("a BETWEEN :x, :y", ", ", "AND"),
            ("a = :a b = :b", "b = :b", "AND, OR or the end"),
            ("a = :a)", ")", "AND, OR or the end"),
            ("(a = :a", "", "`)`"),
            ("a.[0] = :v", "[", "an attribute name or #alias"),
            ("a[-1] = :v", "-", "a list index such as 0"),
            ("a[01] = :v", "1]", "`]`"),
            ("(size(a)).b = :v", ".b", "AND, OR or the end"),
            ("a = (:b = :c)", "= :c", "`)`"),
            (" \n", "", "an attribute name, #alias, :value or function"),
        ],
    )
    def test_syntax(self, text: str, at: str, expected: str) -> None:
        (problem,) = parse(text, Kind.CONDITION).problems
        assert (problem.fault, problem.start, problem.detail) == (Fault.SYNTAX, text.rindex(at) if at else len(text), expected)

    @pytest.mark.parametrize(
        "text", ["in = :v", "a.and = :v", "set.b = :v", "a = not", "a = delete", "size(or) > :n", "delete IN (:v)", "a BETWEEN remove AND :v"]
    )
    def test_keywords_as_names(self, text: str) -> None:
        ((fault, word, start),) = problems(text, Kind.CONDITION)
        assert fault == "keyword-as-name"
        assert text[start:].startswith(word)

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("((a = :v))", [("redundant-parentheses", "((a = :v))", 0)]),
            ("a = ((:v))", [("redundant-parentheses", "((:v))", 4)]),
            ("(((a)) = :v)", [("redundant-parentheses", "((a))", 1)]),
            ("((a = :v)) AND", [("redundant-parentheses", "((a = :v))", 0), ("syntax", "", 14)]),
            ("exists(a)", [("unknown-function", "exists", 0)]),
            ("Size(a) > :n", [("unknown-function", "Size", 0)]),
            ("size(a)", [("misplaced-function", "size", 0)]),
            ("NOT size(a) OR size(b)", [("misplaced-function", "size", 4), ("misplaced-function", "size", 15)]),
            ("attribute_exists(a) = :v", [("misplaced-function", "attribute_exists", 0)]),
            ("size(contains(a, :v)) > :n", [("misplaced-function", "contains", 5)]),
            ("if_not_exists(a, :v) = :v", [("misplaced-function", "if_not_exists", 0)]),
            ("attribute_exists(a, b)", [("operand-count", "attribute_exists", 0)]),
            ("contains(a)", [("operand-count", "contains", 0)]),
            ("attribute_not_exists(:v)", [("path-required", "attribute_not_exists", 21)]),
            ("attribute_type(a, b)", [("operand-type", "attribute_type", 18)]),
            ("begins_with(a, size(b))", [("operand-type", "begins_with", 15)]),
            ("size(size(a)) > :n", [("operand-type", "size", 5)]),
            ("a.b[0] = a.b[0]", [("same-operand", "=", 0)]),
            ("contains(a, #x)", []),
            ("contains(a.b, a.b)", [("same-operand", "contains", 9)]),
            (":v = :v", []),
            ("a IN (a)", []),
        ],
    )
    def test_meaning(self, text: str, wanted: list[tuple[str, str, int]]) -> None:
        for kind in CONDITIONS:
            assert problems(text, kind) == wanted

    def test_of_several_problems_in_one_place_the_first_comes_first(self) -> None:
        before = [f"a.b{number}" for number in range(9)]
        found = parse(f"REMOVE {', '.join(before)}, a", Kind.UPDATE).problems
        assert [problem.detail for problem in found] == [f"[{path.replace('.', ', ')}]" for path in before]

    def test_aliases_are_what_they_stand_for(self) -> None:
        assert problems("#x = a", Kind.FILTER, x="a") == [("same-operand", "=", 0)]
        assert problems("#x = #x", Kind.FILTER) == [("same-operand", "=", 0)]
        assert problems("#x = a", Kind.FILTER, x="b") == []

    def test_too_many_operands(self) -> None:
        assert problems(f"a IN ({', '.join([':v'] * 100)})", Kind.FILTER) == []
        (problem,) = parse(f"a IN ({', '.join([':v'] * 101)})", Kind.FILTER).problems
        assert (problem.fault, problem.text, problem.detail) == (Fault.TOO_MANY_OPERANDS, "IN", "101")
        assert problems(f"a IN ({', '.join([':v'] * 101)}, {HOLE})", Kind.FILTER) == []

    def test_too_long(self) -> None:
        long = "a = :" + "v" * (MOST_BYTES - 5)
        assert problems(long, Kind.FILTER) == []
        (problem,) = parse(long + "v", Kind.FILTER).problems
        assert (problem.fault, problem.detail, problem.start, problem.end) == (Fault.TOO_LONG, "4097", 0, len(long) + 1)

    def test_half_of_a_character_is_three_bytes(self) -> None:
        (problem, _) = parse("a = :" + "v" * (MOST_BYTES - 7) + "\ud800", Kind.FILTER).problems
        assert (problem.fault, problem.detail) == (Fault.TOO_LONG, "4097")

    def test_too_long_and_no_expression(self) -> None:
        assert [problem.fault for problem in parse("a = :" + "v" * MOST_BYTES + " b", Kind.FILTER).problems] == [Fault.TOO_LONG, Fault.SYNTAX]

    def test_empty(self) -> None:
        for kind in Kind:
            assert problems("", kind) == [("empty", "", 0)]
            assert parse("", kind).problems[0].end == 0

    @pytest.mark.parametrize("text", ["(" * 2000 + "a", "NOT " * 1000 + "a = :v", "size(" * 800 + "a"])
    def test_deep_nesting_gets_no_verdict(self, text: str) -> None:
        parsed = parse(text, Kind.CONDITION)
        assert (parsed.tree, parsed.problems) == (None, ())

    @pytest.mark.parametrize("part", ["(a = :v)", "NOT a = :v", "size(a) = :v"])
    def test_much_side_by_side_is_not_deep(self, part: str) -> None:
        assert parse(" AND ".join([part] * 60), Kind.FILTER).tree is not None

    @pytest.mark.parametrize("before", ["(", "NOT ", "size("])
    def test_less_deep_nesting_does(self, before: str) -> None:
        text = before * MOST_NESTED + "a b"
        assert [problem.fault for problem in parse(text, Kind.CONDITION).problems] == [Fault.SYNTAX]

    def test_a_long_chain_is_not_deep(self) -> None:
        assert problems(" AND ".join(["a = :v"] * 8 * MOST_NESTED), Kind.CONDITION) == []


class TestKeyConditions:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("pk = :p", []),
            ("pk = :p AND begins_with(sk, :s)", []),
            ("(pk = :p) AND (sk BETWEEN :a AND :b)", []),
            (":p = pk AND :s < sk", []),
            ("pk = :p OR sk = :s", [("key-operator", "OR", 0)]),
            ("NOT pk = :p", [("key-operator", "NOT", 0)]),
            ("pk = :p AND sk IN (:s)", [("key-operator", "IN", 12)]),
            ("pk <> :p", [("key-operator", "<>", 0)]),
            ("pk = :p AND contains(sk, :s)", [("key-operator", "contains", 12)]),
            ("pk = size(b)", [("key-nested-operation", "size", 5)]),
            ("size(pk)", [("misplaced-function", "size", 0), ("key-nested-operation", "size", 0)]),
            ("begins_with(:s, sk)", [("key-not-first", "begins_with", 12)]),
            (":s BETWEEN sk AND :t", [("key-not-first", "BETWEEN", 0)]),
            ("pk = sk", [("key-several-attributes", "[sk]", 5)]),
            (":a = :b", [("key-no-attribute", "", 0)]),
            ("pk.a[0] = :p", [("key-nested-path", "[pk, a, [0]]", 0)]),
            ("sk > :a AND sk < :b", [("key-repeated", "sk", 12)]),
            ("#s > :a AND #s < :b", [("key-repeated", "#s", 12)]),
            ("exists(pk)", [("unknown-function", "exists", 0)]),
            ("exists(pk.a)", [("unknown-function", "exists", 0)]),
            ("NOT pk = :p AND sk.a = :s", [("key-operator", "NOT", 0), ("key-nested-path", "[sk, a]", 16)]),
        ],
    )
    def test_meaning(self, text: str, wanted: list[tuple[str, str, int]]) -> None:
        assert problems(text, Kind.KEY_CONDITION) == wanted

    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("begins_with(:s, sk)", ":s"),
            (":s BETWEEN sk AND :t", ":s"),
            ("pk = sk.a", "sk.a"),
            ("NOT pk = :p", "NOT pk = :p"),
            ("contains(pk, :p)", "contains"),
            ("pk = size(b)", "size(b)"),
            (":a = :b AND pk = :p", ":a = :b"),
            ("sk > :a AND sk < :b", "sk < :b"),
        ],
    )
    def test_what_is_marked(self, text: str, marked: str) -> None:
        found = parse(text, Kind.KEY_CONDITION).problems
        assert {text[problem.start : problem.end] for problem in found} == {marked}

    def test_only_key_conditions_are_so_strict(self) -> None:
        assert problems("a = :v OR a <> :v AND contains(b.c, :v)", Kind.FILTER) == []


class TestUpdates:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("SET a = :a, #b.c[0] = b", "SET a <- :a; #b.c[0] <- b"),
            ("set a=:a remove b,c Add d :d DELETE e :e", "SET a <- :a | REMOVE b; c | ADD d <- :d | DELETE e <- :e"),
            ("SET a = a + :n", "SET a <- (a + :n)"),
            ("SET a = if_not_exists(a, :zero) - :n", "SET a <- (if_not_exists(a, :zero) - :n)"),
            ("SET a = (a + :n)", "SET a <- (a + :n)"),
            ("SET a = (a) + (:n)", "SET a <- (a + :n)"),
            ("SET a = list_append(if_not_exists(a, :e), (:l))", "SET a <- list_append(if_not_exists(a, :e), :l)"),
            ("SET a = and_more, b = setting", "SET a <- and_more; b <- setting"),
        ],
    )
    def test_tree(self, text: str, wanted: str) -> None:
        assert tree(text, Kind.UPDATE) == wanted
        assert problems(text, Kind.UPDATE) == []

    @pytest.mark.parametrize(
        ("text", "at", "expected"),
        [
            ("a = :a", "a = :a", "SET, REMOVE, ADD or DELETE"),
            ("SET a = :a, SET b = :b", "SET b", "an attribute name or #alias"),
            ("SET a = :a,", "", "an attribute name or #alias"),
            ("SET a = :a AND b = :b", "AND", "a comma, a section or the end"),
            ("SET a += :n", "+", "`=`"),
            ("SET a = a + :n + :m", "+ :m", "a comma, a section or the end"),
            ("SET a = (a + :n) + :m", "+ :m", "a comma, a section or the end"),
            ("SET (a) = :a", "(", "an attribute name or #alias"),
            ("SET :a = a", ":a", "an attribute name or #alias"),
            ("SET a = NOT b", "NOT", "an attribute name, #alias, :value or function"),
            ("ADD a = :n", "=", "a :value"),
            ("ADD a b", "b", "a :value"),
            ("DELETE a", "", "a :value"),
            ("REMOVE a b", "b", "a comma, a section or the end"),
            ("REMOVE a SET", "", "an attribute name or #alias"),
            ("SET _x = :x", "_", "an attribute name or #alias"),
            ("SET a = :a;", ";", "a comma, a section or the end"),
            ("UPDATE a = :a", "UPDATE", "SET, REMOVE, ADD or DELETE"),
        ],
    )
    def test_syntax(self, text: str, at: str, expected: str) -> None:
        (problem,) = parse(text, Kind.UPDATE).problems
        assert (problem.fault, problem.start, problem.detail) == (Fault.SYNTAX, text.rindex(at) if at else len(text), expected)

    @pytest.mark.parametrize("text", ["SET a.set = :v", "SET or = :v", "REMOVE add, b", "SET a = delete, b = :b", "ADD in :n", "SET between.a = :v"])
    def test_keywords_as_names(self, text: str) -> None:
        ((fault, _, _),) = problems(text, Kind.UPDATE)
        assert fault == "keyword-as-name"

    @pytest.mark.parametrize("text", ["REMOVE or", "SET or[0] = :v", "SET a = in + :n", "SET a = in - :n"])
    def test_what_follows_tells_a_keyword_that_is_meant_as_a_name(self, text: str) -> None:
        assert [fault for fault, _, _ in problems(text, Kind.UPDATE)] == ["keyword-as-name"]

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("SET a = :a SET b = :b", [("repeated-section", "SET", 11)]),
            ("SET a = :a REMOVE a", [("overlapping-paths", "[a]", 18)]),
            ("SET a.b = :a, a = :b", [("overlapping-paths", "[a]", 14)]),
            ("SET a[1] = :a, a[1].b = :b", [("overlapping-paths", "[a, [1], b]", 15)]),
            ("SET a[1] = :a, a[2] = :b, a2 = :c", []),
            ("SET a.b = :a, a[1] = :b", [("conflicting-paths", "[a, [1]]", 14)]),
            ("SET #a = :a, #a = :b", [("overlapping-paths", "[#a]", 13)]),
            ("SET a = append(a, :l)", [("unknown-function", "append", 8)]),
            ("SET a = size(b)", [("misplaced-function", "size", 8)]),
            ("SET a = if_not_exists(a)", [("operand-count", "if_not_exists", 8)]),
            ("SET a = if_not_exists(:a, :b)", [("path-required", "if_not_exists", 22)]),
            ("SET a = ((:a))", [("redundant-parentheses", "((:a))", 8)]),
            ("SET a = list_append(a, a)", []),
        ],
    )
    def test_meaning(self, text: str, wanted: list[tuple[str, str, int]]) -> None:
        assert problems(text, Kind.UPDATE) == wanted

    def test_aliases_are_what_they_stand_for(self) -> None:
        assert problems("SET #x = :a, y = :b", Kind.UPDATE, x="y") == [("overlapping-paths", "[y]", 13)]
        assert problems("SET #x.#y = :a, #x.#z = :b", Kind.UPDATE, x="a", y="b", z="c") == []
        assert problems("SET #x = :a, #y = :b", Kind.UPDATE, x="a.b", y="a") == []


class TestProjections:
    @pytest.mark.parametrize("text", ["a", "a, #b.c[0] , d[1][2].e", "a.b, a.c"])
    def test_right(self, text: str) -> None:
        assert tree(text, Kind.PROJECTION) == text.replace(" ,", ",")
        assert problems(text, Kind.PROJECTION) == []

    @pytest.mark.parametrize(
        ("text", "at"),
        [("a,", ""), ("a,,b", ",b"), ("a b", "b"), ("size(a)", "("), ("a, :b", ":b"), ("*", "*"), ("a AND b", "AND"), ("(a)", "("), ("a.0", "0")],
    )
    def test_syntax(self, text: str, at: str) -> None:
        (problem,) = parse(text, Kind.PROJECTION).problems
        assert (problem.fault, problem.start) == (Fault.SYNTAX, text.rindex(at) if at else len(text))

    def test_what_is_expected_behind_a_path(self) -> None:
        assert [problem.detail for problem in parse("a b", Kind.PROJECTION).problems] == ["a comma or the end"]

    def test_meaning(self) -> None:
        assert problems("a, b, a[0]", Kind.PROJECTION) == [("overlapping-paths", "[a, [0]]", 6)]
        assert problems("and, b", Kind.PROJECTION) == [("keyword-as-name", "and", 0)]


class TestHoles:
    @pytest.mark.parametrize(
        ("text", "kind", "wanted"),
        [
            ("SET {}", Kind.UPDATE, "SET ?"),
            ("SET {}, b = :b REMOVE {}", Kind.UPDATE, "SET ?; b <- :b | REMOVE ?"),
            ("SET {} = :v", Kind.UPDATE, "SET ? <- :v"),
            ("SET #{} = :{}", Kind.UPDATE, "SET #? <- :?"),
            ("SET a.{} = {}, b[{}] = :b", Kind.UPDATE, "SET a.? <- ?; b[None] <- :b"),
            ("ADD a {}", Kind.UPDATE, "ADD a <- ?"),
            ("{} AND a = :a", Kind.FILTER, "(? and (a = :a))"),
            ("{} = :a AND NOT ({})", Kind.FILTER, "((? = :a) and not ?)"),
            ("{}(a, :a)", Kind.FILTER, "?(a, :a)"),
            ("a IN ({})", Kind.FILTER, "(a in ?)"),
            ("a, {}, b.{}", Kind.PROJECTION, "a, ?, b.?"),
        ],
    )
    def test_tree(self, text: str, kind: Kind, wanted: str) -> None:
        text = template(text.replace("{}", "\0{}\0").split("\0")).replace("{}", HOLE)
        assert tree(text, kind).replace(HOLE, "?") == wanted
        assert problems(text, kind) == []

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("{} a = :v", Kind.UPDATE),
            ("SET a = :a {} b = :b", Kind.UPDATE),
            ("a {} :v", Kind.FILTER),
            ("a ={} :v", Kind.FILTER),
            ("a = :a {} b = :b", Kind.FILTER),
            ("a {}= :v", Kind.FILTER),
            ("(({}))", Kind.FILTER),
            ("begins_with({})", Kind.FILTER),
            ("attribute_exists({}, {})", Kind.FILTER),
            ("SET a = if_not_exists({}) REMOVE {}", Kind.UPDATE),
            ("a.b{}, a.bc", Kind.PROJECTION),
        ],
    )
    def test_no_verdict_where_a_hole_decides(self, text: str, kind: Kind) -> None:
        assert problems(text.replace("{}", HOLE), kind) == []

    @pytest.mark.parametrize(
        ("text", "kind", "wanted"),
        [
            ("SET status = :s, {}", Kind.UPDATE, [("reserved-word", "status", 4)]),
            ("{} x {} AND a.name = :v", Kind.FILTER, [("reserved-word", "name", 12)]),
            ("SET a == {}", Kind.UPDATE, [("syntax", "=", 7)]),
            ("SET a = :a SET {}", Kind.UPDATE, [("repeated-section", "SET", 11)]),
            ("SET a = {}, a = :b", Kind.UPDATE, [("overlapping-paths", "[a]", 11)]),
            ("size({}) > :n AND exists({})", Kind.FILTER, [("unknown-function", "exists", 17)]),
            ("{} = :a AND b = b", Kind.FILTER, [("same-operand", "=", 11)]),
        ],
    )
    def test_what_is_wrong_all_the_same(self, text: str, kind: Kind, wanted: list[tuple[str, str, int]]) -> None:
        assert problems(text.replace("{}", HOLE), kind) == wanted

    def test_a_word_beside_a_hole_is_not_the_whole_word(self) -> None:
        assert problems(f"SET status{HOLE} = :s, {HOLE}name = :n, a.date_{HOLE} = :d", Kind.UPDATE) == []

    @settings(max_examples=2000, deadline=None)
    @given(kind=st.sampled_from(Kind), seed=st.integers(0, 2**62))
    def test_what_is_said_of_a_text_with_holes_is_true_of_the_text(self, kind: Kind, seed: int) -> None:
        drawn, dice = case(kind, seed), Random(seed)
        start, end = sorted(dice.choices(range(len(drawn.text) + 1), k=2))
        whole, part = parse(drawn.text, kind, drawn.names), parse(drawn.text[:start] + HOLE + drawn.text[end:], kind, drawn.names)
        if any(problem.fault in SYNTAX for problem in whole.problems) or part.text == HOLE:
            assert not part.problems or whole.problems
        else:
            said, true = [{(problem.fault, problem.text) for problem in parsed.problems} for parsed in (part, whole)]
            assert said <= true


class TestNodes:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("a = :a OR (NOT b.c[0] IN (:x, :y) AND size(d) BETWEEN :lo AND :hi)", Kind.FILTER),
            ("SET a = b + :n, c.d = list_append(if_not_exists(e, :l), :l) REMOVE f[2] ADD g :g", Kind.UPDATE),
            ("a, #b.c[0]", Kind.PROJECTION),
        ],
    )
    def test_places(self, text: str, kind: Kind) -> None:
        """A node's text, read again, says the same as the node; leaves are their text."""
        parsed: Parsed = parse(text, kind)
        assert parsed.tree is not None
        for node in walk(parsed.tree):
            written = text[node.start : node.end]
            if isinstance(node, Path | Value):
                assert written == line(node)
            elif isinstance(node, Comparison | Between | Membership | Not):
                assert tree(written, Kind.FILTER) == line(node)
            elif isinstance(node, Section):
                assert written == node.keyword
            assert parsed.tree.start <= node.start < node.end <= len(text)
