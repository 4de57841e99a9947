"""Turns templates into the tables that they declare: one module for each maker, all of them pure functions over text that never run anything."""
