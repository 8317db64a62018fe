"""Each fault leads to its hint, and first aid touches what it says and nothing else."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEvent, Job
from interviews.llm import circuit
from interviews.models import Circuit
from tests.fakes.llm.server import FakeModel
from tests.operations.command import run
from uaip_project.operations import probes
from uaip_project.operations.incidents import diagnosing, fixing
from uaip_project.operations.models import Heartbeat, MaintenanceMode, OpsRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound_house(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker at work, room on the disk, memory left."""
    settings.DATA_DIR = tmp_path
    Heartbeat.objects.create(name="worker", heard_at=timezone.now())
    disk = SimpleNamespace(percent=40.0, free=10**10, total=10**11)
    memory = SimpleNamespace(percent=40.0, available=10**9, total=10**10)
    monkeypatch.setattr(psutil, "disk_usage", lambda path: disk)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)


def begin(runbook: str = "p1") -> str:
    done = run("incident", "run", runbook, "--json")
    first = done.json["begin"]
    assert done.code == (1 if first else 0)
    return str(first["name"]) if first else ""


def test_a_sound_house_has_nothing_to_begin_with() -> None:
    assert begin() == ""
    assert begin("p2") == ""


def test_a_database_that_is_away_is_named_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "database_answers", lambda: False)
    found = diagnosing.run("p1")
    assert [(one.name, one.is_well) for one in found] == [("database", False)]
    assert "incident fix database" in found[0].hint


@pytest.mark.parametrize(("part", "name"), [("disk_usage", "disk"), ("virtual_memory", "memory")])
def test_a_full_machine_is_named(monkeypatch: pytest.MonkeyPatch, part: str, name: str) -> None:
    full = SimpleNamespace(percent=99.0, free=0, available=0, total=1)
    monkeypatch.setattr(psutil, part, lambda *path: full)
    assert begin() == name


def test_a_silent_worker_is_named() -> None:
    Heartbeat.objects.update(heard_at=timezone.now() - timedelta(minutes=5))
    assert begin() == "workers"


def test_a_house_that_was_closed_is_named() -> None:
    MaintenanceMode.objects.create(pk=1, mode="readonly", set_at=timezone.now())
    assert begin() == "maintenance"


def test_work_that_was_given_up_is_named() -> None:
    Job.objects.create(
        kind="score", subject_id=1, unique_key="x", status="dead", finished_at=timezone.now()
    )
    assert begin() == "queue"


def test_a_model_that_is_not_asked_slows_people_down(fake_model: FakeModel) -> None:
    run("circuit", "status")
    circuit.force_open(Circuit.objects.get(), by=None, reason="X")
    assert begin("p2") == "language model"


def test_a_runbook_that_there_is_not_is_refused() -> None:
    assert run("incident", "run", "p9").code == 2


def test_each_broken_link_is_named(settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.BROKER_URL = f"redis://127.0.0.1:{port}/0"
    settings.CACHE_URL = "redis://no-such-host.invalid:6379/0"
    found = {one["name"]: one for one in run("incident", "run", "network", "--json").json["checks"]}
    assert "takes no connection" in found["broker"]["sentence"]
    assert "is not known to DNS" in found["cache"]["sentence"]


@pytest.fixture
def files(tmp_path: Path, settings: Settings) -> dict[str, Path]:
    """What may go and what must stay, all of it old."""
    settings.LOG_DIR = str(tmp_path / "logs")
    names = {
        "go": ("tmp/a/half", ".backup.part", "logs/app.log.3"),
        "stay": (
            "uaip.sqlite3",
            "backups/b.uaip",
            "media/logo.png",
            "logs/app.log",
            "audit/1.jsonl",
        ),
    }
    old = time.time() - 30 * 86_400
    found = {}
    for group, paths in names.items():
        for name in paths:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x" * 100)
            os.utime(path, (old, old))
            found[f"{group} {name}"] = path
    (tmp_path / "tmp" / "fresh").write_text("being written")
    (tmp_path / "tmp" / "link").symlink_to(tmp_path / "uaip.sqlite3")
    return found


def test_a_full_disk_is_cleaned_of_what_is_listed_and_nothing_else(
    files: dict[str, Path], tmp_path: Path
) -> None:
    done = run("incident", "fix", "disk", "--json")
    assert (done.code, len(done.json["changed"]), done.json["freed_bytes"]) == (0, 3, 300)
    assert {name.split()[0] for name, path in files.items() if path.exists()} == {"stay"}
    assert len([one for one in files.values() if one.exists()]) == 5
    assert (tmp_path / "tmp" / "fresh").exists()
    assert AuditEvent.objects.get(type="ops.first_aid").detail["cause"] == "disk"


def test_a_rehearsal_changes_nothing(files: dict[str, Path]) -> None:
    done = run("incident", "fix", "disk", "--dry-run")
    assert "3 files would be deleted" in done.out
    assert all(path.exists() for path in files.values())
    assert not AuditEvent.objects.filter(type="ops.first_aid").exists()


@pytest.mark.parametrize("cause", ["database", "locks", "memory", "queue"])
def test_each_cause_has_its_first_aid(cause: str) -> None:
    assert run("incident", "fix", cause).code == 0


def test_there_is_no_first_aid_for_what_nobody_knows() -> None:
    assert run("incident", "fix", "weather").code == 2


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    full = SimpleNamespace(percent=99.0, free=0, total=1)
    monkeypatch.setattr(psutil, "disk_usage", lambda path: full)


def test_the_house_cleans_up_by_itself_at_most_twice_an_hour(
    files: dict[str, Path], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk(monkeypatch)
    settings.AUTO_REMEDIATE = True
    done = [fixing.remediate() is not None for _ in range(4)]
    assert done == [True, True, False, False]
    assert OpsRun.objects.filter(kind="remediate disk").count() == 2
    assert AuditEvent.objects.filter(type="ops.first_aid").count() == 2


def test_by_itself_it_does_nothing_unless_the_site_wants_that(
    files: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk(monkeypatch)
    assert fixing.remediate() is None
    assert fixing.remediate(is_rehearsal=True) is not None
    assert all(path.exists() for path in files.values())
