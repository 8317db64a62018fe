"""Log lines: one record, one line, with ids, and without answers, tokens or keys."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts import request_facts
from accounts.models import Job, User
from accounts.services import jobs
from accounts.tasks import run_job_task
from interviews.models import InterviewSession
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from uaip_project import logs

Browse = Callable[[User], Client]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the site would write to standard error as JSON, down to the last level."""
    yield from _listening("json")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The same as lines."""
    yield from _listening("line")


def _listening(form: str) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Redacting())
    handler.setFormatter(logs.JsonLines() if form == "json" else logs.Lines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def records(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def said(stream: io.StringIO, logger: str) -> list[dict[str, Any]]:
    return [one for one in records(stream) if one["logger"] == logger]


log = logging.getLogger("test.logs")


def test_a_line_has_the_guides_fields(written: io.StringIO) -> None:
    log.warning("The broker did not take job %s.", 7)
    (line,) = said(written, "test.logs")
    assert (line["level"], line["message"]) == ("warning", "The broker did not take job 7.")
    assert line["timestamp"].endswith("+00:00")
    assert set(line) == {"timestamp", "level", "logger", "message"}


HOSTILE = [
    'a\nb {"level": "critical"}',
    "a\r\n2026-11-22 ERROR root forged",
    "\x1b[31mred\x1b[0m\x07",
    "\u2028\u2029\u202e\x85\x00",
    '"}\n{"timestamp": "x"}',
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_only_warnings_stand_between_what_a_command_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    screen, file = logging.StreamHandler(sys.stderr), logging.StreamHandler(io.StringIO())
    later = logging.FileHandler(tmp_path / "later.log", delay=True)
    root = logging.getLogger()
    for one in (screen, file, later):
        root.addHandler(one)
    try:
        logs.spare_terminal()
        logging.getLogger("uaip.audit").warning("The disk is nearly full")
        logging.getLogger("uaip.audit").info("somebody did something")
    finally:
        for one in (screen, file, later):
            root.removeHandler(one)
        later.close()
    assert screen.stream.getvalue() == "The disk is nearly full\n"
    assert "somebody did something" in file.stream.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_second_line(written: io.StringIO, text: str) -> None:
    log.error("Name: %s", text)
    assert len(written.getvalue().splitlines()) == 1
    (line,) = records(written)
    assert line["level"] == "error"
    assert not logs.CONTROL.search(line["message"])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_second_line_for_readers_either(
    lines: io.StringIO, text: str
) -> None:
    log.error("Name: %s", text)
    assert lines.getvalue().count("\n") == 1
    assert not logs.CONTROL.search(lines.getvalue().rstrip("\n"))


def test_a_very_long_message_is_cut(written: io.StringIO) -> None:
    log.error("x" * 50_000)
    assert len(written.getvalue()) < 3000


SECRET = "9f8e7d6c5b4a3f2e1d0c9b8a7f6e5d4c3b2a1f0e9d8"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"key uaip_abcdef123456_{SECRET} refused", "refused"),
        (f"Authorization: Bearer {SECRET}", "Authorization"),
        (f"bearer {JWT}", "bearer"),
        (f"token={JWT}&x=1", "x=1"),
        (f"{JWT} expired", "expired"),
        (f'{{"password": "{SECRET}", "email": "a"}}', "email"),
        (f"X-API-Key: {SECRET}", "X-API-Key"),
        (f"Cookie: sessionid={SECRET}; csrftoken={SECRET}", "Cookie"),
        (f"__Host-sessionid={SECRET}", "__Host-sessionid"),
        (f"sk-{SECRET} was refused", "was refused"),
        (f"Not Found: /accounts/password/reset/key/1f-{SECRET}/", "Not Found"),
        (f"refresh_token: '{SECRET}'", "refresh_token"),
    ],
)
def test_what_looks_like_a_secret_is_cut(written: io.StringIO, text: str, kept: str) -> None:
    log.error("Said: %s", text)
    whole = written.getvalue()
    assert SECRET not in whole
    assert JWT not in whole
    assert kept in whole


def test_ordinary_words_are_left_alone(written: io.StringIO) -> None:
    text = "uaip_llm_requests_total counts 7 calls; see session 48cf6667 and the key S1-01."
    log.error(text)
    assert records(written)[0]["message"] == text


def test_arguments_that_do_not_fit_are_no_second_fault(written: io.StringIO) -> None:
    log.error("%d of %d", "x")
    assert "do not fit" in records(written)[0]["message"]


def test_a_fault_is_told_by_kind_and_place_alone(written: io.StringIO) -> None:
    """Its words may quote what a person wrote."""
    try:
        int(VAGUE_PROBLEM)
    except ValueError:
        log.exception("It stumbled.")
    (line,) = records(written)
    assert line["exception"]["type"] == "ValueError"
    assert "test_logs.py" in line["exception"]["frames"][-1]
    assert "housing" not in written.getvalue()


def test_a_fault_of_a_machine_says_what_it_was(written: io.StringIO) -> None:
    try:
        raise OSError(28, "No space left on device")
    except OSError:
        log.exception("It stumbled.")
    assert "No space left" in records(written)[0]["exception"]["message"]


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_not_repeated(written: io.StringIO) -> None:
    try:
        raise DatabaseError("new row violates check\nDETAIL:  Failing row contains (housing).")
    except DatabaseError as fault:
        log.warning("Refused: %s", fault)
    assert "housing" not in written.getvalue()


# --- requests and jobs ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_request_leaves_one_line_with_its_ids(
    alice: User, client_of: Browse, written: io.StringIO
) -> None:
    session = make_session(alice)
    address = reverse("interviews:question", args=[session.code, "S1-01"])
    reply = client_of(alice).get(address)
    (line,) = said(written, "uaip.access")
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["route"] == "/sessions/<uuid:code>/questions/<slug:key>/"
    assert line["request_id"] == reply["X-Request-ID"]
    assert line["session_id"] == str(session.code)
    assert line["user_id"] == str(alice.code)
    assert line["ms"] >= 0
    assert session.project_name not in written.getvalue()


@pytest.mark.django_db
def test_an_address_is_told_by_its_route(client: Client, written: io.StringIO) -> None:
    client.get(f"/accounts/password/reset/key/1-{SECRET}/", {"q": SECRET})
    client.get(f"/no-such-page/{SECRET}", {"q": SECRET})
    lines = said(written, "uaip.access")
    assert [one["route"] for one in lines][1] == "-"
    assert SECRET not in written.getvalue()
    assert "user_id" not in lines[0]


@pytest.mark.django_db
def test_what_machines_ask_every_second_is_quiet(client: Client, written: io.StringIO) -> None:
    client.get("/live")
    assert said(written, "uaip.access")[0]["level"] == "debug"


def test_a_log_line_never_finds_out_who_asks(rf: RequestFactory, written: io.StringIO) -> None:
    """That would cost a question to the database, and fail where that is what failed."""

    def ask() -> User:
        raise AssertionError("A log line asked who it is.")

    request = rf.get("/live")
    request.user = SimpleLazyObject(ask)
    token = logs.current_request.set(request)
    log.error("It stumbled.")
    logs.current_request.reset(token)
    assert "user_id" not in records(written)[0]


@pytest.mark.django_db
def test_no_answer_ever_stands_in_a_log(
    alice: User, client_of: Browse, written: io.StringIO
) -> None:
    session = make_session(alice)
    address = reverse("interviews:question", args=[session.code, "S1-01"])
    client_of(alice).post(address, {"text": VAGUE_PROBLEM, "answer_version": "1"})
    submit(session, "S1-01", VAGUE_PROBLEM)
    connection.close_if_unusable_or_obsolete()
    text = written.getvalue()
    assert "housing company" not in "".join(
        line for line in text.splitlines() if "django.db.backends" not in line
    )


@pytest.mark.django_db
def test_a_job_says_which_it_is(
    alice: User, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    def stumble(job: Job) -> None:
        raise RuntimeError(VAGUE_PROBLEM)

    monkeypatch.setattr("interviews.services.assessments.assess_attempt", stumble)
    session: InterviewSession = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM, scored=False)
    job = Job.objects.get(kind="score")
    jobs.run_job(job.pk)
    (line,) = said(written, "accounts.services.jobs")
    assert line["level"] == "error"
    assert line["exception"]["type"] == "RuntimeError"
    assert "housing" not in written.getvalue().replace("django.db.backends", "")
    assert request_facts.current().job_id == 0


@pytest.mark.django_db(transaction=True)
def test_the_request_is_named_by_the_worker_too(
    alice: User, client_of: Browse, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    """From the web process over the broker's message to the call of a model."""
    rung: list[dict[str, Any]] = []
    monkeypatch.setattr(jobs._doorbell, "ring", jobs._doorbell._ring)
    monkeypatch.setattr(jobs.current_app, "send_task", lambda name, **more: rung.append(more))

    def model_is_away(job: Job) -> None:
        logging.getLogger("interviews.llm").warning("The model is away.")
        jobs.finish(job)

    monkeypatch.setattr("interviews.services.assessments.assess_attempt", model_is_away)
    session = make_session(alice)
    address = reverse("interviews:question", args=[session.code, "S1-01"])
    reply = client_of(alice).post(
        address, {"f-text": VAGUE_PROBLEM, "answer_version": 0, "action": "submit"}
    )
    (ring,) = [one for one in rung if Job.objects.filter(pk=one["args"][0], kind="score")]
    run_job_task(*ring["args"], **ring["kwargs"])
    (line,) = said(written, "interviews.llm")
    assert line["request_id"] == reply["X-Request-ID"]
    assert line["job_id"] == ring["args"][0]


def test_both_forms_can_be_configured() -> None:
    for form in ("json", "line"):
        logging.config.DictConfigurator(logs.configuration(level="INFO", form=form))
