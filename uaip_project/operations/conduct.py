"""Conducts a whole interview from a run file, through the same services that pages use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.services import jobs
from charters.content import CharterContent
from charters.models import Charter
from charters.refusals import CharterNotReady
from charters.rendering import markdown
from charters.services import revisions
from governance.annexes import annex_of
from governance.models import Decision
from governance.services import decisions
from interviews.answerset import AnswerState
from interviews.consistency.types import GateOutcome
from interviews.models import Answer, Finding, InterviewSession
from interviews.protocol.types import Question
from interviews.refusals import NotYours, StageNotReady
from interviews.services import attempts, escalations, findings, sessions, stages
from interviews.services.reading import protocol_of, read
from uaip_project.operations.runfile import UNSUPPLIED_OWNER, RunFile, UnknownEntry

SCHEMA = "uaip-charter/1"
NOT_ADDRESSED = "not addressed in the file"
STILL_FIRES = "The file says that this was fixed, but the rule still fires."


@dataclass(frozen=True)
class Conducted:
    """A finished run: its session, and the decision when there is one."""

    session: InterviewSession
    decision: Decision | None
    #: What kept the gates of stages from passing, by stage number.
    blocked: dict[int, GateOutcome] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 with a decision, 1 when completeness or the unknown limit stands in the way."""
        return 0 if self.decision else 1


def conduct(
    run: RunFile,
    *,
    by: User,
    source_note: str = "",
    charter_code: UUID | None = None,
    is_kept_from_model: bool = False,
) -> Conducted:
    """Starts a session, answers it from the file, closes its stages, issues and decides.

    The charter's code is part of what is hashed: a run that must give the same hash each time
    brings its own.
    """
    with jobs.in_this_process():
        session = sessions.start_session(
            project_name=run.project_name,
            by=by,
            as_of_date=run.as_of,
            provenance=run.provenance,
            source_note=source_note,
            is_kept_from_model=is_kept_from_model,
        )
        for question in protocol_of(session).questions:
            _answer(session, question, run, by)
        blocked = _close_stages(session, run, by)
        decision = None
        if not blocked:
            if charter_code is not None:
                Charter.objects.create(session=session, code=charter_code)
            decision, blocked = _submit(session, by)
    session.refresh_from_db()
    return Conducted(session, decision, blocked)


def _submit(session: InterviewSession, by: User) -> tuple[Decision | None, dict[int, GateOutcome]]:
    try:
        return decisions.submit_charter(reading=read(session), by=by), {}
    except CharterNotReady as refusal:
        return None, refusal.stages
    except decisions.FactsIncomplete:
        # Governance fails closed: without every principle rated there is no decision.
        return None, {}


def answer_from_file(
    session: InterviewSession, run: RunFile, *, by: User, keys: tuple[str, ...]
) -> None:
    """Answers some questions from the file; how a half-way demonstration is made."""
    with jobs.in_this_process():
        for question in protocol_of(session).questions:
            if question.key in keys:
                _answer(session, question, run, by)


def _answer(session: InterviewSession, question: Question, run: RunFile, by: User) -> None:
    """One question: attempt after attempt until accepted, or unknown."""
    given = run.attempts.get(question.key, ())
    for value in given:
        reading = read(session)
        answer = reading.by_key[question.key]
        if answer.state in (AnswerState.ACCEPTED, AnswerState.ESCALATED):
            return
        if answer.state == AnswerState.SKIPPED_BY_CONDITION:
            return
        attempts.submit_attempt(
            reading=reading,
            question_key=question.key,
            value=value,
            by=by,
            answer_version=answer.version,
            confirming=True,
        )
    if given:
        _let_escalate(session, question, by)
    elif question.unknown_allowed:
        _leave_unknown(session, question, run.unknowns.get(question.key), by)


def _let_escalate(session: InterviewSession, question: Question, by: User) -> None:
    """No further attempt in the file: the best one goes to a person (contract 3)."""
    reading = read(session)
    if reading.by_key[question.key].state == AnswerState.NEEDS_WORK:
        escalations.stop_trying(reading=reading, question_key=question.key, by=by)


