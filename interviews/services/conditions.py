"""Lets conditional questions appear and disappear without losing what was answered."""

from __future__ import annotations

from typing import Any

from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment
from interviews.refusals import AnswerChanged
from interviews.services.reading import Reading


def state_from_rows(answer: Answer) -> AnswerState:
    """The state that an answer's rows speak of, once its question applies again.

    An assessment counts for its own attempt only, whatever a pointer says.
    """
    if answer.unknown_owner:
        return AnswerState.UNKNOWN
    if answer.current_attempt_id is None:
        return AnswerState.DRAFT
    assessment = answer.current_assessment
    if assessment is not None and assessment.is_accepted:
        return AnswerState.ACCEPTED
    if answer.escalations.filter(round=answer.round).exists():
        return AnswerState.ESCALATED
    return AnswerState.NEEDS_WORK if assessment is not None else AnswerState.SCORING


def sync_conditions(*, reading: Reading) -> Reading:
    """Hides answers whose question no longer applies and brings back those that do again.

    Writes only what changes; returns a reading in which every state is right. A hidden answer
    may hide the next one, so it looks again until nothing changes.
    """
    for _ in reading.answers:
        if not _sync_once(reading):
            break
        reading = Reading(reading.session, reading.answers)
    return reading


def _sync_once(reading: Reading) -> bool:
    shown = {question.key for question in reading.visible}
    has_changed = False
    for answer in reading.answers:
        is_hidden = answer.state == AnswerState.SKIPPED_BY_CONDITION
        if (answer.question_key in shown) != is_hidden:
            continue
        if is_hidden:
            _show(answer)
        else:
            _write(answer, {"state": AnswerState.SKIPPED_BY_CONDITION})
        has_changed = True
    return has_changed


def _show(answer: Answer) -> None:
    """What was said about the attempt meanwhile counts, else it would wait for ever."""
    answer.current_assessment = _judged_meanwhile(answer)
    changes = {
        "state": state_from_rows(answer),
        "current_assessment": answer.current_assessment,
    }
    _write(answer, changes)


def _write(answer: Answer, changes: dict[str, Any]) -> None:
    """Conditional on the version read: raises AnswerChanged when somebody was faster."""
    fresh = Answer.objects.filter(pk=answer.pk, version=answer.version)
    if not fresh.update(version=answer.version + 1, **changes):
        raise AnswerChanged(Answer.objects.with_current().get(pk=answer.pk))
    answer.version += 1
    for name, new in changes.items():
        setattr(answer, name, new)


def _judged_meanwhile(answer: Answer) -> Assessment | None:
    """What was said about an attempt while its question was hidden; else it would wait for ever."""
    if answer.current_attempt_id is None:
        return None
    return Assessment.objects.filter(attempt=answer.current_attempt_id).best_word_first().first()
