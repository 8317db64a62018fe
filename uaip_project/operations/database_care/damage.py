"""Says what is broken where the database cannot be read far enough to look through it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from django.db import DatabaseError, connection

from uaip_project.operations.database_care.schema import Flaw

#: What SQLite calls a file that is broken, or is no database.
BROKEN_FILE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
#: What PostgreSQL calls data and indexes that are broken.
BROKEN_DATA = frozenset({"XX001", "XX002"})
ADVICE = "Restore from a verified backup."


def is_damage(fault: DatabaseError | UnicodeDecodeError) -> bool:
    """Whether the database is broken, where it could also be locked, full or away."""
    if isinstance(fault, UnicodeDecodeError):
        # SQLite quotes the broken place, and Python cannot read the quotation.
        return True
    cause = fault.__cause__
    if isinstance(cause, sqlite3.Error):
        number = getattr(cause, "sqlite_errorcode", None)
        is_unreadable = number is None and "decode" in str(cause)
        return is_unreadable or (number is not None and number & 0xFF in BROKEN_FILE)
    return getattr(cause, "sqlstate", None) in BROKEN_DATA


def flaws(fault: DatabaseError | UnicodeDecodeError) -> list[Flaw]:
    """What is broken, as the database itself says it; at least what it refused with."""
    found = list(_of_the_file()) if connection.vendor == "sqlite" else []
    return found or [
        Flaw("page", "unreadable", f"The database is damaged: {_said(fault)}. {ADVICE}")
    ]


def _said(fault: DatabaseError | UnicodeDecodeError) -> str:
    if isinstance(fault, UnicodeDecodeError):
        return bytes(fault.object).decode(errors="replace")
    return str(fault).strip().rstrip(".")


def _of_the_file() -> Iterator[Flaw]:
    """Pages that SQLite names, with whatever bytes they hold."""
    address = f"file:{connection.settings_dict['NAME']}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as file:
            file.text_factory = lambda raw: raw.decode(errors="replace")
            rows = [row[0] for row in file.execute("PRAGMA quick_check(20)")]
    except (sqlite3.Error, UnicodeDecodeError):
        return
    yield from pages(rows)


def pages(said: Iterable[str]) -> Iterator[Flaw]:
    """One flaw for each line of what ``quick_check`` says."""
    for line in "\n".join(said).splitlines():
        # The first line only names the database.
        if line != "ok" and not line.startswith("***"):
            yield Flaw("page", "quick_check", f"The file is damaged: {line.rstrip('.')}.")
