"""Fills regulatory packs from the answers of one charter: evidence, state and gap on every row."""
