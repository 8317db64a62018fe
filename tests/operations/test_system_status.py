"""The state of the installation through the API: for operators, with nothing of any project."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from accounts.models import Job, User
from accounts.permissions import Role
from tests.builders.people import make_person
from tests.builders.programs import Ask, Program, error_of, with_key
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from tests.fakes.llm.server import FakeModel
from uaip_project.operations import heartbeats
from uaip_project.operations.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_an_operator_sees_what_waits_and_for_how_long(
    ask: Ask, olga: User, alice: User, work: Callable[[], int]
) -> None:
    submit(make_session(alice, "Secret plan"), "S1-01", VAGUE_PROBLEM, scored=False)
    Job.objects.update(next_attempt_at=Now() - timedelta(minutes=5))
    reply = ask(olga).get("/system/status")
    queue = reply.json()["queue"]
    assert (queue["pending"], queue["due"], queue["dead"]) == (1, 1, 0)
    assert queue["oldest_due_seconds"] >= 300
    assert "Secret plan" not in reply.content.decode()
    assert alice.email not in reply.content.decode()
    work()
    queue = ask(olga).get("/system/status").json()["queue"]
    assert (queue["pending"], queue["due"], queue["oldest_due_seconds"]) == (0, 0, 0)


def test_a_silent_worker_is_said_to_be_silent(ask: Ask, olga: User) -> None:
    assert ask(olga).get("/system/status").json()["workers"] == []
    heartbeats.beat("worker")
    (worker,) = ask(olga).get("/system/status").json()["workers"]
    assert (worker["name"], worker["is_alive"]) == ("worker", True)
    Heartbeat.objects.update(heard_at=timezone.now() - timedelta(hours=1))
    (worker,) = ask(olga).get("/system/status").json()["workers"]
    assert worker["is_alive"] is False


def test_models_and_versions_are_named(ask: Ask, olga: User, fake_model: FakeModel) -> None:
    said = ask(olga).get("/system/status").json()
    assert (said["status"], said["llm"]) == ("healthy", "available")
    assert [one["model"] for one in said["models"]["circuits"]] == ["test-model"]
    assert set(said["versions"]) == {"app", "protocol", "engine", "python", "django", "database"}
    assert fake_model.requests == []


def test_nobody_else_looks(ask: Ask, alice: User, rita: User, olga: User) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    assert ask(ada).get("/system/status").status_code == 200
    for program in (ask(alice), ask(rita), with_key(ada, "model.view")):
        reply = program.get("/system/status")
        assert (reply.status_code, error_of(reply)["code"]) == (403, "FORBIDDEN")
    assert Program(Client()).get("/system/status").status_code == 401
    assert with_key(ada, "system.view").get("/system/status").status_code == 200
