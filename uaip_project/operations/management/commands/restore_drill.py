"""Rehearses a restore with the newest verified archive, and measures it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.restoring import drill
from uaip_project.operations.runs import Outcome


class Command(OperatorCommand):
    help = (
        "Restores the newest verified archive into a scratch database, checks it as `restore` "
        "would, and measures how long that takes and how much a loss now would cost."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_common_arguments(parser)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        return drill.rehearse(run)
