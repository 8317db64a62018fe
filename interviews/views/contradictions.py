"""How far a model is with contradictions in meaning, and the button that asks it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from interviews.models import InterviewSession
from interviews.refusals import SessionNotOpen
from interviews.services import contradictions, privacy
from interviews.services.reading import Reading, read
from interviews.views import door

#: A person may ask for these; the others are done, on their way, or kept away.
OPEN = ("unasked", "failed")


def panel(
    session: InterviewSession, *, reading: Reading | None = None, stage_number: int | None = None
) -> dict[str, Any]:
    """What the partial reads, for one stage or for all; no statement without a model."""
    if not privacy.is_model_asked():
        return {"checks": []}
    found = contradictions.checks(reading or read(session))
    shown = [one for one in found if stage_number in (None, one.gate)]
    return {"checks": shown, "is_check_open": any(one.status in OPEN for one in shown)}


@require_POST
def contradictions_check(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Asks for every check that is due; pressing twice asks once."""
    session = door.session_to_change(request, code)
    if not session.is_open:
        return door.refuse(request, session, SessionNotOpen())
    if contradictions.check_again(reading=read(session), by=request.user):
        messages.success(request, "The model was asked. What it finds appears here.")
    else:
        messages.info(request, "There is nothing new to ask the model about.")
    return redirect("interviews:findings", code)
