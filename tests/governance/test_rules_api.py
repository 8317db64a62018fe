"""Administrators change the rules of decisions with their own tools, always two of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from accounts.models import User
from accounts.permissions import Permission, Role
from governance.models import RulePublication
from governance.rulepacks.reading import as_json
from governance.services import packs
from tests.builders import cases
from tests.builders.people import make_person
from tests.builders.programs import Ask, error_of, with_key

Work = Callable[[], int]
WHY = "The board wants to see more cases from next month on."
STRICTER = {"thresholds": {"committee": 3, "revise": 2, "monitor": 1}, "reason": WHY}

pytestmark = pytest.mark.django_db


@pytest.fixture
def adam(db: None) -> User:
    return make_person("adam", role=Role.ADMIN)


def test_one_proposes_the_worker_tests_and_another_publishes(
    ask: Ask, ada: User, adam: User, alice: User, work: Work
) -> None:
    cases.decided(alice, "revise")
    made = ask(ada).post("/rules/proposals", STRICTER)
    place = made["Location"]
    assert made.status_code == 201 and made.json()["backtest"] is None
    assert ask(adam).post(f"{place}/publish").status_code == 409
    work()
    tested = ask(ada).get(place).json()["backtest"]
    assert (tested["decisions"], tested["changed"]) == (1, 1)
    assert ask(ada).post(f"{place}/publish").status_code == 403
    published = ask(adam).post(f"{place}/publish").json()
    assert published["state"] == "published" and published["closed_by"]["name"] == adam.name
    assert packs.in_force().thresholds["committee"] == 3
    assert ask(adam).post(f"{place}/publish").status_code == 409


def test_a_proposal_is_tested_again_and_withdrawn(ask: Ask, ada: User, work: Work) -> None:
    place = ask(ada).post("/rules/proposals", STRICTER)["Location"]
    work()
    assert ask(ada).post(f"{place}/backtest").json()["backtest"] is None
    assert ask(ada).post(f"{place}/withdraw").json()["state"] == "withdrawn"
    listed = ask(ada).get("/rules/proposals?state=withdrawn").json()
    assert listed["total"] == 1 and ask(ada).get("/rules/proposals?state=open").json()["total"] == 0
    assert not RulePublication.objects.exists()


def test_a_pack_is_proposed_as_yaml(ask: Ask, ada: User) -> None:
    pack = as_json(packs.in_force().packs["iso-42001"]) | {"version": "2027"}
    made = ask(ada).post("/rules/proposals", {"pack": yaml.safe_dump(pack), "reason": WHY})
    assert made.status_code == 201 and made.json()["key"] == "iso-42001"


@pytest.mark.parametrize(
    "sent",
    [
        {"reason": WHY},
        STRICTER | {"pack": "id: x"},
        {"thresholds": {"committee": 9}, "reason": WHY},
        {"thresholds": {}, "reason": WHY},
        STRICTER | {"reason": "Because."},
        {"pack": "nothing: of a pack", "reason": WHY},
    ],
)
def test_what_cannot_be_proposed_is_refused_by_name(
    ask: Ask, ada: User, sent: dict[str, object]
) -> None:
    reply = ask(ada).post("/rules/proposals", sent)
    assert reply.status_code == 422 and error_of(reply)["details"]


def test_a_second_proposal_for_the_same_rules_waits(ask: Ask, ada: User, adam: User) -> None:
    ask(ada).post("/rules/proposals", STRICTER)
    assert ask(adam).post("/rules/proposals", STRICTER).status_code == 409


def test_no_key_and_no_reviewer_changes_rules(ask: Ask, ada: User, rita: User) -> None:
    robot = with_key(ada, Permission.SETTING_MANAGE)
    for program in (robot, ask(rita)):
        assert program.post("/rules/proposals", STRICTER).status_code == 403
        assert program.get("/rules/proposals").status_code == 403
