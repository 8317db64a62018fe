"""A database of its own, in memory, for a command that must leave nothing behind."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections


def use_scratch_database() -> None:
    """Points this process at an empty, migrated SQLite database in memory.

    For one-shot commands only: the configured database is out of reach from here on.
    """
    scratch = connections.configure_settings(
        {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    )
    connections.close_all()
    connections.settings["default"] = scratch["default"]
    del connections["default"]
    call_command("migrate", verbosity=0, interactive=False)
