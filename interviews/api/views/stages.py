"""Stages: how far each is, and passing its gate."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import describe, read_body
from accounts.api_errors import Gone, body
from accounts.permissions import Permission
from interviews import deliverables as kinds
from interviews.api import taken
from interviews.api.serializers import CheckpointOut, StagesOut
from interviews.api.views.findings import finding_data
from interviews.api_door import SessionView, score, session_to_change, session_to_read
from interviews.models import Finding, InterviewSession
from interviews.refusals import StageNotReady
from interviews.services import stages
from interviews.services.reading import read

TAG = "Stages"
NOT_READY = "This stage cannot be finished yet. The details say what is missing."
NOT_EXECUTED = (
    "Stages are not executed: answer their questions by POST .../items/{key}/attempts, then finish "
    "the stage by POST .../stages/{number}/advance."
)


def _require_stage(number: int) -> None:
    if number not in kinds.KINDS:
        raise Http404("There is no such stage: they are numbered 1 to 5.")


def stage_data(standing: stages.StageStanding) -> dict[str, Any]:
    """How far one stage is."""
    outcome = standing.outcome
    return {
        "number": standing.stage.number,
        "name": standing.stage.name,
        "is_passed": standing.is_passed,
        "is_ready": outcome.passed,
        "missing": list(outcome.missing),
        "blockers": list(outcome.blockers),
        "unknown_share": round(outcome.unknown_share, 4),
        "too_many_unknown": outcome.too_many_unknown,
        "shown": standing.shown_count,
        "settled": standing.settled_count,
        "confidence": score(standing.confidence),
    }


class Stages(SessionView):
    """All five."""

    @describe("Show all stages", gives=StagesOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """What each gate says about the answers and findings as they are."""
        session = session_to_read(request, code)
        found = list(session.findings.standing())
        standings = stages.standings(reading=read(session), found=found)
        return Response({"items": [stage_data(one) for one in standings]})


class Advance(SessionView):
    """The gate."""

    @describe(
        "Finish a stage",
        takes=taken.NothingIn,
        gives=CheckpointOut,
        also=(404, 409, 422),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, number: int) -> Response:
        """Runs the gate. 422 INCOMPLETE_WORKFLOW with `missing`, `blockers` and `findings` when it
        does not pass; else the deliverable is made and the next stage is open.
        """
        session = session_to_change(request, code)
        _require_stage(number)
        read_body(taken.NothingIn, request)
        try:
            made = stages.close_stage(reading=read(session), stage_number=number, by=request.user)
        except StageNotReady as refusal:
            # Returned, not raised: the findings of the check are kept.
            return Response(_not_ready(session, refusal), status=422)
        session.refresh_from_db(fields=["current_stage"])
        return Response(
            {
                "stage": number,
                "passed_at": made.passed_at,
                "current_stage": session.current_stage,
                "deliverable": kinds.KINDS[number],
            }
        )


def _not_ready(session: InterviewSession, refusal: StageNotReady) -> dict[str, Any]:
    outcome = refusal.outcome
    found = Finding.objects.filter(session=session, rule_id__in=outcome.blockers)
    details = {
        "missing": list(outcome.missing),
        "blockers": list(outcome.blockers),
        "unknown_share": round(outcome.unknown_share, 4),
        "too_many_unknown": outcome.too_many_unknown,
        "findings": [finding_data(one) for one in found],
    }
    return body(422, NOT_READY, details, says="INCOMPLETE_WORKFLOW")


class Execute(SessionView):
    """An address of an earlier draft of this API."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe("Execute a stage (no longer)", status=410, also=(404,), tag=TAG)
    def post(self, request: Request, code: uuid.UUID, number: int) -> Response:
        """Always 410: the sentence says what to use instead."""
        session_to_read(request, code)
        _require_stage(number)
        raise Gone(NOT_EXECUTED)
