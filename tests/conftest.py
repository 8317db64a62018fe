"""The cast, and what every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.utils import CursorWrapper
from django.db.models.signals import post_migrate
from django.test import Client
from pytest_django import Settings

from accounts import append_only, key_ring, runtime_settings, sealing
from accounts.models import Job, User
from accounts.permissions import Role
from accounts.services import jobs
from tests.builders.people import make_person
from tests.builders.programs import Ask, Program
from uaip_project.operations import maintenance_mode

pytest_plugins = ["tests.fakes.llm.fixtures"]

#: Tables whose rows the database refuses to delete.
KEPT_TABLES = (
    "audit_logs",
    "ai_project_charters",
    "decisions",
    "votes",
    "rulings",
    "ruling_conditions",
    "comment_versions",
    "commitment_readings",
    "case_incidents",
    "rule_sets",
    "rule_publications",
    "crosswalk_details",
    "ops_incident_entries",
)


#: Few tests of a minute each: begun last, they would keep everybody waiting for one process.
LONG = ("tests/chaos", "tests/journeys", "tests/house/test_route_matrix.py", "tests/operations")
#: What a test asks for that touches the database.
DATABASE = frozenset({"db", "transactional_db", "live_server", "django_db_reset_sequences"})
#: Speak to the servers by other ways than the database's connection.
OTHER_WAYS = (
    "tests/operations/backups",
    "tests/operations/restoring",
    "tests/operations/system",
    "tests/operations/monitoring/test_pool_watch.py",
    "tests/operations/test_cache.py",
    "tests/operations/test_tls_to_servers.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What waits long begins first. The second run leaves out what would only say the same again."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if not os.environ.get("UAIP_TEST_SECOND_RUN"):
        return
    config.hook.pytest_deselected(items=[one for one in items if not _touches_servers(one)])
    items[:] = [one for one in items if _touches_servers(one)]


def _touches_servers(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    is_other = item.nodeid.startswith(OTHER_WAYS)
    return bool(item.get_closest_marker("django_db") or asked & DATABASE or is_other)


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
def ada(db: None) -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def sue(db: None) -> User:
    """The SuperAdmin."""
    return make_person("sue", role=Role.SUPERADMIN)


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
def ask(client_of: Callable[[User], Client]) -> Ask:
    """A program that asks as this person."""
    return lambda person: Program(client_of(person))


@pytest.fixture
def work() -> Callable[[], int]:
    """Does all waiting jobs the way the worker does them; returns how many."""

    def run() -> int:
        waiting = list(Job.objects.due().order_by("pk").values_list("pk", flat=True))
        return sum(jobs.run_job(job_id) is not None for job_id in waiting)

    return run


@pytest.fixture
def field_key(settings: Settings) -> Iterator[str]:
    """A site that seals what people write, by this entry of FIELD_KEYS."""
    settings.FIELD_KEYS = sealing.new_field_key()
    key_ring.forget()
    yield settings.FIELD_KEYS
    key_ring.forget()


@pytest.fixture(autouse=True)
def _settings_of_the_files() -> None:
    """What one test changed at run time is not there for the next."""
    runtime_settings.KEPT.take({})
    maintenance_mode.KEPT.take(maintenance_mode.OPEN)


@pytest.fixture(autouse=True)
def _silent_doorbell(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker is rung: a test says itself when the worker works."""
    monkeypatch.setattr(jobs._doorbell, "ring", lambda job_id: False)


#: Written by Django after each migration, and the same in every test.
FIXED_TABLES = frozenset({"django_content_type", "auth_permission", "django_site"})


@pytest.fixture(autouse=True, scope="session")
def _flushable() -> None:
    """Empties the tables that hold rows after a test with real transactions, append-only ones too.

    Django would empty all of them, and then write anew what each migration writes: most of the
    time of such a test. On the class, for the whole run: a browser's event loop gets connections
    of its own, and the database's own fixture flushes after every function's fixtures.
    """
    operations = type(connection.ops)

    def flush_all(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        post_migrate.receivers = []
        post_migrate.sender_receivers_cache.clear()
        with self.connection.cursor() as cursor:
            tables = _tables_with_rows(cursor)
            if self.connection.vendor == "postgresql":
                # Neither keys nor triggers look while this is set.
                cursor.execute("SET session_replication_role = replica")
                _delete(cursor, tables)
                cursor.execute("SET session_replication_role = DEFAULT")
                return
        with ExitStack() as lifted, self.connection.constraint_checks_disabled():
            for table in set(KEPT_TABLES) & set(tables):
                lifted.enter_context(append_only.lifted(self.connection, table, "delete"))
            with self.connection.cursor() as cursor:
                _delete(cursor, tables)

    operations.execute_sql_flush = flush_all


def _tables_with_rows(cursor: CursorWrapper) -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = [name for name in names if name not in FIXED_TABLES]
    parts = (
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"
        for name in asked
    )
    cursor.execute(" UNION ALL ".join(parts))
    return [name for (name,) in cursor.fetchall()]


def _delete(cursor: CursorWrapper, tables: list[str]) -> None:
    for name in tables:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
