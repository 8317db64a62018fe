"""Says how far an interview is, and lists interviews."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from charters.models import Revision
from interviews.answerset import AnswerState
from interviews.models import InterviewSession
from interviews.services import stages
from interviews.services.reading import Reading, read
from uaip_project.operations.terminal.screen import Screen
from uaip_project.operations.terminal.whose import short_code

NAME_WIDTH = 27


def show(session: InterviewSession, screen: Screen) -> None:
    """Status, stages, what waits, findings, and the newest charter with its decision."""
    reading = read(session)
    # Completeness of stages that nobody has finished yet is no finding to show.
    found = list(session.findings.all())
    screen.say(f"{session.project_name} ({short_code(session)}): {session.get_status_display()}")
    for one in stages.standings(reading=reading, found=found):
        state = "closed" if one.is_passed else "open"
        sure = "" if one.confidence is None else f", confidence {one.confidence:.2f}"
        screen.say(
            f"{one.stage.number}  {one.stage.name:<22}{one.settled_count:>3} of "
            f"{one.shown_count:<3}answered, {state}{sure}",
            indent=2,
        )
    for state, words in WAITING.items():
        _waiting(reading, state, words, screen)
    standing = [one for one in found if one.is_standing]
    if standing:
        counts = [
            f"{sum(one.severity == name for one in standing)} {name}"
            for name in ("BLOCKER", "MAJOR", "MINOR")
        ]
        screen.say(f"Findings: {', '.join(counts)}", indent=2)
    _charter(session, screen)


WAITING = {
    AnswerState.NEEDS_WORK: "Need more detail",
    AnswerState.ESCALATED: "With a person",
    AnswerState.UNKNOWN: "Not known yet",
    AnswerState.SCORING: "Being scored",
}


def _waiting(reading: Reading, state: AnswerState, words: str, screen: Screen) -> None:
    keys = [one.question_key for one in reading.answers if one.state == state]
    if keys:
        screen.say(f"{words}: {', '.join(keys)}", indent=2)


def _charter(session: InterviewSession, screen: Screen) -> None:
    newest = (
        Revision.objects.filter(charter__session=session)
        .select_related("decision")
        .defer("content")
        .order_by("-number")
        .first()
    )
    if newest is None:
        screen.say("No charter has been issued yet.", indent=2)
        return
    decision = getattr(newest, "decision", None)
    said = decision.get_value_display() if decision else "no decision"
    screen.say(f"Charter revision {newest.number} of {newest.as_of_date}: {said}", indent=2)


def show_rows(rows: Sequence[InterviewSession], screen: Screen) -> None:
    """A table of interviews, the latest first."""
    if not rows:
        screen.say("No interview was found. Begin one with `uaip start --project-name NAME`.")
        return
    screen.say(f"{'code':<10}{'status':<13}{'answered':<10}{'changed':<18}project")
    for one in rows:
        done = f"{one.settled_count}/{one.shown_count}"
        screen.say(
            f"{short_code(one):<10}{one.status:<13}{done:<10}"
            f"{one.last_updated_at:%Y-%m-%d %H:%M}  {_short(one.project_name)}"
        )


def _short(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"


def rows_as_json(rows: Sequence[InterviewSession]) -> str:
    """The same for machines."""
    return json.dumps([_row(one) for one in rows], indent=2, ensure_ascii=False)


def _row(one: InterviewSession) -> dict[str, Any]:
    return {
        "code": str(one.code),
        "project_name": one.project_name,
        "status": one.status,
        "current_stage": one.current_stage,
        "answered": one.settled_count,
        "questions": one.shown_count,
        "needs_detail": one.waiting_count,
        "started_at": one.started_at.isoformat(),
        "last_updated_at": one.last_updated_at.isoformat(),
    }
