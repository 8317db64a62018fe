"""Who is signed in by a browser just now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone

MOST = 100


@dataclass(frozen=True)
class Present:
    """Somebody who is here: how often, and when last seen."""

    name: str
    browsers: int
    seen_at: datetime


def _alive() -> Exists:
    lasting = Session.objects.filter(expire_date__gt=timezone.now())
    return Exists(lasting.filter(session_key=OuterRef("session_key")))


def count() -> int:
    """How many people."""
    return UserSession.objects.filter(_alive()).values("user").distinct().count()


def present() -> list[Present]:
    """Who, the one seen last first."""
    rows = UserSession.objects.filter(_alive()).values("user__name", "user__email").order_by()
    found = rows.annotate(browsers=Count("pk"), seen=Max("last_seen_at")).order_by("-seen")
    return [
        Present(one["user__name"] or one["user__email"], one["browsers"], one["seen"])
        for one in found[:MOST]
    ]
