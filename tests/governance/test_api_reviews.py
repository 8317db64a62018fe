"""Reviews, votes, rulings and standing through the API: the same rules as everywhere."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import PEOPLE_ONLY, Permission, Role
from accounts.policies import permissions_of
from accounts.services import keys
from governance.models import Review, Ruling, Vote
from tests.builders.answers import consistent_values
from tests.builders.cases import (
    OTHER_REASON,
    REASON,
    council,
    decided,
    edit,
    open_review_of,
    rated,
    reviewers,
    submit,
)
from tests.builders.people import make_person
from tests.builders.programs import Ask, error_of, with_key

APPROVE = {"outcome": "approve", "reason": REASON}

pytestmark = pytest.mark.django_db


@pytest.fixture
def rhea(db: None) -> User:
    """A reviewer with a seat."""
    return reviewers("rhea")[0]


@pytest.fixture
def review(alice: User, rita: User, rhea: User) -> Review:
    """The case on Alice's charter, before Rita (chair) and Rhea."""
    council(rhea, chair=rita)
    return open_review_of(decided(alice).revision.charter)


def at(review: Review, part: str = "") -> str:
    return f"/reviews/{review.code}{part}"


def test_the_list_shows_what_one_may_see_and_filters(
    ask: Ask, review: Review, alice: User, rita: User, mallory: User
) -> None:
    (row,) = ask(rita).get("/reviews?awaiting=true&state=open&lane=committee").json()["items"]
    assert (row["id"], row["votes_cast"], row["end"]) == (str(review.code), 0, "")
    assert ask(alice).get("/reviews").json()["total"] == 1
    assert ask(alice).get("/reviews?awaiting=true").json()["total"] == 0
    assert ask(rita).get("/reviews?state=closed").json()["total"] == 0
    assert ask(mallory).get("/reviews").json()["total"] == 0
    assert ask(mallory).get(at(review)).status_code == 404


def test_what_one_may_do_is_said_with_the_reason_why_not(
    ask: Ask, review: Review, alice: User, rita: User
) -> None:
    acts = {row["act"]: row for row in ask(alice).get(at(review)).json()["acts"]}
    assert acts["withdraw"]["is_allowed"]
    assert "Only a Reviewer" in acts["vote"]["why_not"]
    acts = {row["act"]: row for row in ask(rita).get(at(review)).json()["acts"]}
    assert acts["vote"]["is_allowed"]
    assert "Votes still missing before the ruling: 2." in acts["rule"]["why_not"]


def test_two_vote_blind_and_the_chair_rules(
    ask: Ask, review: Review, rita: User, rhea: User
) -> None:
    cast = ask(rhea).post(at(review, "/votes"), APPROVE)
    assert (cast.status_code, cast["Location"].endswith("/votes")) == (201, True)
    blind = ask(rita).get(at(review, "/votes")).json()
    assert blind == {"votes_cast": 1, "quorum": 2, "is_shown": False, "votes": [], "tally": None}
    ask(rita).post(at(review, "/votes"), APPROVE)
    assert len(ask(rita).get(at(review, "/votes")).json()["votes"]) == 2
    due = (timezone.localdate() + timedelta(days=30)).isoformat()
    wish = {
        "outcome": "approve_with_conditions",
        "reason": REASON,
        "conditions": [{"text": "Test R-02.", "owner": "Bob", "due_date": due}],
        "departure_reason": OTHER_REASON,
    }
    ruled = ask(rita).post(at(review, "/ruling"), wish)
    assert ruled.status_code == 201, ruled.content
    assert ask(rhea).get(at(review, "/ruling")).json() == ruled.json()
    assert ruled.json()["conditions"][0]["due_date"] == due
    standing = ask(rhea).get(f"/charters/{review.charter.code}/standing").json()
    assert (standing["state"], standing["is_cleared"]) == ("approved_with_conditions", True)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"outcome": "maybe", "reason": REASON}, "outcome"),
        ({"outcome": "approve", "reason": "Fine."}, "reason"),
        ({"outcome": "approve", "reason": REASON, "weight": 2}, "weight"),
        ({"reason": REASON}, "outcome"),
    ],
)
def test_a_vote_that_cannot_be_taken_names_the_field(
    ask: Ask, review: Review, rita: User, sent: dict[str, object], field: str
) -> None:
    reply = ask(rita).post(at(review, "/votes"), sent)
    assert (reply.status_code, list(error_of(reply)["details"])) == (422, [field])


