"""Speaks HTTP: bytes to events, deltas and answers. Nothing here knows of notebooks."""
