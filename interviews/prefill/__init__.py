"""Reads an existing proposal and finds the passages that may answer questions."""
