"""Backups: one archive each, verified by restoring it (docs/adr/0019)."""
