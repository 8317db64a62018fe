"""Past cases beside the one at hand: the nearest first, and only what somebody may see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import key_ring
from accounts.models import DataKey, User
from accounts.permissions import Role
from governance.likeness import FARTHEST, Profile, differences, distance, similarity
from governance.models import Decision
from governance.refusals import Unfit
from governance.services import rulings
from governance.services.precedents import Precedent, departs, nearest
from interviews.models import InterviewSession
from interviews.services import sharing
from tests.builders import cases
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db

REASON = cases.REASON


def named(owner: User, name: str, decision: str = "submit_to_committee") -> Decision:
    """A decided charter under this name."""
    session = cases.finished_session(owner, decision)
    InterviewSession.objects.filter(pk=session.pk).update(project_name=name)
    session.refresh_from_db()
    made = cases.submit(session)
    assert made.value == decision
    return made


def titles(found: list[Precedent]) -> list[str]:
    return [one.title for one in found]


# --- How like -------------------------------------------------------------------------------------

profiles = st.builds(
    Profile,
    name=st.sampled_from(["Repair triage", "Repair of pumps", "Hiring", ""]),
    archetype=st.sampled_from(["", "classification", "regression"]),
    areas=st.frozensets(st.sampled_from(["employment", "education"])),
    automation=st.one_of(st.none(), st.integers(1, 5)),
    data_score=st.one_of(st.none(), st.floats(0, 1)),
    affected=st.one_of(st.none(), st.integers(0, 10**7)),
    has_vulnerable=st.booleans(),
    levels=st.fixed_dictionaries({"privacy": st.one_of(st.none(), st.integers(1, 5))}),
)


@given(profiles, profiles)
def test_likeness_has_no_direction_and_the_same_is_nearest(here, there):
    assert distance(here, there) == distance(there, here)
    assert 0 <= distance(here, there) <= FARTHEST
    assert distance(here, here) == 0 or here.name == ""
    assert 0 <= similarity(distance(here, there)) <= 100


@given(profiles)
def test_a_case_does_not_differ_from_itself(here):
    assert differences(here, here) == ()


def test_it_says_in_words_why_a_case_differs():
    here = Profile("A", "classification", frozenset({"employment"}), 2, 0.72, 900, True)
    there = Profile("B", "regression", frozenset(), 4, 0.95, 90_000, False)
    found = differences(here, there)
    assert "Kind of model: classification here, regression there." in found
    assert "High-risk area here, not there: employment." in found
    assert "Automation level: 2 here, 4 there." in found
    assert "Data quality: 0.72 here, 0.95 there." in found
    assert "People affected a year: 900 here, 90,000 there." in found
    assert "Vulnerable people are affected here, not there." in found


# --- Which cases ----------------------------------------------------------------------------------


def test_a_near_duplicate_ranks_first(alice, bob, rita):
    mine = named(alice, "Damage check for returned tools")
    named(bob, "Route planning for waste collection", "revise")
    named(bob, "Damage check of returned tools")
    named(bob, "Damage check for returned library books", "revise")
    found = nearest(revision=mine.revision, viewer=rita)
    assert found[0].title == "Damage check of returned tools"
    assert found[0].is_near and found[0].differences == ()
    assert [one.similarity for one in found] == sorted(
        (one.similarity for one in found), reverse=True
    )


def test_a_like_case_under_another_name_is_found(alice, bob, rita):
    mine = named(alice, "Damage check")
    named(bob, "Quite another thing")
    assert titles(nearest(revision=mine.revision, viewer=rita)) == ["Quite another thing"]


def test_nobody_sees_a_precedent_whose_charter_is_not_theirs(alice, bob, rita, mallory):
    mine = named(alice, "Damage check")
    theirs = named(bob, "Damage check")
    shared = theirs.revision.charter.session
    assert titles(nearest(revision=mine.revision, viewer=rita)) == ["Damage check"]
    for outsider in (alice, mallory):
        assert nearest(revision=mine.revision, viewer=outsider) == []
    sharing.share_session(session=shared, email=alice.email, level="comment", by=bob)
    assert titles(nearest(revision=mine.revision, viewer=alice)) == ["Damage check"]


def test_a_case_is_no_precedent_of_its_own_revisions(alice, rita):
    mine = named(alice, "Damage check")
    cases.edit(mine.revision.charter.session, "S5-10", privacy=3)
    again = cases.submit(mine.revision.charter.session)
    assert nearest(revision=again.revision, viewer=rita) == []


def test_never_more_than_asked_for(alice, bob, rita):
    mine = named(alice, "Damage check")
    for number in range(3):
        named(bob, f"Damage check {number}")
    assert len(nearest(revision=mine.revision, viewer=rita, limit=2)) == 2


@pytest.mark.parametrize(
    "name", ["!!!", "' OR 1=1 --", "a & b | !c :*", "Ärzte prüfen Köpfe", "的"]
)
def test_a_name_is_searched_whatever_stands_in_it(alice, bob, rita, name):
    mine = named(alice, name)
    named(bob, "Damage check")
    assert titles(nearest(revision=mine.revision, viewer=rita)) == ["Damage check"]


def test_more_past_cases_take_no_more_statements(alice, bob, rita, django_assert_max_num_queries):
    mine = named(alice, "Damage check")
    for number in range(5):
        named(bob, f"Damage check {number}")
    nearest(revision=mine.revision, viewer=rita)
    with django_assert_max_num_queries(6):
        nearest(revision=mine.revision, viewer=rita)


# --- Departing ------------------------------------------------------------------------------------


def ruled(owner: User, outcome: str) -> Decision:
    """A case that one reviewer ruled on."""
    made = named(owner, "Damage check of tools", "proceed_with_monitoring")
    reviewer = User.objects.filter(email="judge@example.org").first()
    if reviewer is None:
        reviewer = make_person("judge", role=Role.REVIEWER)
        cases.council(chair=reviewer, quorum=1)
    review = cases.open_review_of(made.revision.charter)
    conditions = []
    if outcome == "approve_with_conditions":
        due = rulings.timezone.localdate()
        conditions = [rulings.ConditionWish("Test it once more.", "Ada", due)]
    rulings.record_ruling(
        review=review,
        outcome=outcome,
        reason=REASON,
        conditions=conditions,
        # Later cases of one test may depart from earlier ones.
        departs_from=_codes_to_depart_from(made, reviewer, outcome),
        departure_reason=REASON,
        by=reviewer,
    )
    return made


def _codes_to_depart_from(made: Decision, reviewer: User, outcome: str) -> list[str]:
    return departs(outcome, nearest(revision=made.revision, viewer=reviewer))


def test_a_ruling_and_its_conditions_are_shown(alice, bob, rita):
    theirs = ruled(bob, "approve_with_conditions")
    mine = named(alice, "Damage check of tools", "proceed_with_monitoring")
    first = nearest(revision=mine.revision, viewer=rita)[0]
    assert (first.outcome, first.condition_count) == ("approve_with_conditions", 1)
    assert first.review == str(theirs.revision.charter.reviews.get().code)
    assert first.ruled_at is not None


def precedent(outcome: str, review: str, *, is_near: bool = True) -> Precedent:
    shown = {"charter": "c", "revision": 1, "title": "t", "decision": "revise"}
    return Precedent(
        **shown,
        decided_at=rulings.timezone.now(),
        similarity=90,
        is_near=is_near,
        differences=(),
        review=review,
        outcome=outcome,
    )


def test_who_rules_like_one_of_the_like_cases_departs_from_nothing():
    shown = [precedent("approve", "a"), precedent("reject", "b")]
    assert departs("reject", shown) == []


def test_who_rules_otherwise_than_all_departs_from_each():
    shown = [precedent("approve", "b"), precedent("approve", "a"), precedent("", "")]
    assert departs("send_back", shown) == ["a", "b"]


def test_cases_that_are_not_like_bind_nobody():
    assert departs("send_back", [precedent("approve", "a", is_near=False)]) == []


def test_a_case_whose_key_was_destroyed_is_passed_over(alice, bob, rita, field_key):
    mine = named(alice, "Damage check")
    lost = named(bob, "Damage check of tools")
    named(bob, "Damage check of bicycles")
    assert len(nearest(revision=mine.revision, viewer=rita)) == 2
    keys = DataKey.objects.filter(code=lost.revision.charter.session.code)
    assert keys.update(wrapped="", wrapped_by="", destroyed_at="2026-11-21T00:00:00Z")
    key_ring.forget()
    mine = Decision.objects.get(pk=mine.pk)
    assert titles(nearest(revision=mine.revision, viewer=rita)) == ["Damage check of bicycles"]


def test_ruling_otherwise_than_every_like_case_takes_a_tick_and_a_reason(alice, bob):
    theirs = ruled(bob, "approve")
    mine = named(alice, "Damage check of tools", "proceed_with_monitoring")
    review = cases.open_review_of(mine.revision.charter)
    judge = User.objects.get(email="judge@example.org")
    wish = {"review": review, "outcome": "send_back", "reason": REASON, "by": judge}
    code = str(theirs.revision.charter.reviews.get().code)
    with pytest.raises(Unfit) as untold:
        rulings.record_ruling(**wish)
    with pytest.raises(Unfit) as unreasoned:
        rulings.record_ruling(**wish, departs_from=[code])
    assert list(untold.value.fields) == ["departs_from"]
    assert list(unreasoned.value.fields) == ["departure_reason"]
    made = rulings.record_ruling(**wish, departs_from=[code], departure_reason=REASON)
    assert made.departs_from == [code] and made.departure_reason == REASON
