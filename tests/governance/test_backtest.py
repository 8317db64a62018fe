"""Replaying stored facts: nothing changes by the same rules, and every change is a recomputed one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.permissions import Role
from governance.engine import decide, read_facts
from governance.models import Decision
from governance.rulepacks.effect import facts_under
from governance.services import backtest, packs
from tests.builders.cases import decided
from tests.builders.decided import decide_all
from tests.builders.people import make_person
from tests.governance.engine_facts import calm_facts, facts

pytestmark = pytest.mark.django_db

FILE = packs.file_thresholds
DECEMBER = date(2026, 12, 2)
SCREENED = {"prohibited": {"social_scoring": "no"}}


def own_levels(**changes: Any) -> dict[str, Any]:
    return FILE() | changes


def calm(*levels: int, **changes: Any) -> dict[str, Any]:
    return calm_facts(levels, config=FILE(), **changes)


def figures(rules: packs.Rules, on: date | None = None) -> dict[str, Any]:
    return backtest.summarize(rules.of_decisions, on=on)[0]


def test_the_same_rules_change_nothing(alice: User) -> None:
    decide_all([calm(1, 1, 1, 1, level) for level in (1, 2, 3, 4, 5)], by=alice)
    found = figures(packs.in_force())
    assert (found["decisions"], found["changed"], found["unreadable"]) == (5, 0, 0)
    assert backtest.in_words(found) == "None of 5 decisions changes."


def test_a_real_decision_replays_to_itself(alice: User) -> None:
    for name in ("revise", "submit_to_committee"):
        decided(alice, name)
    assert figures(packs.in_force())["changed"] == 0


def test_other_levels_say_which_decisions_change(alice: User) -> None:
    levels = ((1, 1, 1, 1, 1), (1, 1, 1, 1, 3), (1, 1, 1, 1, 3), (4, 1, 1, 1, 1))
    charter = decide_all([calm(*one) for one in levels], by=alice)
    rules = packs.in_force().with_thresholds(own_levels(committee=3, revise=2, monitor=1))
    found, changes = backtest.summarize(rules.of_decisions)
    assert found["moves"] == [
        {"before": "REVISE", "after": "SUBMIT_TO_COMMITTEE", "count": 2},
        {"before": "PROCEED", "after": "PROCEED_WITH_MONITORING", "count": 1},
    ]
    assert backtest.in_words(found) == (
        "3 of 4 decisions change; 2 REVISE become SUBMIT_TO_COMMITTEE; "
        "1 PROCEED becomes PROCEED_WITH_MONITORING."
    )
    numbers = dict(Decision.objects.values_list("pk", "revision__number"))
    assert [numbers[one.decision_id] for one in changes] == [1, 2, 3]
    assert charter.revisions.count() == 4


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(facts, min_size=1, max_size=6), st.integers(1, 2), st.integers(0, 5))
def test_the_list_equals_a_recomputation_by_hand(
    alice: User, stored: list[dict[str, Any]], revise: int, breadth: int
) -> None:
    known = set(Decision.objects.values_list("pk", flat=True))
    decide_all(stored, by=alice, name=f"Many {len(known)}")
    levels = own_levels(monitor=revise, revise=revise + 1, breadth_count=breadth)
    rules = packs.in_force().with_thresholds(levels).of_decisions
    new = Decision.objects.exclude(pk__in=known)
    expected = {
        one.pk: decide(read_facts(facts_under(one.facts, rules))).value.stored for one in new
    }
    before = dict(new.values_list("pk", "value"))
    replayed = list(backtest.replay(rules, decisions=new))
    assert {one.decision_id: one.after for one in replayed} == expected
    changed = {one.decision_id for one in replayed if one.is_changed}
    assert changed == {pk for pk, after in expected.items() if after != before[pk]}


def test_a_law_that_begins_asks_those_who_were_never_asked(alice: User) -> None:
    """The prohibitions of 2 December 2026: nobody answered them in November."""
    asked = {"intimate_imagery": "no", "child_abuse_material": "no"}
    decide_all(
        [
            calm(1, 1, 1, 1, 1),
            calm(1, 1, 1, 1, 1, prohibited={"social_scoring": "no"} | asked),
            calm(1, 1, 1, 1, 1, prohibited={}),
        ],
        by=alice,
    )
    rules = packs.in_force()
    assert figures(rules, on=date(2026, 12, 1))["changed"] == 0
    found = figures(rules, on=DECEMBER)
    assert found["moves"] == [{"before": "PROCEED", "after": "SUBMIT_TO_COMMITTEE", "count": 1}]


def test_facts_of_another_kind_are_counted_and_never_guessed(alice: User) -> None:
    charter = decide_all([calm(1, 1, 1, 1, 1)] * 2, by=alice)
    odd = Decision.objects.first()
    assert odd is not None
    Decision.objects.bulk_create(
        [
            Decision(
                revision=_one_more(charter, number),
                value="proceed",
                content_hash="0" * 64,
                facts=facts_of_old,
                outcome={},
            )
            for number, facts_of_old in ((3, {"level": 2}), (4, {"as_of": "2020-01-01"}))
        ]
    )
    found = figures(packs.in_force())
    assert (found["decisions"], found["unreadable"], found["changed"]) == (4, 2, 0)


def _one_more(charter: Any, number: int) -> Any:
    newest = charter.revisions.first()
    newest.pk, newest.number = None, number
    newest.save(force_insert=True)
    return newest


def test_only_a_chunk_of_facts_is_held_at_once(
    alice: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    decide_all([calm(1, 1, 1, 1, 1)] * 25, by=alice)
    rules = packs.in_force().of_decisions
    monkeypatch.setattr(backtest, "CHUNK", 10)
    with django_assert_num_queries(4):
        assert sum(1 for _ in backtest.replay(rules)) == 25


def test_the_command_says_it_in_lines_and_in_json(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    decide_all([calm(1, 1, 1, 1, 3), calm(1, 1, 1, 1, 1)], by=alice, name="Repair triage")
    call_command("config", "backtest", "--set", "breadth_count=1")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 of 2 decisions changes; 1 REVISE becomes SUBMIT_TO_COMMITTEE."
    assert "Repair triage" in lines[1]
    call_command("config", "backtest", "--on", "2026-12-02", "--json")
    found = json.loads(capsys.readouterr().out)
    moves = Counter({(one["before"], one["after"]): one["count"] for one in found["moves"]})
    assert moves.total() == found["changed"] == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--set", "halt"], "write LEVEL=NUMBER"),
        (["--set", "mood=3"], "write LEVEL=NUMBER"),
        (["--set", "halt=1"], "committee must be below halt"),
        (["--pack", "no-such-file.yaml"], "cannot be read"),
    ],
)
def test_the_command_names_what_it_cannot_take(options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("config", "backtest", *options)


# --- API ------------------------------------------------------------------------------------------


def test_a_program_of_an_administrator_asks_what_would_change(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    charter = decide_all([calm(1, 1, 1, 1, 3), calm(1, 1, 1, 1, 1)], by=alice)
    ada = client_of(make_person("ada", role=Role.ADMIN))
    sent = {"thresholds": {"breadth_count": 1}}
    body = ada.post("/api/v1/rules/backtest", sent, content_type="application/json").json()
    assert body["summary"] == "1 of 2 decisions changes; 1 REVISE becomes SUBMIT_TO_COMMITTEE."
    assert [(one["charter"], one["revision"]) for one in body["changes"]] == [
        (str(charter.code), 1)
    ]
    assert ada.get("/api/v1/rules").json()["thresholds"] == FILE()


@pytest.mark.parametrize(
    "sent",
    [
        {"thresholds": {"halt": 1}},
        {"thresholds": {"halt": "five"}},
        {"thresholds": {"mood": 1}},
        {"pack": "a: ["},
        {"packs": "a: 1"},
        {"on": "tomorrow"},
    ],
)
def test_rules_that_cannot_be_read_are_refused(
    sent: dict[str, Any], db: None, client_of: Callable[[User], Client]
) -> None:
    ada = client_of(make_person("ada", role=Role.ADMIN))
    answer = ada.post("/api/v1/rules/backtest", sent, content_type="application/json")
    assert answer.status_code == 422


def test_nobody_else_asks_for_a_back_test(
    alice: User, rita: User, olga: User, client_of: Callable[[User], Client]
) -> None:
    for person in (alice, rita, olga):
        answer = client_of(person).post("/api/v1/rules/backtest", content_type="application/json")
        assert answer.status_code == 403
