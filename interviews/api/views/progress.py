"""How far an interview is: once, by polling, and as a stream of events."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import describe, read_query
from interviews.api import streaming, taken
from interviews.api.serializers import EventsOut, ProgressOut
from interviews.api_door import TAG, SessionView, session_to_read
from interviews.services import progress


class Progress(SessionView):
    """Where everything stands now."""

    @describe("Show progress", gives=ProgressOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Counts by stage, and state, version and score of each question that applies."""
        return Response(progress.look(session_to_read(request, code)).data())


class Events(SessionView):
    """The stream's twin for those who poll."""

    @describe("Poll for events", gives=EventsOut, reads=taken.SinceQuery, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """One event with the present state if it is another than `since` names, else none."""
        since = read_query(taken.SinceQuery, request).get("since", "")
        now = progress.look(session_to_read(request, code))
        found: list[dict[str, Any]] = []
        if now.id != since:
            found = [{"id": now.id, "event": streaming.EVENT, "data": now.data()}]
        return Response({"events": found, "last_event_id": now.id})


class Stream(SessionView):
    """Server-sent events."""

    @describe(
        "Stream events",
        gives=str,
        also=(404, 409, 503),
        media="text/event-stream",
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> HttpResponseBase:
        """Server-sent events named `progress`, whenever something changed, for 25 s at most; a
        browser's EventSource comes back by itself with Last-Event-ID. 503 when too many listen:
        poll /events then.
        """
        session = session_to_read(request, code)
        progress.look(session)
        last_seen = request.headers.get("Last-Event-ID", "")
        return streaming.respond(session, by=request.user, last_seen=last_seen)
