"""The embedded default under load and on a full disk: nobody is told "locked", nothing is half kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.proposers import Crowd, Notes, Proposer
from tests.chaos.whole_site import Site
from tests.chaos.workers import wait_until

#: Answers from eight people at once: 60 in every run, 1,200 (2,400 writes) under `make chaos`.
ANSWERS = int(os.environ.get("UAIP_TEST_LOCKS", "60"))
ROOM = "64m"

pytestmark = [pytest.mark.kills, pytest.mark.timeout(600 + ANSWERS)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, {})
    made.manage("migrate", "--verbosity", "0")
    try:
        made.start_web()
        made.start_worker()
        yield made
    finally:
        made.stop()


def asked(site: Site, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(site.folder / "uaip.sqlite3", timeout=30)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_eight_who_write_at_once_are_never_told_locked(site: Site) -> None:
    with Crowd(f"http://127.0.0.1:{site.port}", site.key(), count=8) as notes:
        assert wait_until(lambda: len(notes.acknowledged) >= ANSWERS, seconds=120 + ANSWERS)
    assert notes.faults == []
    assert notes.given_up == []
    done = "SELECT count(*) FROM assessments"
    assert wait_until(
        lambda: asked(site, done) == [(len(notes.acknowledged),)], seconds=120 + ANSWERS
    ), site.log()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of a few megabytes, in memory."""
    folder = Path(tempfile.mkdtemp(prefix="uaip-disk-"))
    mounted = subprocess.run(
        [
            shutil.which("mount") or "mount",
            "-t",
            "tmpfs",
            "-o",
            f"size={ROOM}",
            "tmpfs",
            str(folder),
        ],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("This machine does not let us mount a small disk of our own.")
    try:
        yield folder
    finally:
        subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path) -> Path:
    """Takes all the room there is."""
    ballast = folder / "ballast"
    with ballast.open("wb") as out:
        try:
            while True:
                out.write(b"x" * 65536)
                out.flush()
        except OSError:
            return ballast


def test_a_full_disk_refuses_and_a_disk_with_room_takes_again(small_disk: Path) -> None:
    site = Site(small_disk, {})
    try:
        site.manage("migrate", "--verbosity", "0")
        key = site.key()
        site.start_web()
        site.start_worker()
        notes = Notes()
        person = Proposer(f"http://127.0.0.1:{site.port}", key, notes, threading.Event())
        person.answer_one()
        ballast = fill(small_disk)
        while person.send("/sessions", {"project_name": "Too much"}, os.urandom(8).hex()):
            pass
        assert notes.faults[-1][1].startswith("503"), notes.faults
        assert reading_works(site)
        ballast.unlink()
        person.answer_one()
        assert len(notes.acknowledged) == 2, notes.faults
        scored = "SELECT count(*) FROM assessments"
        assert wait_until(lambda: asked(site, scored) == [(2,)], seconds=240), site.log()
        assert asked(site, "PRAGMA integrity_check") == [("ok",)]
    finally:
        site.stop()


def reading_works(site: Site) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/accounts/login/") as page:
            return bool(page.status == 200)
    except urllib.error.HTTPError:
        return False
