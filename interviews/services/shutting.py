"""Shuts an interview off in an incident, and lets go of it again; rooms above decide when."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from interviews.models import InterviewSession
from interviews.services.sessions import stand_in_line, subject


@transaction.atomic
def shut_off(*, session: InterviewSession, by: User | None) -> bool:
    """From now on it exists for SuperAdmins alone; False where it is so already.

    Raises SessionGone.
    """
    stand_in_line(session)
    there = InterviewSession.objects.filter(pk=session.pk, shut_off_at=None)
    if not there.update(shut_off_at=timezone.now()):
        return False
    audit.record(type="session.shut_off", actor=by, subject=subject(session))
    return True


@transaction.atomic
def let_go(*, session: InterviewSession, by: User | None) -> bool:
    """Whoever saw it sees it again; False where nothing was shut off. Raises SessionGone."""
    stand_in_line(session)
    there = InterviewSession.objects.filter(pk=session.pk, shut_off_at__isnull=False)
    if not there.update(shut_off_at=None):
        return False
    audit.record(type="session.let_go", actor=by, subject=subject(session))
    return True
