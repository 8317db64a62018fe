"""The cast, and what every test may ask for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client

from accounts import append_only, runtime_settings
from accounts.models import Job, User
from accounts.permissions import Role
from accounts.services import jobs
from tests.builders.people import make_person

pytest_plugins = ["tests.fakes.llm.fixtures"]


@pytest.fixture
def alice(db: None) -> User:
    """A requester."""
    return make_person("alice")


@pytest.fixture
def bob(db: None) -> User:
    """Her colleague, who has projects of his own."""
    return make_person("bob")


@pytest.fixture
def rita(db: None) -> User:
    """A reviewer."""
    return make_person("rita", role=Role.REVIEWER)


@pytest.fixture
def olga(db: None) -> User:
    """An operator: runs the installation, sees no project."""
    return make_person("olga", is_operator=True)


@pytest.fixture
def mallory(db: None) -> User:
    """An outsider with an account."""
    return make_person("mallory")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which the person is signed in."""

    def make(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return make


@pytest.fixture
def work() -> Callable[[], int]:
    """Does all waiting jobs the way the worker does them; returns how many."""

    def run() -> int:
        waiting = list(Job.objects.due().order_by("pk").values_list("pk", flat=True))
        return sum(jobs.run_job(job_id) is not None for job_id in waiting)

    return run


@pytest.fixture(autouse=True)
def _settings_of_the_files() -> None:
    """What one test changed at run time is not there for the next."""
    runtime_settings.KEPT.take({})


@pytest.fixture(autouse=True)
def _silent_doorbell(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker is rung: a test says itself when the worker works."""
    monkeypatch.setattr(jobs._doorbell, "ring", lambda job_id: False)


@pytest.fixture(autouse=True, scope="session")
def _flushable() -> None:
    """Lets Django empty the append-only tables after a test with real transactions.

    On the class, for the whole run: a browser's event loop gets connections of its own, and the
    database's own fixture flushes after every function's fixtures.
    """
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_all(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with ExitStack() as lifted:
            for table in ("audit_logs", "ai_project_charters", "decisions"):
                lifted.enter_context(append_only.lifted(self.connection, table, "delete"))
            flush(self, sql_list)

    operations.execute_sql_flush = flush_all
