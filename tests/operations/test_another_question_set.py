"""An installation that asks other questions starts, and says what does not fit."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from interviews.models import InterviewSession
from tests.builders.issued import issue
from tests.builders.questions import asking_from, copied_questions
from tests.builders.sessions import make_session
from tests.operations.command import ROOT, uaip
from uaip_project.operations import demo

GONE = "This interview was held with question set uaip/1, which is not installed."


def test_a_start_with_other_questions_goes_on_without_the_demonstration(tmp_path: Path) -> None:
    data = tmp_path / "data"
    env = {"PATH": os.environ["PATH"], "UAIP_DATA_DIR": str(data)}
    env |= {"UAIP_SQLITE_PATH": str(data / "uaip.sqlite3"), "LOG_LEVEL": "ERROR"}
    env |= {"UAIP_PROTOCOL_DIR": str(copied_questions(tmp_path, version="acme/1"))}
    ended = subprocess.run(
        [sys.executable, "manage.py", "db", "prepare"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("The demonstration was not added") == 1
    assert "(acme/1)" in ended.stdout


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["", "acme/1"])
def test_samples_that_do_not_fit_are_not_added(tmp_path: Path, version: str) -> None:
    """Also when a question was removed and the version forgotten."""
    out = io.StringIO()
    with asking_from(copied_questions(tmp_path, version=version)):
        call_command("seed_demo", stdout=out)
    assert "The demonstration was not added" in out.getvalue()
    assert not InterviewSession.objects.exists()
    assert User.objects.filter(email=demo.EMAIL).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("deed", ["status", "resume"])
def test_an_interview_of_another_set_is_one_line_in_the_terminal(
    alice: User, tmp_path: Path, deed: str
) -> None:
    session = make_session(alice)
    with asking_from(copied_questions(tmp_path, version="acme/1")):
        done = uaip(deed, session.code.hex[:8])
    assert done.code == 2
    assert done.err.startswith(GONE)
    assert "\n" not in done.err.strip()


@pytest.mark.django_db(transaction=True)
def test_an_issued_charter_is_exported_whatever_is_asked_today(alice: User, tmp_path: Path) -> None:
    session = issue("energy_wizard.json", by=alice).revision.charter.session
    with asking_from(copied_questions(tmp_path, version="acme/1")):
        done = uaip("export", session.code.hex[:8], "--format", "markdown")
    assert done.code == 0
    assert "Energy Wizard" in done.out
