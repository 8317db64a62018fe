"""Where a restored database stands before, while and after it takes the place of the live one.

It is built beside the live one. Taking its place is one step that happens or does not happen:
two renames in one transaction on PostgreSQL, one rename of a file on SQLite.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import DEFAULT_DB_ALIAS, connections

from uaip_project.operations.restoring.postgres_place import Postgres
from uaip_project.operations.restoring.sqlite_place import Sqlite


class Place(Protocol):
    """What restoring needs of a kind of database."""

    def is_there(self) -> bool:
        """Whether the live database can be read."""

    def others(self) -> list[str]:
        """Who else uses the live database now, in words."""

    def has(self, name: str) -> bool:
        """Whether a database of that name is there."""

    def begin(self, stamp: str) -> str:
        """Makes the empty database to restore into; leftovers of killed runs go. Its name."""

    def give_up(self, name: str) -> None:
        """Drops what ``begin`` made."""

    def swap(self, name: str, stamp: str, *, ends_sessions: bool) -> str:
        """Puts it in the live one's place; the name under which that is kept, "" if there was none."""

    def old_ones(self) -> list[tuple[str, datetime]]:
        """Databases kept from before a restore, oldest first."""

    def drop(self, name: str) -> None:
        """Drops one of them for good."""


def here() -> Place:
    """The kind of database that is configured."""
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        return Postgres(live_name())
    return Sqlite(Path(live_name()))


def live_name() -> str:
    """The name of the configured database, or its file."""
    return str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])
