"""Compares the database with what this release expects."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError

from accounts.models import User
from uaip_project.operations.database_care import damage, verifying
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import Outcome


class Command(OperatorCommand):
    help = (
        "Looks through the database: migrations, tables, columns, keys, indexes, constraints, "
        "triggers, orphans, numbers, the head of the record of deeds. Exit 1: something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        words = "recompute the whole record of deeds too, as `verify_audit` does"
        parser.add_argument("--chain", action="store_true", help=words)
        self.add_common_arguments(parser)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        """Looks; changes nothing."""
        return verifying.verify(is_deep=options["chain"])

    def _done(self, options: dict[str, Any]) -> Outcome:
        """As ever; what is too broken to be looked through, or to keep the run's row, is named."""
        try:
            return super()._done(options)
        except (DatabaseError, UnicodeDecodeError) as fault:
            if not damage.is_damage(fault):
                raise
            return verifying.report(damage.flaws(fault), {})
