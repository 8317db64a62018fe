"""What every operation of the API does alike: refusals, lists, versions, and doing things once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, once, one, read_body
from accounts.models import IdempotencyRecord, User
from accounts.permissions import Permission
from interviews.models import InterviewSession
from tests.builders.programs import Program, at, error_of
from tests.builders.sessions import make_session
from uaip_project.urls import handler400, handler403, handler404, handler500, urlpatterns

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]


class _SecretIn(serializers.Serializer[Any]):
    name = serializers.CharField()


class Secrets(ApiView):
    """Shows a secret once."""

    needs = {"POST": Permission.SESSION_START}
    shows_secret = True

    def post(self, request: Request) -> Response:
        read_body(_SecretIn, request)
        return one({"secret": "s3cret"}, status=201, location="/api/v1/secrets/7")


class Broken(ApiView):
    """Stumbles."""

    needs = {"GET": Permission.SESSION_VIEW}

    def get(self, request: Request) -> Response:
        raise ZeroDivisionError


urlpatterns = [
    path("api/v1/secrets", Secrets.as_view()),
    path("api/v1/broken", Broken.as_view()),
    *urlpatterns,
]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@pytest.fixture
def program(alice: User, client_of: Browse) -> Program:
    """Alice's."""
    return Program(client_of(alice))


# --- Refusals -------------------------------------------------------------------------------------


def test_a_stranger_is_told_to_say_who_he_is() -> None:
    reply = Program(Client()).get("/sessions")
    assert reply.status_code == 401
    assert reply["WWW-Authenticate"].startswith("Bearer")
    assert error_of(reply)["code"] == "INVALID_TOKEN"


def test_a_deactivated_person_is_a_stranger(alice: User, program: Program) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert program.get("/sessions").status_code == 401


@pytest.mark.parametrize(
    "where", ["/api/v1/nothing", "/api/nothing/here", "/auth/nothing", "/api/"]
)
def test_an_address_that_is_not_there_is_json_too(program: Program, where: str) -> None:
    reply = program.client.get(where)
    assert reply.status_code == 404
    assert reply["Content-Type"] == "application/json"
    assert error_of(reply)["code"] == "NOT_FOUND"


def test_a_page_that_is_not_there_is_still_a_page(program: Program) -> None:
    assert program.client.get("/nothing")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_a_method_that_is_not_there_is_405(program: Program, method: str) -> None:
    reply = program.send(method, "/sessions", {})
    assert reply.status_code == 405
    assert error_of(reply)["code"] == "METHOD_NOT_ALLOWED"
    assert "GET" in reply["Allow"]


def test_head_is_get_without_a_body(program: Program) -> None:
    reply = program.send("HEAD", "/sessions", "")
    assert (reply.status_code, reply.content) == (200, b"")


@pytest.mark.parametrize(
    "text", ["{", "[" * 100_000, '{"project_name": NaN}', "\xff\xfe", "9" * 5000]
)
def test_what_cannot_be_read_is_400(program: Program, text: str) -> None:
    reply = program.post("/sessions", text)
    assert reply.status_code in (400, 422)
    assert error_of(reply)["code"] in ("BAD_REQUEST", "VALIDATION_FAILED")
    assert not InterviewSession.objects.exists()


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_a_body_that_is_no_object_is_422(program: Program, body: Any) -> None:
    text = {"text": '"text"', "7": "7"}.get(str(body), "null" if body is None else "[]")
    assert program.post("/sessions", text).status_code == 422


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "", "nonsense"]
)
def test_another_content_type_is_415(program: Program, kind: str) -> None:
    reply = program.client.generic("POST", "/api/v1/sessions", '{"project_name": "P"}', kind)
    assert reply.status_code == 415
    assert error_of(reply)["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert not InterviewSession.objects.exists()


def test_a_form_is_415_too(program: Program) -> None:
    reply = program.client.post("/api/v1/sessions", {"project_name": "P"})
    assert reply.status_code == 415
    assert not InterviewSession.objects.exists()


def test_a_huge_body_is_413(program: Program) -> None:
    reply = program.post("/sessions", {"project_name": "x" * 3_000_000})
    assert reply.status_code == 413
    assert error_of(reply)["code"] == "TOO_LARGE"


def test_nul_in_the_address_is_400(program: Program) -> None:
    reply = program.get("/sessions?status=a%00b")
    assert reply.status_code == 400
    assert error_of(reply)["code"] == "BAD_REQUEST"


def test_another_sites_script_cannot_write(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    reply = Program(client).post("/sessions", {"project_name": "P"})
    assert reply.status_code == 403
    assert error_of(reply)["code"] == "FORBIDDEN"


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_ours_says_no_more_than_its_number(program: Program) -> None:
    program.client.raise_request_exception = False
    reply = program.get("/broken")
    assert reply.status_code == 500
    assert error_of(reply)["code"] == "INTERNAL_ERROR"
    assert "Division" not in reply.content.decode()


# --- Lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=101", "limit"),
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
        ("skip=10001", "skip"),
        ("skip=-1", "skip"),
        ("skip=" + "9" * 400, "skip"),
        ("limit=1&limit=2", "limit"),
        ("color=red", "color"),
        ("cursor=nonsense", "cursor"),
        ("cursor=&skip=1", "skip"),
    ],
)
def test_a_window_that_cannot_be_is_named(program: Program, query: str, field: str) -> None:
    reply = program.get(f"/sessions?{query}")
    assert reply.status_code == 422
    assert field in error_of(reply)["details"]


