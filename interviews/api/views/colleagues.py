"""Asking a colleague one question; what comes back is offered, never submitted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ListOf, Lists, address, describe, listed, one, read_body
from accounts.api_errors import Conflict, Unusable
from accounts.permissions import Permission
from interviews.api import taken
from interviews.api.serializers import ColleagueRequestOut, DraftOut
from interviews.api.views.drafts import draft_tag
from interviews.api.views.items import draft_data
from interviews.api_door import SessionView, answer_of, session_to_change
from interviews.models import ColleagueRequest, InterviewSession
from interviews.refusals import TooManyRequests
from interviews.services import colleagues
from interviews.services.reading import protocol_of, read

TAG = "Sharing"
TOO_MANY = (
    f"{colleagues.MOST_OPEN} colleagues are being asked about this interview. Wait for replies, "
    "or close a request."
)
REQUESTS = ListOf("colleague_requests", order=("-pk",), filters=taken.ColleagueFilters)
COLUMNS = (
    "pk",
    "code",
    "question_key",
    "email",
    "note",
    "asked_at",
    "expires_at",
    "reply",
    "replied_at",
    "closed_at",
    "is_taken",
)
EXAMPLE = {
    "id": "91b5c1de-6d0b-4f9e-8a5c-3a2f1e0d9c8b",
    "question": "S3-01",
    "email": "dana@example.org",
    "note": "You keep the sensor data.",
    "state": "open",
    "asked_at": "2026-11-21T09:12:00Z",
    "expires_at": "2026-12-05T09:12:00Z",
    "reply": "",
    "replied_at": None,
}


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["code"],
        "question": row["question_key"],
        "email": row["email"],
        "note": row["note"],
        "state": _state(row, timezone.now()),
        "asked_at": row["asked_at"],
        "expires_at": row["expires_at"],
        "reply": row["reply"],
        "replied_at": row["replied_at"],
    }


def _state(row: Mapping[str, Any], now: datetime) -> str:
    if row["closed_at"]:
        return "taken" if row["is_taken"] else "closed"
    if row["replied_at"]:
        return "replied"
    return "open" if row["expires_at"] > now else "expired"


def _shown(asked: ColleagueRequest, *, status: int = 200, location: str = "") -> Response:
    row = ColleagueRequest.objects.values(*COLUMNS).get(pk=asked.pk)
    return one(_data(row), status=status, location=location)


def _found(session: InterviewSession, asked: uuid.UUID) -> ColleagueRequest:
    found = session.colleague_requests.filter(code=asked).first()
    if found is None:
        raise Http404("There is no such request.")
    found.session = session
    return found


class ColleagueRequests(SessionView):
    """All of an interview."""

    @describe(
        "List requests to colleagues",
        gives=Lists(ColleagueRequestOut),
        reads=REQUESTS.parameters,
        also=(404,),
        examples=[("One", {"items": [EXAMPLE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """For those who may answer, the latest first, with what came back."""
        session = session_to_change(request, code)

        def rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
            found = ColleagueRequest.objects.filter(session=session)
            if "question" in asked:
                found = found.filter(question_key=asked["question"])
            return found.values(*COLUMNS)

        return listed(REQUESTS, request, rows, shape=_data)

    @describe(
        "Ask a colleague",
        takes=taken.AskColleagueIn,
        gives=ColleagueRequestOut,
        status=201,
        also=(404, 409),
        sends=[("About the data", {"question": "S3-01", "email": "dana@example.org"})],
        examples=[("Asked", EXAMPLE)],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Mails one question with a link that takes one reply, without an account."""
        session = session_to_change(request, code)
        wish = read_body(taken.AskColleagueIn, request)
        if wish["question"] not in protocol_of(session):
            raise Unusable({"question": ["There is no such question."]})
        try:
            asked = colleagues.ask_colleague(
                session=session,
                question_key=wish["question"],
                email=wish["email"],
                note=wish["note"],
                by=request.user,
            )
        except TooManyRequests:
            raise Conflict(TOO_MANY) from None
        where = address(request, "colleague-request", session.code, asked.code)
        return _shown(asked, status=201, location=where)


class OneRequest(SessionView):
    """One of them."""

    @describe(
        "Show a request to a colleague",
        gives=ColleagueRequestOut,
        also=(404,),
        examples=[("Open", EXAMPLE)],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, asked: uuid.UUID) -> Response:
        return _shown(_found(session_to_change(request, code), asked))


class TakeReply(SessionView):
    """Into the draft."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Take a colleague's reply over",
        takes=taken.NothingIn,
        gives=DraftOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, asked: uuid.UUID) -> Response:
        """Adds it to the draft of its question; nothing is submitted. 409 without a reply."""
        session = session_to_change(request, code)
        found = _found(session, asked)
        read_body(taken.NothingIn, request)
        draft = colleagues.take_over_reply(reading=read(session), request=found, by=request.user)
        answer = answer_of(session, found.question_key)
        return one(draft_data(draft), tag=draft_tag(answer, draft))


class CloseRequest(SessionView):
    """Withdrawing it, or setting its reply aside."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Close a request to a colleague",
        takes=taken.NothingIn,
        gives=ColleagueRequestOut,
        also=(404, 409),
        examples=[("Closed", EXAMPLE | {"state": "closed"})],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, asked: uuid.UUID) -> Response:
        """The link takes no reply any more; a reply that came is set aside."""
        found = _found(session_to_change(request, code), asked)
        read_body(taken.NothingIn, request)
        colleagues.close_request(request=found, by=request.user)
        return _shown(found)
