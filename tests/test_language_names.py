"""Reserved words, placeholders, and the attributes that expressions are about."""

from __future__ import annotations

from importlib.resources import files

import pytest

from dynalint.language.assigned import assigned_attributes
from dynalint.language.attributes import changes, changes_are_complete, key_tests, own_reads, paths
from dynalint.language.parser import Parsed, parse
from dynalint.language.placeholders import is_placeholder, undefined, unused
from dynalint.language.problems import Fault, Kind
from dynalint.language.reserved import is_reserved, words
from dynalint.language.tokens import HOLE, KEYWORDS


def update(text: str) -> Parsed:
    return parse(text, Kind.UPDATE)


class TestReservedWords:
    def test_as_many_as_the_page_has(self) -> None:
        assert len(words()) == 573

    def test_the_same_that_moto_knows(self) -> None:
        theirs = files("moto.dynamodb.parsing").joinpath("reserved_keywords.txt").read_text(encoding="utf8")
        assert words() == {word.strip().upper() for word in theirs.splitlines() if word.strip()}

    @pytest.mark.parametrize("word", ["name", "Status", "TTL", "timestamp", "items", "user", "LOGED"])
    def test_in_any_case(self, word: str) -> None:
        assert is_reserved(word)

    @pytest.mark.parametrize("word", ["id", "email", "description", "remove", "name_", "names2", ""])
    def test_not_reserved(self, word: str) -> None:
        assert not is_reserved(word)

    @pytest.mark.parametrize(
        ("text", "kind", "wanted"),
        [
            ("SET status = :s", Kind.UPDATE, ["status"]),
            ("SET info.name = b.Date[0].year", Kind.UPDATE, ["name", "Date", "year"]),
            ("SET a = if_not_exists(ttl, :t)", Kind.UPDATE, ["ttl"]),
            ("size(size) > :n AND contains(a, :v)", Kind.FILTER, ["size"]),
            (f"size {HOLE} > :n AND name {HOLE} :n", Kind.FILTER, ["name"]),
            ("#status = :status AND a = :name", Kind.FILTER, []),
            ("a BETWEEN :x AND :y OR NOT b IN (:z)", Kind.FILTER, []),
            ("name, a.items[1], #x.user", Kind.PROJECTION, ["name", "items", "user"]),
        ],
    )
    def test_names_of_attributes_only(self, text: str, kind: Kind, wanted: list[str]) -> None:
        found = parse(text, kind).of(Fault.RESERVED_WORD)
        assert [problem.text for problem in found] == wanted
        assert all(text[problem.start : problem.end] == problem.text for problem in found)

    @pytest.mark.parametrize(("form", "kind"), [("SET a = :a, {} = :v", Kind.UPDATE), ("a.{} = :v", Kind.FILTER), ("a, {}, b", Kind.PROJECTION)])
    def test_every_word_is_found_in_every_case(self, form: str, kind: Kind) -> None:
        for word in sorted(words()):
            fault = Fault.KEYWORD_AS_NAME if word in KEYWORDS else Fault.RESERVED_WORD
            for spelt in (word, word.lower(), word.title()):
                assert [(problem.fault, problem.text) for problem in parse(form.format(spelt), kind).problems] == [(fault, spelt)]


class TestPlaceholders:
    def test_used(self) -> None:
        parsed = parse("#a = :v AND b.#c[0] > :v", Kind.FILTER)
        assert [token.text for token in parsed.aliases] == ["#a", "#c"]
        assert [(token.text, token.start) for token in parsed.values] == [(":v", 5), (":v", 22)]

    def test_undefined(self) -> None:
        parsed = parse("#a = :v AND #b > :w AND #b < :v", Kind.FILTER)
        assert [(token.text, token.start) for token in undefined(parsed, {"#a": "x"}, {":v": 1})] == [("#b", 12), (":w", 17)]
        assert [token.text for token in undefined(parsed, names={"#a"})] == ["#b"]
        assert [token.text for token in undefined(parsed)] == []

    def test_undefined_in_spite_of_a_hole(self) -> None:
        assert [token.text for token in undefined(update(f"SET #a = :a, {HOLE} = :{HOLE}"), {}, {})] == ["#a", ":a"]

    def test_undefined_in_spite_of_an_error(self) -> None:
        assert [token.text for token in undefined(update("SET a == :a"), {}, {})] == [":a"]

    def test_unused(self) -> None:
        expressions = [update("SET #a = :a"), parse("b = :b", Kind.CONDITION)]
        assert list(unused(expressions, ["#a", "#b", ":a", ":b", ":c"])) == ["#b", ":c"]
        assert list(unused([], ["#a"])) == ["#a"]

    def test_a_hole_may_use_anything(self) -> None:
        assert list(unused([update(f"SET a = :a, {HOLE}")], ["#b"])) == []

    @pytest.mark.parametrize(("key", "sign"), [("#a", "#"), ("#1_", "#"), (":a", ":")])
    def test_keys(self, key: str, sign: str) -> None:
        assert is_placeholder(key, sign)

    @pytest.mark.parametrize(("key", "sign"), [("a", "#"), ("#a-b", "#"), ("#", "#"), (":a", "#"), ("#a", ":"), ("#a\n", "#")])
    def test_no_keys(self, key: str, sign: str) -> None:
        assert not is_placeholder(key, sign)


