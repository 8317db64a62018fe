"""A database that is damaged or gone, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections

from interviews.models import InterviewSession
from tests.builders.people import make_person
from tests.builders.sessions import make_session
from tests.operations.command import run
from tests.operations.restoring.site import Site
from uaip_project.operations.restoring import places


@pytest.fixture(scope="module")
def archive(site: Site) -> Path:
    make_session(make_person("alice"), "Then")
    return site.backup(is_verified=False)


def damage(site: Site) -> None:
    """Pages in the middle of the file are overwritten; a server loses a table."""
    if not site.is_file:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE users CASCADE")
        return
    connections[DEFAULT_DB_ALIAS].close()
    path = Path(site.name)
    raw = bytearray(path.read_bytes())
    for at in range(len(raw) // 3, 2 * len(raw) // 3, 4096):
        raw[at : at + 64] = b"\x7f" * 64
    path.write_bytes(raw)


def lose(site: Site) -> None:
    """The machine is gone."""
    connections[DEFAULT_DB_ALIAS].close()
    places.here().drop(site.name)


def is_well() -> bool:
    return [run(name).code for name in ("verify_audit", "verify_db")] == [0, 0]


def test_a_damaged_database_is_named_and_replaced(site: Site, archive: Path) -> None:
    damage(site)
    looked = site.command("verify_db")
    looked.communicate()
    assert looked.returncode != 0
    said = run("restore", str(archive), "--force")
    assert said.code == 0, said.err
    assert "What came after the backup is not known" in said.out
    assert InterviewSession.objects.get().project_name == "Then"
    assert is_well()


def test_a_site_that_is_gone_comes_back_from_archive_and_key(
    site: Site, archive: Path, tmp_path: Path
) -> None:
    lose(site)
    assert run("restore", str(archive), "--unpack", str(tmp_path / "etc")).code == 0
    said = run("restore", str(archive), "--force", "--json")
    assert said.code == 0, said.err
    assert said.json["kept"] == ""
    assert InterviewSession.objects.get().project_name == "Then"
    assert is_well()
