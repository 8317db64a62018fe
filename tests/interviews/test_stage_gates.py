"""Closing a stage, what stands in its way, and what it leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEvent, User
from interviews.answerset import AnswerState
from interviews.models import (
    Answer,
    Checkpoint,
    ConversationEntry,
    Finding,
    InterviewSession,
    ProblemStatement,
)
from interviews.refusals import NotYours, SessionNotOpen, SessionReleased, StageNotReady
from interviews.services import deliverables, findings, sessions, stages
from interviews.services.reading import read
from tests.builders.answers import AS_OF, consistent_values
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit

pytestmark = pytest.mark.django_db

State = Finding.State
NEW_PROBLEM = GOOD_PROBLEM.replace("19 days", "23 days")


@pytest.fixture
def session(alice: User) -> InterviewSession:
    """Alice's session with every answer of stage 1, free of contradictions."""
    made = sessions.start_session(project_name="Tool library", by=alice, as_of_date=AS_OF)
    for key, value in consistent_values().items():
        if key.startswith("S1-"):
            submit(made, key, value, scored=False)
    Answer.objects.filter(session=made, stage_number=1).update(state=AnswerState.ACCEPTED)
    return made


def close(session: InterviewSession, stage_number: int = 1) -> Checkpoint:
    return stages.close_stage(reading=read(session), stage_number=stage_number, by=session.owner)


def finding(session: InterviewSession, **fields: object) -> Finding:
    """A row as a rule would leave it."""
    return Finding.objects.create(
        session=session,
        rule_id="X-99",
        severity="MAJOR",
        stage_a=1,
        stage_b=2,
        message="These two do not fit.",
        how_to_fix="Change one of them.",
        fingerprint="0" * 64,
        **fields,
    )


def spoil(session: InterviewSession) -> Finding:
    """An answer with which a rule of stage 1 speaks; returns its finding."""
    before = set(session.findings.values_list("rule_id", flat=True))
    rows = [
        {**row, "available_at_prediction": "no", "essential": True}
        for row in read(session).values["S1-07"]
    ]
    submit(session, "S1-07", rows, scored=False)
    new = session.findings.exclude(rule_id__in=before).filter(state=State.OPEN)
    assert new, "no rule speaks about these inputs"
    return new.exclude(is_completeness=True).first()


def test_a_passed_gate_leaves_a_snapshot_and_a_deliverable(session: InterviewSession) -> None:
    checkpoint = close(session)
    kept = checkpoint.snapshot["answers"]["S1-01"]
    assert kept["value"] == consistent_values()["S1-01"]
    assert kept["state"] == "accepted"
    assert ProblemStatement.objects.get(session=session).version == 1
    session.refresh_from_db()
    assert session.current_stage == 2
    assert AuditEvent.objects.filter(type="stage.closed").count() == 1


def test_a_stage_that_is_not_ready_says_what_is_missing(alice: User) -> None:
    empty = make_session(alice)
    submit(empty, "S1-01", GOOD_PROBLEM)
    with pytest.raises(StageNotReady) as refusal:
        close(empty)
    missing = refusal.value.outcome.missing
    assert "S1-02" in missing
    assert "S1-01" not in missing
    assert not Checkpoint.objects.exists()
    assert not ProblemStatement.objects.exists()


def test_a_refused_gate_keeps_the_findings_of_the_check(alice: User) -> None:
    empty = make_session(alice)
    with pytest.raises(StageNotReady):
        close(empty)
    assert empty.findings.filter(is_completeness=True, state=State.OPEN).exists()


def test_a_paused_interview_closes_no_stage(session: InterviewSession) -> None:
    sessions.pause_session(session=session, by=session.owner)
    session.refresh_from_db()
    with pytest.raises(SessionNotOpen):
        close(session)


def test_a_deliverable_is_stale_when_a_source_changes(session: InterviewSession) -> None:
    close(session)
    kept = deliverables.latest(session)["problem_statement"]
    assert not kept.is_stale(read(session).versions)
    submit(session, "S1-01", NEW_PROBLEM)
    assert kept.is_stale(read(session).versions)


def test_an_answer_that_does_not_feed_it_leaves_a_deliverable_fresh(
    session: InterviewSession,
) -> None:
    close(session)
    submit(session, "S4-02", consistent_values()["S4-02"], scored=False)
    kept = deliverables.latest(session)["problem_statement"]
    assert not kept.is_stale(read(session).versions)


def test_closing_again_stores_the_next_version_beside_the_first(
    session: InterviewSession,
) -> None:
    close(session)
    submit(session, "S1-01", NEW_PROBLEM)
    close(session)
    versions = ProblemStatement.objects.filter(session=session).values_list("version", flat=True)
    assert sorted(versions) == [1, 2]
    assert deliverables.latest(session)["problem_statement"].version == 2


def test_a_gate_that_was_passed_may_no_longer_be(session: InterviewSession) -> None:
    close(session)
    submit(session, "S1-01", VAGUE_PROBLEM)
    reading = read(session)
    found = findings.look(reading=reading, stages_to_check=(1,))
    first = stages.standings(reading=reading, found=found)[0]
    assert first.was_passed
    assert not first.is_passed


# --- Findings --------------------------------------------------------------------------------


def test_a_finding_falls_silent_when_the_answer_is_fixed(session: InterviewSession) -> None:
    spoiled = spoil(session)
    submit(session, "S1-07", consistent_values()["S1-07"], scored=False)
    spoiled.refresh_from_db()
    assert spoiled.state == State.FIXED


