"""Removes the archives that no rule of retention keeps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from accounts.models import User
from accounts.permissions import Permission
from uaip_project.operations.backups import nightly
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import Outcome


class Command(OperatorCommand):
    help = (
        "Removes old archives: keeps one a day, a week and a month, and the newest good one always."
    )
    needs: ClassVar[Permission] = Permission.SETTING_MANAGE

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_common_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="say what would go")

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        return nightly.pruned(by=by, is_rehearsal=options["dry_run"])
