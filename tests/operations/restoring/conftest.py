"""The site that archives are taken of and restored to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.operations.restoring.site import Site, made_site
from uaip_project.operations.backups import backup_keys


@pytest.fixture(scope="module")
def db(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """In this folder people live in a site with a backup key, whose database may be put aside.

    One for each file: to make and to drop databases takes longer than all that is asked of them.
    """
    folder = tmp_path_factory.mktemp("site")
    folders = {"AUDIT_DIR": folder / "audit", "BACKUP_DIR": folder / "backups"}
    with (
        override_settings(DATA_DIR=folder, BACKUP_KEY=backup_keys.new_key(), **folders),
        django_db_blocker.unblock(),
        made_site(folder) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def site(db: Site) -> Site:
    """That site."""
    return db
