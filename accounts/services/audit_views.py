"""Records who looked at what belongs to others."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.services import audit

VIEWED = "charter.viewed"
#: Whoever reads on within this time looks once.
ONE_LOOK = timedelta(hours=1)


def record_view(*, subject: str, by: User) -> bool:
    """One deed a person, thing and hour, in a transaction of its own; True when it was recorded.

    Two pages opened at the very same moment may count as two looks. What cannot be recorded is
    not shown: the fault goes up.
    """
    since = timezone.now() - ONE_LOOK
    looks = AuditEvent.objects.filter(subject=subject, actor=audit.person(by), type=VIEWED)
    if looks.filter(happened_at__gte=since).exists():
        return False
    audit.record(type=VIEWED, actor=by, subject=subject)
    return True
