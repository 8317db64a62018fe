"""Which data key opens what: found in its table, kept in the process for a minute.

A key that this very transaction made is not kept before the commit: a value sealed with a key whose
row was rolled back could never be read again.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.db import connection, transaction

from accounts import sealing
from accounts.sealing import KeyAway, KeyDestroyed

#: The subject of what belongs to no interview: seeds of second factors, secrets of webhooks.
SITE = UUID(int=0)
#: Where seeds of second factors lie, in the library's own table.
SEEDS = "mfa_authenticator.data"
#: A key destroyed elsewhere may be used so long by this process.
KEPT_SECONDS = 60.0
#: Interviews whose keys one process keeps at a time.
MOST_KEPT = 512

_kept: OrderedDict[UUID, tuple[AESGCM, float]] = OrderedDict()
_lock = threading.Lock()
_own = threading.local()


def seal(text: str, *, subject: UUID, context: str) -> str:
    """The text as it is stored: sealed with the subject's key, or clear while sealing is off.

    ``context`` names where it is stored ("table.column"); it opens nowhere else. Raises
    KeyDestroyed and KeyAway.
    """
    if not text or not sealing.is_on():
        return sealing.escaped(text)
    return sealing.envelope(text, cipher=_of(subject, make=True), code=subject, context=context)


def unseal(stored: str, *, context: str) -> str:
    """The text as it was typed, sealed or clear. Raises CannotOpen."""
    code = sealing.code_of(stored)
    if code is None:
        return sealing.unescaped(stored)
    return sealing.opened(stored, cipher=_of(code, make=False), context=context)


def seal_bytes(raw: bytes, *, subject: UUID, context: str) -> bytes:
    """As ``seal``, for a file."""
    if not raw or not sealing.is_on():
        return sealing.escaped_bytes(raw)
    cipher = _of(subject, make=True)
    return sealing.envelope_of_bytes(raw, cipher=cipher, code=subject, context=context)


def unseal_bytes(stored: bytes, *, context: str) -> bytes:
    """As ``unseal``, for a file."""
    code = sealing.code_of_bytes(stored)
    if code is None:
        return sealing.unescaped_bytes(stored)
    return sealing.opened_bytes(stored, cipher=_of(code, make=False), context=context)


def forget(subject: UUID | None = None) -> None:
    """Takes one key, or all of them, out of this process."""
    with _lock:
        if subject is None:
            _kept.clear()
        else:
            _kept.pop(subject, None)


def _of(subject: UUID, *, make: bool) -> AESGCM:
    """The subject's cipher; ``make``: made now if there is none."""
    found = _kept.get(subject)
    if found and found[1] > time.monotonic():
        return found[0]
    row = _row(subject)
    if row is None and make:
        row = _made(subject)
    if row is None:
        raise KeyAway(f"The data key {subject} has no row.")
    if row.destroyed_at is not None:
        raise KeyDestroyed(f"The data key {subject} was destroyed.")
    cipher = AESGCM(sealing.unwrapped(row.wrapped, subject, row.wrapped_by))
    if subject not in _made_here():
        _keep(subject, cipher)
    return cipher


def _row(subject: UUID) -> Any:
    return _data_keys().filter(code=subject).first()


def _made(subject: UUID) -> Any:
    """The row of a fresh key, or the one that somebody else made in the same moment."""
    text, key_id = sealing.wrapped(sealing.new_data_key(), subject)
    row = apps.get_model("accounts", "DataKey")(code=subject, wrapped=text, wrapped_by=key_id)
    if connection.in_atomic_block:
        _made_here().add(subject)
    _data_keys().bulk_create([row], ignore_conflicts=True)
    return _row(subject)


def _data_keys() -> Any:
    # Not imported: models of this room have sealed fields, which ask here.
    return apps.get_model("accounts", "DataKey").objects


def _made_here() -> set[UUID]:
    """Keys that this thread's open transaction made itself; another transaction starts empty."""
    outermost = connection.atomic_blocks[0] if connection.in_atomic_block else None
    if outermost is None or getattr(_own, "transaction", None) is not outermost:
        _own.transaction, _own.made = outermost, set()
    made: set[UUID] = _own.made
    return made


def _keep(subject: UUID, cipher: AESGCM) -> None:
    with _lock:
        _kept[subject] = (cipher, time.monotonic() + KEPT_SECONDS)
        _kept.move_to_end(subject)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def forget_after_commit(subject: UUID) -> None:
    """Now, and again once it holds: somebody may read the old row in between."""
    forget(subject)
    transaction.on_commit(lambda: forget(subject))