def _leave_unknown(
    session: InterviewSession, question: Question, entry: UnknownEntry | None, by: User
) -> None:
    reading = read(session)
    answer = reading.by_key[question.key]
    if answer.state == AnswerState.SKIPPED_BY_CONDITION:
        return
    entry = entry or UnknownEntry(UNSUPPLIED_OWNER)
    attempts.mark_unknown(
        reading=reading,
        question_key=question.key,
        owner=entry.owner,
        due_date=entry.due_date,
        note=entry.note,
        by=by,
        answer_version=answer.version,
    )


def _close_stages(session: InterviewSession, run: RunFile, by: User) -> dict[int, GateOutcome]:
    """Closes what can be closed; the outcome of every gate that did not pass."""
    blocked = {}
    for stage in protocol_of(session).stages:
        try:
            _close(session, stage.number, run, by)
        except StageNotReady as refusal:
            blocked[stage.number] = refusal.outcome
    return blocked


def _close(session: InterviewSession, stage_number: int, run: RunFile, by: User) -> None:
    reading = read(session)
    found = findings.sync_findings(reading=reading, stages_to_check=(stage_number,))
    for finding in found:
        if finding.state == Finding.State.OPEN and finding.gate == stage_number:
            _handle(finding, run, by)
    stages.close_stage(reading=read(session), stage_number=stage_number, by=by)


def why_not(conducted: Conducted) -> Iterator[str]:
    """One sentence for each stage that kept the charter from being issued."""
    for number, outcome in conducted.blocked.items():
        reasons = []
        if outcome.missing:
            reasons.append(f"not answered: {', '.join(outcome.missing)}")
        if outcome.too_many_unknown:
            reasons.append(f"{outcome.unknown_share:.0%} of its questions are not known yet")
        if outcome.blockers:
            reasons.append(f"to be fixed: {', '.join(outcome.blockers)}")
        yield f"stage {number} cannot be closed: {'; '.join(reasons)}."
    if not conducted.blocked and conducted.decision is None:
        yield "nothing can be decided: the risk of a principle is not rated (S5-10)."


def _handle(finding: Finding, run: RunFile, by: User) -> None:
    action, reason = run.findings.get(finding.rule_id, ("", ""))
    if action == "fix":
        action, reason = "carry", reason or STILL_FIRES
    if not action and finding.severity == Finding.Severity.BLOCKER:
        action, reason = "carry", NOT_ADDRESSED
    if not action:
        return
    try:
        findings.handle_finding(finding=finding, action=action, reason=reason, by=by)
    except NotYours:
        # A completeness BLOCKER can only be fixed; the gate says so.
        return


def as_json(conducted: Conducted) -> dict[str, Any]:
    """The output of contract 3: the charter with its decision, or what stands in its way."""
    reading = read(conducted.session)
    rows = list(conducted.session.findings.exclude(state=Finding.State.FIXED).order_by("id"))
    decision = conducted.decision
    if decision:
        content = decision.revision.content
        head: dict[str, Any] = {
            "schema": SCHEMA,
            "content": content,
            "content_hash": decision.content_hash,
            "governance": decision.outcome,
        }
    else:
        content = revisions.draft_charter(reading, rows).content
        head = {
            "schema": SCHEMA,
            "content": None,
            "content_hash": None,
            "governance": None,
            "decision": None,
        }
    return head | {
        "feasibility": content["overall_feasibility"],
        "data_quality": {"overall_score": content["data_quality_score"]},
        "confidence": content["confidence"],
        "findings": [_finding_json(row) for row in rows],
        "answers": {answer.question_key: _answer_json(answer) for answer in reading.answers},
    }


def _finding_json(row: Finding) -> dict[str, Any]:
    return {
        "rule_id": row.rule_id,
        "severity": row.severity,
        "state": row.state,
        "answer_ids": row.answer_ids,
        "message": row.message,
    }


def _answer_json(answer: Answer) -> dict[str, Any]:
    assessment = answer.current_assessment
    return {
        "state": answer.state,
        "score": float(assessment.score) if assessment else None,
        "attempts": answer.attempt_count,
        "value": answer.value,
    }


def as_text(conducted: Conducted, *, file_format: str) -> str:
    """The output in the format asked for; without a decision it is always JSON."""
    if file_format == "markdown" and conducted.decision:
        decision = conducted.decision
        return markdown.render(
            CharterContent.model_validate(decision.revision.content),
            content_hash=decision.content_hash,
            governance=decision.outcome,
            annex=annex_of(decision.revision),
        )
    return json.dumps(as_json(conducted), indent=2, ensure_ascii=False) + "\n"
