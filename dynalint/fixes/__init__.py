"""Turns places of the program into text edits: the only part that writes code."""
