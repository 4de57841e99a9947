"""One file, one rule. A new file here is a new rule; nothing else needs to know of it."""
