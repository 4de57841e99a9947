"""Turns one module into what its names mean, on demand: a name is looked up when somebody asks, and its piece parsed only then."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import libcst as cst

from dynalint.gate import HOT, MAKES_CLIENT, hot_here
from dynalint.model.expressions import TooMuchError
from dynalint.model.frame import Frame
from dynalint.model.record import Call, Creation, Declaration, Dump, Misuse, NamedDict, TableModel
from dynalint.model.state import State
from dynalint.model.tree import Chunk, Spot, walk
from dynalint.model.values import NONE, Class, Condition, Function, Place, Ref, Symbol, Unknown, Value, join
from dynalint.options import Options
from dynalint.outline import Outline, Piece, outline
from dynalint.source import Source

# How far a caller may be from an operation to be run for the arguments that it passes.
MOST_CALLERS = 3
_WORD = re.compile(r"\w+")


class Project:
    """Modules that are run together, by one interpreter on one heap. This one knows of no module but those that it is given."""

    def __init__(self) -> None:
        from dynalint.model.interpreter import Interpreter

        self.interpreter = Interpreter()
        self.heap: dict[Ref, Value] = {}
        self.written: set[Value] = set()
        """The objects that an operation writes."""
        self.handed_on: set[Value] = set()
        """The objects that were named an item, and then returned, kept, or given to somebody."""

    def run_importers(self, module: Module) -> None:
        """Run what uses a module, in the modules that import it. Here there are none."""

    def module(self, name: str, importer: Module) -> Module | None:
        """The module of an absolute or relative name, as seen from the module that imports it; None where it is not known."""
        return None


@dataclass(eq=False)
class FunctionInfo:
    """A function of the module: where its text is, and its node once it is parsed."""

    name: str
    module: Module
    chunk: Chunk
    given: cst.FunctionDef | None = None

    @cached_property
    def node(self) -> cst.FunctionDef | None:
        """The function's node, None where libcst cannot parse it."""
        if self.given is not None:
            return self.given
        try:
            body = self.chunk.body
        except (cst.ParserSyntaxError, RecursionError):
            return None
        return body[0] if body and isinstance(body[0], cst.FunctionDef) else None

    @cached_property
    def decorators(self) -> tuple[str, ...]:
        """The dotted names of the decorators."""
        if self.given is None:
            node = self.chunk.piece.nodes[0]
            nodes = node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
            return tuple(ast.unparse(each.func if isinstance(each, ast.Call) else each) for each in nodes)
        names = (each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator for each in self.given.decorators)
        return tuple(cst.Module([]).code_for_node(name) for name in names)

    def is_decorated(self, *names: str) -> bool:
        """Does it have a decorator of one of these last names?"""
        return any(decorator.split(".")[-1] in names for decorator in self.decorators)


_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
# What `from ... import *` brings of modules that are not read, as far as the model knows it.
_STARRED = {
    "boto3.dynamodb.conditions": "Key|Attr",
    "datetime": "datetime|timedelta|timezone",
    "time": r"\w+",
    "base64": r"\w+",
    "decimal": "Decimal",
    "aws_cdk.aws_dynamodb": "Table|TableV2|Cfn(?:Global)?Table|Attribute|AttributeType|Billing|BillingMode|Capacity",
    "troposphere": "Ref",
    "troposphere.dynamodb": r"Table|KeySchema|AttributeDefinition|ProvisionedThroughput|Projection|\w+SecondaryIndex|\w+Specification",
    "pynamodb.models": "Model",
    "pynamodb.attributes": r"\w+Attribute",
    "pynamodb.indexes": r"\w+SecondaryIndex|\w+Projection",
}


