"""Turns what an editor tells of its documents into diagnostics, code actions and pages: the language server, in the extra `lsp`."""
