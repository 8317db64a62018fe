"""Keeps the house standing, and drives it without a browser."""
