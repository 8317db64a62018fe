"""Deletes rows that served their time, some thousands at a look, so that no table grows for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import IdempotencyRecord, WebhookDelivery

#: At one look; the next look takes the next ones.
MOST = 5_000


def forget_old() -> dict[str, int]:
    """All of it: table -> how many rows went."""
    return {
        "idempotency_records": forget_answered_requests(),
        "webhook_deliveries": forget_deliveries(),
        "browser_sessions": forget_browser_sessions(),
    }


def forget_answered_requests() -> int:
    """What was answered under Idempotency-Keys, and which forms were sent already."""
    before = timezone.now() - timedelta(days=settings.IDEMPOTENCY_DAYS)
    return _delete(IdempotencyRecord.objects.filter(received_at__lt=before))


def forget_deliveries() -> int:
    """Deliveries of webhooks that ended, with their attempts; one that waits is never too old."""
    before = timezone.now() - timedelta(days=settings.WEBHOOK_RETENTION_DAYS)
    ended = WebhookDelivery.objects.exclude(status=WebhookDelivery.Status.PENDING)
    return _delete(ended.filter(announced_at__lt=before))


def forget_browser_sessions() -> int:
    """Sessions that ran out, and what was noted of browsers whose session is gone."""
    gone = _delete(Session.objects.filter(expire_date__lt=timezone.now()))
    still_there = Session.objects.filter(session_key=OuterRef("session_key"))
    _delete(UserSession.objects.filter(~Exists(still_there)))
    return gone


def _delete(rows: QuerySet[Any, Model]) -> int:
    """So many of the rows; a short statement each time keeps locks short."""
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
    rows.model._default_manager.filter(pk__in=chosen).delete()
    return len(chosen)
