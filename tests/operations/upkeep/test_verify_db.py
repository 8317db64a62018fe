"""The database is compared with what this release expects: each kind of damage, named."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.services import audit
from interviews.models import Answer, InterviewSession
from tests.builders.sessions import make_session
from tests.operations.command import run
from uaip_project.operations.database_care import verifying

pytestmark = pytest.mark.django_db

#: Kind and name -> statements on both databases, or by vendor.
LOOSE = (
    "DROP TABLE archived_sessions;"
    "CREATE TABLE archived_sessions (id integer PRIMARY KEY, session_id bigint,"
    " archived_at timestamp, status_before varchar(20))"
)
DAMAGE = {
    ("table", "legal_holds"): "DROP TABLE legal_holds",
    ("column", "ops_runs.said"): "ALTER TABLE ops_runs DROP COLUMN said",
    ("index", "ops_runs_of_a_kind"): "DROP INDEX ops_runs_of_a_kind",
    ("constraint", "archived_sessions_status_known"): LOOSE,
    ("unique", "archived_sessions.session_id"): LOOSE,
    ("not null", "archived_sessions.archived_at"): LOOSE,
    ("key", "archived_sessions.session_id"): LOOSE,
    ("view", "conversation_history"): "DROP VIEW conversation_history",
    ("trigger", "decisions_refuse_update"): {
        "postgresql": "ALTER TABLE decisions DISABLE TRIGGER decisions_refuse_update",
        "sqlite": "DROP TRIGGER decisions_refuse_update",
    },
    ("migration", "interviews.0007_keeping"): (
        "DELETE FROM django_migrations WHERE app = 'interviews' AND name = '0007_keeping'"
    ),
    ("migration", "charters.0005_exports"): (
        "DELETE FROM django_migrations WHERE app = 'charters' AND name = '0005_exports'"
    ),
    ("migration", "interviews.9999_later"): (
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('interviews', '9999_later', CURRENT_TIMESTAMP)"
    ),
    ("record", "audit_head"): "UPDATE audit_head SET hash = 'other' WHERE id = 1",
}


@pytest.fixture
def deed(alice: User) -> AuditEvent:
    """The record of deeds has rows."""
    audit.record(type="test.begun", actor=alice, subject="test")
    return audit.record(type="test.done", actor=alice, subject="test")


def test_a_sound_database_is_whole(deed: AuditEvent) -> None:
    outcome = run("verify_db", "--chain", "--json")
    assert (outcome.code, outcome.json["flaws"]) == (0, [])
    assert outcome.json["rows"]["audit_logs"] >= 1


@pytest.mark.parametrize("damage", DAMAGE, ids=" ".join)
def test_damage_is_named(deed: AuditEvent, damage: tuple[str, str]) -> None:
    sql = DAMAGE[damage]
    with connection.cursor() as cursor:
        for statement in (sql if isinstance(sql, str) else sql[connection.vendor]).split(";"):
            cursor.execute(statement)
    assert damage in _flaws()


def _flaws() -> set[tuple[str, str]]:
    """Without the command, whose own row is among what some damage takes away."""
    return {(one["kind"], one["name"]) for one in verifying.verify().data["flaws"]}


def _orphan(alice: User) -> Answer:
    session = make_session(alice)
    answer = session.answers.first()
    Answer.objects.filter(pk=answer.pk).update(session_id=10**9)
    return answer


def test_a_row_that_hangs_on_nothing_is_named_and_cleaned(alice: User) -> None:
    answer = _orphan(alice)
    others = Answer.objects.exclude(pk=answer.pk).count()
    flaws = run("verify_db", "--json").json["flaws"]
    assert [(one["kind"], one["name"]) for one in flaws] == [("orphan", "answers.session")]
    assert run("cleanup_orphaned_data", "--json").json["cleaned"] == {"answers.session": 1}
    assert Answer.objects.filter(pk=answer.pk).exists()
    assert run("cleanup_orphaned_data", "--yes").code == 0
    assert Answer.objects.count() == others
    assert AuditEvent.objects.get(type="orphans.deleted").detail == {"answers.session": 1}
    assert run("verify_db").code == 0


def test_nothing_is_cleaned_where_nothing_is_loose(alice: User) -> None:
    make_session(alice)
    before = Answer.objects.count()
    assert run("cleanup_orphaned_data", "--yes", "--json").json["cleaned"] == {}
    assert Answer.objects.count() == before


def test_an_archived_interview_that_does_not_say_when_is_named(alice: User) -> None:
    make_session(alice)
    InterviewSession.objects.update(status="archived", last_updated_at=timezone.now())
    outcome = run("verify_db")
    assert outcome.code == 1
    assert "1 archived interviews do not say when" in outcome.out


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such thing")
def test_a_sequence_behind_its_table_is_named(alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('users', 'id'), 1)")
        cursor.execute("UPDATE users SET id = id + 1000")
    assert ("sequence", "users") in _flaws()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such thing")
def test_an_index_that_may_not_be_used_is_named(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'sessions_of_owner'::regclass"
        )
    assert ("index", "sessions_of_owner") in _flaws()


#: Bytes of a file of SQLite -> what they became. The first leaves words that are no UTF-8.
GARBLED = {b"answers_of_value": b"\xff\xfeswers_of_\xffalue", b"CREATE INDEX": b"CREATE INDEQ"}
NO_DATABASE = {b"SQLite format 3": b"\xff" * 15}


def _damaged(file: Path, broken: dict[bytes, bytes]) -> Path:
    """A file of SQLite in which some bytes were overwritten."""
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE answers (id integer PRIMARY KEY, value text)")
        made.execute("CREATE INDEX answers_of_value ON answers (value)")
    content = file.read_bytes()
    for before, after in broken.items():
        content = content.replace(before, after)
    file.write_bytes(content)
    return file


def _verified_apart(file: Path) -> subprocess.CompletedProcess[str]:
    """The command as an operator calls it, on that file."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("POSTGRES_")}
    told |= {"UAIP_SQLITE_PATH": str(file), "UAIP_DATA_DIR": str(file.parent)}
    words = [sys.executable, "manage.py", "verify_db"]
    return subprocess.run(words, env=told, cwd=settings.BASE_DIR, capture_output=True, text=True)


@pytest.mark.parametrize("broken", [GARBLED, NO_DATABASE], ids=["garbled words", "no database"])
def test_a_file_damaged_beyond_reading_is_named(tmp_path: Path, broken: dict[bytes, bytes]) -> None:
    ended = _verified_apart(_damaged(tmp_path / "uaip.sqlite3", broken))
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "page: The database is damaged: " in ended.stdout
