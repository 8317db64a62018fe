"""Interviews: the list, starting, one of them, pausing, resuming, deleting."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    ListOf,
    Lists,
    address,
    describe,
    entity_tag,
    listed,
    one,
    read_body,
    require_match,
)
from accounts.permissions import Permission
from accounts.policies import require
from interviews.api import taken
from interviews.api.serializers import SessionOut
from interviews.api_door import TAG, SessionView, session_to_change, session_to_read
from interviews.models import InterviewSession
from interviews.policies import may_delete, may_start
from interviews.services import privacy, sessions

SESSIONS = ListOf("sessions", order=("-last_updated_at", "-pk"), filters=taken.SessionFilters)
COLUMNS = (
    "pk",
    "code",
    "project_name",
    "status",
    "current_stage",
    "protocol_version",
    "owner__code",
    "owner__name",
    "started_at",
    "last_updated_at",
    "completed_at",
    "is_kept_from_model",
    "released_at",
    "shown_count",
    "settled_count",
    "waiting_count",
    "scoring_count",
)
EXAMPLE = {
    "id": "0b0b4a3e-6a0e-4c0e-9a53-1f7f0f2f6f11",
    "project_name": "Repair triage",
    "status": "in_progress",
    "current_stage": 1,
    "protocol_version": "uaip/1",
    "owner": {"id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10", "name": "Alice"},
    "started_at": "2026-11-21T09:00:00Z",
    "last_updated_at": "2026-11-21T09:12:00Z",
    "completed_at": None,
    "is_kept_from_model": False,
    "is_released": False,
    "counts": {"shown": 54, "settled": 3, "needs_work": 1, "scoring": 0},
}
PAGE = {"items": [EXAMPLE], "total": 1, "skip": 0, "limit": 10}


def session_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """One session as the API gives it, from COLUMNS."""
    return {
        "id": row["code"],
        "project_name": row["project_name"],
        "status": row["status"],
        "current_stage": row["current_stage"],
        "protocol_version": row["protocol_version"],
        "owner": {"id": row["owner__code"], "name": row["owner__name"]},
        "started_at": row["started_at"],
        "last_updated_at": row["last_updated_at"],
        "completed_at": row["completed_at"],
        "is_kept_from_model": row["is_kept_from_model"],
        "is_released": row["released_at"] is not None,
        "counts": {
            "shown": row["shown_count"],
            "settled": row["settled_count"],
            "needs_work": row["waiting_count"],
            "scoring": row["scoring_count"],
        },
    }


def session_tag(session: InterviewSession) -> str:
    """Another one whenever something of the session itself changed; its answers have their own."""
    return entity_tag(
        "session",
        session.code,
        session.status,
        session.current_stage,
        session.is_kept_from_model,
        session.released_at,
        session.last_updated_at,
    )


def session_shown(session: InterviewSession, *, status: int = 200, location: str = "") -> Response:
    """One session with its figures and its ETag."""
    rows: QuerySet[Any, Any] = InterviewSession.objects.filter(pk=session.pk).with_progress()
    data = session_data(rows.values(*COLUMNS).get())
    return one(data, tag=session_tag(session), status=status, location=location)


class Sessions(SessionView):
    """All interviews that one sees."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SESSION_VIEW,
        "POST": Permission.SESSION_START,
    }

    @describe(
        "List interviews",
        gives=Lists(SessionOut),
        reads=SESSIONS.parameters,
        examples=[("First page", PAGE)],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """One's own interviews and those that one may read, the latest first."""
        visible = InterviewSession.objects.visible_to(request.user).with_progress()
        rows = visible.values(*COLUMNS)
        return listed(SESSIONS, request, lambda asked: rows.filter(**asked), shape=session_data)

    @describe(
        "Start an interview",
        takes=taken.StartIn,
        gives=SessionOut,
        status=201,
        sends=[("A project", {"project_name": "Repair triage"})],
        examples=[("Started", EXAMPLE)],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """The owner is whoever asks; a body cannot say otherwise."""
        require(may_start(request.user), "Your role does not start interviews.")
        wish = read_body(taken.StartIn, request)
        made = sessions.start_session(
            project_name=wish["project_name"],
            is_kept_from_model=wish["keep_from_model"],
            by=request.user,
        )
        return session_shown(made, status=201, location=address(request, "session", made.code))


class OneSession(SessionView):
    """One interview."""

    @describe(
        "Show an interview",
        gives=SessionOut,
        also=(404,),
        examples=[("In progress", EXAMPLE)],
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        return session_shown(session_to_read(request, code))

    @describe(
        "Keep an interview away from models",
        takes=taken.KeepIn,
        gives=SessionOut,
        also=(404, 409),
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID) -> Response:
        """From the next call on nothing of the interview goes to a language model, or may again."""
        session = session_to_change(request, code)
        wish = read_body(taken.KeepIn, request)
        theirs = {"is_kept_from_model": session.is_kept_from_model}
        require_match(request, session_tag(session), yours=wish, theirs=theirs)
        verb = privacy.keep_from_model if wish["is_kept_from_model"] else privacy.allow_model
        verb(session, by=request.user)
        return session_shown(session)

    @describe("Delete an interview", status=204, also=(404, 409), needs_match=True, tag=TAG)
    def delete(self, request: Request, code: uuid.UUID) -> Response:
        """With all its answers; 409 where a charter was issued from it."""
        session = session_to_change(request, code)
        is_mine = may_delete(request.user, session) or session.released_at is not None
        require(is_mine, "Only the person who owns this interview may delete it.")
        require_match(request, session_tag(session))
        sessions.delete_session(session=session, by=request.user)
        return Response(status=204)


class _Move(SessionView):
    """A change of an interview's status."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    def move(self, request: Request, code: uuid.UUID, verb: Callable[..., None]) -> Response:
        session = session_to_change(request, code)
        read_body(taken.NothingIn, request)
        verb(session=session, by=request.user)
        return session_shown(session)


class Pause(_Move):
    """Nothing can be answered until it is resumed."""

    @describe(
        "Pause an interview",
        takes=taken.NothingIn,
        gives=SessionOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        return self.move(request, code, sessions.pause_session)


class Resume(_Move):
    """The interview goes on."""

    @describe(
        "Resume an interview",
        takes=taken.NothingIn,
        gives=SessionOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        return self.move(request, code, sessions.resume_session)