@dataclass(eq=False)
class ClassModel:
    """A class of the module: its methods, what its body assigns, and what its methods put into `self`."""

    name: str
    module: Module
    bases: tuple[str, ...]
    methods: dict[str, FunctionInfo]
    assigned: dict[str, list[Chunk]]
    """Names assigned in the class body -> the pieces that do it; empty for a class inside a function."""
    binders: dict[str, list[FunctionInfo]]
    """Names assigned to an attribute of the first parameter -> the methods that do it."""
    annotations: dict[str, str] = field(default_factory=dict)
    inner: dict[str, Chunk] = field(default_factory=dict)
    """The classes in the class's body; empty for a class inside a function."""
    place: Place | None = None
    """Its name, where it stands at the top level."""
    attributes: dict[str, Value] = field(default_factory=dict)
    """What the methods that ran so far put into `self`."""
    body: Frame | None = None
    anyone: Ref = field(default_factory=lambda: Ref("object"))
    """The object that stands for any object of the class."""
    busy: set[str] = field(default_factory=set)

    def method(self, name: str) -> tuple[FunctionInfo, ClassModel] | None:
        """The method of a name, with the class that has it; base classes of the module are asked too."""
        for cls in self.lineage():
            if name in cls.methods:
                return cls.methods[name], cls
        return None

    def lineage(self) -> list[ClassModel]:
        """The class and its base classes in this module, nearest first."""
        found: list[ClassModel] = [self]
        for cls in found:
            for base in cls.bases:
                model = cls.module.class_model(base)
                if model is not None and model not in found:
                    found.append(model)
        return found

    def outer_bases(self) -> tuple[str, ...]:
        """The full names of the base classes that stand in no module of the project, those of its base classes too, as far as they are known."""
        outside = ((cls, base) for cls in self.lineage() for base in cls.bases if cls.module.class_model(base) is None)
        return tuple(name for cls, base in outside if (name := cls.full_name(base)) is not None)

    def full_name(self, name: str) -> str | None:
        """What a name with dots means in its module, where that stands outside of the project and is known."""
        head, _, rest = name.partition(".")
        value = self.module.value(head) if _DOTTED.fullmatch(name) else None
        if not isinstance(value, Symbol):
            return None
        full = f"{value.name}.{rest}" if rest else value.name
        known = self.module.imported(full)
        return known.name if isinstance(known, Symbol) else full

    @property
    def is_closed(self) -> bool:
        """Are all its base classes in this module?"""
        return all(base == "object" or cls.module.class_model(base) is not None for cls in self.lineage() for base in cls.bases)

    def bind(self, name: str, value: Value) -> None:
        """Write down that a method put this into `self`. None only says that the value comes later."""
        old = self.attributes.get(name)
        if old is None or old == NONE:
            self.attributes[name] = value
        elif value != NONE:
            self.attributes[name] = join(old, value)


