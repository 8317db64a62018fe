"""Looks after what was promised: what is broken, what nobody reports, whose day has come.

A promise is broken, after the grace of the settings, when
- a deed is not done by its date,
- a figure's newest reading is on the wrong side of its target (a measure of success: only from its
  date on; a watched figure: always).
It is silent when its rhythm and the grace went by without a reading. Either opens the case again,
once: the state says that it did, and a good reading closes the matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Job
from accounts.services import audit, jobs
from charters.models import Charter, Revision
from governance.declared_settings import GRACE_DAYS, days
from governance.models import Case, Commitment, Decision, Reading, Review
from governance.refusals import NotNow
from governance.services import cases, commitments, reviews

KIND = "follow_up"
Cause, State = Review.Cause, Commitment.State
BATCH = 200


def follow_up(job: Job) -> None:
    """Handler: every case in a transaction of its own, so it may run again and beside another."""
    today = timezone.localdate()
    for commitment_id in _suspects(today):
        judge(commitment_id, today=today)
    for case_id in list(_due(today)):
        open_due(case_id, today=today)
    jobs.finish(job)


# --- Promises -------------------------------------------------------------------------------------


def _suspects(today: date) -> Iterator[int]:
    """Open commitments, and kept ones that are read again and again.

    Nothing moves what is shut off in an incident; the day after it is let go it is looked at again.
    """
    live = Commitment.objects.filter(
        state__in=[State.OPEN, State.KEPT], charter__session__shut_off_at=None
    )
    found = live.filter(charter__case__retired_at=None).exclude(state=State.KEPT, cadence_days=None)
    yield from found.order_by("pk").values_list("pk", flat=True).iterator(BATCH)


@transaction.atomic
def judge(commitment_id: int, *, today: date) -> str:
    """Marks one commitment as broken and opens its case where it is; "" where all is well.

    Returns the cause: "breached" or "silent".
    """
    seen = Commitment.objects.select_related("charter__session").get(pk=commitment_id)
    if not _cause_now(seen, today):
        # Nearly all of them, every day: nothing is locked, and no case is read anew for the list.
        return ""
    case = cases.lock_case(seen.charter)
    fresh = Commitment.objects.get(pk=commitment_id)
    cause = _cause_now(fresh, today)
    if case.retired_at or not cause:
        return ""
    commitments.move(fresh, State.BROKEN)
    audit.record(
        type="commitment.broken",
        actor=None,
        subject=commitments.subject(fresh),
        detail={"cause": cause, "charter": str(seen.charter.code)},
    )
    reopen(seen.charter, cause=cause, reference=f"commitment {fresh.code}")
    return cause


def _cause_now(commitment: Commitment, today: date) -> str:
    """Why the commitment is to be marked as broken; "" where it is well, or marked already."""
    if commitment.state not in (State.OPEN, State.KEPT):
        return ""
    newest = commitment.readings.order_by("-measured_on", "-id").first()
    return cause_of(commitment, newest, today=today, grace=days(GRACE_DAYS))


def cause_of(commitment: Commitment, newest: Reading | None, *, today: date, grace: int) -> str:
    """Why the commitment is broken today; "" where it is not. Pure."""
    late = timedelta(days=grace)
    due = commitment.due_date
    is_over = due is not None and today > due + late
    if not commitment.is_figure and commitment.cadence_days is None:
        is_done = newest is not None and newest.is_done
        return Cause.BREACHED if is_over and not is_done else ""
    if newest is not None and not commitment.is_kept_by(newest):
        is_owed = due is None or today > due + late
        is_late = today > newest.measured_on + late
        if is_owed and is_late:
            return Cause.BREACHED
    rhythm = timedelta(days=commitment.cadence_days or 0)
    return Cause.SILENT if today > commitment.quiet_since + rhythm + late else ""


# --- Cases ----------------------------------------------------------------------------------------


def _due(today: date) -> Iterator[int]:
    """Cases whose day of the next look has come."""
    found = Case.objects.filter(
        next_review_date__lte=today, retired_at=None, charter__session__shut_off_at=None
    )
    yield from found.order_by("pk").values_list("pk", flat=True).iterator(BATCH)


@transaction.atomic
def open_due(case_id: int, *, today: date) -> Review | None:
    """Opens the next look at one case, once; None where another worker was faster."""
    seen = Case.objects.select_related("charter__session__owner").get(pk=case_id)
    case = cases.lock_case(seen.charter)
    day = case.next_review_date
    if case.retired_at or day is None or day > today:
        return None
    case.next_review_date = None
    case.save(update_fields=["next_review_date"])
    return reopen(seen.charter, cause=Cause.DUE, reference=day.isoformat())


def reopen(charter: Charter, *, cause: str, reference: str) -> Review | None:
    """The case is opened again on its newest revision; an open review takes the cause on record.

    The lane is the one that the decision asked for; a committee's where the newest ruling was a
    committee's. None where nobody could rule: the record of deeds says why.
    """
    decision = _newest_decision(charter)
    if decision is None:
        return None
    try:
        return reviews.open_review(
            revision=decision.revision,
            lane=_lane(charter, decision),
            cause=cause,
            cause_reference=reference,
            by=None,
        )
    except NotNow as refusal:
        audit.record(
            type="review.not_opened",
            actor=None,
            subject=cases.subject(charter),
            detail={"cause": cause, "reference": reference, "why": type(refusal).__name__},
        )
        return None


def _newest_decision(charter: Charter) -> Decision | None:
    newest = Revision.objects.filter(charter=charter).order_by("-number").first()
    if newest is None:
        return None
    return Decision.objects.filter(revision=newest).select_related("revision__charter").first()


def _lane(charter: Charter, decision: Decision) -> str:
    last = Review.objects.filter(charter=charter, end=Review.End.RULED).order_by("-id").first()
    was_committee = last is not None and last.lane == Review.Lane.COMMITTEE
    asks = reviews.LANES.get(decision.value, Review.Lane.ONE_REVIEWER)
    if Review.Lane.COMMITTEE in (asks, last.lane if last and was_committee else ""):
        has_one = reviews.default_committee() is not None
        return Review.Lane.COMMITTEE if has_one else Review.Lane.ONE_REVIEWER
    return Review.Lane.ONE_REVIEWER
