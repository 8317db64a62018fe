"""Server-sent events through a live server: who listens, for how long, and at what cost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from interviews.api import streaming
from interviews.models import InterviewSession
from interviews.services import progress
from tests.builders.programs import at
from tests.builders.sessions import make_session, submit

pytestmark = pytest.mark.django_db(transaction=True)

Listen = Callable[..., HTTPResponse]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same stream in a shorter life."""
    monkeypatch.setattr(streaming, "BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(streaming, "HEARTBEAT", 0.2)
    monkeypatch.setattr(streaming, "LONGEST", 3.0)


@pytest.fixture
def listen(live_server: Any, client_of: Callable[[User], Client]) -> Iterator[Listen]:
    """Opens the stream of a session as somebody; closed at the end."""
    opened: list[HTTPConnection] = []

    def open_stream(session: InterviewSession, person: User, **headers: str) -> HTTPResponse:
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME].value
        headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={cookie}"
        opened.append(HTTPConnection(urlsplit(live_server.url).netloc, timeout=90))
        opened[-1].request("GET", f"/api/v1{at(session, 'stream')}", headers=headers)
        return opened[-1].getresponse()

    yield open_stream
    for line in opened:
        line.close()
    deadline = time.monotonic() + 90
    while streaming._open and time.monotonic() < deadline:
        time.sleep(0.05)


def events(reply: HTTPResponse) -> Iterator[dict[str, Any]]:
    """The events as they come; comments and the wish when to come back are left out."""
    event: dict[str, Any] = {}
    for line in (raw.decode().rstrip("\n") for raw in reply):
        if not line and "data" in event:
            yield event
            event = {}
        name, _, value = line.partition(": ")
        if name in ("id", "event", "data"):
            event[name] = json.loads(value) if name == "data" else value


def test_a_listener_hears_the_present_and_then_what_changes(listen: Listen, alice: User) -> None:
    session = make_session(alice)
    reply = listen(session, alice)
    assert reply.headers["Content-Type"].startswith("text/event-stream")
    assert reply.headers["Cache-Control"] == "no-store"
    heard = events(reply)
    first = next(heard)
    assert first["event"] == "progress"
    assert first["id"] == first["data"]["id"] == progress.look(session).id
    submit(session, "S1-01", "Too long a wait for repairs.", scored=False)
    second = next(heard)
    assert second["data"]["items"]["S1-01"]["state"] == "scoring"
    assert second["id"] != first["id"]
    assert list(heard) == []


def test_who_comes_back_hears_only_what_is_new(listen: Listen, alice: User) -> None:
    session = make_session(alice)
    known = progress.look(session).id
    text = listen(session, alice, **{"Last-Event-ID": known}).read().decode()
    assert "event:" not in text
    assert text.startswith("retry: ")
    assert ": still here" in text


def test_no_more_than_half_of_the_threads_listen(
    listen: Listen, alice: User, settings: Any
) -> None:
    settings.WEB_THREADS = 2
    session = make_session(alice)
    first = events(listen(session, alice))
    next(first)
    refused = listen(session, alice)
    assert refused.status == 503
    assert refused.headers["Retry-After"] == "5"
    assert json.load(refused)["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert list(first) == []
    assert listen(session, alice).status == 200


def test_a_place_is_free_again_when_nobody_ever_listened(alice: User) -> None:
    session = make_session(alice)
    for _ in range(settings.WEB_THREADS):
        stream = streaming.EventStream(session.pk, alice, "")
        stream.close()
        stream.close()
    assert streaming._open == 0


def test_no_connection_is_held_between_events(alice: User) -> None:
    session = make_session(alice)
    stream = streaming.EventStream(session.pk, alice, "")
    chunks = iter(stream)
    assert next(chunks).startswith(b"retry:")
    assert b"event: progress" in next(chunks)
    assert connection.connection is None
    stream.close()


def test_a_stream_ends_for_who_may_no_longer_listen(listen: Listen, alice: User) -> None:
    session = make_session(alice)
    heard = events(listen(session, alice))
    next(heard)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert list(heard) == []


def test_a_stream_ends_with_its_interview(listen: Listen, alice: User) -> None:
    session = make_session(alice)
    heard = events(listen(session, alice))
    next(heard)
    session.delete()
    assert list(heard) == []


def test_what_is_deleted_while_it_is_counted_is_told_to_nobody(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, look = make_session(alice), progress.look

    def deleted_meanwhile(found: InterviewSession) -> progress.Progress:
        InterviewSession.objects.filter(pk=found.pk).delete()
        return look(found)

    monkeypatch.setattr(progress, "look", deleted_meanwhile)
    stream = streaming.EventStream(session.pk, alice, "")
    assert list(stream) == [f"retry: {streaming.COME_BACK}\n\n".encode()]
    stream.close()


def test_strangers_listen_to_nothing(listen: Listen, alice: User, mallory: User) -> None:
    assert listen(make_session(alice), mallory).status == 404
