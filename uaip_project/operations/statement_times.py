"""Measures every statement of every connection of this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from accounts import metrics

#: First word -> what Prometheus calls it; all others are "other".
OPERATIONS = {
    "SELECT": "select",
    "WITH": "select",
    "INSERT": "insert",
    "UPDATE": "update",
    "DELETE": "delete",
}


@receiver(connection_created)
def _watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """A connection that is made anew keeps its wrappers."""
    if measured not in connection.execute_wrappers:
        connection.execute_wrappers.append(measured)


def measured(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Counts how long it took, also where the database refuses."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        metrics.statement_done(operation_of(sql), time.perf_counter() - began)


def operation_of(sql: object) -> str:
    """The kind of a statement, by its first word."""
    words = str(sql)[:40].split(None, 1)
    return OPERATIONS.get(words[0].upper().lstrip("("), "other") if words else "other"
