"""Turns bytes that may stand in a file into what is wrong with how dynalint takes them; "" where nothing is."""

from __future__ import annotations

import time
import traceback

from dynalint.engine import INTERNAL_ERROR, UNPARSABLE, check, parse
from dynalint.files import UndecodableError, decode
from dynalint.findings import Finding
from dynalint.options import Options
from dynalint.source import Source

ALL = Options(enable=("audit",))
MOST_SECONDS = 20.0


def trouble(data: bytes) -> str:
    """What is wrong: an exception, a DYN000, a finding that points nowhere, too much time."""
    try:
        text = decode(data)
    except UndecodableError:
        return ""
    start = time.process_time()
    try:
        findings = check(text, "app.py", ALL)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"
    if (took := time.process_time() - start) > MOST_SECONDS:
        return f"took {took:.1f} s"
    source = Source(text)
    return next((wrong for finding in findings if (wrong := _wrong(finding, source))), "")


def _wrong(finding: Finding, source: Source) -> str:
    if finding.code == INTERNAL_ERROR and not _is_news_of_python(source.text):
        return f"{finding.code} {finding.message}"
    span = finding.span
    if finding.code != UNPARSABLE and not (
        1 <= span.line <= span.end_line <= max(1, len(source.lines)) and (span.line, span.column) <= (span.end_line, span.end_column)
    ):
        return f"{finding.code} stands at {span}, and the text has {len(source.lines)} lines"
    return ""


def _is_news_of_python(text: str) -> bool:
    """Does this Python read the text, and the installed libcst not yet? That is said as DYN000, and nothing else of the file is lost."""
    import libcst

    if not isinstance(parse(text), Finding):
        try:
            libcst.parse_module(text)
        except libcst.ParserSyntaxError:
            return True
        except RecursionError:
            return False
    return False
