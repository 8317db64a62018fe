"""Check your answers: every item of a stage, and finishing the stage."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from interviews.fields.readable import read_out
from interviews.policies import may_answer
from interviews.protocol import catalogue
from interviews.refusals import SessionNotOpen, StageNotReady
from interviews.services import stages
from interviews.services.reading import Reading, read, rules_config
from interviews.views import contradictions, door, wayfinding


@require_http_methods(["GET", "HEAD", "POST"])
def stage_review(request: HttpRequest, code: uuid.UUID, number: int) -> HttpResponse:
    """Shows the stage's answers; a POST finishes the stage."""
    if number not in {stage.number for stage in catalogue.default_protocol().stages}:
        raise Http404("There is no such stage.")
    if request.method != "POST":
        session = door.session_to_read(request, code)
        return _show(request, read(session), number)
    session = door.session_to_change(request, code)
    reading = read(session)
    try:
        stages.close_stage(reading=reading, stage_number=number, by=request.user)
    except StageNotReady:
        # The check wrote its findings down; the page reads them and says what is missing.
        return _show(request, reading, number, was_refused=True)
    except SessionNotOpen as refusal:
        return door.refuse(request, session, refusal)
    stage = reading.protocol.stage(number)
    messages.success(request, f"Stage {number}, {stage.name}, is finished.")
    return redirect("interviews:session-detail", code)


def _show(
    request: HttpRequest, reading: Reading, number: int, *, was_refused: bool = False
) -> HttpResponse:
    session = reading.session
    found = list(session.findings.standing())
    outcome = stages.look_at_gate(number, reading=reading, found=found)
    blockers = [one for one in found if one.rule_id in outcome.blockers]
    context = {
        "session": session,
        "stage": reading.protocol.stage(number),
        "stages": wayfinding.stages(reading, number),
        "groups": _groups(reading, number),
        "rechecks": wayfinding.to_check_again(reading, number),
        "outcome": outcome,
        "missing": [_item(reading, key) for key in outcome.missing],
        "must_fix": [one for one in blockers if one.is_completeness],
        "may_carry": [one for one in blockers if not one.is_completeness],
        "advice": [one for one in found if one.gate == number and one.severity != "BLOCKER"],
        "unknown_percent": round(outcome.unknown_share * 100),
        "unknown_limit_percent": f"{rules_config().unknown_limit * 100:g}",
        "was_refused": was_refused,
        "may_write": may_answer(request.user, session) and session.is_open,
        **contradictions.panel(session, reading=reading, stage_number=number),
        "is_passed": session.checkpoints.filter(stage_number=number).exists(),
    }
    return render(
        request, "interviews/stage_review.html", context, status=422 if was_refused else 200
    )


def _item(reading: Reading, key: str) -> wayfinding.Item:
    return wayfinding.Item(reading.protocol.question(key), reading.by_key[key], reading.session)


def _groups(reading: Reading, number: int) -> list[dict[str, Any]]:
    """The stage's items under the headings of their groups."""
    shown = {one.question.key: one for one in wayfinding.items(reading, number)}
    return [
        {
            "title": group.title,
            "items": [
                {"item": item, "shown": read_out(one, item.answer.value)}
                for one in group.questions
                if (item := shown.get(one.key)) is not None
            ],
        }
        for group in reading.protocol.stage(number).groups
    ]
