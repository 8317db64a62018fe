"""What waits around rulings: votes, rulings, disputed scores, comments, what came back."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from charters.models import Revision
from governance.models import Decision, Outcome, Review, Thread
from governance.phrasing import age
from governance.services import queue
from governance.work.of_interviews import written_by
from governance.work.piles import Asker, Pile, Task
from interviews.models import ScoreDispute
from interviews.models.session import within_reach

BACK = [Outcome.SEND_BACK, Outcome.REJECT]


def _say_review(asker: Asker, review: Review, url: str) -> Task:
    session = review.charter.session
    opened = age(timezone.localdate(review.opened_at), today=asker.today)
    words = f"{review.get_lane_display()} · revision {review.revision.number} · {opened}"
    return Task(session.project_name, url, words, **asker.due(review.due_date))


def _read(found: QuerySet[Review]) -> QuerySet[Review]:
    return found.select_related("charter__session", "revision").defer("revision__content")


def verdicts_to_give(asker: Asker) -> Pile:
    """Cases in which the person's own verdict is missing."""

    def say(review: Review) -> Task:
        url = reverse("governance:review-detail", args=[review.code])
        return _say_review(asker, review, url)

    return asker.pile(
        _read(Review.objects.awaiting(asker.user)),
        say,
        key="verdicts",
        title="Votes to cast",
        more_url=reverse("governance:review-list"),
    )


def rulings_to_record(asker: Asker) -> Pile:
    """Committees' cases whose quorum is reached, where the person takes the chair."""

    def say(review: Review) -> Task:
        url = reverse("governance:review-ruling", args=[review.code])
        return _say_review(asker, review, url)

    return asker.pile(
        _read(queue.to_be_ruled_by(asker.user)),
        say,
        key="rulings",
        title="Rulings to record",
        more_url=reverse("governance:review-list"),
    )


def disputes_to_rule_on(asker: Asker) -> Pile:
    """Scores that others hold for wrong, the one who waits longest first."""
    found = ScoreDispute.objects.to_rule_on(asker.user).select_related("answer__session")

    def say(dispute: ScoreDispute) -> Task:
        answer, session = dispute.answer, dispute.answer.session
        raised = age(timezone.localdate(dispute.raised_at), today=asker.today)
        url = reverse("interviews:dispute-ruling", args=[session.code, dispute.code])
        return Task(session.project_name, url, f"The score of {answer.question_key} · {raised}")

    return asker.pile(
        found,
        say,
        key="disputes",
        title="Disputed scores to rule on",
        more_url=reverse("interviews:dispute-list"),
    )


def _thread_task(thread: Thread) -> Task:
    where = {
        Thread.Anchor.CHARTER: "the whole charter",
        Thread.Anchor.ITEM: thread.anchor_key,
        Thread.Anchor.STATEMENT: "a statement",
    }[Thread.Anchor(thread.anchor)]
    return Task(
        thread.charter.session.project_name,
        reverse("governance:thread", args=[thread.code]),
        f"{thread.opened_by} on {where}, {timezone.localdate(thread.opened_at):%d %b %Y}".replace(
            ", 0", ", "
        ),
    )


def comments_to_answer(asker: Asker) -> Pile:
    """Open matters on charters that the person works on, raised by somebody else."""
    found = (
        Thread.objects.visible_to(asker.user)
        .filter(state=Thread.State.OPEN, charter__session__in=written_by(asker.user))
        .exclude(opened_by=asker.user)
        .select_related("charter__session", "opened_by")
    )
    return asker.pile(found, _thread_task, key="comments", title="Comments to answer")


def comments_to_settle(asker: Asker) -> Pile:
    """Matters that the person raised and that were answered."""
    found = (
        Thread.objects.visible_to(asker.user)
        .filter(state=Thread.State.ANSWERED, opened_by=asker.user)
        .select_related("charter__session", "opened_by")
    )
    return asker.pile(found, _thread_task, key="answered", title="Answers to your comments")


def came_back(asker: Asker) -> Pile:
    """Own charters whose newest revision has to be changed, by a ruling or by the decision."""
    newest = Revision.objects.filter(charter=OuterRef("charter")).order_by("-number")
    ruled = Review.objects.filter(revision=OuterRef("pk"), ruling__isnull=False)
    latest = ruled.order_by("-closed_at").values("ruling__outcome")[:1]
    found = (
        Revision.objects.filter(
            within_reach(asker.user, "charter__session__"),
            charter__session__owner=asker.user,
            charter__case__retired_at=None,
            pk=Subquery(newest.values("pk")[:1]),
        )
        .exclude(Exists(Review.objects.open().filter(charter=OuterRef("charter"))))
        .annotate(last_outcome=Subquery(latest))
        .filter(
            Q(last_outcome__in=[one.value for one in BACK])
            | Q(last_outcome=None, decision__value__in=_BACK_BY_RULE)
        )
        .select_related("charter__session", "decision")
        .defer("content", "decision__facts", "decision__outcome")
        .order_by("-issued_at")
    )

    def say(revision: Any) -> Task:
        outcome: str | None = revision.last_outcome
        return Task(
            revision.charter.session.project_name,
            reverse("governance:charter", args=[revision.charter.code, revision.number]),
            _WHY_BACK[outcome or revision.decision.value],
        )

    return asker.pile(found, say, key="back", title="Charters that came back to you")


_BACK_BY_RULE = [Decision.Value.REVISE.value, Decision.Value.HALT.value]
_WHY_BACK = {
    "send_back": "Sent back: change it, then issue a new revision.",
    "reject": "Rejected: read the reason.",
    "revise": "Decision REVISE: change the scope, the data or the controls.",
    "halt": "Decision HALT: it stops here unless an answer changes.",
}
