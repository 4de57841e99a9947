"""One module for each command of `dynalint`: its `arguments`, and `run`, which does the work and gives the exit code."""

from __future__ import annotations

CLEAN, FINDINGS, TROUBLE = 0, 1, 2


class TroubleError(Exception):
    """The command cannot do what it was asked for. The text says why, to the user."""
