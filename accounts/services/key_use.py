"""Recognises an API key and notes that it was used."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts import peppers
from accounts.models import ApiKey
from accounts.permissions import Permission
from accounts.services import audit, keys

log = logging.getLogger(__name__)

#: A busy key writes once in so long, not with every call.
NOTED_EVERY = timedelta(minutes=1)


class KeyRefused(Exception):
    """No door opens to this; why is nobody's business who does not hold the right key."""


def authenticate(presented: str, *, address: str) -> ApiKey:
    """The key, its ``user`` limited to the key's scopes. Raises KeyRefused.

    One query whatever is presented; once a minute for each key one more notes its use.
    """
    match = keys.FORM.fullmatch(presented)
    if match is None:
        raise KeyRefused
    prefix, secret = match.groups()
    key = ApiKey.objects.select_related("user__human_owner").filter(prefix=prefix).first()
    if not _is_right(key, secret) or key is None or not _is_usable(key, address):
        raise KeyRefused
    key.user.limited_to = frozenset(one for one in Permission if one in key.scopes)
    _note_use(key)
    return key


def _is_right(key: ApiKey | None, secret: str) -> bool:
    """The same work whether there is such a key or not."""
    pepper_id = key.pepper_id if key else peppers.newest()
    try:
        found = peppers.digest(secret, pepper_id)
    except KeyError:
        log.warning("Pepper %s of key %s is not there.", pepper_id, key.prefix if key else "")
        return False
    return hmac.compare_digest(found, key.digest if key else "0" * len(found))


def _is_usable(key: ApiKey, address: str) -> bool:
    owner = key.user.human_owner
    return (
        key.revoked_at is None
        and key.expires_at > timezone.now()
        and key.user.is_active
        # Nobody would answer for what it does.
        and (owner is None or owner.is_active)
        and _is_near(key.networks, address)
    )


def _is_near(networks: list[str], address: str) -> bool:
    """Whether the caller stands in one of the networks; none = everywhere."""
    if not networks:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    caller = getattr(caller, "ipv4_mapped", None) or caller
    return any(caller in ipaddress.ip_network(one) for one in networks)


def _note_use(key: ApiKey) -> None:
    """To the minute; the first use of a day stands in the record of deeds."""
    before, now = key.last_used_at, timezone.now()
    if before is not None and now - before < NOTED_EVERY:
        return
    due = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
    with transaction.atomic():
        is_ours = ApiKey.objects.filter(due, pk=key.pk).update(last_used_at=Now())
        if is_ours and (before is None or before.date() != now.date()):
            audit.record(type="key.used", actor=key.user, subject=keys.subject(key))
