"""Records deeds, each in the transaction of the deed itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent, AuditHead, User

SYSTEM = "system"


def chain_hash(event: AuditEvent) -> str:
    """SHA-256 over the length-prefixed parts of a row and the hash before it."""
    parts = (
        str(event.sequence),
        event.happened_at.isoformat(),
        event.type,
        event.actor,
        event.actor_role,
        event.subject,
        json.dumps(event.detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        event.previous_hash,
    )
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8")
        digest.update(f"{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()


def _lock_head() -> AuditHead:
    """The chain's head, locked until the transaction ends.

    PostgreSQL locks the row; SQLite's transaction holds the whole database's write lock from
    its start (transaction_mode IMMEDIATE), so reading is enough.
    """
    heads = AuditHead.objects.all()
    if connection.features.has_select_for_update:
        heads = heads.select_for_update()
    head = heads.filter(pk=1).first()
    if head is None:
        # The first deeds of an installation: of two at once one makes the head, both lock it.
        AuditHead.objects.get_or_create(pk=1)
        head = heads.get(pk=1)
    return head


@transaction.atomic
def record(
    *, type: str, actor: User | None, subject: str, detail: Mapping[str, Any] | None = None
) -> AuditEvent:
    """Adds one deed to the chain. Call it last in the deed's transaction: it holds a lock."""
    head = _lock_head()
    event = AuditEvent(
        sequence=head.sequence + 1,
        happened_at=timezone.now(),
        type=type,
        actor=actor.email if actor else SYSTEM,
        actor_role=actor.role if actor else "",
        subject=subject,
        detail=dict(detail or {}),
        previous_hash=head.hash,
    )
    event.hash = chain_hash(event)
    # The head follows by a trigger of the database (migration 0003).
    event.save(force_insert=True)
    return event
