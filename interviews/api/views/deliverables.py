"""What comes of an interview: deliverables, the whole conversation, and what models were sent."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    ListOf,
    Lists,
    address,
    describe,
    listed,
    one,
    read_body,
    read_query,
)
from interviews import deliverables as kinds
from interviews.api import taken
from interviews.api.serializers import CallOut, DeliverableOut, DeliverablesOut, TranscriptOut
from interviews.api_door import SessionView, score, session_to_change, session_to_read
from interviews.models import DELIVERABLE_MODELS, ConversationEntry, ModelCall
from interviews.models.deliverable import Deliverable
from interviews.services import deliverables, viewing
from interviews.services.reading import read

TAG = "Deliverables"
STAGE_OF = {kind: number for number, kind in kinds.KINDS.items()}
CALLS = ListOf("calls", order=("-pk",))
CALL_COLUMNS = (
    "pk",
    "called_at",
    "purpose",
    "provider",
    "model",
    "host",
    "prompt_version",
    "question_keys",
    "outcome",
    "tokens_in",
    "tokens_out",
    "cost",
    "currency",
    "sent_text",
    "sent_hash",
)


def _require_kind(kind: str) -> None:
    if kind not in STAGE_OF:
        raise Http404(f"There is no such deliverable: they are {', '.join(STAGE_OF)}.")


def deliverable_data(row: Deliverable, versions: dict[str, int]) -> dict[str, Any]:
    """One version of a deliverable with its content."""
    return {
        "kind": row.kind,
        "stage": STAGE_OF[row.kind],
        "version": row.version,
        "content": row.content,
        "source_answer_ids": row.source_answer_ids,
        "confidence": score(row.confidence),
        "is_stale": row.is_stale(versions),
        "created_at": row.created_at,
    }


class Deliverables(SessionView):
    """All five, made or not."""

    @describe("List deliverables", gives=DeliverablesOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """The newest version of each kind; null where there is none yet."""
        session = session_to_read(request, code)
        versions, latest = read(session).versions, deliverables.latest(session)
        items = [
            {
                "kind": kind,
                "stage": number,
                "version": row.version if (row := latest.get(kind)) else None,
                "is_stale": bool(row and row.is_stale(versions)),
                "created_at": row.created_at if row else None,
            }
            for number, kind in kinds.KINDS.items()
        ]
        return Response({"items": items})


class OneDeliverable(SessionView):
    """One kind of deliverable."""

    @describe(
        "Show a deliverable",
        gives=DeliverableOut,
        reads=taken.VersionQuery,
        also=(404, 409),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, kind: str) -> Response:
        session = session_to_read(request, code)
        _require_kind(kind)
        asked = read_query(taken.VersionQuery, request)
        rows = DELIVERABLE_MODELS[kind]._default_manager.filter(session=session, **asked)
        row = rows.order_by("-version").first()
        if row is None:
            raise Http404("There is no such version yet.")
        return Response(deliverable_data(row, read(session).versions))

    @describe(
        "Make a deliverable anew",
        takes=taken.NothingIn,
        gives=DeliverableOut,
        status=201,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, kind: str) -> Response:
        """From the answers as they are now; the newest version where nothing changed."""
        session = session_to_change(request, code)
        _require_kind(kind)
        read_body(taken.NothingIn, request)
        reading = read(session)
        row = deliverables.produce_deliverable(
            reading=reading, stage_number=STAGE_OF[kind], by=request.user
        )
        where = address(request, "session-deliverable", session.code, kind)
        where = f"{where}?version={row.version}"
        return one(deliverable_data(row, reading.versions), status=201, location=where)


class Transcript(SessionView):
    """Everything that was asked and said."""

    @describe("Show the whole conversation", gives=TranscriptOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """In the order of the questions: what was asked, each attempt, its score, what was asked
        back.
        """
        session = session_to_read(request, code)
        lines = [
            {
                "question": entry.question_key,
                "kind": entry.kind,
                "attempt": entry.attempt_number,
                "text": entry.text or "",
                "value": entry.value,
                "score": score(entry.score),
                "happened_at": entry.happened_at,
            }
            for entry in ConversationEntry.objects.filter(session=session)
        ]
        return Response({"lines": lines})


class ModelExposure(SessionView):
    """The ledger of one interview."""

    @describe(
        "List what was sent to models",
        gives=Lists(CallOut),
        reads=CALLS.parameters,
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Every call with the exact text and the host it went to, the latest first."""
        session = session_to_read(request, code)
        viewing.note_exposure_view(session=session, by=request.user)
        rows = ModelCall.objects.filter(session=session)
        return listed(CALLS, request, rows.values(*CALL_COLUMNS), shape=_call_data)


def _call_data(row: Any) -> dict[str, Any]:
    given = {name: row[name] for name in CALL_COLUMNS if name != "pk"}
    return given | {"cost": str(row["cost"])}
