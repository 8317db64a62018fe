"""Lets a form do its deed once, however often it is sent."""

from __future__ import annotations

import secrets

from accounts.models import IdempotencyRecord, User


def new_code() -> str:
    """What a page puts into its form."""
    return secrets.token_urlsafe(16)


def take(*, user: User, code: str) -> bool:
    """Whether this is the first time that the person sends this form; the database decides."""
    _, is_new = IdempotencyRecord.objects.get_or_create(
        user=user, key=f"form:{code}"[:255], defaults={"fingerprint": "", "status_code": 200}
    )
    return is_new
