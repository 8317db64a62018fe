"""Yes-or-no questions about what the installation depends on."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection


def database_answers() -> bool:
    """Whether the database takes a statement now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def language_model() -> str:
    """What scores answers: "embedded" where that is wanted, "degraded" where a provider is named
    (this release asks none, so the embedded scorer stands in)."""
    return "degraded" if settings.LLM_PROVIDER else "embedded"