def test_refusals_have_their_statuses(
    ask: Ask, review: Review, alice: User, rita: User, rhea: User, mallory: User
) -> None:
    votes, ruling = at(review, "/votes"), at(review, "/ruling")
    (unseated,) = reviewers("ruth")
    assert ask(mallory).post(votes, APPROVE).status_code == 403
    assert ask(alice).post(votes, APPROVE).status_code == 403
    assert ask(unseated).post(votes, APPROVE).status_code == 403
    assert ask(rita).get(ruling).status_code == 404
    assert ask(rita).post(ruling, APPROVE).status_code == 409
    assert ask(rita).post(votes, APPROVE).status_code == 201
    assert ask(rita).post(votes, APPROVE).status_code == 409
    assert ask(rhea).post(votes, APPROVE).status_code == 201
    assert ask(rhea).post(ruling, APPROVE).status_code == 403
    assert ask(rita).post(ruling, {"outcome": "reject", "reason": REASON}).status_code == 422
    assert ask(rita).post(ruling, APPROVE).status_code == 201
    assert ask(rita).post(ruling, APPROVE).status_code == 409


def test_the_same_key_votes_once(ask: Ask, review: Review, rita: User) -> None:
    first = ask(rita).post(at(review, "/votes"), APPROVE, Idempotency_Key="vote-1")
    again = ask(rita).post(at(review, "/votes"), APPROVE, Idempotency_Key="vote-1")
    assert (first.status_code, again.json()) == (201, first.json())
    assert Vote.objects.count() == 1


def test_no_key_votes_or_rules(review: Review, rita: User) -> None:
    program = with_key(rita, *(permissions_of(rita) - PEOPLE_ONLY))
    with pytest.raises(keys.CannotIssue):
        with_key(rita, Permission.REVIEW_VOTE)
    assert program.get(at(review)).status_code == 200
    assert program.post(at(review, "/votes"), APPROVE).status_code == 403
    assert program.post(at(review, "/ruling"), APPROVE).status_code == 403


def test_a_stale_revision_is_not_approved_here_either(
    ask: Ask, review: Review, rita: User, rhea: User
) -> None:
    for person in (rita, rhea):
        ask(person).post(at(review, "/votes"), APPROVE)
    edit(review.charter.session, "S5-10", **rated(3))
    reply = ask(rita).post(at(review, "/ruling"), APPROVE)
    assert reply.status_code == 409
    assert "changed materially" in error_of(reply)["message"]
    assert not Ruling.objects.exists()


def test_an_edit_makes_the_approval_stale_on_every_answer_of_the_api(
    ask: Ask, review: Review, alice: User, rita: User, rhea: User
) -> None:
    for person in (rita, rhea):
        ask(person).post(at(review, "/votes"), APPROVE)
    ask(rita).post(at(review, "/ruling"), APPROVE)
    charter = f"/charters/{review.charter.code}"
    assert ask(alice).get(charter).json()["standing"] == "approved"
    edit(review.charter.session, "S5-10", **rated(3))
    assert ask(alice).get(charter).json()["standing"] == "stale"
    assert ask(alice).get("/charters").json()["items"][0]["standing"] == "stale"
    assert ask(alice).get(f"{charter}/standing").json()["changed_items"] == ["S5-10"]
    assert ask(alice).get(f"{charter}/revisions/1").json()["standing"] == "stale"


