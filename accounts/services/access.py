"""Ends everything that lets somebody in, at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.services import audit, keys, tokens


@dataclass(frozen=True)
class Ended:
    """How many keys and token families there were to end."""

    keys: int
    families: int


@transaction.atomic
def end_access(user: User, *, by: User | None, why: str) -> Ended:
    """Ends the person's browser sessions, tokens and API keys, and the keys of the service accounts
    that the person answers for. Whether the person may sign in again is another question.

    ``by`` None = the system.
    """
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    user.refresh_from_db(fields=["epoch"])
    ended = Ended(
        keys=keys.revoke_keys_of(user=user, by=by, why=why),
        families=tokens.end_families_of(user=user, by=by, why=why),
    )
    audit.record(
        type="user.access_ended",
        actor=by,
        subject=audit.person(user),
        detail={"why": why, "keys": ended.keys, "families": ended.families},
    )
    return ended
