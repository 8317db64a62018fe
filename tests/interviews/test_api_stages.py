"""Stages, findings, deliverables, the conversation, files and events through the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from interviews.models import Candidate, Checkpoint, Draft, Finding, InterviewSession
from interviews.services import sessions
from tests.builders.programs import Program, at, error_of
from tests.builders.sessions import make_session, submit
from tests.builders.settled import settled_session
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
PROPOSAL = (
    b"# Problem\n\nTenants of our 2,400 flats wait 19 days for a heating repair because two "
    b"dispatchers sort 310 e-mails a week by hand.\n"
)


@pytest.fixture
def program(alice: User, client_of: Browse) -> Program:
    """Alice's."""
    return Program(client_of(alice))


def test_a_stage_that_is_not_ready_says_what_is_missing(program: Program, alice: User) -> None:
    session = make_session(alice)
    reply = program.post(at(session, "stages", 1, "advance"))
    assert reply.status_code == 422
    said = error_of(reply)
    assert said["code"] == "INCOMPLETE_WORKFLOW"
    assert "S1-01" in said["details"]["missing"]
    # What the check found is kept, also when the request carried a key.
    kept = program.post(at(session, "stages", 1, "advance"), Idempotency_Key="once")
    assert kept.status_code == 422
    listed = program.get(at(session, "findings?limit=100")).json()
    shown = {one["rule_id"] for one in listed["items"]}
    assert set(said["details"]["blockers"]) <= shown


def test_a_finished_stage_opens_the_next(program: Program, alice: User) -> None:
    session = settled_session(alice)
    reply = program.post(at(session, "stages", 1, "advance"))
    assert reply.status_code == 200
    body = reply.json()
    assert (body["stage"], body["current_stage"]) == (1, 2)
    assert body["deliverable"] == "problem_statement"
    again = program.post(at(session, "stages", 1, "advance"))
    assert again.json()["passed_at"] == body["passed_at"]
    assert Checkpoint.objects.count() == 1
    (first, *others) = program.get(at(session, "stages")).json()["items"]
    assert first["is_passed"] is True
    assert not any(one["is_passed"] for one in others)


@pytest.mark.parametrize("number", [0, 6, 99])
def test_there_are_five_stages(program: Program, alice: User, number: int) -> None:
    session = make_session(alice)
    for deed in ("advance", "execute"):
        assert program.post(at(session, "stages", number, deed)).status_code == 404


def test_stages_are_no_longer_executed(program: Program, alice: User, mallory: User) -> None:
    session = make_session(alice)
    reply = program.post(f"/api/sessions/{session.code}/stages/1/execute")
    assert reply.status_code == 410
    assert "attempts" in error_of(reply)["message"]


def test_consistency_is_checked_on_half_an_interview(program: Program, alice: User) -> None:
    session = settled_session(alice, stages=(1, 2))
    before = Finding.objects.count()
    body = program.get(at(session, "consistency")).json()
    assert body["is_consistent"] is (body["counts"]["BLOCKER"] == 0)
    assert len(body["findings"]) == sum(body["counts"].values())
    assert Finding.objects.count() == before


def test_a_finding_is_handled_with_a_reason(program: Program, alice: User) -> None:
    session = make_session(alice)
    finding = a_finding(session)
    where = at(session, "findings", finding.rule_id)
    assert program.post(where, {"action": "carry"}).status_code == 422
    assert program.post(where, {"action": "forget", "reason": "x"}).status_code == 422
    assert program.post(where, {"action": "carry", "reason": " \n"}).status_code == 422
    done = program.post(where, {"action": "carry", "reason": "The pilot will tell."})
    assert done.json()["state"] == "carried"
    assert program.get(where).json() == done.json()
    assert program.get(at(session, "findings?state=carried")).json()["total"] == 1
    assert program.get(at(session, "findings?state=open")).json()["total"] == 0
    assert program.post(at(session, "findings", "X-99"), {}).status_code == 404


def a_finding(session: InterviewSession, **fields: object) -> Finding:
    """A contradiction of substance."""
    given = {
        "rule_id": "X-01",
        "severity": "BLOCKER",
        "stage_a": 1,
        "stage_b": 2,
        "message": "Both cannot be.",
        "how_to_fix": "Change one.",
        "fingerprint": "f",
    }
    return Finding.objects.create(session=session, **{**given, **fields})


def test_what_must_be_fixed_is_not_argued_about(program: Program, alice: User) -> None:
    session = make_session(alice)
    a_finding(session, is_completeness=True)
    wish = {"action": "carry", "reason": "No time."}
    reply = program.post(at(session, "findings", "X-01"), wish)
    assert reply.status_code == 409


def test_reading_everything_costs_a_fixed_number_of_statements(
    program: Program, alice: User
) -> None:
    fresh, full = make_session(alice), settled_session(alice)
    for part in ("progress", "stages", "items", "deliverables", "findings", "transcript"):
        with statements() as few:
            program.get(at(fresh, part))
        with statements() as many:
            assert program.get(at(full, part)).status_code == 200
        assert len(few) == len(many) <= 11, part


