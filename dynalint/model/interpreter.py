"""Runs a module's pieces and functions abstractly: the entry points of the interpreter."""

from __future__ import annotations

import libcst as cst

from dynalint.model import outside
from dynalint.model.calls import part_name
from dynalint.model.frame import Frame
from dynalint.model.module import ClassModel, FunctionInfo, Module
from dynalint.model.record import Argument, Arguments
from dynalint.model.state import State
from dynalint.model.statements import Statements
from dynalint.model.tree import Chunk
from dynalint.model.values import Class, Value, answers_in
from dynalint.outline import Piece

TOO_DEEP = "it is nested too deeply"


class Interpreter(Statements):
    """Runs code of one module; what it finds goes into the module's `calls` and `named_dicts`."""

    def run_piece(self, module: Module, piece: Piece, chunk: Chunk) -> None:
        """Run a top-level piece. A function or class is only bound: its body waits until somebody asks."""
        if piece.kind != "code":
            module.state.names[piece.name] = module.definition(piece)
            return
        frame = module.frame
        # Asked for in a branch of the module's own code, it has run before that branch.
        outer_chunk, outer_state = frame.chunk, frame.state
        frame.chunk, frame.state = chunk, module.state
        frame.state.dead = False
        try:
            self.run_block(chunk.body, frame)
        except cst.ParserSyntaxError as error:
            module.unparsed[piece] = error.message
        except RecursionError:
            module.unparsed[piece] = TOO_DEEP
        finally:
            frame.chunk = outer_chunk
        self.finish(frame)
        frame.state.dead = False
        frame.state = outer_state

    def run_alone(self, info: FunctionInfo, owner: ClassModel | None, closure: Frame | None = None) -> Value | None:
        """Run a function with unknown arguments, as whoever imports it may call it. What it returns leaves our sight."""
        if info.node is None:
            info.module.unparsed[info.chunk.piece] = TOO_DEEP if info.chunk.is_too_deep else "libcst cannot parse it"
            return None
        base = closure.state if closure is not None else info.module.state
        frame = Frame(info.module, info.chunk, State(base, function=True), info.module.frame.made, info.name, (info.node,), (info.name,), owner, closure)
        frame.within = (*closure.within, *closure.path) if closure is not None else ()
        depth, self.depth = self.depth, 0
        try:
            given = {name: Argument(name, value) for name, value in outside.parameters(info, owner is not None).items()}
            self._parameters(info.node.params, self._first(info, owner, frame), Arguments((), given, True), frame)
            value = self.run_body(info, frame)
        except RecursionError:
            info.module.unparsed[info.chunk.piece] = TOO_DEEP
            return None
        finally:
            self.depth = depth
        for answer in answers_in(frame.frozen(value)):
            answer.call.use.escapes.add("return" + part_name(answer))
        return value

    def _first(self, info: FunctionInfo, owner: ClassModel | None, frame: Frame) -> Value | None:
        if owner is None or info.is_decorated("staticmethod"):
            return None
        if info.is_decorated("classmethod") or info.name in ("__new__", "__init_subclass__"):
            return Class(owner.name, owner)
        return self.instance(owner, frame)
