"""The log level changes without a restart, and debugging ends by itself."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import runtime_settings
from accounts.models import AuditEvent, User
from accounts.permissions import Role
from tests.builders.people import make_person
from tests.house.tree import ROOT
from tests.operations.test_config_command import BY, config
from uaip_project import logs
from uaip_project.operations import log_level
from uaip_project.operations.housekeeping import Housekeeper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ada(db: None) -> Iterator[User]:
    """An administrator; afterwards the level is as it was."""
    before = logging.getLogger().level
    yield make_person("ada", role=Role.ADMIN)
    logging.getLogger().setLevel(before)


def test_a_worker_takes_the_level_over_without_a_restart() -> None:
    assert config("set", log_level.LEVEL, "30", *BY).code == 0
    Housekeeper(threading.Event()).tend(time.monotonic() + 1000)
    assert logging.getLogger().level == logging.WARNING
    config("undo", log_level.LEVEL, *BY)
    Housekeeper(threading.Event()).tend(time.monotonic() + 1000)
    assert logging.getLogger().level == logging.INFO


def test_debugging_ends_by_itself() -> None:
    done = config("debug", "on", "--for", "30m", *BY)
    assert (done.code, done.out.startswith("Everything is written until ")) == (0, True)
    assert log_level.wanted() == logging.DEBUG
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        runtime_settings.KEPT.forget()
        assert log_level.wanted() == logging.INFO
    assert AuditEvent.objects.filter(subject=f"setting {log_level.DEBUG_UNTIL}").count() == 1


def test_debugging_can_be_ended_at_once() -> None:
    config("debug", "on", *BY)
    config("debug", "off", *BY)
    assert log_level.wanted() == logging.INFO


@pytest.mark.parametrize("span", ["soon", "0m", "25h", "-5m"])
def test_debugging_without_an_end_is_refused(span: str) -> None:
    assert config("debug", "on", f"--for={span}", *BY).code == 2


def test_a_line_of_debugging_shows_no_secret() -> None:
    record = logging.LogRecord("x", logging.DEBUG, "x", 1, "password=canary", (), None)
    logs.Redacting().filter(record)
    assert "canary" not in record.getMessage()


def test_a_level_that_hides_faults_wants_to_be_confirmed() -> None:
    assert config("set", log_level.LEVEL, "50", *BY).code == 2
    assert config("set", log_level.LEVEL, "50", *BY, "--confirm", log_level.LEVEL).code == 0


def test_every_web_process_follows() -> None:
    """As gunicorn loads it: the thread is there once the application is."""
    code = (
        "import threading, uaip_project.wsgi; "
        "print([one.name for one in threading.enumerate() if one.name == 'log level'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "uaip_project.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stdout.strip() == "['log level']", done.stderr
