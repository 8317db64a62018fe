"""What is never restored, and that a refusal leaves the live database as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from accounts.models import User
from tests.builders.people import make_person
from tests.operations.command import run
from tests.operations.restoring.site import Site
from uaip_project.operations.backups import backup_keys, dumps, folder, scratch


@pytest.fixture(scope="module")
def archive(site: Site) -> Path:
    """A good one, with Alice in it, that nobody has verified."""
    make_person("alice")
    return site.backup(is_verified=False)


@pytest.fixture
def verified(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, taken for verified."""
    monkeypatch.setattr(folder, "mark_of", lambda path: True)
    return archive


def refused(site: Site, path: Path | str, *more: str) -> str:
    """The refusal's words; nothing of it may be left behind."""
    before = site.tables()
    said = run("restore", str(path), *more)
    assert said.code == 2
    assert site.tables() == before
    assert site.beside() == []
    assert not list(site.folder.glob("*restoring*"))
    return said.err


def test_an_archive_that_was_never_verified_is_refused(site: Site, archive: Path) -> None:
    assert "never verified here. Run `verify_backup" in refused(site, archive)


def test_an_archive_sealed_by_another_key_is_refused(
    site: Site, verified: Path, settings: Settings
) -> None:
    settings.BACKUP_KEY = backup_keys.new_key()
    assert "sealed by the backup key" in refused(site, verified)


def test_an_archive_of_other_secrets_is_refused_with_what_would_be_lost(
    site: Site, verified: Path, settings: Settings
) -> None:
    settings.SECRET_KEY = "another-secret-of-at-least-32-characters"
    words = refused(site, verified)
    assert "SECRET_KEY: browser sessions" in words
    assert "--accept-lost-secrets" in words


def test_an_archive_of_a_newer_release_is_refused(site: Site) -> None:
    newer = MigrationRecorder.Migration.objects.create(app="accounts", name="9999_newer")
    path = site.backup(is_verified=False)
    newer.delete()
    assert "accounts.9999_newer" in refused(site, path, "--force")


def test_a_damaged_archive_is_refused(site: Site, verified: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(verified, tmp_path))
    raw = bytearray(path.read_bytes())
    raw[5000] ^= 1
    path.write_bytes(raw)
    assert "db.dump: its bytes were changed" in refused(site, path)


def test_a_copy_that_lacks_a_row_never_goes_live(
    site: Site, verified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = dumps.load_dump

    def lossy(dump: Path, *, into: str, **options: bool) -> None:
        load(dump, into=into, **options)
        User.objects.using(into).all().delete()

    monkeypatch.setattr(dumps, "load_dump", lossy)
    assert "table users: 0 rows instead of 1" in refused(site, verified)


def test_a_site_that_is_in_use_is_not_restored_over(site: Site, verified: Path) -> None:
    with scratch.connected(site.name) as somebody, somebody.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        assert "Stop the web process and the workers" in refused(site, verified)


def test_an_archive_that_is_not_there_is_named(site: Site) -> None:
    assert "there is no such archive" in refused(site, "nowhere.backup.tar")


def test_an_archive_of_an_older_release_is_brought_up_to_date(site: Site) -> None:
    call_command("migrate", "accounts", "0010", verbosity=0)
    path = site.backup(is_verified=False)
    call_command("migrate", verbosity=0)
    said = run("restore", str(path), "--force")
    assert said.code == 0, said.err
    assert run("restore", "--held").code == 0
