"""Turns standard input and output into a conversation with an editor: `dynalint server`."""

from __future__ import annotations

import argparse

from dynalint.commands import CLEAN, TROUBLE, TroubleError


def arguments(parser: argparse.ArgumentParser) -> None:
    """None that matter: the editor says all else in the conversation itself."""
    parser.add_argument("--stdio", action="store_true", help="speak over standard input and output, as it always does; many editors say it")


def run(parsed: argparse.Namespace) -> int:
    """Serve one editor until it says goodbye."""
    try:
        from dynalint.server.app import serve  # imports pygls
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"attrs", "cattrs", "lsprotocol", "pygls"}:
            raise
        raise TroubleError("the server needs the extra lsp: pip install 'dynalint[lsp]'") from error
    return CLEAN if serve() else TROUBLE
