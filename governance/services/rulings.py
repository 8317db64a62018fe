"""Records the binding outcome of a review, beside the computed decision and never over it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit, webhooks
from accounts.webhook_events import Value as Told
from governance import policies, transitions
from governance.declared_settings import APPROVAL_DAYS, MONITORING_DAYS, days
from governance.models import APPROVING, Case, Condition, Decision, Outcome, Review, Ruling
from governance.refusals import NotYours, Unfit
from governance.services import cases, commitments, notices, precedents, reviews, situations, votes
from governance.tally import Tally
from governance.transitions import Act
from governance.wording import reason_of, words_of

Value = Decision.Value
PERMITTING = (Value.PROCEED, Value.PROCEED_WITH_MONITORING)
FORBIDDING = (Value.REVISE, Value.HALT)
MOST_CONDITIONS = 50
LONGEST_CONDITION, LONGEST_OWNER = 2000, 200
WITHOUT_CONDITIONS = "Add at least one condition with an owner and a date, or approve without."
NO_CONDITIONS_HERE = "Conditions belong to “approve with conditions”. Choose that, or remove them."
TOO_MANY = f"Use at most {MOST_CONDITIONS} conditions."
OTHERWISE = (
    "Like cases were ruled on otherwise. Tick each one that you depart from, and say why this one "
    "is different."
)
DEPARTS = "The votes came to another outcome ({outcome}). Say why you rule otherwise."


@dataclass(frozen=True)
class ConditionWish:
    """A condition as somebody asks for it; ``source_rule`` where the engine proposed it."""

    text: str
    owner: str
    due_date: date
    source_rule: str = ""


@transaction.atomic
def record_ruling(
    *,
    review: Review,
    outcome: str,
    reason: str,
    conditions: Sequence[ConditionWish] = (),
    departs_from: Iterable[str] = (),
    departure_reason: str = "",
    by: User,
) -> Ruling:
    """The ruling that closes a review. In the lanes of one reviewer it is that person's verdict.

    ``departs_from`` are codes of reviews that were shown as precedents and are not followed; that,
    and another outcome than the tally's, needs a ``departure_reason``. Raises NotYours, NotNow
    (quorum, F-1, an open BLOCKER, a stale revision), Unfit.
    """
    case, fresh = reviews.locked(review)
    chosen = votes.outcome_of(outcome)
    act = Act.APPROVE if chosen in APPROVING else Act.RULE
    who = situations.who_is(by, fresh.charter, fresh)
    transitions.require(act, situations.of_review(fresh, case), who)
    wishes = _conditions(chosen, conditions)
    named = [str(code) for code in departs_from]
    _require_named(fresh, chosen, named, by)
    if fresh.lane != Review.Lane.COMMITTEE:
        _own_verdict(fresh, chosen, reason, by)
    counted = votes.tally(fresh)
    ruling = _ruling(fresh, chosen, reason, counted, named, departure_reason, by)
    _store_conditions(ruling, wishes)
    commitments.make_commitments(ruling=ruling, by=by)
    _close(case, fresh, ruling, by)
    return ruling


def _require_named(review: Review, outcome: Outcome, named: list[str], by: User) -> None:
    """Who rules otherwise than all like cases names those departed from. Raises Unfit."""
    shown = precedents.nearest(revision=review.revision, viewer=by, catch_up=False)
    if set(precedents.departs(outcome, shown)) - set(named):
        raise Unfit({"departs_from": OTHERWISE})


def _own_verdict(review: Review, outcome: Outcome, reason: str, by: User) -> None:
    """One verdict is the ruling; it stands among the votes like any other."""
    seat = policies.seat_in(by, review)
    if seat is None:
        raise NotYours(transitions.SEAT.sentence)
    votes.put_down(review=review, seat=seat, outcome=outcome, reason=reason, by=by)


def _ruling(
    review: Review,
    outcome: Outcome,
    reason: str,
    tally: Tally,
    named: list[str],
    departure_reason: str,
    by: User,
) -> Ruling:
    decision = Decision.objects.get(revision=review.revision_id)
    decision.revision = review.revision
    departs = outcome != tally.outcome
    return Ruling.objects.create(
        review=review,
        outcome=outcome,
        reason=reason_of(reason),
        computed=decision.value,
        is_override=is_override(decision.value, outcome),
        tally=tally.to_json(),
        departs_from_tally=departs,
        departs_from=_codes(named, by),
        departure_reason=_departure(departs, tally, named, departure_reason),
        material_hash=cases.hash_of(decision),
        content_hash=review.revision.content_hash,
        next_review_date=next_look(decision.value, outcome),
        ruled_by=by,
    )


def _departure(departs: bool, tally: Tally, named: list[str], reason: str) -> str:
    """Why the ruling goes another way than votes or precedents; "" where it does not."""
    if not departs and not named:
        return ""
    if departs and not reason.strip():
        words = str(tally.outcome).replace("_", " ")
        raise Unfit({"departure_reason": DEPARTS.format(outcome=words)})
    return reason_of(reason, field="departure_reason")


def _codes(named: list[str], by: User) -> list[str]:
    """Codes of reviews that exist for this person. Raises Unfit."""
    try:
        wanted = {uuid.UUID(str(code)) for code in named}
    except ValueError:
        raise Unfit({"departs_from": "Name precedents by the ids of their reviews."}) from None
    seen = Review.objects.visible_to(by)
    known = set(seen.filter(code__in=wanted).values_list("code", flat=True))
    if known != wanted:
        raise Unfit({"departs_from": "There is no such review."})
    return sorted(str(code) for code in wanted)


def is_override(computed: str, outcome: str) -> bool:
    """Whether people permit what the computed decision does not, or refuse what it permits."""
    if outcome in APPROVING:
        return computed in FORBIDDING
    return computed in PERMITTING


def next_look(computed: str, outcome: str) -> date | None:
    """When an approved case is looked at again in any event; None for what is not approved."""
    if outcome not in APPROVING:
        return None
    is_watched = computed == Value.PROCEED_WITH_MONITORING
    return timezone.localdate() + timedelta(
        days=days(MONITORING_DAYS if is_watched else APPROVAL_DAYS)
    )


def _conditions(outcome: Outcome, wishes: Sequence[ConditionWish]) -> list[ConditionWish]:
    """The conditions as they are kept. Raises Unfit."""
    if outcome != Outcome.APPROVE_WITH_CONDITIONS:
        if wishes:
            raise Unfit({"conditions": NO_CONDITIONS_HERE})
        return []
    if not wishes:
        raise Unfit({"conditions": WITHOUT_CONDITIONS})
    if len(wishes) > MOST_CONDITIONS:
        raise Unfit({"conditions": TOO_MANY})
    return [_condition(number, wish) for number, wish in enumerate(wishes, start=1)]


def _condition(number: int, wish: ConditionWish) -> ConditionWish:
    try:
        text = words_of(wish.text, field="text", most=LONGEST_CONDITION)
        owner = words_of(wish.owner, field="owner", most=LONGEST_OWNER)
    except Unfit as fault:
        words = "; ".join(f"{name}: {sentence}" for name, sentence in fault.fields.items())
        raise Unfit({"conditions": f"Condition {number}: {words}"}) from None
    if wish.due_date < timezone.localdate():
        raise Unfit({"conditions": f"Condition {number}: choose a date that has not passed."})
    return ConditionWish(text, owner, wish.due_date, wish.source_rule[:40])


def _store_conditions(ruling: Ruling, wishes: Sequence[ConditionWish]) -> None:
    for position, wish in enumerate(wishes, start=1):
        Condition.objects.create(
            ruling=ruling,
            position=position,
            text=wish.text,
            owner=wish.owner,
            due_date=wish.due_date,
            source_rule=wish.source_rule,
        )


def _close(case: Case, review: Review, ruling: Ruling, by: User) -> None:
    """The review ends with its ruling; the case knows when it is looked at again."""
    review.closed_at, review.closed_by, review.end = timezone.now(), by, Review.End.RULED
    review.save(update_fields=["closed_at", "closed_by", "end"])
    case.next_review_date = ruling.next_review_date
    case.save(update_fields=["next_review_date"])
    told: dict[str, Told] = {
        "review": str(review.code),
        "charter": str(review.charter.code),
        "revision": review.revision.number,
        "outcome": str(ruling.outcome),
        "computed": ruling.computed,
        "is_override": ruling.is_override,
    }
    notices.tell_of_ruling(ruling)
    webhooks.announce(event="ruling.recorded", payload=told)
    detail = told | {
        "tally": ruling.tally,
        "departs_from_tally": ruling.departs_from_tally,
        "departs_from": ruling.departs_from,
        "conditions": ruling.conditions.count(),
        "material_hash": ruling.material_hash,
        "content_hash": ruling.content_hash,
    }
    audit.record(type="ruling.recorded", actor=by, subject=reviews.subject(review), detail=detail)
