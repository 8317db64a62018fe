"""Migrations say what the models say."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.house.tree import ROOMS

pytestmark = pytest.mark.django_db


def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_of_ours_can_be_reversed() -> None:
    """A release that takes one step back takes its tables with it, and stops at none of them."""
    labels = {room.replace("uaip_project", "operations") for room in ROOMS}
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    assert {label for label, _ in found} >= labels <= {one.label for one in apps.get_app_configs()}
    one_way = [
        f"{label}.{name}: {operation.describe()}"
        for (label, name), migration in found.items()
        if label in labels
        for operation in migration.operations
        if not operation.reversible
    ]
    assert one_way == []
