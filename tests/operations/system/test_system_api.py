"""Queue, workers, runs, dependencies and connections for programs."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Job, User
from tests.builders.programs import Program, error_of, with_key
from tests.house.tree import module_of, parsed, rooms_files
from tests.operations.system.commands import run_json
from tests.operations.system.conftest import MakeJob
from uaip_project.operations import heartbeats
from uaip_project.operations.models import OpsRun
from uaip_project.operations.sight import storage

pytestmark = pytest.mark.django_db

#: Libraries that speak to another system.
CLIENTS = {
    "anthropic",
    "boto3",
    "celery",
    "django.core.mail",
    "http.client",
    "httpx2",
    "kombu.transport",
    "onelogin.saml2.auth",
    "openai",
    "psycopg",
    "redis",
    "requests",
    "smtplib",
    "urllib.request",
}
#: Modules that only look at faults, build an address, or try what a dependency's own module uses.
QUIET = {
    "uaip_project.operations.cache_care": "counts and empties the cache",
    "uaip_project.operations.config_deeds": "asks our own web processes",
    "uaip_project.operations.validation": "tries each dependency before a start",
}


@pytest.fixture
def program(olga: User, client_of: Callable[[User], Client]) -> Program:
    """A program that asks as an operator."""
    return Program(client_of(olga))


def test_api_and_command_count_alike(make_job: MakeJob, program: Program) -> None:
    make_job(1), make_job(2, "stumble")
    make_job(3, status="dead", finished_at=Now(), last_fault="Gone.")
    said = program.get("/system/queue").json()
    _, by_command = run_json("queue", "stats")
    names = ("pending", "running", "dead", "due", "held")
    assert {name: said[name] for name in names} == {name: by_command[name] for name in names}
    assert said["pending"] == 2
    (dead,) = program.get("/system/queue/dead?kind=note").json()["dead"]
    assert dead["reason"] == "Gone."
    assert program.get("/system/queue/dead?kind=score").json()["dead"] == []


def test_a_program_tries_again_cancels_holds_and_releases(
    make_job: MakeJob, program: Program
) -> None:
    dead, waiting = make_job(1, status="dead", finished_at=Now()), make_job(2)
    assert program.post("/system/queue/retry", {"numbers": [dead.pk]}).json() == {
        "numbers": [dead.pk]
    }
    wish = {"numbers": [waiting.pk], "why": "It hangs."}
    assert program.post("/system/queue/cancel", wish).json() == {"numbers": [waiting.pk]}
    held = program.post("/system/queue/hold", {"kinds": ["note"], "why": "Wait."}).json()
    assert held == {"changed": ["note"], "held": ["note"]}
    assert program.post("/system/queue/release", {"kinds": ["note"]}).json()["held"] == []


@pytest.mark.parametrize(
    ("deed", "sent"),
    [
        ("retry", {}),
        ("cancel", {"all": True}),
        ("cancel", {"why": "It hangs."}),
        ("hold", {"kinds": ["nonsense"], "why": "Wait."}),
        ("release", {"kinds": []}),
    ],
)
def test_a_wish_that_names_nothing_is_refused(
    deed: str, sent: dict[str, object], make_job: MakeJob, program: Program
) -> None:
    make_job()
    reply = program.post(f"/system/queue/{deed}", sent)
    assert (reply.status_code, error_of(reply)["code"]) == (422, "VALIDATION_FAILED")
    assert Job.objects.get().status == "pending"


def test_a_key_that_may_look_may_not_touch(olga: User, make_job: MakeJob) -> None:
    make_job(status="dead", finished_at=Now())
    looks = with_key(olga, "system.view")
    assert looks.get("/system/queue").status_code == 200
    assert looks.post("/system/queue/retry", {"all": True}).status_code == 403
    assert with_key(olga, "queue.manage").post("/system/queue/retry", {"all": True}).json()


def test_hanging_work_is_listed(make_job: MakeJob, program: Program) -> None:
    make_job(created_at=Now() - timezone.timedelta(hours=1))
    (row,) = program.get("/system/queue/stuck").json()["stuck"]
    assert (row["kind"], row["cause"]) == ("note", "No worker is alive. Start one.")


def test_worker_processes_are_listed(program: Program) -> None:
    heartbeats.beat_process()
    (row,) = program.get("/system/workers").json()["workers"]
    assert (row["name"], row["is_alive"], row["jobs"]) == (heartbeats.own_name(), True, 0)


def test_runs_are_listed_by_kind_and_outcome(program: Program) -> None:
    for kind, status in (("backup", "ok"), ("backup", "failed"), ("verify_db", "ok")):
        OpsRun.objects.create(kind=kind, status=status, finished_at=timezone.now(), said="Done.")
    said = program.get("/system/runs?kind=backup&status=failed").json()
    assert [(one["kind"], one["status"]) for one in said["items"]] == [("backup", "failed")]
    assert program.get("/system/runs").json()["total"] == 3


def test_every_client_in_the_code_is_on_the_map(program: Program) -> None:
    said = program.get("/system/dependencies").json()["dependencies"]
    mapped = {module for one in said for module in one["modules"]}
    found = {module_of(path) for path in rooms_files() if _clients_of(parsed(path))}
    assert sorted(found - mapped - set(QUIET)) == []
    assert sorted(mapped - {module_of(path) for path in rooms_files()}) == []


def _clients_of(tree: ast.Module) -> set[str]:
    """Client libraries that a module imports for more than their faults."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in CLIENTS:
            if any(not name.name.endswith(("Exception", "Error")) for name in node.names):
                found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name in CLIENTS}
    return found


def test_the_map_shows_hosts_and_no_password(program: Program, settings: Settings) -> None:
    settings.BROKER_URL = "redis://:hunter2@redis.example.org:6379/0"
    reply = program.get("/system/dependencies")
    said = {one["name"]: one for one in reply.json()["dependencies"]}
    assert said["broker"]["places"] == ["redis.example.org:6379"]
    assert said["database"]["is_required"]
    assert "hunter2" not in reply.content.decode()


def test_connections_are_counted(program: Program) -> None:
    said = program.get("/system/db-stats").json()
    assert said["vendor"] == connection.vendor
    if connection.vendor == "postgresql":
        assert 0 < said["connections"]["used"] <= said["connections"]["most"]
    else:
        assert said["connections"] is None


def test_a_pool_that_is_nearly_used_up_is_a_problem(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = {"used": 8, "open": 10, "most": 10, "waiting": 3, "waited_too_long": 1, "share": 0.8}
    monkeypatch.setattr(storage, "pool_use", lambda: full)
    said = program.get("/system/db-stats").json()
    assert said["is_problem"] is True
    assert said["pool"] == full


def test_nobody_else_looks(alice: User, client_of: Callable[[User], Client]) -> None:
    program = Program(client_of(alice))
    for path in (
        "queue",
        "queue/dead",
        "queue/stuck",
        "workers",
        "runs",
        "dependencies",
        "db-stats",
    ):
        assert program.get(f"/system/{path}").status_code == 403
