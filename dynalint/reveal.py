"""Turns a file and a line into what the model thinks of every expression on that line, and why it knows no more."""

from __future__ import annotations

import ast
from pathlib import Path

from dynalint.analysis import model_of
from dynalint.options import Options
from dynalint.source import Source, Span


def revealed(text: str, path: str = "-", options: Options | None = None, beside: Path | None = None) -> list[tuple[Span, str]]:
    """Where each expression of a file stands, and what the model thinks that it is. Raises SyntaxError for text that is not Python."""
    source = Source(text, path)
    module = model_of(source, ast.parse(text), options or Options(), beside)
    module.revealed = {}
    module.run_all()
    # What stands in an f-string has the f-string's span: the last one at a span is the outermost.
    shown = {chunk.span(node): str(value) for node, (chunk, value) in module.revealed.items()}
    return sorted(shown.items())


def reveal(text: str, path: str, line: int, options: Options | None = None, beside: Path | None = None) -> str:
    """What `dynalint reveal FILE:LINE` prints: one line for each expression of the line, the widest first."""
    source = Source(text, path)
    rows = [(source.slice(span).replace("\n", " "), value) for span, value in revealed(text, path, options, beside) if span.line == line]
    if not rows:
        return f"{path}:{line}: there is no expression here, or none that was followed"
    width = min(max(len(code) for code, _ in rows), 60)
    return "\n".join(f"{code if len(code) <= 60 else code[:57] + '...':{width}}  {value}" for code, value in rows)
