"""Makes decided charters, committees and reviews through the real services, fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from accounts.permissions import Role
from charters.models import Charter
from governance.models import Committee, Decision, Review
from governance.services import committees, decisions, votes
from interviews.models import Checkpoint, InterviewSession
from interviews.services import conditions, reading
from tests.builders.answers import consistent_values
from tests.builders.people import make_person
from tests.builders.settled import settle, settled_session

REASON = "The register is complete, the controls are tested, and the desk knows what to do."
OTHER_REASON = "Nobody has tested the second countermeasure yet, so the figures rest on hope."
#: The highest remaining risk that leads to each decision.
LEVELS = {"proceed_with_monitoring": 2, "revise": 3, "submit_to_committee": 4, "halt": 5}


def rated(level: int, **others: int) -> dict[str, Any]:
    """S5-10 with privacy at this level."""
    ratings: dict[str, Any] = consistent_values()["S5-10"]
    return ratings | {"privacy": level} | others


def finished_session(
    owner: User, decision: str = "submit_to_committee", values: Mapping[str, Any] | None = None
) -> InterviewSession:
    """The tool library's session with all stages closed, ready to be submitted."""
    given = {"S5-10": rated(LEVELS.get(decision, 2)), **(values or {})}
    session = settled_session(owner, given)
    for stage_number in range(1, 6):
        Checkpoint.objects.create(
            session=session, stage_number=stage_number, snapshot={}, passed_by=owner
        )
    return session


def harmless_values() -> dict[str, Any]:
    """Answers so good that nothing asks for monitoring."""
    values = consistent_values()
    rows = {"severity": 1, "likelihood": 1}
    risks = {f"S5-{n:02d}": [row | rows for row in values[f"S5-{n:02d}"]] for n in range(4, 9)}
    best = {"S3-04": [row | {"rating": 10} for row in values["S3-04"]]}
    calm = dict.fromkeys(("human_agency", "robustness", "privacy", "transparency", "fairness"), 1)
    mild = {"S4-07": values["S4-07"] | {"criticality": "low"}}
    return risks | best | mild | {"S5-10": values["S5-10"] | calm}


def decided(
    owner: User, decision: str = "submit_to_committee", values: Mapping[str, Any] | None = None
) -> Decision:
    """The decision on a charter that was submitted just now."""
    made = submit(finished_session(owner, decision, values))
    assert made.value == decision, made.outcome
    return made


def submit(session: InterviewSession) -> Decision:
    """One more revision, by the owner."""
    return decisions.submit_charter(reading=reading.read(session), by=session.owner)


def edit(session: InterviewSession, key: str, **fields: Any) -> None:
    """Changes fields of one answer; it is accepted at once."""
    answer = session.answers.with_current().get(question_key=key)
    value = answer.value | fields if isinstance(answer.value, dict) else fields["text"]
    settle(answer, value, session.owner)
    conditions.sync_conditions(reading=reading.read(session))


def council(
    *people: User, chair: User | None = None, quorum: int = 2, rule: str = "majority"
) -> Committee:
    """The default committee, with these people in it; ``chair`` has the chair and a seat."""
    keeper = User.objects.filter(email="keeper@example.org").first() or make_person(
        "keeper", role=Role.ADMIN
    )
    made = committees.make_committee(
        name=f"Council {Committee.objects.count() + 1}",
        quorum=quorum,
        rule=rule,
        is_default=True,
        by=keeper,
    )
    if chair is not None:
        committees.seat_person(committee=made, user=chair, is_chair=True, by=keeper)
    for person in people:
        committees.seat_person(committee=made, user=person, by=keeper)
    return made


def reviewers(*names: str) -> list[User]:
    """People with the role, without seats."""
    return [make_person(name, role=Role.REVIEWER) for name in names]


def open_review_of(charter: Charter) -> Review:
    """The one that waits for a ruling."""
    return Review.objects.open().get(charter=charter)


def vote_all(review: Review, outcome: str, *people: User) -> None:
    """Everybody says the same."""
    for person in people:
        votes.cast_vote(review=review, outcome=outcome, reason=REASON, by=person)
