"""A proposal that existed before the interview, and its passages that may answer questions."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.sealed_fields import SealedBinaryField, SealedTextField


class Proposal(models.Model):
    """One uploaded file. The file itself is gone as soon as its passages are read."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Being read"
        READY = "ready", "Read"
        REFUSED = "refused", "Not read"

    session = models.ForeignKey(
        "interviews.InterviewSession", on_delete=models.CASCADE, related_name="proposals"
    )
    name = SealedTextField(max_length=200)
    size = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    #: Why it was not read and what to do next.
    refusal = models.CharField(max_length=500, blank=True)
    #: The uploaded bytes until the worker has read them; None afterwards.
    content = SealedBinaryField(null=True)
    passage_count = models.PositiveIntegerField(default=0)
    #: Passages left out because they give orders to whoever judges.
    suspected_count = models.PositiveIntegerField(default=0)
    #: Longer than we read: what stands behind was left out.
    is_cut = models.BooleanField(default=False)
    #: "embedded" (passage search) or the provider's name.
    source = models.CharField(max_length=40, blank=True)
    model_name = models.CharField(max_length=120, blank=True)
    prompt_version = models.CharField(max_length=40, blank=True)
    #: Why no model read it although one is configured.
    fault = models.CharField(max_length=40, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "session"

    class Meta:
        db_table = "proposals"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "ready", "refused"]),
                name="proposals_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting") | Q(content=None),
                name="proposals_file_is_not_kept",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(refusal=""),
                name="proposals_refusal_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.status})"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.session.code


class Candidate(models.Model):
    """A passage of a proposal, word for word, that may answer one question.

    It counts for nothing until a person puts it into a draft.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "In the draft"
        DISMISSED = "dismissed", "Dismissed"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="candidates")
    question_key = models.CharField(max_length=20)
    #: Among the candidates of its question, the best one first.
    position = models.PositiveSmallIntegerField()
    passage = SealedTextField()
    #: Where it stands in the file: "page 3", "under Costs".
    place = SealedTextField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    sealing_related = "proposal__session"

    class Meta:
        db_table = "proposal_candidates"
        ordering = ["proposal", "question_key", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "question_key", "position"], name="candidates_position_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "dismissed"]),
                name="candidates_state_known",
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="candidates_handled_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key} from {self.proposal_id} ({self.state})"

    def sealing_subject(self) -> uuid.UUID:
        """Whose key seals it: the session's."""
        return self.proposal.session.code
