"""A database that holds nothing yet is brought up to date by Django's own command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.operations.command import ROOT

CLEARED = ("POSTGRES_HOST", "REDIS_URL")


def test_an_operator_migrates_an_empty_database(tmp_path: Path) -> None:
    """Checks run before the first table is there: none may ask for one. Nor is its folder."""
    environment = {name: value for name, value in os.environ.items() if name not in CLEARED}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "uaip_project.settings",
        "UAIP_DATA_DIR": str(tmp_path),
        "UAIP_SQLITE_PATH": str(tmp_path / "not there yet" / "empty.sqlite3"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "accounts", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
