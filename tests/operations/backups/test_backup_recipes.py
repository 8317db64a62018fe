"""What the page about backups tells an operator to type really works."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.builders.people import make_person
from tests.builders.sessions import make_session
from tests.house.tree import ROOT
from uaip_project.operations.backups import postgres_tools, scratch

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = (ROOT / "docs" / "how-to" / "back-up.md").read_text(encoding="utf-8")
is_postgresql = "connection.vendor != 'postgresql'"


def _typed(*programs: str) -> list[str]:
    """The page's command lines that begin with one of these programs, in their order."""
    found = re.findall(r"^\$ (.+)$", PAGE, re.MULTILINE)
    return [line for line in found if line.split()[0] in programs]


def _run(line: str, folder: Path, env: dict[str, str] | None = None) -> None:
    command = ["/bin/sh", "-c", line]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)
    assert done.returncode == 0, (line, done.stderr)


@pytest.mark.skipif(is_postgresql, reason="these recipes are PostgreSQL's")
def test_schema_and_one_table_of_postgresql_go_into_an_empty_database(tmp_path: Path) -> None:
    make_session(make_person("alice"))
    own = str(connection.settings_dict["NAME"])
    with scratch.scratch_database() as empty:
        name = str(empty.settings_dict["NAME"])
        lines = _typed("pg_dump", "psql", "pg_restore")
        assert len(lines) == 4
        for line in lines:
            named = re.sub(r"\bempty\b", name, re.sub(r" uaip$", f" {own}", line))
            _run(named, tmp_path, postgres_tools.environment(connection.settings_dict))
        with empty.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM users")
            assert cursor.fetchone()[0] > 0
            cursor.execute("SELECT count(*) FROM sessions")
            assert cursor.fetchone()[0] == 0


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="these recipes are SQLite's")
@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the program sqlite3 is not installed")
def test_schema_and_one_table_of_sqlite_go_into_an_empty_database(tmp_path: Path) -> None:
    make_session(make_person("alice"))
    lines = _typed("sqlite3")
    assert len(lines) == 4
    for line in lines:
        _run(line.replace("data/uaip.sqlite3", str(connection.settings_dict["NAME"])), tmp_path)
    with sqlite3.connect(tmp_path / "empty.sqlite3") as empty:
        assert empty.execute("SELECT count(*) FROM users").fetchone()[0] > 0
        assert empty.execute("SELECT count(*) FROM sessions").fetchone()[0] == 0


def test_the_lifecycle_of_the_bucket_covers_our_copies_and_outlives_our_own() -> None:
    found = re.search(r"```json\n(.+?)```", PAGE, re.DOTALL)
    assert found
    (rule,) = json.loads(found[1])["Rules"]
    assert rule["Filter"]["Prefix"] == settings.BACKUP_S3_PREFIX
    days = 7 + 7 * settings.BACKUP_KEEP_WEEKLY + 31 * settings.BACKUP_KEEP_MONTHLY
    assert rule["Expiration"]["Days"] >= min(days, 120)
