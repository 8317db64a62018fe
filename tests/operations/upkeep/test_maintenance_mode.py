"""Maintenance: announced, closed for writing, opened again; nobody loses what they typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from interviews.models import InterviewSession
from tests.builders.people import PASSWORD, make_person
from tests.builders.programs import with_key
from tests.operations.command import run
from uaip_project.operations import maintenance_mode
from uaip_project.operations.models import MaintenanceMode

pytestmark = pytest.mark.django_db
Browse = Callable[[User], Client]
START = {"project_name": "Repair triage for a housing company"}


@pytest.fixture
def closed(db: None) -> None:
    maintenance_mode.start(message="Upgrade to 2.0.", by=None, lasts=timedelta(minutes=30))


@pytest.fixture
def chief(db: None) -> User:
    return make_person("carla", role=Role.SUPERADMIN)


def test_people_read_a_banner_before_and_still_write(alice: User, client_of: Browse) -> None:
    told = run("maintenance", "announce", "--in", "15m", "--for", "30m", "--message", "Upgrade.")
    assert told.code == 0
    page = client_of(alice).get("/").content.decode()
    assert "U-AIP will be maintained from" in page
    assert "Upgrade." in page
    assert client_of(alice).post("/sessions/start/", START).status_code == 302


def test_a_write_waits_and_what_was_typed_comes_back(
    closed: None, alice: User, client_of: Browse
) -> None:
    reply = client_of(alice).post("/sessions/start/", START | {"password": "not this"})
    assert reply.status_code == 503
    assert 1700 <= int(reply["Retry-After"]) <= 1801
    page = reply.content.decode()
    assert 'name="project_name" value="Repair triage for a housing company"' in page
    assert 'action="/sessions/start/"' in page
    assert "not this" not in page
    assert not InterviewSession.objects.exists()


def test_people_read_on(closed: None, alice: User, client_of: Browse) -> None:
    page = client_of(alice).get("/sessions/")
    assert page.status_code == 200
    assert "you can read, not change" in page.content.decode()


def test_a_form_that_waited_is_sent_when_the_house_is_open_again(
    closed: None, alice: User, client_of: Browse
) -> None:
    browser = client_of(alice)
    assert browser.post("/sessions/start/", START).status_code == 503
    assert run("maintenance", "stop").code == 0
    assert browser.post("/sessions/start/", START).status_code == 302
    assert InterviewSession.objects.get().project_name == START["project_name"]


def test_a_script_that_saves_a_draft_is_told_in_a_sentence(
    closed: None, alice: User, client_of: Browse
) -> None:
    reply = client_of(alice).post("/sessions/start/", START, headers={"HX-Request": "true"})
    assert (reply.status_code, reply["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert "Upgrade to 2.0." in reply.content.decode()


def test_programs_wait_too(closed: None, alice: User) -> None:
    program = with_key(alice, "session.start", "session.view")
    reply = program.post("/sessions", {"project_name": "Repairs"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert program.get("/sessions").status_code == 200


def test_superadmins_write_on_and_administrators_wait(
    closed: None, chief: User, client_of: Browse
) -> None:
    adam = make_person("adam", role=Role.ADMIN)
    assert client_of(adam).post("/sessions/start/", START).status_code == 503
    assert client_of(chief).post("/sessions/start/", START).status_code == 302


def test_health_metrics_and_signing_in_are_never_blocked(closed: None, alice: User) -> None:
    stranger = Client()
    assert stranger.get("/health").status_code == 200
    assert stranger.get("/ready").status_code == 200
    assert stranger.get("/metrics").status_code == 200
    signed_in = stranger.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert signed_in.status_code == 302
    tokens = Client().post(
        "/auth/login",
        {"email": alice.email, "password": PASSWORD},
        content_type="application/json",
    )
    assert tokens.status_code == 200


def test_an_administrator_begins_and_ends_it_on_the_page(client_of: Browse) -> None:
    browser = client_of(make_person("adam", role=Role.ADMIN))
    form = {"mode": "readonly", "message": "Upgrade.", "notice": "0", "lasts": "30"}
    assert browser.post("/operations/maintenance/", form).status_code == 302
    assert maintenance_mode.standing().is_closed(timezone.now())
    assert "closed for writing" in browser.get("/operations/maintenance/").content.decode()
    assert browser.post("/operations/maintenance/stop/").status_code == 302
    assert not maintenance_mode.standing().is_told(timezone.now())
    deeds = AuditEvent.objects.filter(type__startswith="maintenance.")
    assert [one.type for one in deeds.order_by("sequence")] == [
        "maintenance.started",
        "maintenance.stopped",
    ]


def test_a_form_without_a_message_is_shown_again(client_of: Browse) -> None:
    browser = client_of(make_person("adam", role=Role.ADMIN))
    reply = browser.post("/operations/maintenance/", {"mode": "readonly", "notice": "5"})
    assert reply.status_code == 422
    assert "people read it on every page" in reply.content.decode()
    assert not MaintenanceMode.objects.exists()


def test_an_operator_sees_it_and_changes_nothing(olga: User, client_of: Browse) -> None:
    browser = client_of(olga)
    assert browser.get("/operations/maintenance/").status_code == 200
    assert browser.post("/operations/maintenance/", {"mode": "readonly"}).status_code == 403
    assert browser.post("/operations/maintenance/stop/").status_code == 403


def test_it_ends_by_itself_when_its_time_is_over(alice: User, client_of: Browse) -> None:
    maintenance_mode.start(message="", by=None, lasts=timedelta(minutes=30))
    past = timezone.now() - timedelta(hours=1)
    MaintenanceMode.objects.update(starts_at=past, ends_at=past + timedelta(minutes=30))
    maintenance_mode.KEPT.forget()
    assert client_of(alice).post("/sessions/start/", START).status_code == 302


def test_another_process_knows_within_seconds(alice: User, settings: Settings) -> None:
    settings.RUNTIME_SETTINGS_SECONDS = 0.0
    here = maintenance_mode._Kept()
    assert here.standing() == maintenance_mode.OPEN
    maintenance_mode.start(message="", by=None)
    assert here.standing().is_closed(timezone.now())


def test_no_page_pays_for_it(alice: User, client_of: Browse, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert maintenance_mode.standing() == maintenance_mode.OPEN


def test_an_emergency_is_noted_as_one(db: None) -> None:
    words = ("maintenance", "start", "--emergency", "--for", "10m", "--message", "Disk.")
    assert "closed for writing" in run(*words).out
    assert AuditEvent.objects.filter(type="maintenance.started_at_once").count() == 1
    assert run("maintenance", "status", "--json").json["state"] == "closed for writing"


@pytest.mark.parametrize(
    "words", [["--for", "soon"], ["--at", "yesterday"], ["--at", "2020-01-01"]]
)
def test_times_that_cannot_be_are_refused(db: None, words: list[str]) -> None:
    assert run("maintenance", "announce", *words).code == 2
    assert not MaintenanceMode.objects.exists()
