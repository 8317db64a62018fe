"""What the inventory knows of a case is true, whoever changed it and however it was read."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent, User
from governance.models import Decision, InventoryEntry
from governance.portfolio import words
from governance.services import inventory, retirement, standing
from governance.services.inventory_marks import outdate
from interviews.models import InterviewSession, ModelCall
from interviews.services import sessions
from tests.builders.issued import issue
from tests.builders.portfolio import entry_of, is_marked, make_case
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db(transaction=True)

BOOKKEEPING = ("id", "wanted", "done", "read_at")


def facts_of(session: InterviewSession) -> dict[str, Any]:
    """The entry's columns without its bookkeeping."""
    row = InventoryEntry.objects.filter(session=session).values().get()
    return {name: value for name, value in row.items() if name not in BOOKKEEPING}


@pytest.fixture
def decision(alice: User) -> Decision:
    return issue("energy_wizard.json", by=alice)


def session_of(decision: Decision) -> InterviewSession:
    return decision.revision.charter.session


def test_a_decided_case_says_what_was_decided(decision: Decision, alice: User) -> None:
    inventory.catch_up(alice)
    entry = entry_of(session_of(decision))
    assert entry.decision == decision.value == "proceed_with_monitoring"
    assert entry.decided_at == decision.decided_at
    assert entry.charter_code == decision.revision.charter.code
    assert entry.submitted_at == decision.revision.issued_at
    assert entry.archetype == "natural_language_processing"
    assert entry.highest == max(
        getattr(entry, name) for name in words.PRINCIPLES if getattr(entry, name)
    )
    assert entry.data_score == decision.facts["data_quality"]["overall_score"]
    assert all(0 <= getattr(entry, f"score_{stage}") <= 10 for stage in range(1, 6))


def test_an_entry_holds_tokens_and_no_word_that_somebody_wrote(
    decision: Decision, alice: User
) -> None:
    """So that it may stand clear where answers are sealed."""
    inventory.catch_up(alice)
    held = {value for value in facts_of(session_of(decision)).values() if isinstance(value, str)}
    tokens = {part for value in held for part in value.split()}
    assert all(re.fullmatch(r"[a-z0-9_]+", token) for token in tokens)


def test_a_case_under_way_is_read_again_when_somebody_answers(alice: User) -> None:
    session = make_session(alice)
    assert inventory.catch_up(alice) == 1
    assert inventory.catch_up(alice) == 0
    assert entry_of(session).score_1 is None
    submit(session, "S1-01", GOOD_PROBLEM)
    assert inventory.catch_up(alice) == 1
    assert entry_of(session).score_1 is not None
    assert entry_of(session).standing == "not_submitted"


def test_read_anew_from_nothing_it_is_the_same(decision: Decision, alice: User, bob: User) -> None:
    first = session_of(decision)
    other = make_session(bob)
    inventory.catch_up(alice)
    submit(other, "S1-01", GOOD_PROBLEM)
    inventory.catch_up(bob)
    outdate(first.pk)
    inventory.sweep()
    before = [facts_of(first), facts_of(other)]
    InventoryEntry.objects.all().delete()
    assert inventory.rebuild() == 2
    assert [facts_of(first), facts_of(other)] == before


def test_what_people_said_stays_when_facts_are_read_again(alice: User) -> None:
    session = make_case(alice)
    inventory.describe_case(session=session, department="Housing", reference="H-1", by=alice)
    outdate(session.pk)
    inventory.rebuild()
    entry = entry_of(session)
    assert (entry.department, entry.reference) == ("Housing", "H-1")
    assert AuditEvent.objects.filter(type="case.described").exists()


def test_whoever_acts_on_a_case_marks_it(decision: Decision, alice: User) -> None:
    session = session_of(decision)
    inventory.catch_up(alice)
    assert not is_marked(session)
    retirement.retire_case(
        charter=decision.revision.charter,
        reason="The district switched the system off and nobody uses it any more.",
        by=alice,
    )
    assert is_marked(session)
    inventory.catch_up(alice)
    assert entry_of(session).standing == "retired"


def test_a_change_while_facts_are_read_leaves_the_case_marked(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_case(alice)
    outdate(session.pk)
    read = inventory._costs

    def and_somebody_acts(sessions: Any) -> Any:
        outdate(session.pk)
        return read(sessions)

    monkeypatch.setattr(inventory, "_costs", and_somebody_acts)
    inventory.refresh([session.pk])
    assert is_marked(session)


def test_the_mark_of_a_case_without_an_entry_is_kept(alice: User) -> None:
    session = make_session(alice)
    outdate(session.pk)
    assert is_marked(session)


def test_a_deleted_case_leaves_no_entry_and_stops_nobody(alice: User) -> None:
    session = make_case(alice)
    pk = session.pk
    sessions.delete_session(session=session, by=alice)
    assert InventoryEntry.objects.count() == 0
    assert inventory.refresh([pk]) == 0


def test_what_a_model_cost_since_is_found_by_the_sweep(alice: User) -> None:
    session = make_case(alice)
    ModelCall.objects.create(
        session=session, purpose="score", provider="p", model="m", prompt_version="1",
        outcome="ok", sent_hash="0" * 64, cost=Decimal("0.25"),
    )  # fmt: skip
    assert inventory.catch_up(alice) == 0
    assert inventory.sweep() == 1
    assert entry_of(session).model_cost == Decimal("0.25")


def test_reading_two_cases_costs_as_many_statements_as_twelve(alice: User) -> None:
    few = [make_session(alice, f"Case {number}").pk for number in range(2)]
    many = [make_session(alice, f"More {number}").pk for number in range(12)]
    for pks in (few, many):
        inventory.refresh(pks)
    with statements() as two:
        inventory.refresh(few)
    with statements() as twelve:
        inventory.refresh(many)
    assert len(two) == len(twelve) <= 22


def test_the_words_for_a_standing_are_those_of_the_other_pages() -> None:
    labels = {state.value: label for state, label in standing.LABELS.items()}
    assert {token: said for token, (said, _) in words.STANDINGS.items()} == labels


def test_an_operator_reads_every_case_anew_by_a_command(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    make_session(alice)
    call_command("maintenance", "inventory", "--rebuild")
    assert capsys.readouterr().out == "Read 1 case anew.\n"
    call_command("maintenance", "inventory", "--json")
    assert '"cases": 0' in capsys.readouterr().out


def test_mallory_catches_up_with_nothing(
    alice: User, mallory: User, client_of: Callable[[User], Client]
) -> None:
    make_session(alice)
    assert client_of(mallory).get("/portfolio/").status_code == 200
    assert InventoryEntry.objects.count() == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such index")
def test_the_search_by_words_can_use_its_index(alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM sessions WHERE to_tsvector('simple'::regconfig, "
            "COALESCE(translate(project_name, '-/_.', '    '), '')) @@ to_tsquery('simple', 'a:*')"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SET enable_seqscan = on")
    assert "sessions_by_words" in plan
