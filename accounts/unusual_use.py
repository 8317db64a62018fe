"""Notices a key or a person that calls the API far more often than usual."""

from __future__ import annotations

import hashlib
import logging

from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone

from accounts import metrics
from accounts.declared_settings import IS_LIMITED
from accounts.models import User
from accounts.runtime_settings import in_force
from accounts.services import audit

log = logging.getLogger(__name__)

#: Calls of a day; the limit by the minute allows far more.
USUAL_CALLS = 1000
SECONDS_A_DAY = 86_400


def note(principal: str, user: User | None) -> None:
    """One call; the first beyond the usual is counted and stands in the record of deeds.

    The cache counts: where it forgets, somebody is noticed later, and nobody waits for it. Where
    nobody is limited nobody is noticed either.
    """
    if not in_force(IS_LIMITED):
        return
    name = hashlib.sha256(principal.encode()).hexdigest()[:32]
    key = f"calls:{timezone.localdate()}:{name}"
    cache.add(key, 0, SECONDS_A_DAY)
    try:
        calls = cache.incr(key)
    except ValueError:
        # It was driven out between the two.
        return
    if calls == USUAL_CALLS + 1:
        _tell(user)


def _tell(user: User | None) -> None:
    metrics.unusually_used()
    log.warning("More than %s calls of the API in a day by one caller.", USUAL_CALLS)
    subject = audit.person(user) if user else "api"
    try:
        audit.record(
            type="limit.unusual", actor=user, subject=subject, detail={"calls": USUAL_CALLS}
        )
    except DatabaseError as fault:
        log.warning("Unusual use is not recorded: %s", type(fault).__name__)
