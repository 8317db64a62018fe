"""The record of deeds is one unbroken chain, whoever writes at the same time."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, AuditHead, User
from accounts.services import audit
from interviews.services import sessions
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit


def record(by: User | None = None, subject: str = "a test", **detail: object) -> AuditEvent:
    return audit.record(type="test.done", actor=by, subject=subject, detail=detail)


def chain() -> Sequence[AuditEvent]:
    return list(AuditEvent.objects.order_by("sequence"))


def is_unbroken(events: Sequence[AuditEvent]) -> bool:
    """Each row follows on the one before it and hashes to what it says."""
    previous = ""
    for number, event in enumerate(events, start=1):
        if (event.sequence, event.previous_hash) != (number, previous):
            return False
        if audit.chain_hash(event) != event.hash:
            return False
        previous = event.hash
    return True


@pytest.mark.django_db
def test_each_deed_hashes_the_one_before(alice: User) -> None:
    first, second = record(alice), record(alice, number=2)
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.previous_hash == ""
    assert second.previous_hash == first.hash
    assert is_unbroken(chain())


@pytest.mark.django_db
def test_the_chain_reads_back_from_the_database_as_it_was_written(alice: User) -> None:
    record(alice, note="Grüße", nested={"b": [1, 2.5, None, True], "a": "x"})
    assert is_unbroken(chain())
    assert AuditHead.objects.get().hash == chain()[-1].hash


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "mallory@example.org"),
        ("actor_role", "superadmin"),
        ("subject", "another"),
        ("type", "test.undone"),
        ("detail", {"number": 3}),
        ("previous_hash", "0" * 64),
        ("sequence", 7),
    ],
)
def test_a_changed_row_no_longer_hashes_to_itself(alice: User, field: str, value: object) -> None:
    event = record(alice, number=2)
    setattr(event, field, value)
    assert audit.chain_hash(event) != event.hash


@pytest.mark.django_db
def test_parts_cannot_be_shifted_into_each_other(alice: User) -> None:
    """Length prefixes: "ab" + "c" is another row than "a" + "bc"."""
    event = record(alice, subject="ab")
    event.actor_role, event.subject = f"{event.actor_role}a", "b"
    assert audit.chain_hash(event) != event.hash


@pytest.mark.django_db
def test_a_deed_that_is_undone_was_never_recorded(alice: User) -> None:
    class ChangedMind(Exception):
        pass

    record(alice)
    with pytest.raises(ChangedMind), transaction.atomic():
        record(alice)
        raise ChangedMind
    record(alice)
    assert [event.sequence for event in chain()] == [1, 2]
    assert is_unbroken(chain())


@pytest.mark.django_db
def test_the_system_has_a_name_and_no_role() -> None:
    event = record()
    assert (event.actor, event.actor_role) == ("system", "")


@pytest.mark.django_db
def test_the_record_outlives_the_person_and_never_holds_what_was_written(alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM)
    submit(session, "S1-01", GOOD_PROBLEM)
    sessions.pause_session(session=session, by=alice)
    said = json.dumps([[event.subject, event.detail] for event in chain()])
    assert [event.type for event in chain()] == [
        "session.started",
        "attempt.submitted",
        "attempt.submitted",
        "session.paused",
    ]
    assert all(event.actor == audit.person(alice) for event in chain())
    assert not any(word in said for word in ("housing", "Tenants", "dispatchers"))


@pytest.mark.django_db
def test_recording_costs_two_statements(alice: User) -> None:
    record(alice)
    with CaptureQueriesContext(connection) as captured:
        record(alice)
    work = [one for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(work) == 2


def _record_many(count: int, faults: list[str], ready: threading.Barrier) -> None:
    try:
        ready.wait()
        for _ in range(count):
            with transaction.atomic():
                record()
    except (DatabaseError, threading.BrokenBarrierError) as fault:
        faults.append(repr(fault))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_never_fork_the_chain() -> None:
    """Also the very first deeds of an installation, when there is no head to lock yet."""
    faults: list[str] = []
    ready = threading.Barrier(4)
    threads = [threading.Thread(target=_record_many, args=(10, faults, ready)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert len(chain()) == 40
    assert is_unbroken(chain())
