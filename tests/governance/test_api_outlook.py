"""Understanding a decision through the API."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from governance.engine.counterfactuals import patched
from governance.models import Decision
from tests.builders import cases
from tests.builders.programs import at
from tests.builders.settled import settled_session
from tests.governance.engine_facts import decided

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(alice: User) -> Decision:
    """Everything is calm, but nobody accepted the remaining risk any more."""
    ended = cases.consistent_values()["S5-11"] | {"valid_until": "2026-11-01"}
    return cases.decided(alice, "revise", {"S5-11": ended, "S5-10": cases.rated(2)})


def below(decision: Decision, part: str) -> str:
    revision = decision.revision
    return f"/charters/{revision.charter.code}/revisions/{revision.number}/{part}"


def applied(facts: dict[str, Any], way: dict[str, Any]) -> dict[str, Any]:
    """As somebody else's program would do it: pointer by pointer."""
    made: dict[str, Any] = patched(facts, [])
    for change in way["changes"]:
        for one in change["replaces"]:
            *outer, last = one["path"].split("/")[1:]
            part: Any = made
            for name in outer:
                part = part[int(name)] if isinstance(part, list) else part[name]
            if last == "-":
                part.append(one["value"])
            else:
                part[int(last) if isinstance(part, list) else last] = one["value"]
    return made


def test_a_program_can_check_every_set_that_it_is_given(ask, alice, decision):
    reply = ask(alice).get(below(decision, "decision/counterfactuals"))
    found = reply.json()
    assert reply.status_code == 200
    assert (found["decision"], found["target"]) == ("REVISE", "PROCEED_WITH_MONITORING")
    assert found["ways"] and found["obstacles"] == []
    for way in found["ways"]:
        assert decided(applied(decision.facts, way)).value.name == way["yields"]


def test_a_program_reads_how_firm_a_decision_is(ask, alice, decision):
    found = ask(alice).get(below(decision, "decision/stability")).json()
    assert found["decision"] == "REVISE" and found["draws"] == 100
    assert sum(found["drawn"].values()) == 100


def test_a_program_reads_like_cases_that_its_owner_sees(ask, alice, bob, rita, decision):
    other = cases.decided(bob, "submit_to_committee")
    found = ask(rita).get(below(decision, "precedents")).json()["precedents"]
    assert [one["charter"] for one in found] == [str(other.revision.charter.code)]
    assert found[0]["review"] is None and found[0]["outcome"] is None
    assert ask(alice).get(below(decision, "precedents")).json() == {"precedents": []}


def test_a_program_reads_the_range_of_an_open_interview(ask, alice):
    session = settled_session(alice, stages=(1, 2, 3))
    found = ask(alice).get(at(session, "decision/range")).json()
    assert (found["best"], found["worst"]) == ("PROCEED_WITH_MONITORING", "HALT")
    assert found["questions"][0]["item"] == "S5-01"


@pytest.mark.parametrize("part", ["decision/counterfactuals", "decision/stability", "precedents"])
def test_mallory_finds_nothing_there(ask, mallory, decision, part):
    assert ask(mallory).get(below(decision, part)).status_code == 404


def test_mallory_reads_no_range(ask, alice, mallory):
    session = settled_session(alice, stages=(1,))
    assert ask(mallory).get(at(session, "decision/range")).status_code == 404
