"""What all commands of operators have in common (reliability.md D32)."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from accounts.management.quiet_command import QuietCommand
from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from uaip_project.operations import runs
from uaip_project.operations.models import OpsRun
from uaip_project.operations.runs import CouldNotRun, Outcome

FOUND_A_PROBLEM = 1
COULD_NOT_RUN = 2
#: Options of Django and of ours that say nothing about what was done.
_UNTOLD = frozenset(
    {"json", "by", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"}
    | {"skip_checks", "stdout", "stderr"}
)


class OperatorCommand(QuietCommand):
    """Prints lines or, with ``--json``, JSON; exit 0 well, 1 a problem was found, 2 it could not run.

    A subclass says in ``work`` what is done and returns an Outcome, or raises CouldNotRun. Each
    run leaves a row, but for deeds named in ``untold``, which only look, and where there is no
    database to write it to.
    """

    #: Deeds (or the command's name) that leave no row.
    untold: ClassVar[frozenset[str]] = frozenset()
    #: Options that are never stored, because they may hold a secret.
    secret_options: ClassVar[frozenset[str]] = frozenset()
    #: What --by must be allowed to do.
    needs: ClassVar[Permission] = Permission.SYSTEM_VIEW
    #: Whether the row is written; False where the command brings the database back.
    has_rows: ClassVar[bool] = True

    def add_common_arguments(self, parser: CommandParser) -> None:
        """``--json`` and ``--by``; a command with deeds calls it for each of them."""
        parser.add_argument("--json", action="store_true", help="JSON instead of lines")
        parser.add_argument("--by", default="", metavar="EMAIL", help="who does it, for the record")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._done(options)
        except CouldNotRun as fault:
            raise CommandError(str(fault), returncode=COULD_NOT_RUN) from fault
        except DatabaseError as fault:
            words = f"The database did not answer: {fault}"
            raise CommandError(words, returncode=COULD_NOT_RUN) from fault
        if options["json"]:
            self.stdout.write(json.dumps(outcome.data, indent=2, cls=DjangoJSONEncoder))
        else:
            self.stdout.write("\n".join(outcome.lines))
        if outcome.is_problem:
            raise SystemExit(FOUND_A_PROBLEM)

    def _done(self, options: dict[str, Any]) -> Outcome:
        by = person_named(options["by"], self.needs)
        name = self.__module__.rpartition(".")[2]
        deed = options.get("deed") or ""
        if not self.has_rows or (deed or name) in self.untold:
            return self.work(options, by, None)
        told = {key: value for key, value in options.items() if key not in self._hidden(options)}
        return runs.during(
            f"{name} {deed}".strip(),
            lambda run: self.work(options, by, run),
            by=by,
            arguments=json.loads(json.dumps(told, default=str)),
        )

    def _hidden(self, options: dict[str, Any]) -> set[str]:
        return set(_UNTOLD | self.secret_options | {"deed"}) & set(options)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        """Does it. ``run`` is the row of this run, None for deeds that leave none."""
        raise NotImplementedError


def person_named(email: str, needs: Permission) -> User | None:
    """Who ``--by`` names; without it the record names the system. Raises CouldNotRun."""
    if not email:
        return None
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None or not has_permission(person, needs):
        raise CouldNotRun(f"--by {email}: use the address of somebody with {needs}.")
    return person