def test_deliverables_are_made_and_told_apart(program: Program, alice: User) -> None:
    session = settled_session(alice)
    where = at(session, "deliverables", "problem_statement")
    assert program.get(where).status_code == 404
    made = program.post(where)
    assert made.status_code == 201
    assert made["Location"].endswith("problem_statement?version=1")
    assert program.get(made["Location"]).json() == made.json()
    assert program.get(f"{where}?version=2").status_code == 404
    assert program.get(f"{where}?version=first").status_code == 422
    assert program.get(at(session, "deliverables", "poem")).status_code == 404
    (first, *_) = program.get(at(session, "deliverables")).json()["items"]
    assert (first["version"], first["is_stale"]) == (1, False)


def test_the_conversation_and_the_ledger(program: Program, alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", "Too long a wait for repairs.", scored=False)
    lines = program.get(at(session, "transcript")).json()["lines"]
    said = [one for one in lines if one["kind"] == "attempt"]
    assert [one["value"] for one in said] == ["Too long a wait for repairs."]
    ledger = program.get(at(session, "model-exposure")).json()
    assert (ledger["items"], ledger["total"]) == ([], 0)
    checks = program.get(at(session, "contradictions")).json()
    assert checks == {"is_model_asked": False, "checks": []}
    assert program.post(at(session, "contradictions")).json()["asked"] == 0


def send_file(
    program: Program, session: InterviewSession, content: bytes, **headers: str
) -> object:
    file = SimpleUploadedFile("proposal.md", content)
    where = f"/api/v1{at(session, 'proposals')}"
    return program.client.post(where, {"file": file}, headers=headers)


def test_a_proposal_is_read_and_its_passages_are_handled(
    program: Program, alice: User, work: Callable[[], int]
) -> None:
    session = make_session(alice)
    reply = send_file(program, session, PROPOSAL)
    assert (reply.status_code, reply.json()["status"]) == (202, "waiting")
    assert send_file(program, session, PROPOSAL).status_code == 409
    row = session.proposals.get()
    row.status, row.content = "ready", None
    row.save()
    found = Candidate.objects.create(
        proposal=row, question_key="S1-01", position=1, passage="Tenants wait 19 days."
    )
    (shown,) = program.get(at(session, "proposals")).json()["candidates"]
    assert shown["passage"] == "Tenants wait 19 days."
    where = at(session, "candidates", found.code)
    assert program.post(where, {"action": "frame it"}).status_code == 422
    assert program.post(where, {"action": "accept"}).json()["state"] == "accepted"
    assert "19 days" in Draft.objects.get().value
    assert program.post(where, {"action": "dismiss"}).status_code == 409


def test_a_file_that_cannot_be_read_is_refused(program: Program, alice: User) -> None:
    session = make_session(alice)
    assert send_file(program, session, b"").status_code == 422
    where = f"/api/v1{at(session, 'proposals')}"
    assert program.client.post(where, {"note": "x"}).status_code == 422
    assert program.post(at(session, "proposals"), {"file": "x"}).status_code == 415
    assert not session.proposals.exists()


def test_the_same_upload_twice_is_one_file(program: Program, alice: User) -> None:
    session = make_session(alice)
    first = send_file(program, session, PROPOSAL, **{"Idempotency-Key": "k"})
    again = send_file(program, session, PROPOSAL, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (202, 202)
    assert again["Idempotency-Replayed"] == "true"
    assert session.proposals.count() == 1
    other = send_file(program, session, PROPOSAL + b"!", **{"Idempotency-Key": "k"})
    assert other.status_code == 422


def test_progress_has_another_id_only_when_something_changed(program: Program, alice: User) -> None:
    session = make_session(alice)
    first = program.get(at(session, "progress")).json()
    assert program.get(at(session, "progress")).json() == first
    events = program.get(at(session, "events")).json()
    assert events["last_event_id"] == first["id"]
    assert events["events"][0]["data"] == first
    assert program.get(at(session, f"events?since={first['id']}")).json()["events"] == []
    submit(session, "S1-01", "Too long a wait for repairs.", scored=False)
    later = program.get(at(session, f"events?since={first['id']}")).json()
    assert later["events"][0]["data"]["items"]["S1-01"]["state"] == "scoring"


def test_strangers_find_nothing_and_reviewers_only_read(
    alice: User, rita: User, mallory: User, client_of: Browse
) -> None:
    session = settled_session(alice)
    finding = a_finding(session)
    sessions.release_session(session=session, by=alice)
    reader, stranger = Program(client_of(rita)), Program(client_of(mallory))
    reads = [
        "progress",
        "events",
        "stages",
        "findings",
        "consistency",
        "contradictions",
        "deliverables",
    ]
    for part in [*reads, "transcript", "model-exposure", f"findings/{finding.rule_id}"]:
        assert reader.get(at(session, part)).status_code == 200, part
        assert stranger.get(at(session, part)).status_code == 404, part
    assert stranger.get(at(session, "stream")).status_code == 404
    deeds = [
        ("stages/1/advance", {}),
        (f"findings/{finding.rule_id}", {"action": "carry", "reason": "x"}),
        ("contradictions", {}),
        ("deliverables/problem_statement", {}),
        ("proposals", {}),
    ]
    for part, body in deeds:
        assert stranger.post(at(session, part), body).status_code in (404, 415), part
        assert reader.post(at(session, part), body).status_code in (403, 415), part
    assert reader.get(at(session, "proposals")).status_code == 403
    assert send_file(reader, session, PROPOSAL).status_code == 403
    assert send_file(stranger, session, PROPOSAL).status_code == 404
