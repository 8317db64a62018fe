"""What a re-review shows: changed answers, moved figures, other rules, answered comments."""

from __future__ import annotations

import pytest

from accounts.models import User
from governance.delta import between
from governance.models import Review
from governance.services import deltas, rulings, threads
from interviews.protocol import catalogue
from tests.builders.answers import consistent_values
from tests.builders.cases import (
    OTHER_REASON,
    council,
    decided,
    edit,
    open_review_of,
    rated,
    submit,
    vote_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(alice: User, rita: User) -> Review:
    """Sent back by Rita, with two questions of hers."""
    council(chair=rita, quorum=1)
    review = open_review_of(decided(alice).revision.charter)
    for key in ("S5-10", "S5-09"):
        threads.open_thread(
            charter=review.charter, text="Why so high?", anchor="item", anchor_key=key, by=rita
        )
    vote_all(review, "send_back", rita)
    rulings.record_ruling(review=review, outcome="send_back", reason=OTHER_REASON, by=rita)
    return review


def test_a_first_review_has_nothing_to_compare_with(alice: User, rita: User) -> None:
    council(rita)
    assert deltas.delta_of(open_review_of(decided(alice).revision.charter), rita) is None


def test_the_next_review_shows_only_what_changed(first: Review, alice: User, rita: User) -> None:
    session = first.charter.session
    edit(session, "S5-10", **rated(4, fairness=3))
    edit(session, "S1-02", text=f"{consistent_values()['S1-02']['text']} The board knows.")
    answered = first.charter.threads.get(anchor_key="S5-10")
    threads.post_comment(thread=answered, text="Because of the rush.", by=alice)
    submit(session)
    found = deltas.delta_of(open_review_of(first.charter), rita)
    assert found is not None
    delta = found.delta
    assert [(one.key, one.is_material) for one in delta.answers] == [
        ("S1-02", False),
        ("S5-10", True),
    ]
    assert delta.answers[0].after.endswith("The board knows.")
    residual = {one.name: (one.before, one.after, one.difference) for one in delta.figures}
    assert residual["residual fairness"] == (2, 3, 1)
    assert (delta.decision_before, delta.decision_after) == ("SUBMIT_TO_COMMITTEE",) * 2
    assert [one.anchor_key for one in found.answered] == ["S5-10"]
    assert [one.anchor_key for one in found.unanswered] == ["S5-09"]
    assert found.ruling.outcome == "send_back"


def test_rules_that_fire_newly_or_no_longer_are_named(first: Review, rita: User) -> None:
    session = first.charter.session
    edit(session, "S5-02", areas=["employment"], role="deployer", text="It schedules volunteers.")
    submit(session)
    found = deltas.delta_of(open_review_of(first.charter), rita)
    assert found is not None
    assert "F-3" in {one.rule for one in found.delta.rules_new}
    assert not found.delta.rules_gone


def test_nothing_changed_is_said_as_nothing(first: Review) -> None:
    content, outcome = first.revision.content, first.revision.decision.outcome
    protocol = catalogue.default_protocol()
    same = between(
        content, content, outcome_before=outcome, outcome_after=outcome, protocol=protocol
    )
    assert same.is_empty
