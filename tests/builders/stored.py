"""Looks into the database itself, past every field and every service."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection


def cells() -> Iterator[tuple[str, str]]:
    """("table.column", text) of every cell of every table, whatever its type."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    yield f"{table}.{name}", _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str, ensure_ascii=False)


def places_of(phrases: Iterable[str]) -> dict[str, set[str]]:
    """Which phrases stand readable in which columns, also the way JSON writes them."""
    wanted = {
        one: {one, json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1]}
        for one in phrases
    }
    found: dict[str, set[str]] = defaultdict(set)
    for place, text in cells():
        for phrase, forms in wanted.items():
            if any(form in text for form in forms):
                found[place].add(phrase)
    return dict(found)


def column(table: str, name: str) -> list[Any]:
    """One column as the database gives it."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quote(name)} FROM {quote(table)}")
        return [row[0] for row in cursor.fetchall()]


def texts(value: Any) -> Iterator[str]:
    """Every text inside JSON, keys left out."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value
