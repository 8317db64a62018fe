"""Whether an upgrade may begin now: backup, disk, versions, and what the migrations would do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from uaip_project.operations import migration_plans, upgrades
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import Outcome


class Command(OperatorCommand):
    help = (
        "Looks before an upgrade. Exit 0: it may begin; 1: each thing that is in the way is named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_common_arguments(parser)
        words = "the version that serves now; without it, the one that was noted last"
        parser.add_argument("--from", dest="version_before", default="", metavar="N", help=words)
        words = "both versions will serve at once: what takes something away is a problem"
        parser.add_argument("--online", action="store_true", help=words)
        parser.add_argument(
            "--sql", action="store_true", help="prints what the migrations would do"
        )
        deed = parser.add_mutually_exclusive_group()
        words = "whether this version can use a schema that a newer one has changed"
        deed.add_argument("--rollback", action="store_true", help=words)
        words = "notes that this version serves now"
        deed.add_argument("--finish", dest="deed", action="store_const", const="finish", help=words)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        if options["deed"] and run:
            data = upgrades.finish(run)
            return Outcome(data, [f"{data['version']} serves. It was noted."])
        if options["rollback"]:
            return _told(upgrades.looks_back(), {}, [])
        found = migration_plans.pending()
        looks = upgrades.looks(
            version_before=options["version_before"], is_online=options["online"]
        )
        data = {
            "pending": [f"{one.app_label}.{one.name}" for one in found],
            "contractions": migration_plans.contractions(found),
        }
        return _told(looks, data, migration_plans.sql_of(found) if options["sql"] else [])


def _told(looks: list[upgrades.Look], data: dict[str, Any], sql: list[str]) -> Outcome:
    faults = [one for one in looks if one.level == "problem"]
    lines = [f"{one.level:<8} {one.part}: {one.words}" for one in looks]
    lines += [f"pending  {name}" for name in data.get("pending", [])]
    head = "Do not begin." if faults else "It may begin."
    said = {"may_begin": not faults, "looks": [vars(one) for one in looks], **data}
    return Outcome(
        said | ({"sql": sql} if sql else {}), [head, *lines, *sql], is_problem=bool(faults)
    )
