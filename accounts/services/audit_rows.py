"""Reads the rows of the record of deeds as they are stored, for whoever checks or seals them.

Past the ORM, and column by column: what a superuser wrote into a row must be found even where
Python would read it as the same value, and an unreadable byte must be named, not stumbled over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

BATCH = 2000
#: Above every sequence that the column can hold, and below.
HIGHEST, LOWEST = 2**63 - 1, -(2**63)
COLUMNS = (
    *("id", "sequence", "happened_at", "type", "actor", "actor_role", "subject", "detail"),
    *("request_id", "address", "address_salt", "address_hash"),
    *("hash_version", "previous_hash", "hash"),
)
_NUMBERS = frozenset({"id", "sequence", "hash_version"})

_POSTGRESQL = """SELECT id, sequence, happened_at, type, actor, actor_role, subject, detail,
    request_id, address, address_salt, address_hash, hash_version, previous_hash, hash
    FROM audit_logs WHERE sequence > %s AND sequence <= %s ORDER BY sequence LIMIT %s"""
# Bytes: SQLite keeps whatever is put into a text column, also what is no text.
_SQLITE = """SELECT id, sequence, CAST(happened_at AS BLOB), CAST(type AS BLOB),
    CAST(actor AS BLOB), CAST(actor_role AS BLOB), CAST(subject AS BLOB), CAST(detail AS BLOB),
    CAST(request_id AS BLOB), CAST(address AS BLOB), CAST(address_salt AS BLOB),
    CAST(address_hash AS BLOB), hash_version, CAST(previous_hash AS BLOB), CAST(hash AS BLOB)
    FROM audit_logs WHERE sequence > %s AND sequence <= %s ORDER BY sequence LIMIT %s"""


@dataclass(slots=True)
class Row:
    """One deed as it is stored; ``odd`` names a column that U-AIP would not have written so."""

    id: int
    sequence: int
    happened_at: datetime
    type: str
    actor: str
    actor_role: str
    subject: str
    detail: dict[str, Any]
    request_id: str
    address: str
    address_salt: str
    address_hash: str
    hash_version: int
    previous_hash: str
    hash: str
    odd: str = ""


class _Odd(Exception):
    """A value that U-AIP would not have written like that."""


def rows(*, above: int = LOWEST, up_to: int = HIGHEST, size: int = BATCH) -> Iterator[Row]:
    """All rows with above < sequence <= up_to in order, read in batches: memory does not grow."""
    while True:
        batch = _batch(above, up_to, size)
        yield from batch
        if len(batch) < size:
            return
        above = batch[-1].sequence


def _batch(above: int, up_to: int, size: int) -> list[Row]:
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL if is_postgresql else _SQLITE, [above, up_to, size])
        found = cursor.fetchall()
    read = _from_postgresql if is_postgresql else _from_sqlite
    return [read(values) for values in found]


def _from_postgresql(values: Sequence[Any]) -> Row:
    row = Row(*values)
    row.happened_at = values[2].astimezone(UTC)
    try:
        row.detail = _object(json.loads(values[7], parse_float=_exact))
    except (_Odd, ValueError):
        row.detail, row.odd = {}, "detail"
    return row


def _exact(text: str) -> float:
    """A number with the digits that Python gives it: 2.50 is no other value, but another text."""
    number = float(text)
    if Decimal(text).as_tuple() != Decimal(repr(number)).as_tuple():
        raise _Odd
    return number


def _from_sqlite(values: Sequence[Any]) -> Row:
    """SQLite stores text, so that the very text is compared with what Django writes."""
    number, sequence, moment, *texts = values
    try:
        # The usual case in one go; whatever is odd is looked at column by column.
        at, said = _moment(moment.decode()), _detail(texts[4].decode())
        words = [texts[place].decode() for place in _TEXTS]
        version = texts[9]
    except (_Odd, ValueError, AttributeError):
        return _odd_row(values)
    if not (type(number) is type(sequence) is type(version) is int):
        return _odd_row(values)
    whole = [number, sequence, at, *words[:4], said, *words[4:8], version, *words[8:]]
    return Row(*whole)


#: Places of the text columns behind happened_at.
_TEXTS = (0, 1, 2, 3, 5, 6, 7, 8, 10, 11)


def _odd_row(values: Sequence[Any]) -> Row:
    """A row with its first odd column named; odd ones are empty."""
    read: list[Any] = []
    odd = ""
    for column, value in zip(COLUMNS, values, strict=True):
        try:
            read.append(_sqlite_value(column, value))
        except (_Odd, ValueError):
            odd = odd or column
            read.append(_EMPTY.get(column, ""))
    row = Row(*read)
    row.odd = odd
    return row


_EMPTY: dict[str, Any] = {
    **dict.fromkeys(_NUMBERS, 0),
    "happened_at": datetime(1970, 1, 1, tzinfo=UTC),
    "detail": {},
}


def _sqlite_value(column: str, value: Any) -> Any:
    if column in _NUMBERS:
        if type(value) is not int:
            raise _Odd
        return value
    if not isinstance(value, bytes):
        raise _Odd
    text = value.decode()
    if column == "happened_at":
        return _moment(text)
    return _detail(text) if column == "detail" else text


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if str(moment) != text:
        raise _Odd
    return moment.replace(tzinfo=UTC)


def _detail(text: str) -> dict[str, Any]:
    found = _object(json.loads(text))
    if json.dumps(found) != text:
        raise _Odd
    return found


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Odd
    return value
