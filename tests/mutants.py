"""Turns modules of dynalint into copies with one thing changed, and each copy into whether a test sees the change: `python -m tests.mutants dynalint/language`.

A change that no test sees is a survivor. It asks for a sharper test, or for simpler code, or it changes nothing that matters: docs/how-it-works.md lists those.
What mutmut changes is changed (it has to be installed: `pip install mutmut`), and some more that decides here: parts of a condition, filters, guards,
members of a list. mutmut itself changes no function with a decorator, as rules are, and nothing outside of functions, as tables of words are. A copy is
tried in a process that has the models of all tests' texts already, and then by one that is forked before dynalint is imported, with the tests that run through
its line, those first which saw a change nearby, until one fails.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib.machinery
import importlib.util
import inspect
import json
import math
import os
import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import _lru_cache_wrapper, cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider, WhitespaceInclusivePositionProvider

ROOT = Path(__file__).parent.parent
# Tests that run in their own process, and ask nobody else.
TESTS = """
    fixtures advice pages guideline expression_rules language_names language_parser language_positions kinds pen apply tables makers
""".split()
# Seconds of processor time after which a copy is taken to hang.
MOST_SECONDS = 40
# Seconds that a test takes at most which is asked before the fixtures are.
SMALL = 0.02
# For fewer copies than this nothing is made in advance.
FEW = 40
# What these remember is the same whatever is changed elsewhere: which rules there are, and what AWS has.
_SAME = {str(path) for path in (ROOT / "dynalint" / "rule.py", *(ROOT / "dynalint" / "service").glob("*.py"))}
Line = tuple[str, int]
_Change = Callable[[Any], Iterable[cst.CSTNode]]


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed."""

    path: Path
    text: str
    line: int
    old: cst.CSTNode
    new: cst.CSTNode
    module: cst.Module
    stretch: tuple[int, int]
    """Where the old node stands in the text, from one index to another."""

    @cached_property
    def changed(self) -> str:
        """The module's text."""
        start, end = self.stretch
        if self.text[start:end] == self.module.code_for_node(self.old):
            return self.text[:start] + self.module.code_for_node(self.new) + self.text[end:]
        module = self.module.deep_replace(self.old, self.new)
        assert isinstance(module, cst.Module)
        return module.code

    @cached_property
    def _differs(self) -> tuple[bool, bool]:
        try:
            whole, on_import = _shapes(self.changed)
        except SyntaxError:
            return False, False
        return whole != _shapes(self.text)[0], on_import != _shapes(self.text)[1]

    @property
    def is_one(self) -> bool:
        """Is it Python, and another program?"""
        return self._differs[0]

    @property
    def is_in_function(self) -> bool:
        """Is what happens on import the same, as far as the text shows?"""
        return not self._differs[1]

    def __str__(self) -> str:
        old, new = self.text.splitlines(), self.changed.splitlines()
        first = next((number for number, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
        return f"{self.path.relative_to(ROOT)}:{first + 1}\n    - {old[first].strip()}\n    + {new[first].strip()}"


@lru_cache(maxsize=2)
def _shapes(text: str) -> tuple[str, str]:
    """What a module's text says, and what of it happens on import."""
    tree = ast.parse(text)
    whole = ast.dump(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = []
    return whole, ast.dump(tree)


# What is changed


def of_mutmut() -> list[tuple[type, _Change]]:
    """What mutmut changes."""
    from mutmut.mutation import mutators

    found: list[tuple[_Change, type]] = [
        (mutators.operator_number, cst.BaseNumber),
        (mutators.operator_name, cst.Name),
        (mutators.operator_remove_unary_ops, cst.UnaryOperation),
        (mutators.operator_keywords, cst.CSTNode),
        (mutators.operator_swap_op, cst.CSTNode),
        (mutators.operator_match, cst.Match),
        (mutators.operator_if_exp, cst.IfExp),
        (mutators.operator_symmetric_string_methods_swap, cst.Call),
    ]
    return [(kind, change) for change, kind in found]


def own() -> list[tuple[type, _Change]]:
    """What else decides here."""
    found: list[tuple[_Change, type]] = [(_words, cst.SimpleString), (_operands, cst.BooleanOperation), (_unfiltered, cst.CompFor)]
    found += [(_negated, cst.If), (_unguarded, cst.MatchCase)]
    found += [(_fewer_elements, kind) for kind in (cst.Set, cst.Tuple, cst.List)]
    found += [(_fewer_entries, cst.Dict), (_fewer_types, cst.Call), (_fewer_patterns, cst.MatchOr), (_quantifiers, cst.Name), (_edges, cst.Call)]
    return [(kind, change) for change, kind in found]


def _words(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    if node.raw_value.strip() and not node.quote.startswith('"""'):
        yield node.with_changes(value=f"{node.prefix}{node.quote}XX{node.raw_value}{node.quote}")


def _operands(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    yield from (node.left, node.right)


def _unfiltered(node: cst.CompFor) -> Iterator[cst.CSTNode]:
    for index, each in enumerate(node.ifs):
        yield node.with_changes(ifs=(*node.ifs[:index], *node.ifs[index + 1 :]))
        yield node.with_changes(ifs=(*node.ifs[:index], each.with_changes(test=_not(each.test)), *node.ifs[index + 1 :]))


def _negated(node: cst.If) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=_not(node.test))


def _not(test: cst.BaseExpression) -> cst.UnaryOperation:
    return cst.UnaryOperation(cst.Not(), test.with_changes(lpar=[cst.LeftParen(), *test.lpar], rpar=[*test.rpar, cst.RightParen()]))


def _unguarded(node: cst.MatchCase) -> Iterator[cst.CSTNode]:
    if node.guard is not None:
        yield node.with_changes(guard=None)


def _fewer_elements(node: cst.Set | cst.Tuple | cst.List) -> Iterator[cst.CSTNode]:
    if len(node.elements) > 2 or not isinstance(node, cst.Tuple):
        yield from (node.with_changes(elements=rest) for rest in _fewer(node.elements) if rest)


def _fewer_entries(node: cst.Dict) -> Iterator[cst.CSTNode]:
    yield from (node.with_changes(elements=rest) for rest in _fewer(node.elements))


def _fewer(parts: Sequence[cst.CSTNode]) -> Iterator[list[cst.CSTNode]]:
    return ([*parts[:index], *parts[index + 1 :]] for index in range(len(parts)))


def _fewer_types(node: cst.Call) -> Iterator[cst.CSTNode]:
    if isinstance(node.func, cst.Name) and node.func.value == "isinstance" and isinstance(types := node.args[1].value, cst.BinaryOperation):
        yield from (node.with_changes(args=[node.args[0], node.args[1].with_changes(value=each)]) for each in (types.left, types.right))


def _fewer_patterns(node: cst.MatchOr) -> Iterator[cst.CSTNode]:
    for rest in _fewer(node.patterns):
        last = rest[-1]
        assert isinstance(last, cst.MatchOrElement)
        yield node.with_changes(patterns=[*rest[:-1], last.with_changes(separator=cst.MaybeSentinel.DEFAULT)]) if len(rest) > 1 else last.pattern


def _quantifiers(node: cst.Name) -> Iterator[cst.CSTNode]:
    other = {"all": "any", "any": "all", "min": "max", "max": "min"}.get(node.value)
    yield from () if other is None else (node.with_changes(value=other),)


def _edges(node: cst.Call) -> Iterator[cst.CSTNode]:
    if isinstance(node.func, cst.Attribute) and (other := {"startswith": "endswith", "endswith": "startswith"}.get(node.func.attr.value)):
        yield node.with_changes(func=node.func.with_changes(attr=cst.Name(other)))


class _Places(cst.CSTVisitor):
    """The nodes of a module that say what happens, in the order of the text."""

    METADATA_DEPENDENCIES = (PositionProvider, WhitespaceInclusivePositionProvider)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lines = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
        self.found: list[tuple[int, tuple[int, int], cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.ImportFrom | cst.Import | cst.BaseSmallStatement) and not isinstance(node, _RUN):
            return False
        if isinstance(node, cst.BaseParenthesizableWhitespace) or (isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "strict"):
            return False
        whole = self.get_metadata(WhitespaceInclusivePositionProvider, node)
        stretch = self.lines[whole.start.line - 1] + whole.start.column, self.lines[whole.end.line - 1] + whole.end.column
        self.found.append((self.get_metadata(PositionProvider, node).start.line, stretch, node))
        return True


_RUN = (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Return, cst.Raise, cst.Expr, cst.Del, cst.Break, cst.Continue)


def mutants(path: Path, changes: Sequence[tuple[type, _Change]]) -> list[Mutant]:
    """All copies of a module."""
    text = path.read_text(encoding="utf8")
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    places = _Places(text)
    wrapper.visit(places)
    return [
        Mutant(path, text, line, node, new, wrapper.module, stretch)
        for line, stretch, node in places.found
        for kind, change in changes
        if isinstance(node, kind)
        for new in change(node)
    ]


# What is tried


class Passed:
    """A plugin of pytest that writes down which lines of some modules each test runs through, and how long it takes."""

    def __init__(self, paths: Iterable[Path]) -> None:
        from coverage import Coverage

        self.files = [str(path) for path in paths]
        self.coverage = Coverage(data_file=None, include=self.files)
        self.loaded, self.caches = 0, _caches(self.files)
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        if self.loaded != len(sys.modules):
            self.loaded, self.caches = len(sys.modules), _caches(self.files)
        for each in self.caches:  # so that a test which is the second to ask runs through the same lines
            each.cache_clear()
        start = time.process_time()
        self.coverage.start()
        self.coverage.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self.coverage.stop()
            self.seconds[item.nodeid] = time.process_time() - start

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            self.failed.add(report.nodeid)

    def known(self) -> dict[str, Any]:
        """What was seen, for JSON. What one test of a fixture runs through counts for all of them: findings of one text are looked for only once."""
        groups: dict[str, set[Line]] = defaultdict(set)
        data = self.coverage.get_data()
        for path in data.measured_files():
            for line, names in data.contexts_by_lineno(path).items():
                for name in names:
                    groups[_group(name)].add((str(Path(path).relative_to(ROOT)), line))
        tests: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.seconds.keys() - self.failed, key=self.seconds.__getitem__):
            for path, line in groups[_group(name)]:
                tests[f"{path}:{line}"].append(name)
        return {"tests": tests, "seconds": self.seconds}


def _group(name: str) -> str:
    path, _, rest = name.partition("::")
    return f"{path}[{rest.partition('[')[2]}" if "[" in rest else name


def _caches(paths: Iterable[str]) -> list[_lru_cache_wrapper[Any]]:
    """What remembers the answers of functions of these modules."""
    found = (each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper))
    return [each for each in found if isinstance(code := getattr(each.__wrapped__, "__code__", None), CodeType) and code.co_filename in paths]


class _Chosen:
    """A plugin of pytest that runs some tests only, in their order."""

    def __init__(self, tests: list[str]) -> None:
        self.places = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self.places), key=lambda item: self.places[item.nodeid])


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads a module from other text than stands in its file."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)


class _Finder:
    def __init__(self, mutant: Mutant) -> None:
        parts = mutant.path.relative_to(ROOT).with_suffix("").parts
        self.name, self.mutant = ".".join(parts[:-1] if parts[-1] == "__init__" else parts), mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        where = str(self.mutant.path)
        return importlib.util.spec_from_file_location(name, where, loader=_Changed(name, where, self.mutant.changed))


def _fork(work: Callable[[], int]) -> int:
    """A process of its own for some work, whose exit code it gives."""
    child = os.fork()
    if not child:
        code = 70
        try:
            code = work()
        finally:
            os._exit(code)
    return child


def _forked(work: Callable[[], int]) -> int:
    """The exit code of some work in a process of its own, -1 where a signal ended it."""
    return max(os.waitstatus_to_exitcode(os.waitpid(_fork(work), 0)[1]), -1)


def _pytest(arguments: list[str], plugins: Sequence[object] = ()) -> int:
    import hypothesis

    calm = [phase for phase in hypothesis.Phase if phase.name in {"explicit", "generate"}]
    health = list(hypothesis.HealthCheck)
    hypothesis.settings.register_profile("mutants", phases=calm, database=None, derandomize=True, deadline=None, suppress_health_check=health)
    hypothesis.settings.load_profile("mutants")
    with open(os.devnull, "w", encoding="utf8") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-n", "0", *arguments], list(plugins)))


def _survives(mutant: Mutant | None, tests: list[str]) -> bool:
    """Does no test fail? Without a change none should."""

    def work() -> int:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        if mutant is not None:
            sys.meta_path.insert(0, _Finder(mutant))
        return _pytest(sorted({test.partition("::")[0] for test in tests}), [_Chosen(tests)])

    return not tests or _forked(work) == 0


def _functions(path: str, text: str) -> dict[str, CodeType]:
    """The code of a module's functions and methods, by their names; of several of one name the last, as Python has it."""
    found: dict[str, CodeType] = {}
    waiting = [compile(text, path, "exec", dont_inherit=True)]
    while waiting:
        for each in waiting.pop().co_consts:
            if isinstance(each, CodeType):
                if each.co_flags & inspect.CO_NEWLOCALS:
                    found[each.co_qualname] = each
                else:
                    waiting.append(each)  # the body of a class
    return found


class _Kept:
    """What the tests' texts are turned into before the changed module has its turn, made once for all copies.

    No module of the model asks facts, rules, fixes or the language. Of one rule's copy the facts and what all other rules say are the same as well.
    """

    def __init__(self) -> None:
        analysis = vars(importlib.import_module("dynalint.analysis"))
        self.model_of, self.facts, self.asked = (analysis[name] for name in ("model_of", "Facts", "_asked"))
        self.models: dict[Any, Any] = {}
        self.known: dict[Any, Any] = {}
        self.said: dict[Any, Any] = {}
        self.changed: str | None = None
        """The path of the rule that is changed, if one is."""
        analysis.update(model_of=self._model_of, Facts=self._facts, _asked=self._asked)

    def _model_of(self, source: Any, tree: Any, options: Any, beside: Any, around: Any = None) -> Any:
        if beside is not None:
            return self.model_of(source, tree, options, beside, around)
        if (source, options) not in self.models:
            self.models[source, options] = self.model_of(source, tree, options, beside, around)
        self.models[source, options].interpreter.latest = float("inf")
        return self.models[source, options]

    def _facts(self, module: Any, options: Any, tables: Any) -> Any:
        key = module.source, options
        if key not in self.models or self.models[key] is not module:
            return self.facts(module, options, tables)
        if self.changed is None or key not in self.known:
            self.known[key] = self.facts(module, options, tables)
        return self.known[key]

    def _asked(self, rule: Any, facts: Any, options: Any) -> Any:
        key = rule.code, facts.source, options
        if key[1:] not in self.known or self.known[key[1:]] is not facts:
            return self.asked(rule, facts, options)
        if self.changed in {None, rule.check.__code__.co_filename} or key not in self.said:
            self.said[key] = self.asked(rule, facts, options)
        return list(self.said[key])


class _InPlace:
    """A plugin of pytest that runs no tests, but tries copies, each in a process of its own whose functions are given the code of the copy's."""

    def __init__(self, trials: Sequence[tuple[Mutant, list[str]]], seconds: dict[str, float], most: float, told: int) -> None:
        self.trials, self.seconds, self.most, self.told = trials, dict(seconds), most, told
        self.functions: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
        self.caches: list[_lru_cache_wrapper[Any]] = []
        self.kept: _Kept | None = None
        self.sharp: dict[tuple[Path, str], int] = {}
        """The line of a module for whose copy a test failed last: it is likely to fail for those of the next lines as well."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        self._prepare(session, items)
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(str(ROOT / "dynalint")):
                self.functions[each.__code__.co_filename, each.__code__.co_qualname].append(each)
        self.caches = _caches({str(path) for name in ("dynalint", "tests") for path in (ROOT / name).rglob("*.py")} - _SAME)
        gc.freeze()
        for mutant, tests in self.trials:
            ordered = sorted(tests, key=lambda test: abs(mutant.line - self.sharp.get((mutant.path, test), 1_000_000)))
            is_seen = self._is_seen(session, mutant, [items[test] for test in ordered if test in items])
            os.write(self.told, b"1" if is_seen else b"0")
        return True

    def _prepare(self, session: pytest.Session, items: dict[str, pytest.Item]) -> None:
        """What the tests load and make need not be loaded and made for each copy; those that fail if it is kept are not asked."""
        wanted = sorted({test for _, tests in self.trials for test in tests if self.seconds[test] <= self.most}, key=self.seconds.__getitem__)
        if len(self.trials) < FEW:
            wanted = self.trials[0][1][:20]
        else:
            self.kept = _Kept()
        findings = _caches({str(ROOT / "tests" / "marked.py")}) if self.kept else []
        for turn in range(2 if self.kept else 1):
            for each in findings:
                each.cache_clear()
            for test in wanted:
                if test not in items:
                    continue
                start = time.process_time()
                if _failing(session, [items[test]]):
                    session.testsfailed = 0
                    del items[test]
                if turn:
                    self.seconds[test] = time.process_time() - start

    def _is_seen(self, session: pytest.Session, mutant: Mutant, items: list[pytest.Item]) -> bool:
        if not mutant.is_in_function:
            return False
        reading, writing = os.pipe()

        def work() -> int:
            resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
            if self.kept is not None and mutant.path.parent.name == "rules":
                self.kept.changed = str(mutant.path)
            for name, code in _functions(str(mutant.path), mutant.changed).items():
                for function in self.functions[str(mutant.path), name]:
                    function.__code__ = code
            for each in self.caches:
                each.cache_clear()
            failing = _failing(session, items, self.seconds, self.most)
            os.write(writing, (failing or "").encode())
            return int(failing is not None)

        code = _forked(work)
        os.close(writing)
        if failing := os.read(reading, 1 << 16).decode():
            self.sharp[mutant.path, failing] = mutant.line
        os.close(reading)
        return code in (1, -1)


def _failing(session: pytest.Session, items: Sequence[pytest.Item], seconds: dict[str, float] | None = None, most: float = math.inf) -> str | None:
    """The first test that fails, of those for which the time is enough."""
    end = time.process_time() + most
    for item, following in zip(items, [*items[1:], None], strict=True):
        if seconds is not None and time.process_time() + seconds[item.nodeid] > end:
            continue
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return item.nodeid
    return None


def seen_in_place(trials: Sequence[tuple[Mutant, list[str]]], seconds: dict[str, float], most: float) -> Iterator[bool]:
    """Of each copy: does one of its tests fail, as far as can be told without importing anything anew, and in so many seconds?

    That is many times as quick.
    What is worked out on import stays as it was, so that nobody may say of a copy that it survives here.
    """
    if not trials:
        return
    reading, writing = os.pipe()
    child = _fork(lambda: _pytest(sorted({test.partition("::")[0] for _, tests in trials for test in tests}), [_InPlace(trials, seconds, most, writing)]))
    os.close(writing)
    for _ in trials:
        yield os.read(reading, 1) == b"1"
    os.close(reading)
    os.waitpid(child, 0)


def passed(paths: list[Path], tests: list[str], kept: Path) -> dict[str, Any]:
    """Which tests run through which lines, as far as they pass."""

    def work() -> int:
        plugin = Passed(paths)
        _pytest(["--maxfail=10000", *tests], [plugin])
        kept.parent.mkdir(parents=True, exist_ok=True)
        others = [name for name in sys.modules if name.partition(".")[0] not in {"dynalint", "tests", "__main__"}]
        kept.write_text(json.dumps({**plugin.known(), "modules": others}), encoding="utf8")
        return 0

    if not kept.exists():
        _forked(work)
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf8"))
    return found


def _enough(tests: list[str], seconds: dict[str, float], most: float) -> Iterator[str]:
    """The first of the tests that take no longer than that together."""
    spent = 0.0
    for test in tests:
        if spent + seconds[test] <= most:
            spent += seconds[test]
            yield test


def _tests_of(mutant: Mutant, known: dict[str, Any]) -> list[str]:
    """The tests that run through its line, or else through its module: a rule's own first, as they know it best, then small ones, then marks of fixtures."""
    where = str(mutant.path.relative_to(ROOT))
    tests: list[str] = known["tests"].get(f"{where}:{mutant.line}", [])
    if not tests:
        found = {test for line, names in known["tests"].items() if line.startswith(f"{where}:") for test in names}
        tests = sorted(found, key=known["seconds"].__getitem__)
    own_fixtures = f"[{mutant.path.stem.partition('_')[0]}_"
    first = ("::test_own_code_fires", "::test_findings_say")

    def place(test: str) -> tuple[bool, int]:
        is_small = known["seconds"][test] < SMALL and "test_fixtures.py" not in test
        return own_fixtures not in test, 0 if is_small else next((number for number, name in enumerate(first, 1) if name in test), 3)

    return sorted(tests, key=place)


def main(arguments: list[str]) -> int:
    """Try the copies; 1 where one survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, help="modules, or folders of modules")
    parser.add_argument("--sample", type=int, help="try only so many, chosen by chance")
    parser.add_argument("--seed", type=int, default=0, help="where chance begins (default: 0)")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long the tests of one copy may take together (default: 15)")
    parser.add_argument("--tests", default=",".join(TESTS), help="which tests, as tests/test_NAME.py (default: those that ask no other process)")
    kept = "where it is kept which tests run through which lines; delete it when either changes (default: .cache/mutants.json)"
    parser.add_argument("--kept", type=Path, default=ROOT / ".cache" / "mutants.json", help=kept)
    parser.add_argument("--lines", type=lambda text: {int(line) for line in text.split(",")}, help="change only these lines")
    parser.add_argument("--own", action="store_true", help="without what mutmut changes, which need not be installed then")
    quick = "try nothing that takes to import anything anew: what decides on import is not changed, and what is named may be seen when all is tried"
    parser.add_argument("--quick", action="store_true", help=quick)
    parsed = parser.parse_args(arguments)
    sys.dont_write_bytecode = False  # the other modules would be compiled anew for each copy
    whole = sorted(path for name in ("language", "fixes", "facts", "rules") for path in (ROOT / "dynalint" / name).rglob("*.py"))
    known = passed(whole, [f"tests/test_{name}.py" for name in parsed.tests.split(",")], parsed.kept)
    for name in known["modules"]:
        with suppress(ImportError):
            importlib.import_module(name)
    assert "dynalint" not in sys.modules
    gc.freeze()
    passing = sorted({test for tests in known["tests"].values() for test in tests}, key=known["seconds"].__getitem__)
    if not passing or not (parsed.quick or _survives(None, list(_enough(passing, known["seconds"], parsed.seconds)))):
        parser.error(f"the tests do not pass as things are: delete {parsed.kept} and look at them")
    paths = [each for path in parsed.paths for each in (sorted(path.resolve().rglob("*.py")) if path.is_dir() else [path.resolve()])]
    changes = own() if parsed.own else [*of_mutmut(), *own()]
    every = [mutant for path in paths for mutant in mutants(path, changes) if not parsed.lines or mutant.line in parsed.lines]
    chosen = random.Random(parsed.seed).sample(every, min(parsed.sample, len(every))) if parsed.sample else every
    chosen = [mutant for mutant in chosen if mutant.is_one and (mutant.is_in_function or not parsed.quick)]
    trials = [(mutant, _tests_of(mutant, known)) for mutant in chosen]
    tried = survived = 0
    for (mutant, tests), seen in zip(trials, seen_in_place(trials, known["seconds"], parsed.seconds), strict=True):
        tried += 1
        if not seen and (parsed.quick or _survives(mutant, list(_enough(tests, known["seconds"], parsed.seconds)))):
            survived += 1
            print(f"{mutant}\n    ({len(tests)} tests)", flush=True)
        sys.stderr.write(f"\r{tried} of {len(chosen)} tried, {survived} survived ")
    print(f"{tried} tried of {len(every)}, {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
