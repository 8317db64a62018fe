"""The database: brings it up to date for a start on this machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from uaip_project.operations import demo


class Command(BaseCommand):
    help = "Database work: `db prepare` migrates, collects static files and adds the demo."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        deeds.add_parser("prepare", help="make everything ready for a start on this machine")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        for folder in ("queue", "control"):
            (settings.BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
        if self._is_behind():
            call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        if not settings.IS_PRODUCTION:
            self._seed()

    def _seed(self) -> None:
        try:
            demo.seed()
        except demo.SamplesDoNotFit as reason:
            self.stdout.write(str(reason))

    def _is_behind(self) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
