"""How a charter stands, for every face alike: list, page, export, watermark and API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Subquery

from charters.models import Charter, Revision
from governance import material
from governance.models import Case, Committee, Decision, Outcome, Review, Ruling
from governance.services import cases
from governance.services.cases import Bearing
from governance.services.reviews import NO_COMMITTEE


class State(StrEnum):
    """One word for where a charter is; the sentence beside it says the rest."""

    NOT_SUBMITTED = "not_submitted"
    DECIDED = "decided"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    SENT_BACK = "sent_back"
    REJECTED = "rejected"
    STALE = "stale"
    RETIRED = "retired"


APPROVED_STATES = frozenset({State.APPROVED, State.APPROVED_WITH_CONDITIONS})
BY_OUTCOME: dict[str, State] = {
    Outcome.APPROVE: State.APPROVED,
    Outcome.APPROVE_WITH_CONDITIONS: State.APPROVED_WITH_CONDITIONS,
    Outcome.SEND_BACK: State.SENT_BACK,
    Outcome.REJECT: State.REJECTED,
}
LABELS: dict[State, str] = {
    State.NOT_SUBMITTED: "Not submitted",
    State.DECIDED: "Decided",
    State.IN_REVIEW: "In review",
    State.APPROVED: "Approved",
    State.APPROVED_WITH_CONDITIONS: "Approved with conditions",
    State.SENT_BACK: "Sent back",
    State.REJECTED: "Rejected",
    State.STALE: "Approval is stale",
    State.RETIRED: "Retired",
}


@dataclass(frozen=True)
class Standing:
    """Where a charter is, what that rests on, and since when."""

    state: State
    since: datetime | None = None
    #: The newest issued revision's number, and what was computed on it (stored form).
    revision_number: int | None = None
    decision: str | None = None
    #: The newest ruling on the charter, whether it still holds or not.
    ruling: Ruling | None = None
    #: The open review, also the later look at a sample, which does not change the state.
    review: Review | None = None
    #: Something material was edited since the newest revision was issued.
    is_changed: bool = False
    #: The approval was given to an older revision that says materially the same.
    is_carried_over: bool = False
    #: Nothing is set up that could take the next step; a sentence about what is missing.
    waits_for: str = ""
    #: Items that changed materially since; filled by ``standing_of`` alone.
    changed_items: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return LABELS[self.state]

    @property
    def is_approved(self) -> bool:
        """Approved by people, for exactly what is said now."""
        return self.state in APPROVED_STATES

    @property
    def is_cleared(self) -> bool:
        """What is said now may be built: approved, or computed as PROCEED and unchanged."""
        is_free = self.state == State.DECIDED and self.decision == Decision.Value.PROCEED
        return self.is_approved or (is_free and not self.is_changed)

    @property
    def sentence(self) -> str:
        """What the state means, and what to do next."""
        return _sentence(self)


@dataclass(frozen=True)
class Known:
    """What the state is derived from."""

    case: Case | None
    bearing: Bearing
    newest: dict[str, Any] | None
    ruling: Ruling | None
    review: Review | None
    has_committee: bool


def standing_of(charter: Charter) -> Standing:
    """How one charter stands, with the items that changed since what was approved or issued."""
    found = standings_of([charter])[charter.pk]
    is_moved = found.is_changed or found.state == State.STALE
    if not is_moved:
        return found
    items = _changed_items(charter, found)
    return Standing(**{**found.__dict__, "changed_items": items})


def standings_of(charters: Sequence[Charter]) -> dict[int, Standing]:
    """By charter's pk, in a fixed number of statements however many charters there are."""
    pks = [one.pk for one in charters]
    bearings = cases.bearings_of(charters)
    newest = _newest(pks)
    rulings = _last(Ruling.objects.filter(review__charter__in=pks))
    open_reviews = {
        one.charter_id: one
        for one in Review.objects.open().filter(charter__in=pks).select_related("committee")
    }
    # Only where somebody might wait for one.
    is_asked_for = any(
        row["decision__value"] == Decision.Value.SUBMIT_TO_COMMITTEE and pk not in open_reviews
        for pk, row in newest.items()
    )
    has_committee = not is_asked_for or Committee.objects.filter(is_default=True).exists()
    return {
        pk: derive(
            Known(
                case=bearings[pk].case,
                bearing=bearings[pk],
                newest=newest.get(pk),
                ruling=rulings.get(pk),
                review=open_reviews.get(pk),
                has_committee=has_committee,
            )
        )
        for pk in pks
    }


def _newest(pks: list[int]) -> dict[int, dict[str, Any]]:
    newest = Revision.objects.filter(charter=OuterRef("charter")).order_by("-number")
    rows = Revision.objects.filter(charter__in=pks, pk=Subquery(newest.values("pk")[:1])).values(
        "charter_id", "pk", "number", "issued_at", "decision__value"
    )
    return {row["charter_id"]: dict(row) for row in rows}


