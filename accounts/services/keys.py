"""API keys: made, renewed, ended, and recognised (reliability.md D21)."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts import peppers
from accounts.models import ApiKey, User
from accounts.permissions import PEOPLE_ONLY, Permission
from accounts.policies import may_have_keys_of, permissions_of
from accounts.services import audit

USUAL_DAYS = 365
OVERLAP_DAYS = 7
#: "uaip_<12>_<43>": a scanner for leaked secrets knows keys by their beginning.
FORM = re.compile(r"uaip_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
_PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class CannotIssue(Exception):
    """A key cannot be made like this; ``field`` says which part of the wish, "" = the whole."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class NewKey:
    """A key and its secret: the only moment at which the secret is known."""

    key: ApiKey
    secret: str


@dataclass(frozen=True)
class Turned:
    """What an emergency did to one key; ``replacement`` is None where none was wanted or due."""

    key: ApiKey
    replacement: NewKey | None


def longest_days() -> int:
    """For how many days a key may live at most."""
    return int(settings.KEY_MAX_DAYS)


def subject(key: ApiKey) -> str:
    """How the record of deeds names a key: by its public part."""
    return f"api-key {key.prefix}"


@transaction.atomic
def issue_key(
    *,
    user: User,
    name: str,
    scopes: Iterable[str],
    by: User,
    days: int | None = None,
    networks: Iterable[str] = (),
) -> NewKey:
    """A new key of ``user`` with some of the permissions that both of them have.

    ``networks`` are CIDRs, none = from everywhere. Raises CannotIssue.
    """
    days = min(USUAL_DAYS, longest_days()) if days is None else days
    if not 1 <= days <= longest_days():
        raise CannotIssue("days", f"A key lives 1 to {longest_days()} days.")
    wish = ApiKey(
        name=name.strip(),
        user=user,
        scopes=_scopes(scopes, user, by),
        networks=_networks(networks),
        expires_at=timezone.now() + timedelta(days=days),
    )
    if not wish.name or len(wish.name) > 200:
        raise CannotIssue("name", "Give the key a name of at most 200 characters.")
    made = _make(wish, by)
    audit.record(type="key.created", actor=by, subject=subject(made.key), detail=_facts(made.key))
    return made


def _scopes(wanted: Iterable[str], user: User, by: User) -> list[str]:
    """Sorted; nobody gives what he does not have, and no key has more than its holder."""
    scopes = set(wanted)
    if not scopes:
        raise CannotIssue("scopes", "Choose at least one permission.")
    unknown = scopes - set(Permission)
    if unknown:
        raise CannotIssue("scopes", f"There is no permission {', '.join(sorted(unknown))}.")
    beyond = scopes - (permissions_of(user) & permissions_of(by) - PEOPLE_ONLY)
    if beyond:
        raise CannotIssue(
            "scopes", f"Not yours to give, or not the holder's: {', '.join(sorted(beyond))}."
        )
    return sorted(scopes)


def _networks(texts: Iterable[str]) -> list[str]:
    found = []
    for text in texts:
        try:
            found.append(str(ipaddress.ip_network(text.strip(), strict=False)))
        except ValueError:
            raise CannotIssue(
                "networks", f"{text} is no network: use one such as 10.0.0.0/8."
            ) from None
    return found


def _make(wish: ApiKey, by: User) -> NewKey:
    """Stores the key with a fresh secret."""
    if not wish.user.is_active:
        raise CannotIssue("user", "This account is deactivated.")
    secret = secrets.token_urlsafe(32)
    wish.prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(12))
    wish.pepper_id = peppers.newest()
    wish.digest = peppers.digest(secret, wish.pepper_id)
    wish.created_by = by
    wish.save(force_insert=True)
    return NewKey(wish, f"uaip_{wish.prefix}_{secret}")


def _facts(key: ApiKey) -> dict[str, object]:
    return {
        "holder": audit.person(key.user),
        "scopes": key.scopes,
        "networks": key.networks,
        "expires_at": key.expires_at.isoformat(),
    }