def test_skip_and_limit_count_exactly(program: Program, alice: User) -> None:
    for number in range(7):
        make_session(alice, f"P{number}")
    body = program.get("/sessions?skip=4&limit=2").json()
    assert [one["project_name"] for one in body["items"]] == ["P2", "P1"]
    assert (body["total"], body["skip"], body["limit"]) == (7, 4, 2)
    assert program.get("/sessions?skip=10000").json()["items"] == []


def test_a_cursor_walks_there_and_back_without_a_gap(program: Program, alice: User) -> None:
    for number in range(7):
        make_session(alice, f"P{number}")
    # All at one moment: the second column of the order must tell them apart.
    moment = datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=timezone.get_current_timezone())
    InterviewSession.objects.update(last_updated_at=moment)
    there, back, link = [], [], "/api/v1/sessions?limit=3&cursor="
    while link:
        page = program.get(link).json()
        there += [one["project_name"] for one in page["items"]]
        last, link = page, page["next"]
        assert "total" not in page
    assert there == [f"P{number}" for number in range(6, -1, -1)]
    link = last["previous"]
    while link:
        page = program.get(link).json()
        back = [one["project_name"] for one in page["items"]] + back
        link = page["previous"]
    assert back == there[:6]


def test_a_new_interview_does_not_shift_the_pages_of_a_cursor(
    program: Program, alice: User
) -> None:
    for number in range(4):
        make_session(alice, f"P{number}")
    first = program.get("/sessions?limit=2&cursor=").json()
    make_session(alice, "New")
    second = program.get(first["next"]).json()
    assert [one["project_name"] for one in second["items"]] == ["P1", "P0"]
    assert second["next"] is None


def test_a_cursor_of_another_list_is_refused(program: Program, alice: User) -> None:
    session = make_session(alice)
    make_session(alice)
    cursor = program.get("/sessions?limit=1&cursor=").json()["next"].split("cursor=")[1]
    assert program.get(at(session, f"findings?cursor={cursor}")).status_code == 422


# --- Once -----------------------------------------------------------------------------------------


def start(program: Program, name: str, key: str) -> Any:
    return program.post("/sessions", {"project_name": name}, Idempotency_Key=key)


