"""Dated regulatory packs: what outside rules ask for, with source, date and status on every row."""
