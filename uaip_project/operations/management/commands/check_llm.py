"""Calls each configured language model once and says in one line each what is wrong."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from accounts.management.quiet_command import QuietCommand
from uaip_project.operations import language_models, model_calls


class Command(QuietCommand):
    help = "Calls each configured language model once. Exit 0: all answer; 1: one does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = model_calls.outcomes()
        except DatabaseError as fault:
            raise CommandError(f"The database did not answer: {fault}", returncode=2) from fault
        if options["json"]:
            self.stdout.write(
                json.dumps([language_models.outcome_data(one) for one in found], indent=2)
            )
        else:
            for one in found:
                self.stdout.write(model_calls.line(one))
            if not found:
                self.stdout.write(model_calls.NONE_WANTED)
        if any(not one.is_ok for one in found):
            raise SystemExit(1)
