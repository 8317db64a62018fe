"""Opens, routes, withdraws and closes reviews: one open case on one revision of a charter."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.runtime_settings import in_force
from accounts.services import audit, webhooks
from accounts.webhook_events import Value
from charters.models import Charter, Revision
from governance import transitions
from governance.declared_settings import LANE_DAYS, SAMPLE_AFTER_DAYS, SAMPLE_PERCENT, days
from governance.models import APPROVING, Case, Committee, Decision, Review, Ruling
from governance.refusals import NotNow
from governance.services import cases, notices, situations
from governance.transitions import Act

Lane, Cause, End = Review.Lane, Review.Cause, Review.End
Computed = Decision.Value

#: The lane that each decision asks for; those that are missing ask for none.
LANES: dict[str, str] = {
    Computed.PROCEED_WITH_MONITORING: Lane.ONE_REVIEWER,
    Computed.SUBMIT_TO_COMMITTEE: Lane.COMMITTEE,
}
NO_COMMITTEE = (
    "No committee is set up. An administrator must set one up; the review opens by itself then."
)
RETIRED = transitions.ALIVE.sentence


def subject(review: Review) -> str:
    """How the record of deeds names a review."""
    return f"review {review.code}"


def default_committee() -> Committee | None:
    """Where cases go unless somebody sends them elsewhere."""
    return Committee.objects.filter(is_default=True, is_active=True).first()


def locked(review: Review) -> tuple[Case, Review]:
    """Case and review as they are now, nobody else acting on them until the transaction ends."""
    case = cases.lock_case(review.charter)
    fresh = Review.objects.select_related(
        "charter__session__owner", "revision", "committee", "previous"
    ).get(pk=review.pk)
    return case, fresh


def require_alive(case: Case) -> None:
    """Raises NotNow on a retired case."""
    if case.retired_at is not None:
        raise NotNow(RETIRED)


# --- Opening --------------------------------------------------------------------------------------


@transaction.atomic
def open_review(
    *,
    revision: Revision,
    lane: str,
    cause: str,
    cause_reference: str = "",
    committee: Committee | None = None,
    by: User | None,
) -> Review:
    """A case on a revision, in its lane, with the committee's quorum and rule of this moment.

    There is one open case on a charter: one on this revision is returned as it is, with the new
    cause on record; one on another revision is closed as superseded, its votes stay. ``by`` is
    None for the system. Raises NotNow: retired, no committee, a revision that was never decided on.
    """
    charter = revision.charter
    case = cases.lock_case(charter)
    require_alive(case)
    if not Decision.objects.filter(revision=revision).exists():
        raise NotNow("Nothing was decided on this revision. Submit it first.")
    standing = Review.objects.open().filter(charter=charter).first()
    if standing is not None and standing.revision_id == revision.pk:
        detail = {"cause": cause, "reference": cause_reference}
        audit.record(type="review.cause_added", actor=by, subject=subject(standing), detail=detail)
        return standing
    chosen = committee or default_committee() if lane == Lane.COMMITTEE else None
    if lane == Lane.COMMITTEE and chosen is None:
        raise NotNow(NO_COMMITTEE)
    if standing is not None:
        _close(standing, end=End.SUPERSEDED, by=by)
    return _open(revision, lane, chosen, cause, cause_reference, by)


def _open(
    revision: Revision,
    lane: str,
    committee: Committee | None,
    cause: str,
    cause_reference: str,
    by: User | None,
) -> Review:
    charter = revision.charter
    rules = {"quorum": committee.quorum, "rule": committee.rule} if committee else {}
    review = Review.objects.create(
        charter=charter,
        revision=revision,
        lane=lane,
        committee=committee,
        cause=cause,
        cause_reference=cause_reference,
        previous=Review.objects.filter(charter=charter, end=End.RULED).order_by("-id").first(),
        opened_by=by,
        due_date=timezone.localdate() + timedelta(days=days(LANE_DAYS[lane])),
        **rules,
    )
    told: dict[str, Value] = {
        "charter": str(charter.code),
        "revision": revision.number,
        "lane": str(lane),
        "cause": str(cause),
    }
    notices.tell_of_review(review)
    webhooks.announce(event="review.opened", payload={"review": str(review.code), **told})
    detail = told | {"reference": cause_reference, "due": review.due_date.isoformat()}
    audit.record(type="review.opened", actor=by, subject=subject(review), detail=detail)
    return review


@transaction.atomic
def route(*, decision: Decision, by: User) -> Review | None:
    """What a submitted revision asks for: its review, or None where it asks for none.

    A newer revision closes the open review of an older one. Where people approved materially the
    same, the approval is carried over. Without a committee the submission stands all the same;
    the review opens when there is one (``open_waiting``). Raises NotNow on a retired case.
    """
    revision = decision.revision
    case = cases.lock_case(revision.charter)
    require_alive(case)
    cases.note_issued(case=case, decision=decision)
    close_superseded(charter=revision.charter, by=by)
    approval = approval_that_holds(revision.charter, case.newest_hash)
    if approval is not None:
        detail = {"review": str(approval.review.code), "material_hash": case.newest_hash}
        name = f"{cases.subject(revision.charter)} revision {revision.number}"
        audit.record(type="approval.carried_over", actor=by, subject=name, detail=detail)
        return None
    lane = LANES.get(decision.value)
    if lane is None or (lane == Lane.COMMITTEE and default_committee() is None):
        return None
    return open_review(revision=revision, lane=lane, cause=Cause.SUBMITTED, by=by)


def approval_that_holds(charter: Charter, newest_hash: str) -> Ruling | None:
    """The newest ruling, where it is an approval of materially the same."""
    newest = (
        Ruling.objects.filter(review__charter=charter)
        .select_related("review")
        .order_by("-id")
        .first()
    )
    is_held = newest is not None and newest.outcome in APPROVING
    return newest if is_held and newest and newest.material_hash == newest_hash else None


@transaction.atomic
def request_review(*, charter: Charter, by: User, committee: Committee | None = None) -> Review:
    """The owner, or an administrator, asks a committee: a HALT without a prohibited practice, or a
    review that was withdrawn. Raises NotYours, NotNow.
    """
    case = cases.lock_case(charter)
    who = situations.who_is(by, charter)
    transitions.require(Act.REQUEST, situations.of_case(charter, case), who)
    decision = situations.newest_decision(charter)
    if decision is None:
        raise NotNow("Nothing was decided on this charter yet. Submit it first.")
    return open_review(
        revision=decision.revision,
        lane=Lane.COMMITTEE,
        cause=Cause.REQUESTED,
        committee=committee,
        by=by,
    )


# --- What opens by itself -------------------------------------------------------------------------


def open_waiting() -> list[Review]:
    """Opens the committee's reviews that nobody could open before there was one."""
    waiting = _newest_without_review(Computed.SUBMIT_TO_COMMITTEE)
    return [
        open_review(revision=one.revision, lane=Lane.COMMITTEE, cause=Cause.SUBMITTED, by=None)
        for one in waiting
        if not _is_carried(one)
    ]


