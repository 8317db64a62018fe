"""Log files of their own: each line in one file, a day each, compressed, deleted in time."""

from __future__ import annotations

import gzip
import json
import logging
import logging.config
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.operations.monitoring.servers import ROOT
from uaip_project import log_files, logs

FIRST = datetime(2026, 2, 1, 12, tzinfo=UTC)
Make = Callable[..., logging.Logger]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A logger that writes app.log into a folder, on a day that a test chooses."""
    logger = logging.getLogger("test.files")
    logger.propagate, made = False, []

    def configured(folder: Path = tmp_path, **more: int) -> logging.Logger:
        handler = log_files.DayFiles(str(folder), "app", **{"days": 30, "megabytes": 100, **more})
        logger.addHandler(handler)
        made.append(handler)
        return logger

    yield configured
    for handler in made:
        logger.removeHandler(handler)


@pytest.fixture
def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock; what was written before keeps its own day."""

    def travel(to: datetime) -> None:
        monkeypatch.setattr(log_files.time, "time", to.timestamp)

    return travel


def lines(file: Path) -> list[str]:
    text = gzip.decompress(file.read_bytes()).decode() if file.suffix == ".gz" else file.read_text()
    return text.splitlines()


def test_after_45_days_30_compressed_files_are_left(
    make: Make, on: Callable[[datetime], None], tmp_path: Path
) -> None:
    log = make()
    for number in range(45):
        day = FIRST + timedelta(days=number)
        on(day)
        log.warning("Day %s", number)
        os.utime(tmp_path / "app.log", (day.timestamp(), day.timestamp()))
    kept = sorted(tmp_path.glob("app-*"))
    first, last = date(2026, 2, 15), date(2026, 3, 16)
    assert [one.name for one in (kept[0], kept[-1])] == [
        f"app-{first}.log.gz",
        f"app-{last}.log.gz",
    ]
    assert len(kept) == 30
    assert all(one.name.endswith(".log.gz") for one in kept)
    assert lines(kept[0]) == ["Day 14"]
    assert lines(tmp_path / "app.log") == ["Day 44"]


def test_a_file_that_grows_too_large_is_ended_within_the_day(
    make: Make, on: Callable[[datetime], None], tmp_path: Path
) -> None:
    on(datetime.now(UTC))
    log = make(megabytes=1)
    for number in range(5):
        log.warning("%s %s", number, "x" * 600_000)
    today = datetime.now(UTC).date()
    assert sorted(one.name for one in tmp_path.glob("app-*")) == [
        f"app-{today}.1.log.gz",
        f"app-{today}.log.gz",
    ]
    assert len(lines(tmp_path / "app.log")) == 1


def test_a_day_that_writes_file_after_file_does_not_fill_the_disk(
    make: Make, on: Callable[[datetime], None], tmp_path: Path
) -> None:
    on(datetime.now(UTC))
    log = make(megabytes=1, days=1)
    for _ in range(7):
        log.warning("x" * 1_100_000)
    assert len(list(tmp_path.glob("app-*"))) == log_files.FILES_A_DAY


def test_a_folder_that_cannot_be_written_stops_nobody(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    log = make(tmp_path / "file" / "logs")
    log.warning("First")
    log.warning("Second")
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith(str(tmp_path))
    assert "cannot be written, lines come here" in said[0]
    assert said[1:] == ["First", "Second"]


def test_a_full_disk_costs_the_line_and_nothing_else(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log, write = make(), os.write
    log.warning("Before")
    monkeypatch.setattr(log_files.os, "write", lambda where, line: write(where, line[:3]))
    log.warning("Torn")
    monkeypatch.setattr(log_files.os, "write", write)
    log.warning("After")
    assert lines(tmp_path / "app.log") == ["Before", "Tor", "After"]
    assert capsys.readouterr().err.splitlines()[1:] == ["Torn"]


def test_several_processes_lose_no_line_while_a_file_is_ended(tmp_path: Path) -> None:
    """Each writes 300 lines; the file is ended again and again meanwhile."""
    code = (
        "import logging, sys; from uaip_project import log_files; log_files.MEGABYTE = 500;"
        "log = logging.getLogger();"
        f"log.addHandler(log_files.DayFiles({str(tmp_path)!r}, 'app', days=90, megabytes=1));"
        "[log.warning('%s %s', sys.argv[1], n) for n in range(300)]"
    )
    command = [sys.executable, "-c", code]
    writers = [subprocess.Popen([*command, str(one)], cwd=ROOT) for one in range(3)]
    assert [one.wait(timeout=300) for one in writers] == [0, 0, 0]
    assert len(list(tmp_path.glob("app-*.log.gz"))) > 1
    found = [line for file in tmp_path.glob("app*.log*") for line in lines(file)]
    assert sorted(found) == sorted(f"{one} {n}" for one in range(3) for n in range(300))


def in_files(folder: Path, code: str) -> dict[str, list[dict[str, Any]]]:
    """What a process of its own writes into each file."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "UAIP_LOG_DIR": str(folder),
        "UAIP_LOG_FORMAT": "json",
    }
    line = f"import django; django.setup(); import logging; {code}"
    done = subprocess.run(
        [sys.executable, "-c", line], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    assert done.stderr == b""
    return {
        file.stem: [json.loads(one) for one in file.read_text().splitlines()]
        for file in folder.glob("*.log")
    }


def test_each_line_lies_in_exactly_one_file(tmp_path: Path) -> None:
    found = in_files(
        tmp_path,
        "logging.getLogger('x').info('app'); logging.getLogger('x').warning('app too');"
        "logging.getLogger('x').error('error'); logging.getLogger('gunicorn.error').error('error');"
        "logging.getLogger('uaip.access').info('access');"
        "logging.getLogger('uaip.audit').info('audit');"
        "logging.getLogger('x').debug('nowhere')",
    )
    said = {name: [one["message"] for one in records] for name, records in found.items()}
    assert said == {
        "app": ["app", "app too"],
        "error": ["error", "error"],
        "access": ["access"],
        "audit": ["audit"],
    }


def test_what_a_file_holds_is_redacted_as_everywhere(tmp_path: Path) -> None:
    found = in_files(tmp_path, "logging.getLogger('x').error('password=hunter2 refused')")
    assert found["error"][0]["message"] == "password=[cut] refused"


def test_without_a_folder_everything_goes_to_standard_error() -> None:
    made = logs.configuration(level="INFO", form="json", folder=logs.Folder())
    assert made["root"]["handlers"] == ["stderr", "counting"]
    assert "uaip.access" not in made["loggers"]
