"""Random acts by random people, legal and illegal: no case ever comes into a state it may not be in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import User
from accounts.permissions import Role
from charters.models import Charter
from charters.refusals import NothingNew
from governance.models import APPROVING, Committee, Outcome, Review, Ruling, Seat, Vote
from governance.refusals import Refusal
from governance.services import cases, committees, retirement, reviews, rulings, votes
from governance.services.rulings import ConditionWish
from governance.services.standing import standing_of
from tests.builders.answers import AS_OF, consistent_values
from tests.builders.cases import OTHER_REASON, REASON, council, decided, edit, rated, submit
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db

#: Who may come by: three with seats (Rita has the chair), one without, authors and bystanders.
SEATED, UNSEATED = ("rita", "rhea", "ruth"), "ulla"
PEOPLE = (*SEATED, UNSEATED, "alice", "edith", "mallory", "ada")
persons = st.sampled_from(PEOPLE)
outcomes = st.sampled_from([one.value for one in Outcome])


@dataclass
class World:
    """The cast and one charter; every run begins here."""

    people: dict[str, User]
    charter: Charter
    committee: Committee


def build() -> World:
    people = {name: make_person(name, role=Role.REVIEWER) for name in (*SEATED, UNSEATED)}
    people |= {name: make_person(name) for name in ("alice", "mallory")}
    # A colleague who may edit, with role and seat: an author all the same.
    people["edith"] = make_person("edith", role=Role.REVIEWER)
    people["ada"] = make_person("ada", role=Role.ADMIN)
    committee = council(people["rhea"], people["ruth"], people["edith"], chair=people["rita"])
    charter = decided(people["alice"]).revision.charter
    charter.session.collaborators.create(
        user=people["edith"], level="edit", added_by=people["alice"]
    )
    return World(people, charter, committee)


def facts(ruling: Ruling) -> tuple[Any, ...]:
    """All that a ruling says."""
    return (ruling.outcome, ruling.reason, ruling.computed, ruling.material_hash, ruling.tally)


class Cases(RuleBasedStateMachine):
    """Acts on one charter; a refused act changes nothing."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.kept: dict[int, tuple[Any, ...]] = {}
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.people = {one: User.objects.get(pk=user.pk) for one, user in world.people.items()}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # --- What the world is like, without asking the table of transitions.

    @property
    def charter(self) -> Charter:
        return Charter.objects.get(pk=self.world.charter.pk)

    def newest(self) -> Review:
        return Review.objects.filter(charter=self.world.charter).order_by("-pk")[0]

    def may_judge(self, name: str, review: Review) -> bool:
        person = User.objects.get(pk=self.people[name].pk)
        sits = Seat.objects.filter(user=person, to_date=None, committee=self.world.committee)
        is_fit = person.is_active and person.role == Role.REVIEWER and sits.exists()
        return is_fit and name not in ("alice", "edith") and review.is_open

    # --- Acts

    @rule(name=persons, outcome=outcomes)
    def vote(self, name: str, outcome: str) -> None:
        review, person = self.newest(), self.people[name]
        had = review.votes.filter(cast_by=person).exists()
        is_legal = self.may_judge(name, review) and not had and review.lane == "committee"
        try:
            votes.cast_vote(review=review, outcome=outcome, reason=REASON, by=person)
        except Refusal:
            assert not is_legal
        else:
            assert is_legal

    @rule(name=st.sampled_from(["rita", "rita", "rhea", *PEOPLE]), outcome=outcomes)
    def record(self, name: str, outcome: str) -> None:
        review, person = self.newest(), self.people[name]
        is_alone = review.lane != "committee"
        is_legal = self.may_judge(name, review)
        if not is_alone:
            has_voted = review.votes.filter(cast_by=person).exists()
            chair = Seat.objects.filter(user=person, to_date=None, is_chair=True).exists()
            is_legal &= chair and has_voted and review.votes.count() >= review.quorum
        if outcome in APPROVING:
            is_legal &= not cases.bearing_of(self.charter).is_changed
        wishes = [ConditionWish("Test it.", "Bob", AS_OF.replace(year=2036))]
        is_conditional = outcome == Outcome.APPROVE_WITH_CONDITIONS
        try:
            ruling = rulings.record_ruling(
                review=review,
                outcome=outcome,
                reason=REASON,
                conditions=wishes if is_conditional else (),
                departure_reason=OTHER_REASON,
                by=person,
            )
        except Refusal:
            assert not is_legal
        else:
            assert is_legal
            self.kept[ruling.pk] = facts(ruling)

    @rule(name=persons)
    def withdraw(self, name: str) -> None:
        review = self.newest()
        is_legal = name in ("alice", "ada") and review.is_open
        self.expect(is_legal, lambda: reviews.withdraw(review=review, by=self.people[name]))

    @rule(name=persons)
    def ask(self, name: str) -> None:
        try:
            reviews.request_review(charter=self.charter, by=self.people[name])
        except Refusal:
            return
        assert name in ("alice", "ada")

    @rule(level=st.sampled_from([2, 3, 4, 5]))
    def edit_what_matters(self, level: int) -> None:
        edit(self.charter.session, "S5-10", **rated(level))

    @rule(words=st.sampled_from(["The board knows.", "The chair knows.", "Nobody minds."]))
    def edit_words(self, words: str) -> None:
        text = consistent_values()["S1-02"]["text"]
        edit(self.charter.session, "S1-02", text=f"{text} {words}")

    @rule()
    def submit(self) -> None:
        try:
            with transaction.atomic():
                submit(self.charter.session)
        except (NothingNew, Refusal):
            return
        assert not cases.bearing_of(self.charter).is_changed

    @rule(name=st.sampled_from(SEATED))
    def leave_or_take_a_seat(self, name: str) -> None:
        seat = Seat.objects.filter(user=self.people[name], to_date=None).first()
        ada = self.people["ada"]
        try:
            if seat:
                committees.end_seat(seat=seat, by=ada)
            else:
                committees.seat_person(
                    committee=self.world.committee,
                    user=User.objects.get(pk=self.people[name].pk),
                    is_chair=name == "rita",
                    by=ada,
                )
        except Refusal:
            assert seat is None

    @rule(name=st.sampled_from(SEATED), role=st.sampled_from([Role.USER, Role.REVIEWER]))
    def change_role(self, name: str, role: str) -> None:
        User.objects.filter(pk=self.people[name].pk).update(role=role)

    @rule(name=st.sampled_from(SEATED), is_active=st.booleans())
    def switch(self, name: str, is_active: bool) -> None:
        User.objects.filter(pk=self.people[name].pk).update(is_active=is_active)

    @rule(name=st.sampled_from(["alice", "rita", "mallory"]), dice=st.integers(0, 5))
    def retire(self, name: str, dice: int) -> None:
        if dice:
            return
        try:
            retirement.retire_case(charter=self.charter, reason=REASON, by=self.people[name])
        except Refusal:
            return
        assert name == "alice"

    def expect(self, is_legal: bool, act: Any) -> None:
        try:
            act()
        except Refusal:
            assert not is_legal
        else:
            assert is_legal

    # --- What must hold after every act

    @invariant()
    def one_case_is_open_at_most(self) -> None:
        assert Review.objects.open().filter(charter=self.world.charter).count() <= 1

    @invariant()
    def no_stranger_and_no_author_has_voted_and_nobody_twice(self) -> None:
        cast = list(Vote.objects.values_list("review", "cast_by"))
        assert len(set(cast)) == len(cast)
        allowed = {self.people[name].pk for name in SEATED}
        assert {person for _, person in cast} <= allowed

    @invariant()
    def a_ruling_never_changes(self) -> None:
        assert {one.pk: facts(one) for one in Ruling.objects.all()} == self.kept

    @invariant()
    def what_ended_says_how(self) -> None:
        for review in Review.objects.all():
            assert review.is_open == (review.end == "")
            assert Ruling.objects.filter(review=review).exists() == (review.end == "ruled")

    @invariant()
    def nothing_changed_is_approved(self) -> None:
        found = standing_of(self.charter)
        if found.is_approved:
            assert found.ruling is not None
            assert found.ruling.material_hash == cases.bearing_of(self.charter).current_hash


def test_random_acts_of_random_people_leave_every_case_legal() -> None:
    world = build()
    run_state_machine_as_test(
        lambda: Cases(world),
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
