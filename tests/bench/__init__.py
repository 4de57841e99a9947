"""Turns the promises on speed into measured ratios. `python -m tests.bench` prints them; nothing here is a test that can be too slow."""
