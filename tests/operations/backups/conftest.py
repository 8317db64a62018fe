"""A site that keeps its backups in a folder of the test's own."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tests.operations.backups.site import KEY
from uaip_project.operations.backups import taking, verifying


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> Path:
    """A site with a backup key; its folder of archives."""
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.AUDIT_DIR = tmp_path / "audit"
    settings.BACKUP_KEY = base64.b64encode(KEY).decode()
    settings.BACKUP_INCLUDE = []
    settings.BACKUP_S3_BUCKET = ""
    return tmp_path / "backups"


@pytest.fixture(scope="module")
def whole_archive(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Callable[[bool], Path]]:
    """One good archive of the empty site, sealed or not; nobody may change it."""
    taken: dict[bool, Path] = {}

    def make(is_sealed: bool) -> Path:
        if is_sealed not in taken:
            folder = tmp_path_factory.mktemp("archives")
            key = base64.b64encode(KEY).decode() if is_sealed else ""
            there = {"BACKUP_DIR": folder, "AUDIT_DIR": folder / "audit", "BACKUP_KEY": key}
            with override_settings(**there), django_db_blocker.unblock():
                taken[is_sealed] = taking.take().path
        return taken[is_sealed]

    yield make


@pytest.fixture
def without_a_restore(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verified by its bytes alone: where another test restores, and this one asks what follows."""
    monkeypatch.setattr(verifying, "_restore_and_compare", lambda archive, found: None)
