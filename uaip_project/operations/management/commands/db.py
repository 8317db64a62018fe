"""The database: made ready, tended, reported on, tuned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from uaip_project.operations import demo
from uaip_project.operations.database_care import ending, reports, searching, sizes, tuning, upkeep
from uaip_project.operations.durations import duration
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import CouldNotRun, Outcome

Deed = Callable[[dict[str, Any], User | None], Outcome]


class Command(OperatorCommand):
    help = (
        "Database work: `db prepare` makes it ready for a start, `db maintain` tends it, "
        "`db report` says how it is, `db kill` ends long statements, `db tune` prints a "
        "configuration, `db forecast` when its room is used up, `db search` keeps the index."
    )
    untold = frozenset({"report", "tune", "forecast"})

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        deeds.add_parser("prepare", help="make everything ready for a start on this machine")
        deed = deeds.add_parser("maintain", help="vacuum and analyse; writes go on meanwhile")
        deed.add_argument("--reindex", action="store_true", help="rebuild every index as well")
        deed.add_argument("--dry-run", action="store_true", help="say what would be tended")
        deed = deeds.add_parser("report", help="bloat, indexes, statements, connections, locks")
        for name in reports.PARTS:
            deed.add_argument(
                f"--{name}", action="store_true", help=f"only {name}, and others named"
            )
        deed = deeds.add_parser("kill", help="end statements that run for long")
        words = "such as 5m; replicas, backups and idle connections are spared"
        deed.add_argument("--older-than", default="5m", metavar="TIME", help=words)
        deed.add_argument("--dry-run", action="store_true", help="only say which")
        deed = deeds.add_parser("tune", help="print PostgreSQL's settings for a machine")
        deed.add_argument("--ram", required=True, metavar="SIZE", help="such as 8GB")
        deed.add_argument("--cpu", required=True, type=int, metavar="CORES")
        deed.add_argument("--connections", type=int, default=200, metavar="N")
        deed = deeds.add_parser("forecast", help="when the room is used up; exit 1: within 30 days")
        deed.add_argument("--limit", default="", metavar="SIZE", help="such as 50GB")
        deed = deeds.add_parser("search", help="the index that searching uses; exit 1: unusable")
        deed.add_argument("--rebuild", action="store_true", help="make it anew")
        for one in deeds.choices.values():
            self.add_common_arguments(one)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] == "prepare":
            self._prepare()
        else:
            super().handle(*args, **options)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        """Does the deed."""
        try:
            return DEEDS[options["deed"]](options, by)
        except ValueError as fault:
            raise CouldNotRun(str(fault)) from fault

    def _prepare(self) -> None:
        self.tell_checks()
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        for folder in ("queue", "control"):
            (settings.BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
        if self._is_behind():
            self._say("The database is brought up to date.")
            call_command("migrate", verbosity=1, interactive=False)
        self._say("Styles and pictures are collected.")
        call_command("collectstatic", verbosity=0, interactive=False)
        if not settings.IS_PRODUCTION:
            self._seed()
        self._say("All is ready.")

    def _say(self, words: str) -> None:
        """At once, also into a pipe: somebody waits and wonders."""
        self.stdout.write(words)
        self.stdout.flush()

    def _seed(self) -> None:
        try:
            demo.seed(say=self._say)
        except demo.SamplesDoNotFit as reason:
            self._say(str(reason))

    def _is_behind(self) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _maintain(options: dict[str, Any], by: User | None) -> Outcome:
    if options["dry_run"]:
        tables = upkeep.tables()
        return Outcome({"tables": tables}, [f"{len(tables)} tables would be tended."])
    return upkeep.maintain(is_reindexing=options["reindex"])


def _report(options: dict[str, Any], by: User | None) -> Outcome:
    return reports.report([name for name in reports.PARTS if options[name]])


def _kill(options: dict[str, Any], by: User | None) -> Outcome:
    seconds = duration(options["older_than"]).total_seconds()
    return ending.end_long(seconds=seconds, by=by, is_rehearsal=options["dry_run"])


def _tune(options: dict[str, Any], by: User | None) -> Outcome:
    ram = tuning.megabytes(options["ram"])
    return tuning.tune(ram_mb=ram, cores=options["cpu"], connections=options["connections"])


def _forecast(options: dict[str, Any], by: User | None) -> Outcome:
    limit = tuning.megabytes(options["limit"]) * 1024 * 1024 if options["limit"] else None
    return sizes.forecast(limit=limit)


def _search(options: dict[str, Any], by: User | None) -> Outcome:
    return searching.rebuild() if options["rebuild"] else searching.status()


DEEDS: dict[str, Deed] = {
    "maintain": _maintain,
    "report": _report,
    "kill": _kill,
    "tune": _tune,
    "forecast": _forecast,
    "search": _search,
}
