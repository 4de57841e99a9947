"""Turns source text into what it means: handles, operations and values. The only package that knows libcst's nodes."""
