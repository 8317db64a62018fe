"""Prose for a charter: what it may draw on, and what of it the record holds. Pure."""
