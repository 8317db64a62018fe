"""Builds a second PostgreSQL cluster as the database was at an exact time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounts.models import User
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.restoring import pitr
from uaip_project.operations.runs import CouldNotRun, Outcome


class Command(OperatorCommand):
    help = (
        "Point-in-time recovery of PostgreSQL: builds a second cluster from a base backup and the "
        "archived log, or checks that log for gaps (--check). The running database is not touched."
    )
    #: It works where there is no database left.
    has_rows = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", default="", metavar="TIME", help="e.g. '2026-11-22 10:00:00', UTC"
        )
        parser.add_argument("--from", dest="base", metavar="DIR", help="a base backup")
        parser.add_argument("--wal", required=True, metavar="DIR", help="the archived log")
        parser.add_argument("--target-dir", metavar="DIR", help="a folder that is not there yet")
        words = "only look whether the log has a gap; exit 1 if it has"
        parser.add_argument("--check", action="store_true", help=words)
        database = settings.DATABASES["default"]
        name = str(database["NAME"]) if settings.POSTGRES_HOST else "uaip"
        parser.add_argument("--database", default=name, help="what to look into (POSTGRES_DB)")
        user = str(database.get("USER") or "uaip_user")
        parser.add_argument("--user", default=user, help="as whom (POSTGRES_USER)")
        words = "who runs the server where this is run as root (postgres)"
        parser.add_argument("--server-user", default="postgres", metavar="USER", help=words)
        self.add_common_arguments(parser)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        log = Path(options["wal"]).resolve()
        base = Path(options["base"]).resolve() if options["base"] else None
        if options["check"]:
            return pitr.check(log, base)
        if base is None or not options["target_dir"] or not options["to"]:
            raise CouldNotRun("Name --to, --from, --wal and --target-dir, or --check with --wal.")
        return pitr.build(
            pitr.Wanted(
                to=pitr.read_time(options["to"]),
                base=base,
                wal=log,
                target=Path(options["target_dir"]).resolve(),
                database=options["database"],
                user=options["user"],
                server_user=options["server_user"],
            )
        )
