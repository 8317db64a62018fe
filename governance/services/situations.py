"""Reads from the rows what the table of transitions asks for: the case, and who the person is."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from charters.models import Charter
from governance import policies
from governance.models import Case, Committee, Decision, Review, Ruling, Seat
from governance.refusals import Refusal
from governance.services import cases
from governance.transitions import Act, Situation, Who, refusal
from interviews.models import Finding

PROHIBITED = "F-1"
VERDICT_ACTS = (Act.VOTE, Act.RULE, Act.APPROVE, Act.WITHDRAW)
CASE_ACTS = (Act.REQUEST, Act.RETIRE, Act.DISCUSS)


def who_is(user: User, charter: Charter, review: Review | None = None) -> Who:
    """The person, in relation to a charter and, where there is one, its review."""
    if user.pk:
        # As of now: somebody may have lost the role while this person was waiting in line.
        user.refresh_from_db(fields=["is_active", "role"])
    seat = policies.seat_in(user, review) if review else None
    return Who(
        is_active=user.is_active,
        is_person=policies.is_person(user),
        is_owner=user.pk == charter.session.owner_id,
        is_author=policies.is_author(user, charter),
        is_administrator=policies.may_manage_committees(user),
        has_right=policies.has_right_to_vote(user),
        has_seat=seat is not None,
        is_chair=seat is not None and seat.is_chair,
        has_voted=review is not None and policies.has_voted(user, review),
        may_discuss=policies.may_discuss(user, charter),
    )


def newest_decision(charter: Charter) -> Decision | None:
    """The decision on the newest issued revision."""
    found = Decision.objects.filter(revision__charter=charter).select_related("revision")
    newest = found.defer("revision__content").order_by("-revision__number").first()
    if newest is not None:
        newest.revision.charter = charter
    return newest


def is_prohibited(decision: Decision) -> bool:
    """Whether a prohibited practice was answered with yes."""
    return any(fired["rule"] == PROHIBITED for fired in decision.outcome.get("rules_fired", ()))


def of_case(charter: Charter, case: Case | None) -> Situation:
    """The case as a whole."""
    decision = newest_decision(charter)
    is_ruled = (
        decision is not None
        and Ruling.objects.filter(review__revision=decision.revision_id).exists()
    )
    return Situation(
        is_retired=bool(case and case.retired_at),
        computed=decision.value if decision else None,
        is_prohibited=decision is not None and is_prohibited(decision),
        has_open_review=Review.objects.open().filter(charter=charter).exists(),
        is_ruled=is_ruled,
        has_committee=Committee.objects.filter(is_default=True).exists(),
    )


def of_review(review: Review, case: Case | None) -> Situation:
    """One review and the revision that it is about."""
    charter = review.charter
    decision = Decision.objects.get(revision=review.revision_id)
    newest = charter.revisions.order_by("-number").values_list("pk", flat=True)[0]
    return Situation(
        is_retired=bool(case and case.retired_at),
        computed=decision.value,
        is_prohibited=is_prohibited(decision),
        has_open_review=review.is_open,
        is_open=review.is_open,
        lane=review.lane,
        cast=review.votes.count(),
        quorum=review.quorum,
        has_chair=_has_chair(review),
        is_newest=newest == review.revision_id,
        is_changed=cases.bearing_of(charter).is_changed,
        open_blockers=_open_blockers(decision, charter),
    )


def _has_chair(review: Review) -> bool:
    """Whether somebody who may rule has the chair of the review's committee."""
    if review.lane != Review.Lane.COMMITTEE:
        return True
    chairs = Seat.objects.current(timezone.localdate()).filter(
        committee=review.committee_id,
        is_chair=True,
        user__is_active=True,
        user__role__in=(Role.REVIEWER, Role.SUPERADMIN),
    )
    people = [seat.user for seat in chairs.select_related("user")]
    return any(not policies.is_author(person, review.charter) for person in people)


def _open_blockers(decision: Decision, charter: Charter) -> tuple[str, ...]:
    """Those of the revision, and those that stand in its session now."""
    frozen = decision.facts.get("open_blockers") or []
    standing = Finding.objects.filter(session=charter.session_id, severity="BLOCKER").standing()
    named = frozen if isinstance(frozen, list) else []
    return tuple(sorted({*named, *standing.values_list("rule_id", flat=True)}))


def permits(
    user: User, charter: Charter, review: Review | None = None
) -> dict[Act, Refusal | None]:
    """For every act that a page could offer: None where it can be done, else why not."""
    case = Case.objects.filter(charter=charter).first()
    # Seat and vote make no difference to acts on the whole case: the person is asked for once.
    whole, who = of_case(charter, case), who_is(user, charter, review)
    found = {act: refusal(act, whole, who) for act in CASE_ACTS}
    if review is not None:
        narrow = of_review(review, case)
        found |= {act: refusal(act, narrow, who) for act in VERDICT_ACTS}
    return found
