"""Commands say what they do: warnings of the system checks come where one looks for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Error, Warning, register, registry
from django.core.management.base import SystemCheckError

from accounts.management.commands import list_users
from tests.builders.questions import copied_questions
from tests.operations.command import ROOT

#: A laptop gets some: no model is named, mails go nowhere.
WARNED = "System check identified some issues"


@pytest.fixture
def site(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation that has nothing yet.

    It asks other questions, so that no demonstration is added: that takes a minute.
    """
    data = tmp_path / "data"
    return {
        "PATH": os.environ["PATH"],
        "UAIP_DATA_DIR": str(data),
        "UAIP_SQLITE_PATH": str(data / "uaip.sqlite3"),
        "UAIP_PROTOCOL_DIR": str(copied_questions(tmp_path, version="acme/1")),
    }


def manage(site: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=site, capture_output=True, text=True, check=False)


def test_an_operator_sees_each_step_and_the_warnings_once(site: dict[str, str]) -> None:
    first = manage(site, "db", "prepare")
    assert first.returncode == 0, first.stderr
    assert WARNED in first.stderr
    steps = first.stdout.splitlines()
    assert steps[0] == "The database is brought up to date."
    assert any("Applying interviews.0001_initial... OK" in one for one in steps)
    assert "Styles and pictures are collected." in steps
    assert steps[-1] == "All is ready."
    again = manage(site, "list_users")
    assert (again.returncode, again.stderr) == (0, "")


def test_an_error_stops_a_command_and_is_told() -> None:
    def broken(app_configs: object, **kwargs: object) -> list[Warning | Error]:
        return [Error("It cannot work."), Warning("It is odd.")]

    register(broken)
    try:
        with pytest.raises(SystemCheckError, match=r"It cannot work.[\s\S]*It is odd."):
            list_users.Command().check()
    finally:
        registry.registry.registered_checks.discard(broken)
