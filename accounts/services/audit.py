"""Records deeds, each in the transaction of the deed itself."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction
from django.utils import timezone

from accounts import request_facts
from accounts.models import AuditEvent, AuditHead, User

SYSTEM = "system"
log = logging.getLogger("uaip.audit")

#: What the hash covers since request and address are recorded.
HASH_VERSION = 2
#: One way of writing a detail, whatever the order it was said in.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Link(Protocol):
    """What the hash of a row is computed from: a row of the table or of a sealed file."""

    sequence: int
    happened_at: datetime
    type: str
    actor: str
    actor_role: str
    subject: str
    detail: dict[str, Any]
    request_id: str
    address_hash: str
    hash_version: int
    previous_hash: str


def chain_hash(event: Link) -> str:
    """SHA-256 over the length-prefixed parts of a row and the hash before it."""
    parts = [
        str(event.sequence),
        event.happened_at.isoformat(),
        event.type,
        event.actor,
        event.actor_role,
        event.subject,
        _CANONICAL.encode(event.detail),
        event.previous_hash,
    ]
    if event.hash_version >= HASH_VERSION:
        parts += [str(event.hash_version), event.request_id, event.address_hash]
    raw = [part.encode("utf-8") for part in parts]
    return hashlib.sha256(b"".join(b"%d:%b" % (len(one), one) for one in raw)).hexdigest()


def address_hash(salt: str, address: str) -> str:
    """What the chain keeps of an address: nobody finds it again without the salt."""
    return hashlib.sha256(f"{salt}:{address}".encode()).hexdigest()


def person(user: User) -> str:
    """How the record of deeds names somebody: by a code, which outlives name and address."""
    return f"{user.kind} {user.code}"


def names_of(events: Iterable[AuditEvent]) -> dict[str, str]:
    """What people are called today, by the actor's text; one query, erased people are missing."""
    codes = {event.actor.partition(" ")[2] for event in events} - {""}
    known = User.objects.filter(code__in=codes)
    return {person(user): str(user) for user in known}


def lock_head() -> AuditHead:
    """The chain's head, locked until the transaction ends: nobody records a deed meanwhile.

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
    *,
    type: str,
    actor: User | None,
    subject: str,
    detail: Mapping[str, Any] | None = None,
    holder: str = "",
) -> AuditEvent:
    """Adds one deed to the chain. Call it last in the deed's transaction: it holds a lock.

    ``subject`` is what the deed was done to, "<kind> <code>"; ``detail`` field names, versions,
    states and hashes before and after, never what a person wrote. ``holder`` names what opened
    the door for somebody without an account, "<kind> <code>".
    """
    head = lock_head()
    facts = request_facts.current()
    event = AuditEvent(
        # The same number twice: a key of its own would be a column that no hash covers.
        id=head.sequence + 1,
        sequence=head.sequence + 1,
        happened_at=timezone.now(),
        type=type,
        actor=person(actor) if actor else holder or SYSTEM,
        actor_role=actor.role if actor else "",
        subject=subject,
        detail=dict(detail or {}),
        request_id=facts.request_id,
        previous_hash=head.hash,
        hash_version=HASH_VERSION,
    )
    if facts.address:
        event.address, event.address_salt = facts.address, secrets.token_hex(16)
        event.address_hash = address_hash(event.address_salt, event.address)
    event.hash = chain_hash(event)
    # The head follows by a trigger of the database (migration 0003).
    event.save(force_insert=True)
    transaction.on_commit(lambda: _log(event))
    return event


def _log(event: AuditEvent) -> None:
    """The deed as a log line too, for whoever watches logs; the record itself is the table."""
    told = {"deed": event.type, "actor": event.actor, "subject": event.subject}
    log.info("%s: %s on %s", event.actor, event.type, event.subject, extra=told)