@transaction.atomic
def rotate_key(*, key: ApiKey, by: User, overlap_days: int = OVERLAP_DAYS) -> NewKey:
    """A successor with the same name, scopes and networks, and a new secret.

    The older key works on for the overlap, at most until it would have expired anyway; 0 ends it
    now. The successor lives as long as the older one was made for. Raises CannotIssue.
    """
    if not 0 <= overlap_days <= longest_days():
        raise CannotIssue("overlap", f"The overlap is 0 to {longest_days()} days.")
    old = _locked(key)
    now = timezone.now()
    if old.revoked_at is not None or old.expires_at <= now:
        raise CannotIssue("", "This key has ended: make a new one.")
    if ApiKey.objects.filter(replaces=old).exists():
        raise CannotIssue("", "This key was replaced already: renew its successor.")
    made = _successor(old, by)
    if overlap_days:
        old.expires_at = min(old.expires_at, now + timedelta(days=overlap_days))
        old.save(update_fields=["expires_at"])
    else:
        _revoke(ApiKey.objects.filter(pk=old.pk), by)
    audit.record(
        type="key.rotated",
        actor=by,
        subject=subject(old),
        detail={**_facts(made.key), "successor": made.key.prefix, "overlap_days": overlap_days},
    )
    return made


def _locked(key: ApiKey) -> ApiKey:
    return ApiKey.objects.select_related("user").select_for_update(of=("self",)).get(pk=key.pk)


def _successor(old: ApiKey, by: User) -> NewKey:
    lifetime = min(old.expires_at - old.created_at, timedelta(days=longest_days()))
    wish = ApiKey(
        name=old.name,
        user=old.user,
        scopes=_scopes(old.scopes, old.user, by),
        networks=old.networks,
        expires_at=timezone.now() + lifetime,
        replaces=old,
    )
    return _make(wish, by)


def _revoke(chosen: QuerySet[ApiKey], by: User) -> int:
    return chosen.filter(revoked_at=None).update(revoked_at=Now(), revoked_by=by)


@transaction.atomic
def revoke_key(*, key: ApiKey, by: User, why: str = "") -> bool:
    """Ends a key at once; False when it had been revoked before."""
    if not _revoke(ApiKey.objects.filter(pk=key.pk), by):
        return False
    audit.record(type="key.revoked", actor=by, subject=subject(key), detail={"why": why})
    return True


@transaction.atomic
def revoke_keys_of(*, user: User, by: User | None, why: str) -> int:
    """Ends every key of a person, and of the service accounts that the person answers for: whoever
    made a key may have kept its secret."""
    ended = 0
    mine = ApiKey.objects.filter(user=user) | ApiKey.objects.filter(user__human_owner=user)
    for key in mine.filter(revoked_at=None).order_by("pk"):
        if _revoke(ApiKey.objects.filter(pk=key.pk), by or user):
            ended += 1
            audit.record(type="key.revoked", actor=by, subject=subject(key), detail={"why": why})
    return ended


@transaction.atomic
def rotate_all(*, by: User, why: str, replace: bool) -> list[Turned]:
    """In an emergency: ends every key at once and, where wanted, makes a successor to each that the
    actor may have: people make theirs themselves, or somebody else could act under their name."""
    turned = []
    waiting = ApiKey.objects.select_related("user").select_for_update(of=("self",))
    for key in waiting.filter(revoked_at=None, expires_at__gt=Now()).order_by("pk"):
        is_due = replace and key.user.is_active and not ApiKey.objects.filter(replaces=key).exists()
        successor = _successor(key, by) if is_due and _may_go_on(key, by) else None
        _revoke(ApiKey.objects.filter(pk=key.pk), by)
        turned.append(Turned(key, successor))
        audit.record(
            type="key.rotated" if successor else "key.revoked",
            actor=by,
            subject=subject(key),
            detail={"why": why, "successor": successor.key.prefix if successor else ""},
        )
    return turned


def _may_go_on(key: ApiKey, by: User) -> bool:
    """Whether a successor may be made, and shown to the actor."""
    in_reach = permissions_of(key.user) & permissions_of(by)
    return may_have_keys_of(by, key.user) and set(key.scopes) <= in_reach