@pytest.mark.parametrize("action", ["carry", "dispute", "answer"])
def test_a_finding_is_handled_with_a_reason(session: InterviewSession, action: str) -> None:
    spoiled = spoil(session)
    how = {"finding": spoiled, "action": action, "by": session.owner}
    handled = findings.handle_finding(reason="The register is filled at night.", **how)
    assert handled.state == findings.ACTIONS[action]
    assert handled.handled_by == session.owner
    findings.sync_findings(reading=read(session))
    spoiled.refresh_from_db()
    assert spoiled.state == findings.ACTIONS[action]


def test_a_carried_finding_opens_again_when_its_answer_changes(session: InterviewSession) -> None:
    spoiled = spoil(session)
    how = {"reason": "Known.", "by": session.owner}
    findings.handle_finding(finding=spoiled, action="carry", **how)
    rows = [{**row, "access_latency_ms": 400} for row in read(session).values["S1-07"]]
    submit(session, "S1-07", rows, scored=False)
    spoiled.refresh_from_db()
    assert spoiled.state == State.OPEN
    assert (spoiled.reason, spoiled.handled_by) == ("", None)


def test_a_finding_is_not_handled_without_a_reason(session: InterviewSession) -> None:
    made = finding(session)
    for reason in ("", "   "):
        with pytest.raises(NotYours):
            findings.handle_finding(finding=made, action="carry", reason=reason, by=session.owner)


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        ({"is_completeness": True}, "carry"),
        ({"is_completeness": True}, "dispute"),
        ({"state": State.FIXED}, "carry"),
        ({"state": State.WAIVED, "reason": "by the committee"}, "carry"),
        ({}, "waive"),
    ],
)
def test_some_findings_are_not_for_the_requester_to_wave_away(
    session: InterviewSession, fields: dict[str, object], action: str
) -> None:
    made = finding(session, **fields)
    with pytest.raises(NotYours):
        findings.handle_finding(finding=made, action=action, reason="Please.", by=session.owner)


def test_looking_at_findings_writes_nothing(session: InterviewSession) -> None:
    before = session.findings.count()
    findings.look(reading=read(session), stages_to_check=(1, 2, 3, 4, 5))
    assert session.findings.count() == before


def test_a_finding_that_another_tab_found_first_is_one_row(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between this run's reading and its writing, another run writes the same findings."""
    session, compare = make_session(alice), findings._compare
    how = {"reading": read(session), "stages_to_check": (1,)}

    def compare_slowly(*args: Any) -> Any:
        compared = compare(*args)
        monkeypatch.setattr(findings, "_compare", compare)
        findings.sync_findings(**how)
        return compared

    monkeypatch.setattr(findings, "_compare", compare_slowly)
    rows = findings.sync_findings(**how)
    assert session.findings.count() == len(rows) > 0
    assert {row.pk for row in rows} == set(session.findings.values_list("pk", flat=True))


# --- The whole conversation, and its end --------------------------------------------------------


def test_the_conversation_can_be_read_in_order(alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM)
    submit(session, "S1-01", GOOD_PROBLEM)
    lines = list(ConversationEntry.objects.filter(session=session, question_key="S1-01"))
    assert [(one.kind, one.attempt_number) for one in lines] == [
        ("question", 0),
        ("attempt", 1),
        ("assessment", 1),
        ("follow_up", 1),
        ("attempt", 2),
        ("assessment", 2),
    ]
    assert lines[0].text == session.answers.get(question_key="S1-01").question_text
    assert (lines[1].value, lines[4].value) == (VAGUE_PROBLEM, GOOD_PROBLEM)
    assert lines[2].score < lines[5].score
    assert "What exactly goes wrong?" in lines[3].text


def test_the_conversation_of_one_session_is_not_that_of_another(alice: User, bob: User) -> None:
    mine, his = make_session(alice), make_session(bob)
    submit(his, "S1-01", VAGUE_PROBLEM)
    kinds = ConversationEntry.objects.filter(session=mine).values_list("kind", flat=True)
    assert set(kinds) == {"question"}


def test_a_session_is_deleted_with_all_that_hangs_on_it(session: InterviewSession) -> None:
    close(session)
    spoil(session)
    submit(session, "S1-01", VAGUE_PROBLEM)
    code, owner = session.code, session.owner
    sessions.delete_session(session=session, by=owner)
    assert not InterviewSession.objects.filter(code=code).exists()
    assert not Answer.objects.exists()
    assert not ProblemStatement.objects.exists()
    last = AuditEvent.objects.first()
    assert (last.type, last.subject) == ("session.deleted", f"session {code}")


def test_a_released_session_is_not_deleted(session: InterviewSession) -> None:
    sessions.release_session(session=session, by=session.owner)
    with pytest.raises(SessionReleased):
        sessions.delete_session(session=session, by=session.owner)
    assert InterviewSession.objects.filter(pk=session.pk).exists()


def test_a_release_that_somebody_else_made_meanwhile_counts(session: InterviewSession) -> None:
    stale = InterviewSession.objects.get(pk=session.pk)
    sessions.release_session(session=session, by=session.owner)
    with pytest.raises(SessionReleased):
        sessions.delete_session(session=stale, by=session.owner)


def test_of_two_who_pause_at_once_one_is_refused(session: InterviewSession) -> None:
    other = InterviewSession.objects.get(pk=session.pk)
    sessions.pause_session(session=session, by=session.owner)
    with pytest.raises(SessionNotOpen):
        sessions.pause_session(session=other, by=session.owner)
