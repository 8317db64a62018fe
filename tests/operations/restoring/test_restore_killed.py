"""A restore that is killed at any moment: the live database is the old one or the new one, whole."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from accounts.models import User
from accounts.services import audit_check
from interviews.models import InterviewSession
from tests.builders.people import make_person
from tests.builders.sessions import make_session
from tests.operations.command import run
from tests.operations.restoring.site import Site

#: UAIP_TEST_KILLS=20 for a longer look.
KILLS = int(os.environ.get("UAIP_TEST_KILLS", "3"))


@pytest.fixture(scope="module")
def archive(site: Site) -> Path:
    """One with Alice's first project; the second came later."""
    alice = make_person("alice")
    make_session(alice, "Then")
    path = site.backup(is_verified=False)
    make_session(alice, "Later")
    return path


def kill_after(site: Site, archive: Path, seconds: float) -> bool:
    """Kills a restore so long after its work began; whether it was still at it."""
    left = set(site.folder.glob(".restore-*"))
    process = site.command("restore", str(archive), "--force")
    while not set(site.folder.glob(".restore-*")) - left and process.poll() is None:
        time.sleep(0.01)
    time.sleep(seconds)
    process.kill()
    process.communicate()
    return process.returncode != 0


def test_a_killed_restore_leaves_the_old_database_or_the_new_one(site: Site, archive: Path) -> None:
    chance, before = random.Random(31), site.tables()
    for _ in range(KILLS):
        was_killed = kill_after(site, archive, chance.uniform(0, 1.5))
        found = {one.project_name for one in InterviewSession.objects.all()}
        if found == {"Then", "Later"}:
            assert was_killed
            assert site.tables() == before
        else:
            # It had just taken the live one's place; Alice goes on for the next one.
            assert found == {"Then"}
            make_session(User.objects.get(email="alice@example.org"), "Later")
            before = site.tables()


def test_the_next_one_succeeds_and_leaves_nothing_half_done(site: Site, archive: Path) -> None:
    said = run("restore", str(archive), "--force")
    assert said.code == 0, said.err
    assert [one.project_name for one in InterviewSession.objects.all()] == ["Then"]
    assert audit_check.verify().is_whole
    assert not [name for name in site.beside() if "restoring" in name]
    assert not list(site.folder.glob("*restoring*"))
    assert not list(site.folder.glob(".restore-*"))
    assert not list(site.folder.glob("restore-under-way*"))