def _last(rulings: Any) -> dict[int, Ruling]:
    latest = Ruling.objects.filter(review__charter=OuterRef("review__charter")).order_by("-id")
    found = rulings.filter(pk=Subquery(latest.values("pk")[:1])).select_related(
        "review__revision", "ruled_by"
    )
    return {one.review.charter_id: one for one in found.defer("review__revision__content")}


def derive(known: Known) -> Standing:
    """The state from what is known. Pure."""
    newest, review, ruling = known.newest, known.review, known.ruling
    if newest is None:
        return Standing(State.NOT_SUBMITTED)
    state, since = _state(known)
    is_held = ruling is not None and state == BY_OUTCOME.get(ruling.outcome)
    return Standing(
        state=state,
        since=since,
        revision_number=newest["number"],
        decision=newest["decision__value"],
        ruling=ruling,
        review=review,
        is_changed=known.bearing.is_changed,
        is_carried_over=is_held
        and ruling is not None
        and ruling.review.revision_id != newest["pk"],
        waits_for=_waits_for(known, state),
    )


def _state(known: Known) -> tuple[State, datetime | None]:
    newest, review, ruling = known.newest or {}, known.review, known.ruling
    if known.case and known.case.retired_at:
        return State.RETIRED, known.case.retired_at
    if review is not None and review.lane != Review.Lane.SAMPLE:
        return State.IN_REVIEW, review.opened_at
    if ruling is not None and _is_about(ruling, known):
        return _ruled(ruling, known.bearing)
    is_bound = ruling is not None and ruling.is_approval
    if is_bound and newest["decision__value"] != Decision.Value.PROCEED:
        return State.STALE, newest["issued_at"]
    return State.DECIDED, newest["issued_at"]


def _is_about(ruling: Ruling, known: Known) -> bool:
    """Whether people ruled on the newest revision, or on one that says materially the same."""
    newest = known.newest or {}
    if ruling.review.revision_id == newest["pk"]:
        return True
    return ruling.is_approval and ruling.material_hash == known.bearing.newest_hash


def _ruled(ruling: Ruling, bearing: Bearing) -> tuple[State, datetime | None]:
    if ruling.is_approval and ruling.material_hash != bearing.current_hash:
        return State.STALE, ruling.ruled_at
    return BY_OUTCOME[ruling.outcome], ruling.ruled_at


def _waits_for(known: Known, state: State) -> str:
    newest = known.newest or {}
    is_for_committee = newest.get("decision__value") == Decision.Value.SUBMIT_TO_COMMITTEE
    is_stuck = state == State.DECIDED and is_for_committee and not known.has_committee
    return NO_COMMITTEE if is_stuck else ""


def _changed_items(charter: Charter, found: Standing) -> tuple[str, ...]:
    """Items that differ between what was approved (or issued last) and what is said now."""
    now = cases.reading_now(charter.session)
    if now is None:
        return ()
    reading, findings = now
    if found.state == State.STALE and found.ruling is not None:
        before = Revision.objects.get(pk=found.ruling.review.revision_id)
    else:
        before = charter.revisions.order_by("-number")[0]
    content = cases.content_now(reading, findings, as_of=before.as_of_date)
    return material.changed_items(before.content, content)


NEXT: dict[State, str] = {
    State.NOT_SUBMITTED: "Nothing was decided yet. Finish the interview and submit the charter.",
    State.IN_REVIEW: "People are looking at it. Wait for their ruling before you build.",
    State.APPROVED: "People approved it. Build what was approved.",
    State.APPROVED_WITH_CONDITIONS: "People approved it with conditions. Meet them by their dates.",
    State.SENT_BACK: "People sent it back. Change what they ask for, then submit a new revision.",
    State.REJECTED: "People rejected it. Do not build it.",
    State.STALE: (
        "It was approved, and something material changed since. Submit a new revision before you "
        "go on."
    ),
    State.RETIRED: "The system is out of use. Its record stays.",
}
DECIDED: dict[str, str] = {
    Decision.Value.PROCEED: "Nobody has to rule on it. Build it.",
    Decision.Value.PROCEED_WITH_MONITORING: "A reviewer rules on it. Ask for the review.",
    Decision.Value.REVISE: "It needs changes. Make them, then submit a new revision.",
    Decision.Value.SUBMIT_TO_COMMITTEE: "A committee rules on it. Ask for the review.",
    Decision.Value.HALT: "It must not be built as it is. Change it, or ask for a committee.",
}
CHANGED = "Something material changed since this revision. Submit a new one."


def _sentence(standing: Standing) -> str:
    if standing.waits_for:
        return standing.waits_for
    if standing.state == State.DECIDED:
        if standing.is_changed:
            return CHANGED
        return DECIDED.get(standing.decision or "", NEXT[State.NOT_SUBMITTED])
    words = NEXT[standing.state]
    if standing.is_carried_over:
        words += " The approval was carried over: only wording changed since."
    return words