class TestChanges:
    def test_all_sections(self) -> None:
        found = changes(update("SET a = :a, #b.c = :b, d = d + :n REMOVE e ADD f :f DELETE #g :g"), {"#b": "bee"})
        assert [(change.section, change.name, change.nested, change.placeholder) for change in found] == [
            ("SET", "a", False, ":a"),
            ("SET", "bee", True, None),
            ("SET", "d", False, None),
            ("REMOVE", "e", False, None),
            ("ADD", "f", False, ":f"),
            ("DELETE", None, False, ":g"),
        ]

    @pytest.mark.parametrize(
        ("text", "complete"),
        [
            ("SET a = :a", True),
            (f"SET a = {HOLE}", True),
            (f"SET #{HOLE} = :a", True),
            (f"SET {HOLE}", False),
            (f"SET a = :a, {HOLE} = :b", False),
            ("SET a ==", False),
        ],
    )
    def test_complete(self, text: str, complete: bool) -> None:
        assert changes_are_complete(update(text)) is complete

    def test_what_is_not_an_update_changes_nothing(self) -> None:
        assert changes(parse("a = :a", Kind.FILTER), {}) == ()

    def test_assigned_attributes(self) -> None:
        text = f"set #t = :t, a.b = :b, {HOLE} = :h, c = if_not_exists(c, :c) remove d add e :e delete f :f"
        assert list(assigned_attributes(text)) == [("#t", ":t"), ("a", None), ("c", None), ("e", ":e")]

    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("SET n = n + :one", ["n"]),
            ("SET n = :one + n", ["n"]),
            ("SET #n = n - :one", ["n"]),
            ("SET a.n = a.n + :one", ["a.n"]),
            ("SET l = list_append(l, :x)", ["l"]),
            ("SET n = if_not_exists(n, :zero) + :one", []),
            ("SET l = list_append(if_not_exists(l, :none), :x)", []),
            ("SET n = if_not_exists(m, n)", ["n"]),
            ("SET n = m + :one", []),
            ("SET a.n = n + :one", []),
            ("ADD n :one", []),
            (f"SET {HOLE} = {HOLE} + :one", []),
            (f"SET a{HOLE} = a{HOLE} + :one", []),
        ],
    )
    def test_own_reads(self, text: str, read: list[str]) -> None:
        assert [text[path.start : path.end] for _, path in own_reads(update(text), {"#n": "n"})] == read


class TestTests:
    def test_paths(self) -> None:
        parsed = parse("#a.b = :v AND (size(c) > d[0] OR attribute_exists(e))", Kind.FILTER)
        assert [path.head.resolved({"#a": "alpha"}) for path in paths(parsed)] == ["alpha", "c", "d", "e"]

    def test_key_tests(self) -> None:
        parsed = parse("pk = :p AND :s > #sk", Kind.KEY_CONDITION)
        assert [(test.name, test.operator, test.values) for test in key_tests(parsed, {"#sk": "sk"})] == [("pk", "=", (":p",)), ("sk", "<", (":s",))]

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("a BETWEEN :x AND :y", [("a", "BETWEEN", (":x", ":y"))]),
            ("begins_with(a, :x)", [("a", "begins_with", (":x",))]),
            ("a = :x OR b = :y", []),
            ("NOT a = :x", []),
            ("a.b = :x", []),
            ("#unknown = :x", []),
            ("a = b", []),
            (":x = :y", []),
            ("begins_with(:x, a)", []),
            ("a = :x AND (b = :y AND c < :z)", [("a", "=", (":x",)), ("b", "=", (":y",)), ("c", "<", (":z",))]),
        ],
    )
    def test_only_what_must_hold(self, text: str, wanted: list[tuple[str, str, tuple[str, ...]]]) -> None:
        assert [(test.name, test.operator, test.values) for test in key_tests(parse(text, Kind.KEY_CONDITION), {})] == wanted