def test_the_same_request_is_answered_again_and_done_once(program: Program) -> None:
    first = start(program, "P", "key-1")
    again = start(program, "P", "key-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert InterviewSession.objects.count() == 1


def test_a_key_for_another_request_is_refused(program: Program) -> None:
    start(program, "P", "key-1")
    reply = start(program, "Q", "key-1")
    assert reply.status_code == 422
    assert "Idempotency-Key" in error_of(reply)["details"]
    assert InterviewSession.objects.count() == 1


def test_two_people_may_use_the_same_key(program: Program, bob: User, client_of: Browse) -> None:
    start(program, "P", "key-1")
    assert start(Program(client_of(bob)), "P", "key-1").status_code == 201
    assert InterviewSession.objects.count() == 2


def test_a_request_under_way_is_waited_for(program: Program) -> None:
    start(program, "P", "key-1")
    IdempotencyRecord.objects.update(status_code=None, body=None)
    reply = start(program, "P", "key-1")
    assert reply.status_code == 409
    assert "under way" in error_of(reply)["message"]
    assert reply["Retry-After"] == "1"


def test_a_request_that_died_did_nothing_and_is_done_anew(program: Program) -> None:
    start(program, "P", "key-1")
    InterviewSession.objects.all().delete()
    a_moment_ago = timezone.now() - timedelta(seconds=4)
    IdempotencyRecord.objects.update(status_code=None, body=None, received_at=a_moment_ago)
    assert start(program, "P", "key-1").status_code == 201
    assert InterviewSession.objects.count() == 1


def test_a_request_that_ends_while_the_next_one_looks_is_not_done_again(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(program, "P", "key-1")
    a_moment_ago = timezone.now() - timedelta(seconds=4)
    IdempotencyRecord.objects.update(status_code=None, received_at=a_moment_ago)
    looks = once._is_spent

    def ends_meanwhile(seen: IdempotencyRecord) -> bool:
        IdempotencyRecord.objects.filter(pk=seen.pk).update(status_code=201)
        return looks(seen)

    monkeypatch.setattr(once, "_is_spent", ends_meanwhile)
    assert start(program, "P", "key-1").status_code == 409
    assert start(program, "P", "key-1")["Idempotency-Replayed"] == "true"
    assert InterviewSession.objects.count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no locks of single rows.")
@pytest.mark.django_db(transaction=True)
def test_a_request_that_takes_long_is_not_taken_for_dead(program: Program) -> None:
    start(program, "P", "key-1")
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    IdempotencyRecord.objects.update(status_code=None, body=None, received_at=a_minute_ago)
    is_held, is_asked = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            IdempotencyRecord.objects.select_for_update().get()
            is_held.set()
            is_asked.wait(20)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert is_held.wait(20)
    reply = start(program, "P", "key-1")
    is_asked.set()
    worker.join(20)
    assert reply.status_code == 409
    assert start(program, "P", "key-1").status_code == 201


def test_a_day_later_a_key_is_free(program: Program) -> None:
    start(program, "P", "key-1")
    IdempotencyRecord.objects.update(received_at=timezone.now() - timedelta(hours=25))
    assert start(program, "Q", "key-1").status_code == 201


def test_a_refusal_leaves_the_key_free(program: Program) -> None:
    assert start(program, " ", "key-1").status_code == 422
    assert not IdempotencyRecord.objects.exists()
    assert start(program, "P", "key-1").status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_a_key_that_is_none_is_refused(program: Program, key: str) -> None:
    assert start(program, "P", key).status_code == 422
    assert not InterviewSession.objects.exists()


@override_settings(ROOT_URLCONF=__name__)
def test_a_reply_with_a_secret_is_never_kept(program: Program) -> None:
    first = program.post("/secrets", {"name": "n"}, Idempotency_Key="key-1")
    assert first.json() == {"secret": "s3cret"}
    assert IdempotencyRecord.objects.get().body is None
    again = program.post("/secrets", {"name": "n"}, Idempotency_Key="key-1")
    assert again.status_code == 409
    assert error_of(again)["details"] == {"location": "/api/v1/secrets/7"}
    assert "s3cret" not in again.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_a_request_sent_four_times_at_once_one_is_done(alice: User, client_of: Browse) -> None:
    programs = [Program(client_of(alice)) for _ in range(4)]
    ready, replies = threading.Barrier(4, timeout=90), []

    def press(program: Program) -> None:
        try:
            ready.wait()
            replies.append(start(program, "P", "key-1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(program,)) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert InterviewSession.objects.count() == 1
    fresh = [one for one in replies if one.status_code == 201]
    assert len([one for one in fresh if "Idempotency-Replayed" not in one]) == 1
    assert {one.status_code for one in replies} <= {201, 409}
