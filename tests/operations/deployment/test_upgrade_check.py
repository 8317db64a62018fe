"""`manage.py upgrade_check`: what must hold before an upgrade, and what may go back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import checks
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from tests.operations.command import Outcome
from tests.operations.test_circuit_command import run
from uaip_project.operations import migration_plans, upgrades
from uaip_project.operations.backups import catalog
from uaip_project.operations.backups.catalog import LastGood

pytestmark = pytest.mark.django_db


def check(*arguments: str) -> Outcome:
    return run(*arguments, name="upgrade_check")


@pytest.fixture
def backup(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The last verified backup; a test says how old it is."""
    state: dict[str, Any] = {"hours": 2}

    def last_good() -> LastGood | None:
        if state["hours"] is None:
            return None
        at = timezone.now() - timedelta(hours=state["hours"])
        return LastGood("uaip-1.tar", at, 1000, 1.0)

    monkeypatch.setattr(catalog, "last_good", last_good)
    return state


def _pending(monkeypatch: pytest.MonkeyPatch, *operations: Any) -> None:
    made = Migration("0099_next", "accounts")
    made.operations = list(operations)
    monkeypatch.setattr(migration_plans, "pending", lambda: [made])
    monkeypatch.setattr(migration_plans, "sql_of", lambda found: ["ALTER TABLE users;"])


def test_with_a_fresh_backup_it_may_begin(backup: dict[str, Any]) -> None:
    done = check()
    assert (done.code, done.out.splitlines()[0]) == (0, "It may begin.")
    assert check("--json").json["may_begin"] is True


@pytest.mark.parametrize(
    ("hours", "words"), [(None, "no verified backup"), (25, "25.0 hours old: take one now")]
)
def test_without_a_fresh_backup_it_may_not(
    backup: dict[str, Any], hours: int | None, words: str
) -> None:
    backup["hours"] = hours
    done = check()
    assert (done.code, done.out.splitlines()[0]) == (1, "Do not begin.")
    assert words in done.out


def test_without_room_it_may_not(backup: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrades, "LEAST_FREE", 10**18)
    done = check()
    assert done.code == 1
    assert "problem  disk: " in done.out


@pytest.mark.parametrize(
    ("before", "now", "is_taken"),
    [
        ("1.0.0", "1.0.0", True),
        ("1.0.0", "1.0.1", True),
        ("1.0.3", "1.1.0", True),
        ("1.9.0", "2.0.0", True),
        ("1.0.0", "1.2.0", False),
        ("1.1.0", "1.0.0", False),
        ("1.0.1", "1.0.0", False),
        ("1.0.0", "3.0.0", False),
        ("1.9.0", "2.1.0", False),
        ("next", "1.0.0", False),
    ],
)
def test_one_step_at_a_time(
    backup: dict[str, Any], settings: Settings, before: str, now: str, is_taken: bool
) -> None:
    settings.APP_VERSION = now
    assert (check("--from", before).code == 0) is is_taken


def test_the_version_that_was_noted_last_is_compared(
    backup: dict[str, Any], settings: Settings
) -> None:
    assert check("--finish").out == "1.0.0 serves. It was noted.\n"
    settings.APP_VERSION = "1.2.0"
    assert "1.0.0 -> 1.2.0 leaves a version out" in check().out


def test_a_schema_of_a_newer_version_stops_an_upgrade_but_may_do_for_a_rollback(
    backup: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _pending(monkeypatch)
    check()
    check("--finish")
    MigrationRecorder.Migration.objects.create(app="accounts", name="0099_next")
    assert "accounts.0099_next, which this version does not know" in check().out
    done = check("--rollback")
    assert (done.code, "only added" in done.out) == (0, True)


def test_a_rollback_onto_a_schema_that_lost_something_is_refused(
    backup: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _pending(monkeypatch, migrations.RemoveField("User", "name"))
    check()
    check("--finish")
    MigrationRecorder.Migration.objects.create(app="accounts", name="0099_next")
    done = check("--rollback")
    assert done.code == 1
    assert "takes User.name away" in done.out
    assert "Restore the backup" in done.out


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (migrations.RemoveField("User", "name"), "takes User.name away"),
        (migrations.DeleteModel("User"), "takes the table of User away"),
        (migrations.RenameField("User", "name", "title"), "gives User.name another name"),
        (migrations.AlterModelTable("User", "people"), "another name"),
        (
            migrations.AddField("User", "size", models.IntegerField(default=1)),
            "adds User.size, which older code does not fill in",
        ),
        (
            migrations.AddConstraint(
                "User", models.UniqueConstraint(fields=["name"], name="one_name")
            ),
            "lets fewer rows into User (one_name)",
        ),
    ],
)
def test_what_the_version_of_before_would_miss_is_named(
    backup: dict[str, Any], monkeypatch: pytest.MonkeyPatch, operation: Any, words: str
) -> None:
    _pending(monkeypatch, operation)
    done = check()
    assert done.code == 0
    assert words in done.out
    assert check("--online").code == 1


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("User", "size", models.IntegerField(null=True)),
        migrations.AddField("User", "size", models.IntegerField(db_default=1)),
        migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddIndex("User", models.Index(fields=["name"], name="by_name")),
    ],
)
def test_what_only_adds_may_be_deployed_while_both_serve(
    backup: dict[str, Any], monkeypatch: pytest.MonkeyPatch, operation: Any
) -> None:
    _pending(monkeypatch, operation)
    assert check("--online").code == 0


def test_the_statements_are_shown_on_request(
    backup: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _pending(monkeypatch)
    assert check("--sql").out.splitlines()[-1] == "ALTER TABLE users;"


@pytest.mark.django_db(transaction=True)
def test_the_statements_of_a_real_migration_can_be_shown() -> None:
    loader = MigrationLoader(None)
    newest = [loader.get_migration_by_prefix("operations", "0001")]
    assert any("heartbeats" in line for line in migration_plans.sql_of(newest))


def test_the_checks_before_a_migration_ask_for_no_column_that_it_is_about_to_make() -> None:
    """``migrate`` runs them first: a new column of people must not keep it from being made."""
    with CaptureQueriesContext(connection) as asked:
        checks.run_checks(databases=["default"])
    assert not [one["sql"] for one in asked if '"users"' in one["sql"]]