def open_samples(*, at: datetime) -> list[Review]:
    """Opens the later look at sampled charters that could proceed without anybody's."""
    before = at - timedelta(days=days(SAMPLE_AFTER_DAYS))
    due = _newest_without_review(Computed.PROCEED).filter(decided_at__lte=before)
    return [
        open_review(revision=one.revision, lane=Lane.SAMPLE, cause=Cause.SAMPLED, by=None)
        for one in due
        if is_sampled(one.revision.charter) and not _is_carried(one)
    ]


def is_sampled(charter: Charter) -> bool:
    """By the charter's code alone: nobody chooses, and everybody can check it."""
    drawn = int(hashlib.sha256(charter.code.bytes).hexdigest(), 16) % 100
    return drawn < int(in_force(SAMPLE_PERCENT))


def _newest_without_review(value: str) -> QuerySet[Decision]:
    """Decisions on newest revisions that no review was ever opened on, of cases that are alive and
    not shut off in an incident.
    """
    newer = Revision.objects.filter(
        charter=OuterRef("revision__charter"), number__gt=OuterRef("revision__number")
    )
    return (
        Decision.objects.filter(~Exists(newer), value=value, revision__reviews=None)
        .filter(revision__charter__session__shut_off_at=None)
        .exclude(revision__charter__case__retired_at__isnull=False)
        .select_related("revision__charter__session__owner")
        .order_by("pk")
    )


def _is_carried(decision: Decision) -> bool:
    case = Case.objects.filter(charter=decision.revision.charter).first()
    known = case.newest_hash if case else ""
    return approval_that_holds(decision.revision.charter, known) is not None


# --- Closing --------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(*, review: Review, by: User) -> Review:
    """The owner takes the charter back before a ruling; its votes stay on record.

    Raises NotYours, NotNow.
    """
    case, fresh = locked(review)
    who = situations.who_is(by, fresh.charter, fresh)
    transitions.require(Act.WITHDRAW, situations.of_review(fresh, case), who)
    return _close(fresh, end=End.WITHDRAWN, by=by)


@transaction.atomic
def close_superseded(*, charter: Charter, by: User | None) -> Review | None:
    """Closes the open review of an older revision, if there is one; its votes stay on record."""
    cases.lock_case(charter)
    newest = charter.revisions.order_by("-number").values_list("pk", flat=True).first()
    standing = Review.objects.open().filter(charter=charter).exclude(revision=newest).first()
    return _close(standing, end=End.SUPERSEDED, by=by) if standing else None


def end_open_review(*, charter: Charter, end: str, by: User) -> Review | None:
    """For a service that holds the case's lock: the open review ends without a ruling."""
    standing = Review.objects.open().filter(charter=charter).first()
    return _close(standing, end=end, by=by) if standing else None


def _close(review: Review, *, end: str, by: User | None) -> Review:
    review.closed_at, review.closed_by, review.end = timezone.now(), by, end
    review.save(update_fields=["closed_at", "closed_by", "end"])
    audit.record(
        type=f"review.{end}",
        actor=by,
        subject=subject(review),
        detail={"votes": review.votes.count()},
    )
    return review
