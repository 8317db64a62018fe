"""Server-sent events: short streams, few at once, and no database connection held in between."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponseBase, StreamingHttpResponse

from accounts.api_errors import Busy
from accounts.models import User
from interviews.llm.concurrency import let_go_of_the_database
from interviews.models import InterviewSession
from interviews.refusals import ProtocolGone
from interviews.services import progress

EVENT = "progress"
#: Seconds: of one stream, between two looks, and between two signs of life.
LONGEST = 25.0
BETWEEN_LOOKS = 1.0
HEARTBEAT = 10.0
#: Milliseconds until a browser comes back after the end of a stream.
COME_BACK = 1000

_lock = threading.Lock()
_open = 0


def _take_place() -> None:
    """Raises Busy (503) when half of this process's threads hold a stream already."""
    global _open
    with _lock:
        if _open >= settings.WEB_THREADS // 2:
            raise Busy("Too many streams are open. Poll /events for now.", wait=5)
        _open += 1


def _give_place_back() -> None:
    global _open
    with _lock:
        _open -= 1


class EventStream:
    """Text of events for one listener; gives its place back when closed, even if never begun."""

    def __init__(self, session_id: int, by: User, last_seen: str) -> None:
        _take_place()
        self._is_open = True
        self._chunks = _chunks(session_id, by, last_seen)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Called by the server when the reply ends, whoever ended it."""
        self._chunks.close()
        if self._is_open:
            self._is_open = False
            _give_place_back()


def _chunks(session_id: int, by: User, last_seen: str) -> Iterator[bytes]:
    ends = time.monotonic() + LONGEST
    quiet_since = time.monotonic()
    yield f"retry: {COME_BACK}\n\n".encode()
    while time.monotonic() < ends:
        now = _look(session_id, by)
        # Who deletes an interview may do so while we count: half a count is told to nobody.
        is_over = now is None or (now.id != last_seen and _session(session_id, by) is None)
        let_go_of_the_database()
        if now is None or is_over:
            return
        if now.id != last_seen:
            last_seen, quiet_since = now.id, time.monotonic()
            yield _event(now)
        elif time.monotonic() - quiet_since >= HEARTBEAT:
            quiet_since = time.monotonic()
            yield b": still here\n\n"
        time.sleep(BETWEEN_LOOKS)


def _session(session_id: int, by: User) -> InterviewSession | None:
    """The interview; None when the listener may no longer see it."""
    person = User.objects.filter(pk=by.pk, is_active=True, epoch=by.epoch).first()
    if person is None:
        return None
    # A key may allow less than its holder's role.
    person.limited_to = by.limited_to
    return InterviewSession.objects.visible_to(person).filter(pk=session_id).first()


def _look(session_id: int, by: User) -> progress.Progress | None:
    """The present state; None when the listener may no longer see it."""
    session = _session(session_id, by)
    try:
        return progress.look(session) if session is not None else None
    except ProtocolGone:
        return None


def _event(now: progress.Progress) -> bytes:
    data = json.dumps(now.data(), cls=DjangoJSONEncoder)
    return f"id: {now.id}\nevent: {EVENT}\ndata: {data}\n\n".encode()


def respond(session: InterviewSession, *, by: User, last_seen: str) -> HttpResponseBase:
    """The stream as a reply. Raises Busy."""
    stream = EventStream(session.pk, by, last_seen)
    response = StreamingHttpResponse(stream, content_type="text/event-stream; charset=utf-8")
    # Nothing on the way may keep it back; nginx reads the second one.
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response