def test_a_re_review_tells_what_changed(ask: Ask, review: Review, rita: User, rhea: User) -> None:
    send_back = {"outcome": "send_back", "reason": OTHER_REASON}
    for person in (rita, rhea):
        ask(person).post(at(review, "/votes"), send_back)
    assert ask(rita).get(at(review, "/changes")).json()["previous"] is None
    ask(rita).post(at(review, "/ruling"), send_back)
    text = consistent_values()["S1-02"]["text"]
    edit(review.charter.session, "S1-02", text=f"{text} The board knows.")
    submit(review.charter.session)
    again = open_review_of(review.charter)
    found = ask(rita).get(at(again, "/changes")).json()
    assert found["previous"] == str(review.code)
    assert [(row["item"], row["is_material"]) for row in found["answers"]] == [("S1-02", False)]


def test_alice_asks_a_committee_withdraws_and_retires(ask: Ask, alice: User, rita: User) -> None:
    council(rita)
    charter = f"/charters/{decided(alice, 'halt').revision.charter.code}"
    asked = ask(alice).post(f"{charter}/reviews")
    assert (asked.status_code, asked.json()["cause"]) == (201, "requested")
    assert ask(alice).post(f"{charter}/reviews").status_code == 409
    assert ask(rita).post(f"{charter}/reviews").status_code == 403
    withdrawn = ask(alice).post(f"/reviews/{asked.json()['id']}/withdraw")
    assert withdrawn.json()["end"] == "withdrawn"
    assert ask(alice).post(f"{charter}/retirement", {"reason": "Old."}).status_code == 422
    retired = ask(alice).post(f"{charter}/retirement", {"reason": REASON})
    assert retired.json()["state"] == "retired"
    assert ask(alice).post(f"{charter}/retirement", {"reason": REASON}).status_code == 409


def test_a_look_at_somebody_elses_review_is_noted(ask: Ask, review: Review, rita: User) -> None:
    ask(rita).get(at(review))
    seen = AuditEvent.objects.filter(actor=f"person {rita.code}", subject__startswith="charter ")
    assert seen.exists()


def test_administrators_manage_committees(ask: Ask, rita: User, alice: User) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    made = ask(ada).post("/committees", {"name": "Council", "quorum": 1})
    where = f"/committees/{made.json()['id']}"
    assert (made.status_code, made.json()["is_default"]) == (201, True)
    again = ask(ada).post("/committees", {"name": "Council"})
    assert (again.status_code, list(error_of(again)["details"])) == (422, ["name"])
    assert ask(rita).post("/committees", {"name": "Mine"}).status_code == 403
    assert ask(rita).get("/committees").json()["total"] == 1
    assert ask(ada).patch(where, {"quorum": 3}).status_code == 428
    changed = ask(ada).patch(where, {"quorum": 3}, If_Match=made["ETag"])
    assert changed.json()["quorum"] == 3
    stale = ask(ada).patch(where, {"quorum": 4}, If_Match=made["ETag"])
    assert error_of(stale)["details"]["theirs"] == {"quorum": 3}
    off = ask(ada).patch(where, {"is_active": False}, If_Match=changed["ETag"])
    assert off.status_code == 409
    nobody = ask(ada).post(f"{where}/seats", {"person": str(alice.code)})
    assert (nobody.status_code, list(error_of(nobody)["details"])) == (422, ["user"])


def test_administrators_seat_people_give_the_chair_and_end_seats(
    ask: Ask, rita: User, rhea: User
) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    where = f"/committees/{council().code}/seats"
    for person in (rita, rhea):
        seat = ask(ada).post(where, {"person": str(person.code), "is_chair": person == rita})
        assert seat.status_code == 201
    assert ask(ada).post(where, {"person": str(rita.code)}).status_code == 409
    place = f"{where}/{rhea.code}"
    tag = ask(ada).get(place)["ETag"]
    assert ask(ada).patch(place, {"is_chair": True}, If_Match=tag).json()["is_chair"]
    chairs = {row["person"]["name"]: row["is_chair"] for row in ask(ada).get(where).json()["items"]}
    assert chairs == {"Rita": False, "Rhea": True}
    tag = ask(ada).get(place)["ETag"]
    assert ask(ada).delete(place, If_Match=tag).status_code == 204
    assert ask(ada).get(where).json()["total"] == 1
    assert "Rhea" not in json.dumps(ask(ada).get(where).json())
