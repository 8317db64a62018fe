"""Deletes rows that point at nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from accounts.permissions import Permission
from uaip_project.operations import orphans
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import Outcome


class Command(OperatorCommand):
    help = (
        "Finds rows whose key points at a row that is not there, in every table, and deletes "
        "them with --yes. Exit 1: some stand in a table that is never changed."
    )
    needs = Permission.SETTING_MANAGE

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--dry-run", action="store_true", help="only say it; so it is anyway")
        which.add_argument("--yes", action="store_true", help="do it")
        self.add_common_arguments(parser)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        """Cleans, or says what would be cleaned."""
        return orphans.clean(by=by, is_rehearsal=not options["yes"])
