"""What somebody with all rights on the database could do to the record of deeds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts.append_only import lifted
from accounts.models import AuditEvent, User
from accounts.request_facts import RequestFacts, during
from accounts.services import audit
from accounts.services.audit_rows import COLUMNS

TABLE = "audit_logs"
ADDRESS = "203.0.113.7"


def record(by: User | None, count: int = 1, type: str = "test.done", **detail: object) -> None:
    """Deeds of one request, each with an address and something in its detail."""
    with during(RequestFacts(request_id="request-0001", address=ADDRESS)):
        for number in range(count):
            said = detail or {"share": 2.5, "number": number, "word": "ja"}
            audit.record(type=type, actor=by, subject="session 7", detail=said)


@contextmanager
def as_superuser() -> Iterator[Any]:
    """A cursor in front of which no trigger stands, not even the one that moves the head."""
    update, delete = (lifted(connection, TABLE, deed) for deed in ("update", "delete"))
    with update, delete, connection.cursor() as cursor:
        yield cursor


def change(sequence: int, column: str, value: Any) -> None:
    """Puts a value into a row, whatever it was."""
    assert column in COLUMNS
    with as_superuser() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {column} = %s WHERE sequence = %s", [value, sequence])
        assert cursor.rowcount == 1


def stored(sequence: int, column: str) -> Any:
    """What the database holds there; text for everything that is kept as text."""
    row = AuditEvent.objects.filter(sequence=sequence).values(column).get()
    return row[column]


def flipped(text: str, place: int) -> str:
    """The text with the lowest bit of one character turned."""
    other = chr(ord(text[place]) ^ 1)
    return text[:place] + other + text[place + 1 :]