class Module:
    """One module under analysis: its pieces, what the interpreter found in it, and the answers to what its names mean."""

    def __init__(
        self,
        source: Source,
        tree: ast.Module,
        options: Options,
        project: Project | None = None,
        pieces: Outline | None = None,
        chunks: dict[Piece, Chunk] | None = None,
    ) -> None:
        self.source = source
        self.tree = tree
        self.options = options
        self.project = project or Project()
        self.is_checked = pieces is None
        """Is it the module that is checked, and not one that is read for what it tells of that?"""
        self.outline: Outline = outline(tree) if pieces is None else pieces
        self.calls: dict[object, Call] = {}
        self.method_calls: dict[object, Call] = {}
        """Every method call on something that is surely a handle."""
        self.dumps: dict[object, Dump] = {}
        self.creations: dict[object, Creation] = {}
        """Every session, client and resource that is made."""
        self.declarations: dict[object, Declaration] = {}
        """Every table that CDK, troposphere or Pulumi is told to make."""
        self.variables: set[tuple[str, str | None]] = set()
        """The environment variables that they are told to set to what is no such table, with the text where one is known."""
        self.conditions: dict[object, Condition] = {}
        """Every condition that is built, whether an operation gets it or not."""
        self.misuses: dict[object, Misuse] = {}
        self.named_dicts: dict[object, NamedDict] = {}
        self.written, self.handed_on = self.project.written, self.project.handed_on
        self.unparsed: dict[Piece, str] = {}
        self.cut: tuple[Piece, str] | None = None
        """The piece that was too much work, and how much was done of it: neither it nor what comes after it was run."""
        self.revealed: dict[cst.CSTNode, tuple[Chunk, Value]] | None = None
        self.global_values: dict[str, Value] = {}
        self.interpreter = self.project.interpreter
        self.state = State(heap=self.project.heap)
        self.frame = Frame(self, self.chunk(Piece("code", (), 1, 1, frozenset())), self.state, {}, "<module>", path=("<module>",))
        self._chunks: dict[Piece, Chunk] = {} if chunks is None else chunks
        self._classes: dict[str, ClassModel | None] = {}
        self._functions: dict[Piece, FunctionInfo] = {}
        self._words: dict[Piece, frozenset[str]] = {}
        self._done: set[object] = set()
        self._busy: set[str] = set()
        self._importing: set[str] = set()
        self._mark: tuple[Piece, tuple[int, ...]] = (self.frame.chunk.piece, (0,) * len(self._records))
        """The piece that is run, and how much was recorded before it."""

    # Pieces

    def chunk(self, piece: Piece) -> Chunk:
        """The piece as something to parse."""
        return Chunk(self.source, piece, piece.first, piece.last)

    def _chunk(self, piece: Piece) -> Chunk:
        if piece not in self._chunks:
            self._chunks[piece] = self.chunk(piece)
        return self._chunks[piece]

    @cached_property
    def _all(self) -> tuple[Piece, ...]:
        return tuple(part for piece in self.outline.pieces for part in (piece.members or (piece,)))

    def _text(self, piece: Piece) -> str:
        return self.source.block(piece.first, piece.last)

    def _words_of(self, piece: Piece) -> frozenset[str]:
        """The words in the text of a piece. To look for names among them takes as long for a thousand names as for one, which an expression does not."""
        if piece not in self._words:
            self._words[piece] = frozenset(_WORD.findall(self._text(piece)))
        return self._words[piece]

    @cached_property
    def interesting(self) -> frozenset[Piece]:
        """The pieces that must be run: those with an operation in their text, and those that call one of these, a few steps up."""
        hot = [HOT, *hot_here(self.source.text, self.options)]
        makes_client = {piece for piece in self._all if re.search(MAKES_CLIENT, self._text(piece))}
        return self._with_callers({piece for piece in self._all if any(re.search(each, self._text(piece)) for each in hot)}) | makes_client

    def _with_callers(self, pieces: set[Piece]) -> frozenset[Piece]:
        """These pieces, and those that call them, a few steps up."""
        found = set(pieces)
        names = {name for piece in found for name in self._callable_names(piece)}
        for _ in range(MOST_CALLERS):
            if not names:
                break
            callers = {piece for piece in self._all if piece not in found and not names.isdisjoint(self._words_of(piece))}
            found |= callers
            names = {name for piece in callers for name in self._callable_names(piece)}
        return frozenset(found)

    @staticmethod
    def _callable_names(piece: Piece) -> frozenset[str]:
        # Special methods are called by syntax, not by name: only the class's name would show them.
        return frozenset(name for name in (piece.binds if piece.kind != "code" else ()) if not name.startswith("__"))

    def run_with_importers(self) -> None:
        """Run everything here, and what uses it elsewhere."""
        self.run()
        self.project.run_importers(self)

    def run(self) -> None:
        """Run everything in which an operation may be reached; `calls` and `named_dicts` hold what was found."""
        try:
            self._run_pieces()
        except TooMuchError as error:
            piece, sizes = self._mark
            self.cut = piece, str(error)
            # What is half done is not believed.
            for records, size in zip(self._records, sizes, strict=True):
                for key in list(records)[size:]:
                    del records[key]

    def _run_pieces(self) -> None:
        if any(piece in self.interesting for piece in self.outline.pieces if piece.kind == "code" and not _only_imports(piece)):
            for piece in self.outline.pieces:
                self._begin(piece)
                self._run_code(piece)
            self.interpreter.finish(self.frame)
        for piece in self.outline.pieces:
            self._begin(piece)
            if piece.kind == "class" and piece.members:
                self._run_methods(piece)
            elif piece in self.interesting:
                self._run_code(piece)
                if piece.kind == "function":
                    self.run_function(self._function(piece), None)
                elif piece.kind == "class" and (model := self.class_model(piece.name)) is not None:
                    self.run_class(model)

    @property
    def _records(self) -> tuple[dict[Any, Any], ...]:
        return (self.calls, self.method_calls, self.dumps, self.creations, self.conditions, self.misuses, self.named_dicts)

    def _begin(self, piece: Piece) -> None:
        """Remember what was recorded before a piece is run."""
        self._mark = piece, tuple(map(len, self._records))

    def run_around(self, names: Iterable[str], begins: Iterable[str] = ()) -> bool:
        """Run the pieces in whose text a name is found, and for the names of `begins` what calls these too. True: to the end."""
        self.interesting = frozenset(self._pieces_with(names)) | self._with_callers(self._pieces_with(begins))
        self.run()
        return True

    def run_towards(self, words: re.Pattern[str]) -> None:
        """Run the pieces in whose text a word is found, and those that call one of these."""
        found = {piece for piece in self._all if words.search(self._text(piece))}
        names = {name for piece in found for name in self._callable_names(piece)}
        self.interesting = frozenset(found | {piece for piece in self._all if self._calls(piece, names)})
        self.run()

    def _calls(self, piece: Piece, names: set[str]) -> bool:
        """Does a name stand before a parenthesis in the text of a piece?"""
        listed = sorted(names & self._words_of(piece))
        return bool(listed) and re.search(r"\b(?:" + "|".join(map(re.escape, listed)) + r")\s*\(", self._text(piece)) is not None

    def users_of(self, names: Iterable[str]) -> frozenset[str]:
        """The functions and classes in whose text a name is found, and those that call them."""
        return frozenset(name for piece in self._with_callers(self._pieces_with(names)) for name in self._callable_names(piece))

    def _pieces_with(self, names: Iterable[str]) -> set[Piece]:
        wanted = frozenset(names)
        if not wanted:
            return set()
        return {piece for piece in self._all if not wanted.isdisjoint(self._words_of(piece)) and (piece.kind != "code" or not _only_imports(piece))}

    def run_all(self) -> None:
        """Run everything, whether an operation may be reached or not: what `reveal` needs."""
        self.interesting = frozenset(self._all)
        self.run()

    def _run_methods(self, piece: Piece) -> None:
        wanted = [member for member in piece.members if member in self.interesting]
        model = self.class_model(piece.name) if wanted else None
        for member in wanted if model is not None else []:
            self._begin(member)
            if member.kind == "function":
                self.run_function(self._function(member), model)
            elif member.kind == "class" and member.binds:
                nested = self._nested_class(member)
                if nested is not None:
                    self.run_class(nested)
            elif model is not None:
                self.interpreter.class_body(model)

    def run_class(self, model: ClassModel) -> None:
        """Run all methods of a class that is not split into pieces."""
        for info in model.methods.values():
            self.run_function(info, model)

    def run_function(self, info: FunctionInfo, owner: ClassModel | None, closure: Frame | None = None) -> None:
        """Run a function once for itself, with nothing known of its arguments but annotations."""
        key = (info.node or info, owner.name if owner else "")
        if key not in self._done:
            self._done.add(key)
            self.interpreter.run_alone(info, owner, closure)

    def _run_code(self, piece: Piece) -> None:
        if piece in self._done:
            return
        self._done.add(piece)
        self.interpreter.run_piece(self, piece, self._chunk(piece))

    def _function(self, piece: Piece) -> FunctionInfo:
        if piece not in self._functions:
            self._functions[piece] = FunctionInfo(piece.name, self, self._chunk(piece))
        return self._functions[piece]

    # Names

    def value(self, name: str) -> Value | None:
        """What a top-level name of the module means, None where the module does not bind it."""
        pieces = self.outline.binding(name)
        if name in self._busy:
            return self.state.get(name) or (Unknown("depends on itself") if pieces else None)
        self._busy.add(name)
        try:
            for piece in pieces:
                self._run_code(piece)
            value = self.state.get(name)
            if name in self.global_binders:
                value = self._set_by_functions(name, value)
        finally:
            self._busy.discard(name)
        if value is None and pieces:
            return Unknown(f"{name} is set in a way that was not followed")
        return value if value is not None else self._starred(name)

    def _set_by_functions(self, name: str, value: Value | None) -> Value | None:
        for piece in self.global_binders[name]:
            if piece.kind == "function" and not piece.member:
                self.run_function(self._function(piece), None)
        later = self.global_values.get(name)
        if later is None:
            return value
        return later if value is None or value == NONE else join(value, later)

    @cached_property
    def global_binders(self) -> dict[str, list[Piece]]:
        """Names that a function declares `global` -> the pieces with such functions."""
        found: dict[str, list[Piece]] = {}
        if "global " in self.source.text:
            for piece in self._all:
                for match in re.finditer(r"^\s+global\s+([\w, \t]+)", self._text(piece), re.MULTILINE):
                    for name in re.split(r"[,\s]+", match[1].strip()):
                        found.setdefault(name, []).append(piece)
        return found

    def _starred(self, name: str) -> Value | None:
        for module in self.outline.stars:
            other = self.project.module(module, self)
            if other is not None and (value := other.value(name)) is not None:
                return value
        known = (each for each in reversed(self.outline.stars) if re.fullmatch(_STARRED.get(each, ""), name))
        return next((Symbol(f"{each}.{name}") for each in known), None)

    def imported(self, symbol: str) -> Value | None:
        """What a name of another module of the project means, None where it is not known."""
        name = symbol.rpartition(".")[2]
        stem = symbol.removesuffix(name)
        # Of `.models` the module is `.`, of `.models.User` it is `.models`.
        other = self.project.module(stem[:-1] if stem.strip(".") else stem, self)
        value = self.interpreter.abroad(lambda: other.value(name), None) if other is not None else None
        if isinstance(value, Symbol) and other is not None and symbol not in self._importing:
            self._importing.add(symbol)
            try:
                return other.imported(value.name) or value
            finally:
                self._importing.discard(symbol)
        return value

    @cached_property
    def models(self) -> tuple[TableModel, ...]:
        """The PynamoDB models at the top level of the module."""
        if "pynamodb" not in self.source.text:
            return ()
        classes = (self.class_model(piece.name) for piece in self.outline.pieces if piece.kind == "class" and piece.members)
        found = (self.interpreter.table_model(model) for model in classes if model is not None and model.module is self)
        return tuple(model for model in found if model is not None)

    def class_model(self, name: str) -> ClassModel | None:
        """The class of this name at the module's top level."""
        if name not in self._classes:
            self._classes[name] = None
            pieces = [piece for piece in self.outline.binding(name) if piece.kind == "class"]
            self._classes[name] = self._class_of(pieces[-1]) if pieces else self._imported_class(name)
        return self._classes[name]

    def _imported_class(self, name: str) -> ClassModel | None:
        head, _, rest = name.partition(".")
        value = self.value(head) if any(_only_imports(piece) for piece in self.outline.binding(head)) else None
        if isinstance(value, Symbol):
            value = self.imported(f"{value.name}.{rest}" if rest else value.name)
        return value.node if isinstance(value, Class) and isinstance(value.node, ClassModel) else None

    def _class_of(self, piece: Piece) -> ClassModel | None:
        node = piece.nodes[0]
        assert isinstance(node, ast.ClassDef)
        if not piece.members:
            return self._class_from_node(piece, piece.bases)
        methods = {member.name: self._function(member) for member in piece.members if member.kind == "function"}
        assigned: dict[str, list[Chunk]] = {}
        annotations: dict[str, str] = {}
        for member in piece.members:
            if member.kind == "code":
                for bound in member.binds:
                    assigned.setdefault(bound, []).append(self._chunk(member))
                for each in member.nodes:
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                        annotations[each.target.id] = ast.unparse(each.annotation)
        binders: dict[str, list[FunctionInfo]] = {}
        for member in piece.members:
            if member.kind == "function":
                for attribute in member.attributes:
                    binders.setdefault(attribute, []).append(self._function(member))
        inner = {member.name: self._chunk(member) for member in piece.members if member.kind == "class"}
        return ClassModel(piece.name, self, piece.bases, methods, assigned, binders, annotations, inner, Spot.of_class(self.source, node))

    def _class_from_node(self, piece: Piece, bases: tuple[str, ...]) -> ClassModel | None:
        try:
            body = self._chunk(piece).body
        except (cst.ParserSyntaxError, RecursionError):
            return None
        return self.class_from(body[0], self._chunk(piece), bases) if body and isinstance(body[0], cst.ClassDef) else None

    def _nested_class(self, piece: Piece) -> ClassModel | None:
        return self._class_from_node(piece, ())

    def class_from(self, node: cst.ClassDef, chunk: Chunk, bases: tuple[str, ...] = ()) -> ClassModel:
        """The model of a class whose node is there already, because it stands in a function or in another class."""
        methods = {each.name.value: FunctionInfo(each.name.value, self, chunk, each) for each in node.body.body if isinstance(each, cst.FunctionDef)}
        binders: dict[str, list[FunctionInfo]] = {}
        for info in methods.values():
            for below in walk(info.given) if info.given is not None else ():
                target = below.target if isinstance(below, cst.AssignTarget | cst.AnnAssign) else None
                if isinstance(target, cst.Attribute) and isinstance(target.value, cst.Name):
                    binders.setdefault(target.attr.value, []).append(info)
        return ClassModel(node.name.value, self, bases, methods, {}, binders)

    def definition(self, piece: Piece) -> Value:
        """The function or class that a piece defines, as a value."""
        if piece.kind == "class":
            return Class(piece.name, self.class_model(piece.name))
        return Function(piece.name, self._function(piece))


def _only_imports(piece: Piece) -> bool:
    return all(isinstance(node, ast.Import | ast.ImportFrom) for node in piece.nodes)

