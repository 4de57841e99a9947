"""Turns a call into what it returns and does: functions of this module are run, DynamoDB operations written down, libraries asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import libcst as cst

from dynalint.model import builtin_types, libraries, makers, outside, pynamodb, times
from dynalint.model.annotated import promised
from dynalint.model.expressions import Expressions
from dynalint.model.filters import is_logging, questions, truth
from dynalint.model.frame import Frame
from dynalint.model.handles import SESSION_PARAMETERS, annotation_handle, handle_of, made_by_boto, meta_client
from dynalint.model.module import ClassModel, FunctionInfo
from dynalint.model.record import Argument, Arguments, Call, Creation, Declaration, Dump, Filter, TableModel
from dynalint.model.state import State
from dynalint.model.tree import At, dotted
from dynalint.model.values import (
    NONE,
    PARAMETER,
    Answer,
    Class,
    Compare,
    Condition,
    Const,
    Construct,
    Dict,
    Either,
    Entry,
    Evidence,
    Function,
    Handle,
    Instance,
    KeyPart,
    Method,
    Pages,
    Ref,
    Sequence,
    Symbol,
    Test,
    Time,
    Unknown,
    Value,
    alternatives,
    answers_in,
    element_of,
    join,
    join_all,
    known_text,
    origin_of,
    something,
)
from dynalint.service.operations import OPERATIONS, PAGEABLE
from dynalint.words import words

MOST_CALLS = 6
# A receiver is called by no more names than these.
MOST_NAMES = 12
# Functions that call what they are given: in another thread, later, or with some arguments fixed.
_RUNNERS = frozenset(
    """
    to_thread submit partial sync_to_async run_in_executor run_sync run_in_threadpool retry call_with_retry gather ensure_future create_task
    """.split()
)
_CONDITIONS = frozenset({"eq", "ne", "lt", "lte", "gt", "gte", "begins_with", "between", "is_in", "exists", "not_exists", "contains", "attribute_type"})
# Functions that read a text into something better: what they return is still what the attribute says.
_READING = frozenset({"fromisoformat", "strptime", "parse", "isoparse", "fromtimestamp", "Decimal", "UUID", "date", "loads"})
_ASKING = frozenset(
    """
    is has should can may must match matches matched fullmatch search fnmatch fnmatchcase includes allowed accepts
    """.split()
)
# What the methods of a batch writer call their one argument.
_OF_BATCH = {"put_item": "Item", "delete_item": "Key"}
# Methods that change a dict, a list or a set.
_CHANGING = frozenset({"update", "append", "extend", "insert", "pop", "remove", "add", "discard", "clear", "setdefault", "sort", "reverse"})
# Functions that turn an object into a dict of its fields.
_AS_DICT = frozenset({"dataclasses.asdict", "attr.asdict", "attrs.asdict", "builtins.vars"})
# Base classes that bring no fields of their own.
_PLAIN_BASES = frozenset({"object", "BaseModel", "ABC", "Generic", "Protocol"})
# Words in the name of a function whose result is short: a signature, a digest, a ciphertext of a key.
_SHORT = frozenset({"encrypt", "sign", "digest", "hexdigest", "hash", "hmac", "signature", "token", "nonce", "salt", "public", "private", "fingerprint"})
# Words in the name of a function that turns an item into another form of itself.
_CONVERTING = frozenset(
    """
    from deserialize deserializer unmarshal unmarshall convert parse load decode clean normalize transform map to dict format replace decimal
    serialize build as item
    """.split()
)


class Calls(Expressions):
    """The part of the interpreter that calls."""

    def run_block(self, nodes: Any, frame: Frame) -> None:
        """Run statements one after the other."""
        raise NotImplementedError

    # What is called

    def call(self, node: cst.Call, frame: Frame) -> Value:
        """What a call returns."""
        func = node.func
        if isinstance(func, cst.Name) and func.value in ("len", "sum", "Counter"):
            self.counted.update(arg.value for arg in node.args)
        called = self.evaluate(func.value if isinstance(func, cst.Attribute) else func, frame)
        arguments = self.arguments(node.args, frame)
        name = func.attr.value if isinstance(func, cst.Attribute) else dotted(func) or ""
        # Afterwards nobody knows any more what it was given: it may have changed that.
        given = self._origins(arguments, frame) if outside.is_checking(name) else None
        if isinstance(func, cst.Attribute):
            value = self.call_method(called, name, arguments, node, frame)
        else:
            value = self.call_value(called, arguments, node, frame, name)
        if given is not None:
            self._checked(node, name, given, frame)
        return value

    @staticmethod
    def _origins(arguments: Arguments, frame: Frame) -> frozenset[str]:
        """Where what a function is given came in, before the function has had it."""
        origins = (origin_of(frame.load(value)) for value in (*arguments.values, *arguments.spread))
        return frozenset(origin.name for origin in origins if origin is not None)

    def _checked(self, node: cst.Call, name: str, given: frozenset[str], frame: Frame) -> None:
        """A function whose name says that it refuses something has looked at what it was given."""
        if outside.only_matches(name):
            self.trust(frozenset(text for arg in node.args for text in outside.texts(arg.value)), frame)
            return
        frame.vetted = frame.vetted | given

    @staticmethod
    def _super(frame: Frame) -> Value:
        bases = [frame.owner.module.class_model(base) for base in frame.owner.bases] if frame.owner is not None else []
        known = [base for base in bases if base is not None]
        if known:
            return Method(Class(known[0].name, known[0]), "super")
        maker = makers.maker_of_class(frame.owner) if frame.owner is not None else None
        return Method(Symbol(maker), "super") if maker is not None else Unknown("a base class of another module")

    def attribute_of_method(self, method: Method, name: str, frame: Frame, node: cst.CSTNode) -> Value:
        """What `resource.meta.client` and `super().table` hold."""
        if method.name == "meta" and isinstance(method.receiver, Handle):
            return meta_client(method.receiver) if name == "client" else Unknown(f"meta.{name} of a handle")
        if method.name == "super" and isinstance(method.receiver, Class):
            return self.attribute_of_instance(frame.state.get("self") or NONE, Instance(method.receiver), name, frame, node)
        return Unknown(f"attribute {name} of a method")

    def call_value(self, value: Value, arguments: Arguments, node: cst.CSTNode, frame: Frame, name: str = "") -> Value:
        """What calling a value returns."""
        if isinstance(value, Either):
            return join_all(self.call_value(option, arguments, node, frame, name) for option in value.options)
        loaded = frame.load(value)
        if isinstance(loaded, Function):
            return self._call_function(loaded, arguments, node, frame)
        if isinstance(loaded, Class):
            return self._instantiate(loaded, arguments, node, frame)
        if isinstance(loaded, Symbol):
            return self._call_symbol(loaded.name, arguments, node, frame)
        if isinstance(loaded, Method):
            return self.call_method(loaded.receiver, loaded.name, arguments, node, frame)
        if isinstance(loaded, Instance) and (found := self._method(loaded, "__call__")) is not None:
            return self._run(found[0], found[1], value, arguments, node, frame)
        return self._call_unknown(name, Unknown(f"the result of {name or 'a call'}, which is not known"), arguments, node, frame)

    def call_method(self, receiver: Value, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        """What calling a method of a value returns."""
        if isinstance(receiver, Method) and receiver.name == "super" and isinstance(receiver.receiver, Class):
            return self._call_of_super(receiver.receiver, name, arguments, node, frame)
        if isinstance(receiver, Method) and receiver.name == "super" and isinstance(receiver.receiver, Symbol) and name == "__init__":
            return self._become_table(frame.state.get("self") or NONE, receiver.receiver.name, arguments, node, frame)
        if isinstance(receiver, Either):
            receiver = join_all(something(receiver))
        if isinstance(receiver, Either) and name not in OPERATIONS:
            return join_all(self.call_method(option, name, arguments, node, frame) for option in receiver.options)
        loaded = frame.load(receiver)
        if isinstance(loaded, Construct):
            self._escape_all(arguments, frame)
            return makers.called_on(loaded, name, arguments, _given(arguments, frame), frame.at(node))
        if isinstance(loaded, Instance) and (found := self._method(loaded, name)) is not None:
            bound = None if found[0].is_decorated("staticmethod") else receiver
            returned = self._run(*found, bound, arguments, node, frame)
            # Where its code does not tell, its name may.
            named = libraries.method(returned, name, arguments, _receiver_text(node)) or _question(name, arguments, frame)
            return named if isinstance(returned, Unknown) and named is not None else returned
        if isinstance(loaded, Class):
            return self._call_class_method(loaded, name, arguments, node, frame)
        if isinstance(loaded, Handle) and (updated := self._method_called(loaded, name, arguments, node, frame)) is not None:
            return updated
        if name in OPERATIONS or (name == "paginate" and isinstance(loaded, Handle)):
            handle = handle_of(
                loaded if not isinstance(receiver, Either) else self._loaded(receiver, frame), name, arguments, _receiver_text(node), frame.module.options
            )
            if handle is not None:
                return self._operation(handle, name, arguments, node, frame)
        if isinstance(loaded, Handle):
            return self._of_handle(loaded, name, arguments, node, frame)
        if isinstance(loaded, Method) and isinstance(loaded.receiver, Handle):
            return Unknown(f"{name} of a handle's {loaded.name}")
        if isinstance(loaded, Symbol):
            full = f"{loaded.name}.{name}"
            known = frame.module.imported(full)
            return self.call_value(known, arguments, node, frame, full) if known is not None else self._call_symbol(full, arguments, node, frame)
        made = made_by_boto(loaded, name, arguments, _receiver_text(node))
        if made is not None:
            return self._created(made, not isinstance(loaded, Symbol), arguments, node, frame)
        return self._call_of_value(receiver, loaded, name, arguments, node, frame)

    def _call_of_value(self, receiver: Value, loaded: Value, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        """What a method of something returns that is neither a way to DynamoDB nor code of the project."""
        if (came := outside.method(loaded, name, arguments)) is not None:
            return self.unseen(came, node, frame) or came
        result = builtin_types.method(receiver, loaded, name, arguments, node, frame)
        if result is not None:
            self.hand_on(arguments.values, frame)
            return result
        if isinstance(loaded, Time):
            return times.method(loaded, name, arguments)
        if isinstance(loaded, KeyPart | Condition):
            return self._condition(loaded, name, arguments, node, frame)
        if isinstance(loaded, Pages) and name == "build_full_result":
            return Answer(loaded.call)
        if isinstance(loaded, Answer | Test):
            return self._of_answer(loaded, name, arguments, node, frame)
        if isinstance(loaded, Instance):
            return self._call_other_method(receiver, loaded, name, arguments, node, frame)
        library = libraries.method(loaded, name, arguments, _receiver_text(node)) or self._filled(loaded, name, arguments, node, frame)
        if library is not None:
            return library
        if isinstance(loaded, Dict):
            # What no dict has: it only takes texts for keys as a dict does, and may change itself.
            self._escape(receiver, False, frame)
        return self._call_unknown(name, Unknown(f"the result of {_dotted_call(node) or name}(), which is not known"), arguments, node, frame)

    @staticmethod
    def _filled(unknown: Value, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
        """`body.update({"id": ...})`: what takes the entries of a dict holds them from now on, whatever else it is."""
        func = node.func if isinstance(node, cst.Call) else None
        given = frame.load(arguments.positional[0]) if len(arguments.positional) == len(arguments.values) == 1 else None
        if name != "update" or not isinstance(unknown, Unknown) or unknown.type not in (None, "dict") or not isinstance(given, Dict) or not given.entries:
            return None
        if not isinstance(func, cst.Attribute) or not isinstance(func.value, cst.Name):
            return None
        frame.state.names[func.value.value] = frame.new(node, Dict((), True, unknown.origin).updated(given))
        return NONE

    def _call_of_super(self, base: Class, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        """What a method of a base class returns, called on the object at hand."""
        found = base.node.method(name) if isinstance(base.node, ClassModel) else None
        me = frame.state.get("self") or Unknown("self")
        if found is not None:
            return self._run(found[0], found[1], me, arguments, node, frame)
        own = frame.owner.lineage()[1:] if frame.owner is not None and name == "__init__" else ()
        maker = makers.maker_of_class(own[0]) if own and not any(name in cls.methods for cls in own) else None
        return self._become_table(me, maker, arguments, node, frame) if maker is not None else Unknown(f"{name} of a base class")

    def _become_table(self, me: Value, maker: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        """What the `__init__` of a class that makes tables does to the object of a class that is derived from it."""
        made = self._declared(maker, arguments, node, frame)
        instance = frame.load(me)
        if made is not None and isinstance(me, Ref) and isinstance(instance, Instance):
            frame.state.heap[me] = makers.with_table(instance, made)
        return NONE

    def _call_other_method(self, receiver: Value, instance: Instance, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        """What calling something on an object returns that its classes do not define as a method."""
        sent = pynamodb.called_on_object(self, instance, name, arguments, node, frame)
        if sent is not None:
            return sent
        if (table := makers.table_in(instance)) is not None:
            return self.call_method(table, name, arguments, node, frame)
        attribute = self.attribute_of_instance(receiver, instance, name, frame, node)
        if not isinstance(attribute, Unknown):
            return self.call_value(attribute, arguments, node, frame, name)
        fields = self._fields(instance, arguments, frame) if name in ("dict", "model_dump") else None
        if fields is not None:
            return frame.new(node, fields)
        return self._call_unknown(name, Unknown(f"{name} is not a method that {instance.cls.name} has in this file"), arguments, node, frame)

    @staticmethod
    def _loaded(value: Either, frame: Frame) -> Value:
        return Either(tuple(frame.load(option) for option in value.options))

    # Functions and classes of this module

    def _call_function(self, function: Function, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        if isinstance(function.node, cst.Lambda):
            return self._run_lambda(function, arguments, node, frame)
        info = function.node
        assert isinstance(info, FunctionInfo)
        scope = function.scope if isinstance(function.scope, Frame) else None
        if scope is not None and info.node is not None:
            scope.nested.pop(info.node, None)
        return self._run(info, None, None, arguments, node, frame, scope)

    def _run_lambda(self, function: Function, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        body = function.node
        assert isinstance(body, cst.Lambda)
        if len(frame.stack) >= MOST_CALLS or body in frame.stack:
            return Unknown("called too deeply")
        scope = function.scope if isinstance(function.scope, Frame) else frame
        inner = Frame(
            scope.module, scope.chunk, State(frame.state, function=True), frame.made, frame.function, (*frame.stack, node, body), frame.path, scope.owner, scope
        )
        inner.loops, inner.bodies, inner.catches, inner.vetted = frame.loops, frame.bodies, frame.catches, frame.vetted
        inner.via, inner.within = frame.via, frame.within
        self._parameters(body.params, None, arguments, inner)
        value = self.evaluate(body.body, inner)
        frame.state.absorb(inner.state, value)
        return value

    def _run(
        self,
        info: FunctionInfo,
        owner: ClassModel | None,
        me: Value | None,
        arguments: Arguments,
        node: cst.CSTNode,
        frame: Frame,
        closure: Frame | None = None,
    ) -> Value:
        definition = info.node
        if definition is None:
            return Unknown(f"{info.name} cannot be parsed")
        if definition in frame.stack:
            return Unknown(f"{info.name} calls itself")
        if len(frame.stack) >= 2 * MOST_CALLS:
            return Unknown("called too deeply")
        key = self._context(definition, me, arguments, frame) if closure is None else None
        if key is not None and key in self.results:
            result, frame.vetted = self.results[key]
            return frame.thawed(result, node)
        state, stack = State(frame.state, function=True), (*frame.stack, node, definition)
        inner = Frame(info.module, info.chunk, state, frame.made, info.name, stack, (*frame.path, info.name), owner, closure)
        inner.expected_to_fail, inner.vetted, inner.within = frame.expected_to_fail, frame.vetted, frame.within
        inner.catches, inner.absent, inner.checked = frame.catches, frame.absent, frame.checked
        inner.loops, inner.bodies, inner.via = frame.loops, tuple(() for _ in frame.loops), (*frame.via, frame.at(node))
        value = self._run_in(inner, info, definition, me, arguments)
        if value is None:
            self._escape_all(arguments, frame)
            return Unknown(f"{info.name} of another module is too much work")
        if key is not None and not frame.state.is_changed_by(inner.state):
            # The same call, made elsewhere, says nothing new; its operations are these operations. But each caller has its own use for a response.
            result = inner.frozen(value)
            if not any(answers_in(result)):
                self.results[key] = result, inner.vetted
        # What it has looked at as a whole, its caller need not look at again.
        frame.vetted = inner.vetted
        frame.state.absorb(inner.state, value)
        return value

    def _run_in(self, inner: Frame, info: FunctionInfo, definition: cst.FunctionDef, me: Value | None, arguments: Arguments) -> Value | None:
        """Bind the parameters and run the body; None where that leads too far into another module."""

        def work() -> Value | None:
            self._parameters(definition.params, me, arguments, inner)
            return self.run_body(info, inner)

        return work() if info.module.is_checked else self.abroad(work, None)

    @staticmethod
    def _context(definition: cst.FunctionDef, me: Value | None, arguments: Arguments, frame: Frame) -> object | None:
        """All that the result of a call depends on, None where that cannot be told."""
        given = [frame.frozen(value, bare=True) for value in (*((me,) if me is not None else ()), *arguments.values)]
        if any(isinstance(value, Function | Method) for value in given):
            return None
        return (definition, tuple(given), tuple(arguments.keywords), len(arguments.positional), arguments.open, bool(frame.loops), frame.vetted)

    def run_body(self, info: FunctionInfo, frame: Frame) -> Value:
        """Run a function whose parameters are bound; what it returns, or yields."""
        definition = info.node
        assert definition is not None
        self.run_block([definition.body], frame)
        if not frame.state.dead:
            frame.returns.append(NONE)
            frame.left.append(frame.state.left_by(NONE))
        frame.state.settle(frame.left)
        self.finish(frame)
        if frame.yields:
            produced = join_all(frame.yields)
            return produced if info.is_decorated("contextmanager", "asynccontextmanager") else Sequence((), produced)
        if frame.owner is not None and _is_left_open(definition):
            return Unknown(f"{info.name} is for subclasses to define")
        return join_all(frame.returns) if frame.returns else Unknown(f"{info.name} never returns")

    def finish(self, frame: Frame) -> None:
        """What a run leaves behind: functions inside it that nobody called are run for themselves, named items are kept as they ended."""
        from dataclasses import replace

        for key, ref in frame.item_names.items():
            named = frame.module.named_dicts[key]
            final = frame.frozen(ref)
            frame.module.named_dicts[key] = replace(named, value=final if isinstance(final, Dict) else Dict((), True))
        for value in list(frame.nested.values()):
            if isinstance(value, Function) and isinstance(value.node, FunctionInfo):
                frame.module.run_function(value.node, None, frame)
            elif isinstance(value, Class) and isinstance(value.node, ClassModel):
                for info in value.node.methods.values():
                    frame.module.run_function(info, value.node, frame)
        frame.nested.clear()

    def _parameters(self, params: cst.Parameters, me: Value | None, arguments: Arguments, frame: Frame) -> None:
        positional = list(arguments.positional) if me is None else [me, *arguments.positional]
        keywords = dict(arguments.keywords)
        names = [param.name.value for param in (*params.posonly_params, *params.params)]
        for index, param in enumerate((*params.posonly_params, *params.params)):
            name = param.name.value
            if index < len(positional):
                value = positional[index]
            elif name in keywords:
                value = self._passed(keywords.pop(name), param, frame)
            else:
                value = self._default(param, frame, arguments.open)
            frame.state.names[name] = self._refined(value, param, frame)
        for param in params.kwonly_params:
            name = param.name.value
            value = self._passed(keywords.pop(name), param, frame) if name in keywords else self._default(param, frame, arguments.open)
            frame.state.names[name] = self._refined(value, param, frame)
        if isinstance(params.star_arg, cst.Param):
            more = Sequence(tuple(positional[len(names) :]), Unknown("more arguments") if arguments.open else None, "tuple")
            frame.state.names[params.star_arg.name.value] = more
        if params.star_kwarg is not None:
            entries = tuple(Entry(Const(name), argument.value, argument.surely, argument.place) for name, argument in keywords.items())
            frame.state.names[params.star_kwarg.name.value] = frame.new(params.star_kwarg, Dict(entries, arguments.open))

    def _passed(self, argument: Argument, param: cst.Param, frame: Frame) -> Value:
        return argument.value if argument.surely else join(argument.value, self._default(param, frame, False))

    def _default(self, param: cst.Param, frame: Frame, is_open: bool) -> Value:
        value = self.evaluate(param.default, frame) if param.default is not None else Unknown(f"{PARAMETER}{param.name.value}")
        return join(value, Unknown(f"{PARAMETER}{param.name.value}")) if is_open and param.default is not None else value

    def _refined(self, value: Value, param: cst.Param, frame: Frame) -> Value:
        """An annotation says more than an unknown argument."""
        options = alternatives(value)
        if param.annotation is None or not any(isinstance(frame.load(option), Unknown) for option in options):
            return value
        declared = self.annotated(param.annotation.annotation, frame)
        if declared is None:
            return value
        return join_all(
            _annotated_as(option, each) if isinstance(frame.load(option), Unknown) else option for option in options for each in alternatives(declared)
        )

    def annotated(self, annotation: cst.BaseExpression, frame: Frame) -> Value | None:
        """What a value of an annotated type is, None where the type says nothing to us."""
        handle = annotation_handle(annotation, lambda name: self.lookup(name, frame))
        if handle is not None:
            return handle
        name = dotted(annotation) or (annotation.evaluated_value if isinstance(annotation, cst.SimpleString) else None)
        if isinstance(name, str) and (model := frame.module.class_model(name)) is not None:
            return self.instance(model, frame)
        known = promised(annotation, lambda name: self.lookup(name, frame))
        return frame.thawed(known, annotation) if known is not None else None

    def instance(self, model: ClassModel, frame: Frame) -> Ref:
        """An object of a class of which nothing but the class is known."""
        if not isinstance(frame.state.load(model.anyone), Instance):
            frame.state.heap[model.anyone] = Instance(Class(model.name, model))
        return model.anyone

    def _instantiate(self, cls: Class, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        model = cls.node
        if not isinstance(model, ClassModel):
            return Unknown(f"an object of {cls.name}")
        if _is_typed_dict(model):
            entries = tuple(Entry(Const(name), each.value, each.surely, each.place) for name, each in arguments.keywords.items())
            return frame.new(node, Dict(entries, arguments.open or bool(arguments.positional)))
        found = model.method("__init__")
        items = [option.step("()") for value in arguments.spread for option in alternatives(value) if isinstance(option, Answer) and option.is_item]
        if found is None and items and not arguments.values:
            return join_all(items)
        ref = frame.new(node, Instance(cls))
        if found is not None:
            self._run(found[0], found[1], ref, arguments, node, frame)
        elif (maker := makers.maker_of_class(model)) is not None:
            self._become_table(ref, maker, arguments, node, frame)
        elif any("dataclass" in base or "BaseModel" in base for base in model.bases) or model.annotations:
            fields = dict(zip(model.annotations, arguments.positional, strict=False)) | {name: each.value for name, each in arguments.keywords.items()}
            if any("BaseModel" in base for base in model.bases):
                fields = {name: outside.trusted(value) for name, value in fields.items()}  # it refuses what its types do not take
            frame.state.heap[ref] = Instance(cls, tuple(fields.items()))
        return ref

    @staticmethod
    def _method(instance: Instance, name: str) -> tuple[FunctionInfo, ClassModel] | None:
        model = instance.cls.node
        return model.method(name) if isinstance(model, ClassModel) else None

    def _call_class_method(self, cls: Class, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        model = cls.node
        found = model.method(name) if isinstance(model, ClassModel) else None
        if found is None:
            sent = pynamodb.called_on_class(self, cls, name, arguments, node, frame)
            if sent is not None:
                return sent
            attribute = self.attribute_of_class(cls, name)
            if not isinstance(attribute, Unknown):
                return self.call_value(attribute, arguments, node, frame, name)
            return self._call_unknown(name, Unknown(f"{cls.name}.{name} is not in this file"), arguments, node, frame)
        info, owner = found
        bound: Value | None = cls if info.is_decorated("classmethod") else None
        return self._run(info, owner, bound, arguments, node, frame)

    def attribute_of_instance(self, ref: Value, instance: Instance, name: str, frame: Frame, node: cst.CSTNode) -> Value:
        """What an attribute of an object of this module's classes holds: set on this path, or by any method, or in the class's body."""
        own = dict(instance.attributes).get(name)
        if own is not None:
            return own
        model = instance.cls.node
        if not isinstance(model, ClassModel):
            return Unknown(f"attribute {name} of an object of {instance.cls.name}")
        found = model.method(name)
        if found is not None:
            info, owner = found
            if info.is_decorated("property", "cached_property"):
                return self._run(info, owner, ref, Arguments(), node, frame)
            return Method(ref, name)
        held = self.class_attribute(model, name)
        if held is None and (table := makers.table_in(instance)) is not None:
            return makers.attribute_of(table, name)
        return held or Unknown(f"{model.name} does not set {name} in this file")

    def attribute_of_class(self, cls: Class, name: str) -> Value:
        """What an attribute of a class of this module holds."""
        model = cls.node
        if not isinstance(model, ClassModel):
            return Unknown(f"attribute {name} of a class")
        if model.method(name) is not None:
            return Method(cls, name)
        return self.class_attribute(model, name) or Unknown(f"{cls.name} does not set {name} in this file")

    def class_attribute(self, model: ClassModel, name: str) -> Value | None:
        """What any method or the class's body puts into an attribute, None where none does."""
        for cls in model.lineage():
            if name in cls.busy:
                return Unknown("depends on itself")
            cls.busy.add(name)
            try:
                if name in cls.assigned and name not in cls.attributes:
                    self.class_body(cls)
                for info in cls.binders.get(name, ()):
                    cls.module.run_function(info, cls)
            finally:
                cls.busy.discard(name)
            if name in cls.attributes:
                return _fillable(cls.attributes[name], f"{model.name} has nothing for {name}, which a subclass or another method may fill")
            if name in cls.annotations:
                return self._annotated_attribute(cls, name)
        return None

    def _annotated_attribute(self, cls: ClassModel, name: str) -> Value | None:
        try:
            annotation = cst.parse_expression(cls.annotations[name])
        except cst.ParserSyntaxError:
            return None
        return self.annotated(annotation, cls.module.frame)

    def _fields(self, instance: Instance, arguments: Arguments, frame: Frame, deep: bool = True) -> Dict | None:
        """A data class or model object as a dict of its fields, the objects in it too; None where their names are not known."""
        model = instance.cls.node
        if not isinstance(model, ClassModel) or "by_alias" in arguments.keywords:
            return None
        lineage = model.lineage()
        is_open = any(cls.module.class_model(base) is None and base.split("[")[0].split(".")[-1] not in _PLAIN_BASES for cls in lineage for base in cls.bases)
        # Arguments leave fields out: exclude_none, exclude={"password"}.
        is_whole = not arguments.open and not arguments.keywords.keys() - {"mode", "dict_factory"}
        held, as_json = dict(instance.attributes), "mode" in arguments.keywords
        entries = {
            name: Entry(Const(name), self._field(held.get(name) or self._annotated_attribute(cls, name), as_json, frame) if deep else Unknown(), is_whole)
            for cls in reversed(lineage)
            for name, kind in cls.annotations.items()
            if "ClassVar" not in kind and not name.startswith("_") and name != "model_config"
        }
        return Dict(tuple(entries.values()), is_open) if entries else None

    def _field(self, value: Value | None, as_json: bool, frame: Frame) -> Value:
        """What stands in such a dict for what a field holds; as JSON nothing but texts and numbers does."""
        loaded = frame.load(value) if value is not None else Unknown("a field")
        if isinstance(loaded, Instance):
            return self._fields(loaded, Arguments(), frame, deep=False) or Unknown("a dict of an object")
        if isinstance(loaded, Const) or (isinstance(loaded, Unknown) and loaded.type in ("str", "int", "float", "bool")):
            return loaded
        return Unknown("a field") if as_json or not isinstance(loaded, Time) else loaded

    def class_body(self, model: ClassModel) -> None:
        """Run the assignments of a class's body, once."""
        if model.body is not None:
            return
        module = model.module
        state = State(module.state, function=True)
        model.body = Frame(module, module.frame.chunk, state, module.frame.made, model.name, (model.name,), (model.name,))
        for chunk in dict.fromkeys(chunk for chunks in model.assigned.values() for chunk in chunks):
            model.body.chunk = chunk
            try:
                self.run_block(chunk.body, model.body)
            except (cst.ParserSyntaxError, RecursionError):
                continue
        for name, value in model.body.state.names.items():
            model.bind(name, model.body.frozen(value))

    # Libraries and what is not known

    def _call_symbol(self, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        last = name.rsplit(".", maxsplit=1)[-1]
        if last in _RUNNERS and (run := self._run_by(last, arguments, node, frame)) is not None:
            return run
        if last in OPERATIONS:
            handle = handle_of(Symbol(name.rpartition(".")[0]), last, arguments, _receiver_text(node), frame.module.options)
            if handle is not None:
                return self._operation(handle, last, arguments, node, frame)
        if (declared := self._declared(name, arguments, node, frame)) is not None:
            return declared
        if last == "__init__" and arguments.positional and (maker := makers.maker_of(name.removesuffix(".__init__"))) is not None:
            return self._become_table(arguments.positional[0], maker, replace(arguments, positional=arguments.positional[1:]), node, frame)
        made = made_by_boto(Symbol(name), "", arguments, _receiver_text(node))
        if made is not None:
            return self._created(made, False, arguments, node, frame)
        if name.endswith(("conditions.Key", "conditions.Attr")):
            builder: Any = last
            return KeyPart(builder, arguments.get(0) or Unknown("no name"), frame.at(node))
        if last in _READING and arguments.positional:
            read = [option for option in alternatives(frame.load(arguments.positional[0])) if isinstance(option, Answer) and option.attribute is not None]
            if read:
                return join_all(read)
        if last in ("dumps", "dump", "jsonify") and arguments.positional:
            keywords = frozenset(arguments.keywords)
            for answer in answers_in(frame.frozen(arguments.positional[0])):
                if answer.path:
                    answer.call.use.escapes.add("call" + part_name(answer))
            frame.module.dumps[(node, frame.stack)] = Dump(frame.frozen(arguments.positional[0]), frame.at(node), keywords, arguments.open, name)
        given = frame.load(arguments.positional[0]) if arguments.positional else None
        if name in _AS_DICT and isinstance(given, Instance) and (fields := self._fields(given, arguments, frame)) is not None:
            return frame.new(node, fields)
        builtin = self._builtin(name.removeprefix("builtins."), arguments, node, frame) if name.startswith("builtins.") else None
        if not name.startswith("builtins."):
            self.hand_on(arguments.values, frame)
        result = builtin or times.of_symbol(name, arguments) or outside.function(name, given or NONE) or libraries.function(name, arguments, frame)
        if result is not None:
            return result
        return self._call_unknown(name, Unknown(f"the result of {name}(), which is not known"), arguments, node, frame)

    def _declared(self, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
        """The table that a call tells CDK, troposphere or Pulumi to make, which is written down, or the part of one that it describes."""
        maker = makers.maker_of(name)
        if maker is None:
            described = makers.property_of(name, arguments) or makers.named_by(name, arguments)
            return frame.new(node, described) if isinstance(described, Dict) else described
        key = (node, frame.stack)
        positional = tuple(frame.frozen(each) for each in arguments.positional)
        made = Declaration(maker, positional, _given(arguments, frame), arguments.open, At(frame.chunk, node, True), frame.at(node))
        known = frame.module.declarations.setdefault(key, made)
        known.positional, known.arguments, known.open = made.positional, made.arguments, made.open
        if frame.via and frame.via[0].source is not frame.module.source:
            known.asked_for = frame.via[0]
            self.made_elsewhere[key] = known
        return Construct(known)

    def _builtin(self, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
        first = arguments.get(0)
        if name in ("next", "any", "all", "filter") and first is not None:
            return self._picked(name, first, arguments, node, frame)
        if name == "map" and len(arguments.positional) > 1 and first is not None:
            element = element_of(frame.loaded(arguments.positional[1]))
            return Sequence((), self.call_value(first, Arguments((element,)), node, frame, arguments.names[0]))
        if name == "getattr" and len(arguments.positional) > 1 and first is not None and (attribute := known_text(arguments.positional[1])) is not None:
            return self.attribute(first, attribute, node, frame)
        if name == "super":
            return self._super(frame)
        return builtin_types.function(name, arguments, node, frame)

    def _picked(self, name: str, first: Value, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
        if name == "filter" and len(arguments.positional) > 1:
            element = element_of(frame.loaded(arguments.positional[1]))
            asked = truth(frame.load(element if first == NONE else self.call_value(first, Arguments((element,)), node, frame)))
            self._write_filter(asked, node, "filter()", frame)
            return Sequence((), element)
        element = element_of(frame.loaded(first))
        if name == "next":
            for option in alternatives(frame.loaded(first)):
                if isinstance(option, Answer) and option.is_items:
                    frame.read(Answer(option.call), "first", "index", node)  # `next(iter(items), None)`
            return join(element, arguments.positional[1]) if len(arguments.positional) > 1 else element
        if name in ("any", "all"):
            asked = truth(element) if questions(element) else None
            if asked is not None and not self._goes_over(asked, node, frame):
                return Test(asked.parts, name == "any")  # `any(item["name"].startswith(p) for p in prefixes)` is a question about one item
            self._write_filter(asked, node, f"{name}()", frame)
            self._asked_of_each(node, frame)
            return Unknown("a truth value", "bool")
        return None

    def _asked_of_each(self, node: cst.CSTNode, frame: Frame) -> None:
        """`all(key in ALLOWED for key in body)` has looked at all that there is in what came from outside."""
        given = node.args[0].value if isinstance(node, cst.Call) and node.args else None
        if isinstance(given, cst.GeneratorExp | cst.ListComp) and isinstance(given.elt, cst.Comparison):
            origin = origin_of(element_of(frame.loaded(self.evaluate(given.for_in.iter, frame))))
            frame.vetted = frame.vetted | ({origin.name} if origin is not None else set())

    def _goes_over(self, asked: Test, node: cst.CSTNode, frame: Frame) -> bool:
        """Does the comprehension in a call go over the items that it asks about?"""
        given = node.args[0].value if isinstance(node, cst.Call) and node.args else None
        if not isinstance(given, cst.GeneratorExp | cst.ListComp | cst.SetComp) or given.for_in.inner_for_in is not None:
            return True
        each = element_of(frame.loaded(self.evaluate(given.for_in.iter, frame)))
        picked = {answer.call for answer in answers_in(frame.frozen(each))}
        return any(part.subject.call in picked for part in asked.parts)

    @staticmethod
    def _write_filter(asked: Test | None, node: cst.CSTNode, what: str, frame: Frame) -> None:
        for part in asked.parts if asked is not None else ():
            part.subject.call.use.filtered(Filter((part,), frame.at(node), what))

    def _run_by(self, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
        positional, names = list(arguments.positional), list(arguments.names)
        if name == "run_in_executor":
            positional, names = positional[1:], names[1:]
        if not positional or not isinstance(frame.load(positional[0]), Method | Function):
            return None
        if name in ("partial", "sync_to_async") and len(positional) == 1 and not arguments.keywords and not arguments.open:
            return positional[0]
        rest = Arguments(tuple(positional[1:]), arguments.keywords, arguments.open, tuple(names[1:]))
        return self.call_value(positional[0], rest, node, frame, names[0])

    def _call_unknown(self, name: str, result: Value, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        """A call of something that is not known: what it is given may be kept, changed or used in any way."""
        last = name.rsplit(".", maxsplit=1)[-1]
        if last in _RUNNERS and (run := self._run_by(last, arguments, node, frame)) is not None:
            return run
        if frame.module.declarations:
            makers.variables_of(last, arguments, frame)
        func = node.func if isinstance(node, cst.Call) else None
        quiet = func is not None and is_logging(func)
        if not quiet:
            self.hand_on(arguments.values, frame)
        for value in arguments.values:
            for option in alternatives(value):
                self._escape(option, quiet or libraries.is_pure(name), frame)
                if isinstance(option, Function) and isinstance(option.node, FunctionInfo) and isinstance(option.scope, Frame):
                    continue
                if isinstance(option, Function) and isinstance(option.node, cst.Lambda):
                    self._run_lambda(option, Arguments((), {}, True), node, frame)
        asked = _question(last, arguments, frame)
        if asked is not None:
            return asked
        first = arguments.get(0)
        data = [*([first] if first is not None else []), *arguments.spread]
        kept = [option for value in data for option in alternatives(frame.load(value)) if isinstance(option, Answer)]
        if kept and len(arguments.values) <= 2 and _converts(last):
            return join_all(option.step("()") if option.path else option for option in kept)
        if isinstance(result, Unknown) and set(words(last)) & _SHORT:
            return Unknown(result.why, result.type, True)
        return result

    def _escape(self, value: Value, harmless: bool, frame: Frame, depth: int = 0) -> None:
        loaded = frame.load(value)
        if isinstance(loaded, Answer) and not harmless:
            loaded.call.use.escapes.add("call" + part_name(loaded))
            frame.put_in(loaded, lambda held: Dict(held.entries, True, lent=True))
        if isinstance(loaded, Pages):
            loaded.call.use.escapes.add("call")
        if isinstance(value, Ref) and not harmless:
            if isinstance(loaded, Dict):
                frame.state.heap[value] = Dict(loaded.entries, True, lent=True)
                for entry in loaded.entries if depth < 2 else ():
                    self._escape(entry.value, harmless, frame, depth + 1)
            elif isinstance(loaded, Sequence):
                frame.state.heap[value] = loaded.extended(Sequence((), Unknown("what somebody else may have added")))
                for element in (*loaded.elements, loaded.rest) if depth < 2 else ():
                    if element is not None:
                        self._escape(element, harmless, frame, depth + 1)

    # DynamoDB

    def _operation(self, handle: Handle, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        """Write an operation down; a later turn of the same loop writes over what an earlier one knew."""
        if name == "batch_writer":
            self._record(handle, name, arguments, node, frame)
            made = Dict(tuple(Entry(Const(key), each.value, each.surely, each.place) for key, each in arguments.keywords.items()), arguments.open)
            return Handle("batch_writer", handle.evidence, handle.table, True, handle.is_async, handle.local, None, made)
        if handle.kind == "batch_writer":
            arguments = _by_keyword(name, arguments, node, frame)
        operation = handle.operation if name == "paginate" and handle.operation is not None else name
        if name == "paginate" and operation not in PAGEABLE:
            return Unknown("pages of another operation")
        call = self._record(handle, operation, arguments, node, frame)
        if name == "paginate":
            return Pages(call)
        if name == "create_table" and handle.kind == "resource":
            text = arguments.keywords.get("TableName")
            return Handle("table", handle.evidence, text.value if text is not None else None, True, handle.is_async, handle.local)
        return Answer(call)

    def _method_called(self, handle: Handle, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value | None:
        """Write down any method call on something that is surely a handle: the methods and their parameters are AWS's.

        `Table.update` is the operation update_table; nothing is returned for other methods.
        """
        if handle.evidence < Evidence.CONFIGURED or handle.kind in ("session", "unknown") or not isinstance(node, cst.Call):
            return None
        given = _given(arguments, frame)
        call = Call(
            name,
            handle,
            _receiver_text(node),
            At(frame.chunk, node, True),
            given,
            arguments.open,
            len(arguments.positional),
            frame.function,
            frame.loops,
            frame.path,
        )
        call.whole, call.catches, call.expected_to_fail, call.within = frame.at(node), frame.catches, frame.expected_to_fail, frame.within
        frame.module.method_calls[(node, frame.stack)] = call
        return self._operation(handle, "update_table", arguments, node, frame) if name == "update" and handle.kind == "table" else None

    def table_model(self, model: ClassModel) -> TableModel | None:
        """The table that a class stands for; None where it is no model of PynamoDB's."""
        return pynamodb.table_model(self, model)

    def sent(self, handle: Handle, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame, model: TableModel) -> Answer:
        """Write down the operation that a method of a PynamoDB model sends."""
        call = self._record(handle, name, arguments, node, frame)
        call.model = model
        return Answer(call)

    def _record(self, handle: Handle, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Call:
        key = (node, frame.stack, name)
        given = _given(arguments, frame)
        func = node.func if isinstance(node, cst.Call) else node
        named = isinstance(func, cst.Attribute) and func.attr.value in (name, "paginate", "update")
        # Called through another function, as in to_thread(table.scan): the operation's name is an argument.
        place = At(frame.chunk, node if named else _operation_node(node, name), of_name=True)
        call = frame.module.calls.get(key)
        if call is None:
            call = Call(name, handle, _receiver_text(node), place, given, arguments.open, len(arguments.positional), frame.function, frame.loops, frame.path)
            call.whole, call.catches, call.absent, call.owner = frame.at(node), frame.catches, frame.absent, frame.owner.name if frame.owner else ""
            call.expected_to_fail, call.via, call.within = frame.expected_to_fail, frame.via, frame.within
            frame.module.calls[key] = call
        else:
            # What the loop's last turn changed was another item.
            call.use.changed.clear()
            call.absent, call.handle, call.arguments, call.open, call.loops, call.positional = (
                frame.absent,
                handle,
                given,
                arguments.open,
                frame.loops,
                len(arguments.positional),
            )
        if name == "get_item":
            call.put_in = frame.new((node, name), Dict((), True))
        call.vetted, call.origin = frame.vetted, next((origin for each in arguments.spread if (origin := origin_of(each)) is not None), None)
        call.changed = frozenset(answer.call for argument in given.values() for answer in answers_in(argument.value) if answer.call.use.changed)
        self._used_items(arguments, frame)
        return call

    def hand_on(self, values: Collection[Value], frame: Frame) -> None:
        """A dict that is named an item, and leaves our sight, may be anything: it is no finding's business any more. An object may be filled there."""
        for value in values:
            loaded = frame.load(value)
            for _, held in loaded.attributes if isinstance(loaded, Instance) else ():
                if isinstance(held, Ref):
                    frame.state.heap[held] = _fillable(frame.load(held), "what somebody else may have put in")
        if frame.module.named_dicts:
            frame.module.handed_on.update(option for value in values for option in alternatives(value) if isinstance(option, Ref))

    @staticmethod
    def keep(value: Value, frame: Frame) -> None:
        """A response that is kept in an object or a container may be read there."""
        for option in alternatives(frame.load(value)):
            if isinstance(option, Answer) and not option.path:
                option.call.use.escapes.add("kept")

    def _used_items(self, arguments: Arguments, frame: Frame) -> None:
        """A named dict that an operation writes is spoken of there, not where it is named."""
        waiting = list(arguments.values)
        seen: set[Value] = set()
        while waiting and len(seen) < 500:
            value = waiting.pop()
            if isinstance(value, Either):
                waiting += value.options
            elif isinstance(value, Ref) and value not in seen:
                seen.add(value)
                held = frame.state.load(value)
                waiting += [entry.value for entry in held.entries] if isinstance(held, Dict) else held.elements if isinstance(held, Sequence) else []
                if isinstance(held, Sequence) and held.rest is not None:
                    waiting.append(held.rest)
        frame.module.written |= {value for value in seen if isinstance(value, Ref)}

    def _of_handle(self, handle: Handle, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        self._escape_all(arguments, frame)
        made = made_by_boto(handle, name, arguments, _receiver_text(node))
        return self._created(made, True, arguments, node, frame) if made is not None else Unknown(f"the result of {handle.kind}.{name}()")

    @staticmethod
    def _created(made: Value, has_session: bool, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        """Write down that a session, client or resource is made."""
        if isinstance(made, Handle) and made.kind in ("session", "client", "resource") and made.evidence == Evidence.TRACED:
            given = _given(arguments, frame)
            if made.kind == "session" and isinstance(node, cst.Call):
                pairs = zip(SESSION_PARAMETERS, arguments.positional, node.args, strict=False)
                given |= {name: Argument(name, frame.frozen(value), not arg.star, frame.at(arg)) for name, value, arg in pairs}
            frame.module.creations[(node, frame.stack)] = Creation(made, given, arguments.open, frame.at(node), has_session)
        return made

    def _escape_all(self, arguments: Arguments, frame: Frame) -> None:
        for value in arguments.values:
            self._escape(value, False, frame)

    def entered(self, value: Value, frame: Frame) -> Value:
        """What `with value as x` binds."""
        loaded = frame.load(value)
        if isinstance(loaded, Instance) and (found := self._method(loaded, "__enter__") or self._method(loaded, "__aenter__")) is not None:
            return self._run(found[0], found[1], value, Arguments(), found[0].node or cst.Pass(), frame)
        return value

    def _condition(self, value: KeyPart | Condition, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        operands = tuple(frame.frozen(argument) for argument in arguments.positional)
        if isinstance(value, KeyPart) and name in _CONDITIONS:
            return self.built(Condition(name, (value, *operands), frame.at(node)), node, frame)
        if isinstance(value, KeyPart) and name == "size":
            return KeyPart("Attr", Unknown("a size"), frame.at(node))
        return self.built(Condition(name, (value, *operands), frame.at(node)), node, frame)

    def _of_answer(self, value: Answer | Test, name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Value:
        if isinstance(value, Test):
            return value
        first = arguments.get(0)
        if value.call.model is not None and value.is_item and name in ("save", "delete") and name not in value.call.model.methods:
            return pynamodb.written(self, value.call.model, name, arguments, node, frame) or Unknown("a write of a model")
        if name in _CHANGING and (value.is_item or value.attribute):
            value.call.use.changed.append(frame.at(node))
            given = frame.load(first) if first is not None and name == "update" else None
            # Whatever else changes it may change what was put in before.
            frame.put_in(value, lambda held: held.updated(given) if isinstance(given, Dict) else Dict(held.entries, True, lent=True))
        if name == "query" and value.is_items:
            return builtin_types.method(value, Sequence((), value.step("*")), name, arguments, node, frame) or value
        func = node.func if isinstance(node, cst.Call) else None
        if name in ("extend", "append") and first is not None and isinstance(func, cst.Attribute) and value.is_items:
            # A list out of a response that grows is a list of this program from now on.
            other = Sequence((), first) if name == "append" else frame.load(first)
            self.assign(func.value, frame.new(node, Sequence((), value.step("*")).extended(other)), frame)
            return NONE
        return builtin_types.answer_method(value, name, arguments, node, frame) or self._call_unknown(
            name, Unknown(f"{name}() of an item"), arguments, node, frame
        )


def _by_keyword(name: str, arguments: Arguments, node: cst.CSTNode, frame: Frame) -> Arguments:
    """`batch.put_item(item)`: the methods of a batch writer are boto3's own and, unlike all others, take their one argument without its name."""
    word = _OF_BATCH.get(name)
    if word is None or len(arguments.positional) != 1 or arguments.keywords or not isinstance(node, cst.Call):
        return arguments
    place = next((frame.at(each.value) for each in node.args[-1:] if not each.star), None)
    given = Argument(word, arguments.positional[0], True, place, text=arguments.names[0] if arguments.names else "")
    return replace(arguments, positional=(), keywords={word: given}, names=())


def _is_left_open(method: cst.FunctionDef) -> bool:
    """Does a method do nothing at all, as one does that is declared for subclasses?"""
    lines = [part for line in method.body.body for part in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])]
    return all(isinstance(part, cst.Pass) or (isinstance(part, cst.Expr) and isinstance(part.value, cst.SimpleString | cst.Ellipsis)) for part in lines)


def _fillable(value: Value, reason: str) -> Value:
    """What an attribute holds, seen from a method that has not set it: what is None, False, nought or empty there is a place to fill."""
    if isinstance(value, Const) and not value.value:
        return Unknown(reason)
    return join_all(_opened(option, reason) for option in value.options) if isinstance(value, Either) else _opened(value, reason)


def _opened(value: Value, reason: str) -> Value:
    if isinstance(value, Dict) and not value.entries:
        return Dict((), True, value.origin)
    if isinstance(value, Dict):
        return Dict(tuple(replace(entry, value=_fillable(entry.value, reason)) for entry in value.entries), value.open, value.origin, value.lent)
    if isinstance(value, Sequence) and not value.elements and value.rest is None and value.kind != "tuple":
        return Sequence((), Unknown(reason), value.kind)
    return value


def _annotated_as(value: Value, declared: Value) -> Value:
    """An argument of which nothing is known but what its annotation says; where that is only a type, what else is known of it stays."""
    known = outside.declared(declared, value)
    if isinstance(value, Unknown) and isinstance(known, Unknown):
        return replace(value, type=known.type, origin=known.origin)
    return known


def _question(name: str, arguments: Arguments, frame: Frame) -> Test | None:
    """What a function whose name asks something, like `is_active`, answers about items that it is given."""
    given = (*arguments.values, *arguments.spread)
    about = [option for value in given for option in alternatives(frame.load(value)) if isinstance(option, Answer)] if _asks(name) else []
    return Test(tuple(Compare(option, "passes", Unknown(f"{name}()")) for option in about if option.attribute is not None or option.is_item)) if about else None


def _given(arguments: Arguments, frame: Frame) -> dict[str, Argument]:
    """The arguments of an operation, as they are when it is called."""
    values = arguments.keywords.values()
    whole = {each.name: frame.with_what_is_put_in(each.value) if each.name == "Item" else each.value for each in values}
    return {each.name: Argument(each.name, frame.frozen(whole[each.name]), each.surely, frame.own(each.place), each.spread, each.text) for each in values}


def _receiver_text(node: cst.CSTNode) -> str:
    """What the receiver of a call is called, as far as it has a name: `self.users_table`, `get_table()`, `config["TABLE"]`."""
    func = node.func if isinstance(node, cst.Call) else node
    return _text(func.value) if isinstance(func, cst.Attribute) else ""


def _text(node: Any) -> str:
    pieces: list[str] = []
    while len(pieces) < MOST_NAMES:
        kind = type(node)
        if kind is cst.Name:
            break
        if kind is cst.Await:
            node = node.expression
        elif kind is cst.Call:
            pieces.append("()")
            node = node.func
        elif kind is cst.Subscript:
            key = node.slice[0].slice
            pieces.append(f"[{key.value.raw_value}]" if isinstance(key, cst.Index) and isinstance(key.value, cst.SimpleString) else "[]")
            node = node.value
        elif kind is cst.Attribute:
            pieces.append(f".{node.attr.value}")
            node = node.value
        else:
            break
    return "".join([node.value if isinstance(node, cst.Name) else "", *reversed(pieces)])


def _dotted_call(node: cst.CSTNode) -> str | None:
    return dotted(node.func) if isinstance(node, cst.Call) else None


def _operation_node(node: cst.CSTNode, name: str) -> cst.CSTNode:
    """The `table.scan` that stands among the arguments of a call."""
    from dynalint.model.tree import walk

    return next((below for below in walk(node) if isinstance(below, cst.Attribute) and below.attr.value == name), node)


def _converts(name: str) -> bool:
    return name[:1].isupper() or bool(set(words(name)) & _CONVERTING)


def part_name(answer: Answer) -> str:
    """Which part of a response it is, as `Use.escapes` says it: "" for all of it."""
    return "" if not answer.path else " of Items" if answer.is_items else " of an item" if answer.path[0] in ("Items", "Item") else f" of {answer.path[0]}"


def _asks(name: str) -> bool:
    found = words(name)
    return bool(found) and (found[0] in _ASKING or found[-1] in ("match", "matches", "fnmatch", "allowed"))


def _is_typed_dict(model: ClassModel) -> bool:
    return any(base.split(".")[-1] == "TypedDict" for base in model.bases)
