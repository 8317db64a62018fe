"""Yes-or-no questions about what the installation depends on."""

from __future__ import annotations

from django.db import DatabaseError, connection

from interviews.llm import circuit, providers


def database_answers() -> bool:
    """Whether the database takes a statement now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def language_model() -> str:
    """What scores answers now: "available", "degraded" or "embedded"; asks no model."""
    try:
        return circuit.health()
    except DatabaseError:
        # Circuits and budget stand in the database; without it nobody is asked.
        return "degraded" if providers.is_wanted() else "embedded"
