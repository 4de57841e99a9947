"""Turns any text into a verdict on dynalint: findings or a reason, never an exception, a hang or a DYN000. `python -m tests.fuzz` is the long run."""
