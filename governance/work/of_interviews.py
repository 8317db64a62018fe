"""What waits in interviews that a person works on: answers to improve, findings to settle."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from governance.phrasing import counted
from governance.work.piles import Asker, Pile, Task
from interviews.answerset import AnswerState
from interviews.models import Answer, Collaborator, Finding, InterviewSession
from interviews.models.session import InterviewSessionQuerySet, within_reach

OPEN = [InterviewSession.Status.IN_PROGRESS, InterviewSession.Status.COMPLETED]


def written_by(user: User) -> InterviewSessionQuerySet:
    """Sessions that the person owns or may edit."""
    shared = Collaborator.objects.filter(user=user, level=Collaborator.Level.EDIT)
    mine = Q(owner=user) | Q(pk__in=shared.values("session"))
    return InterviewSession.objects.filter(mine, within_reach(user))


def worked_on_by(user: User) -> InterviewSessionQuerySet:
    """Those of them in which answers can be given now."""
    return written_by(user).filter(status__in=OPEN)


def answers_to_improve(asker: Asker) -> Pile:
    """Sessions with answers that were asked back."""
    waiting = Answer.objects.filter(state=AnswerState.NEEDS_WORK)
    found = worked_on_by(asker.user).with_progress().filter(pk__in=waiting.values("session"))

    def say(session: Any) -> Task:
        count: int = session.waiting_count
        needs = "needs" if count == 1 else "need"
        return Task(
            session.project_name,
            reverse("interviews:session-detail", args=[session.code]),
            f"{counted(count, 'answer')} {needs} more detail.",
        )

    return asker.pile(
        found,
        say,
        key="answers",
        title="Answers that need more detail",
        more_url=reverse("interviews:session-list"),
    )


def findings_to_settle(asker: Asker) -> Pile:
    """Sessions with contradictions that nobody fixed, answered, carried or disputed."""
    unsettled = Q(
        findings__state=Finding.State.OPEN,
        findings__is_completeness=False,
        findings__severity__in=[Finding.Severity.BLOCKER, Finding.Severity.MAJOR],
    )
    found = (
        worked_on_by(asker.user)
        .annotate(unsettled_count=Count("findings", filter=unsettled))
        .filter(unsettled_count__gt=0)
        .order_by("-last_updated_at", "-id")
    )

    def say(session: Any) -> Task:
        count: int = session.unsettled_count
        return Task(
            session.project_name,
            reverse("interviews:findings", args=[session.code]),
            f"{counted(count, 'finding')} to fix, to answer or to dispute.",
        )

    return asker.pile(
        found,
        say,
        key="findings",
        title="Findings to settle",
        more_url=reverse("interviews:session-list"),
    )
