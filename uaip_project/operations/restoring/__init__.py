"""Bringing data back: the whole, a part, or the state of an exact time."""
