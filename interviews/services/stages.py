"""The stage gate: shows what stands in the way, and closes a stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from interviews import metrics
from interviews.consistency.confidence import confidence
from interviews.consistency.gates import gate
from interviews.consistency.types import GateOutcome
from interviews.models import Checkpoint, Finding, InterviewSession
from interviews.protocol.types import Stage
from interviews.refusals import SessionNotOpen, StageNotReady
from interviews.services import contradictions, deliverables, findings
from interviews.services.reading import Reading, rules_config
from interviews.services.sessions import stand_in_line, subject


def look_at_gate(stage_number: int, *, reading: Reading, found: Sequence[Finding]) -> GateOutcome:
    """What the gate of a stage says about the answers and findings as they are; writes nothing."""
    return gate(
        stage_number,
        reading.answer_set,
        [findings.view_of(one) for one in found],
        protocol=reading.protocol,
        config=rules_config(),
    )


def close_stage(*, reading: Reading, stage_number: int, by: User) -> Checkpoint:
    """Checks the gate, and when it passes stores the deliverable and a snapshot.

    Raises SessionNotOpen, or StageNotReady with everything that is missing. The findings of
    the check are kept either way, so that the person sees them.
    """
    if not reading.session.is_open:
        raise SessionNotOpen
    with transaction.atomic():
        found = findings.sync_findings(reading=reading, stages_to_check=(stage_number,))
    outcome = look_at_gate(stage_number, reading=reading, found=found)
    if not outcome.passed:
        _count_refusal(stage_number, outcome)
        raise StageNotReady(outcome)
    return _pass_gate(reading, stage_number, found, by)


def _count_refusal(stage_number: int, outcome: GateOutcome) -> None:
    """By what stands in the way first: answers, too many unknowns, contradictions."""
    if outcome.missing:
        reason = metrics.UNSETTLED
    elif outcome.too_many_unknown:
        reason = metrics.TOO_MANY_UNKNOWN
    else:
        reason = metrics.BLOCKERS
    metrics.stage_refused(stage_number, reason)


@transaction.atomic
def _pass_gate(
    reading: Reading, stage_number: int, found: Sequence[Finding], by: User
) -> Checkpoint:
    stand_in_line(reading.session)
    taken = snapshot(reading, found)
    last = reading.session.checkpoints.filter(stage_number=stage_number).order_by("-pk").first()
    if last is not None and last.snapshot == taken:
        # A second click: the stage is closed, and nothing has changed since.
        return last
    deliverables.produce_deliverable(reading=reading, stage_number=stage_number, by=by)
    checkpoint = Checkpoint.objects.create(
        session=reading.session,
        stage_number=stage_number,
        snapshot=taken,
        passed_by=by,
    )
    InterviewSession.objects.filter(pk=reading.session.pk).update(
        current_stage=max(reading.session.current_stage, min(stage_number + 1, 5))
    )
    contradictions.request_checks(reading)
    if last is None:
        _count_passing(reading.session, checkpoint)
    audit.record(
        type="stage.closed",
        actor=by,
        subject=f"{subject(reading.session)} stage {stage_number}",
    )
    return checkpoint


def _count_passing(session: InterviewSession, passed: Checkpoint) -> None:
    """How long the stage took: since the gate before it, or since the interview began."""
    before = session.checkpoints.filter(pk__lt=passed.pk).order_by("-pk").first()
    since = before.passed_at if before else session.started_at
    seconds = (passed.passed_at - since).total_seconds()
    transaction.on_commit(lambda: metrics.stage_passed(passed.stage_number, seconds))


def snapshot(reading: Reading, found: Sequence[Finding]) -> dict[str, object]:
    """Everything as it was when the gate was passed."""
    return {
        "protocol": reading.session.protocol_version,
        "answers": {
            answer.question_key: {
                "state": answer.state,
                "version": answer.version,
                "value": answer.value,
                "score": str(answer.current_assessment.score)
                if answer.current_assessment
                else None,
            }
            for answer in reading.answers
        },
        "findings": {one.rule_id: {"state": one.state, "message": one.message} for one in found},
    }


@dataclass(frozen=True)
class StageStanding:
    """How far a stage is, for pages."""

    stage: Stage
    outcome: GateOutcome
    was_passed: bool
    shown_count: int
    settled_count: int
    confidence: float | None

    @property
    def is_passed(self) -> bool:
        """Passed once, and still right now."""
        return self.was_passed and self.outcome.passed


def standings(*, reading: Reading, found: Sequence[Finding]) -> list[StageStanding]:
    """All five stages; two statements at most, whatever the number of answers."""
    passed = set(reading.session.checkpoints.values_list("stage_number", flat=True))
    views = reading.answer_set
    result = []
    for stage in reading.protocol.stages:
        keys = [one.key for one in reading.visible if one.stage_number == stage.number]
        result.append(
            StageStanding(
                stage=stage,
                outcome=look_at_gate(stage.number, reading=reading, found=found),
                was_passed=stage.number in passed,
                shown_count=len(keys),
                settled_count=sum(views[key].is_settled for key in keys),
                confidence=confidence(stage.number, views, protocol=reading.protocol),
            )
        )
    return result
