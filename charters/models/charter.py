"""The AI project charter of one session; lives through revisions."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from accounts.models import User
from interviews.models import InterviewSession


class CharterQuerySet(models.QuerySet["Charter"]):
    """Many charters."""

    def visible_to(self, user: User | AnonymousUser) -> CharterQuerySet:
        """A charter is visible to whoever sees its session."""
        return self.filter(session__in=InterviewSession.objects.visible_to(user))


class Charter(models.Model):
    """What the revisions of one session's charter have in common."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.OneToOneField(
        InterviewSession, on_delete=models.PROTECT, related_name="charter"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = CharterQuerySet.as_manager()

    class Meta:
        db_table = "charters"

    def __str__(self) -> str:
        return f"Charter of {self.session}"

    @property
    def short_code(self) -> str:
        """What people say on the phone."""
        return str(self.code)[:8].upper()
