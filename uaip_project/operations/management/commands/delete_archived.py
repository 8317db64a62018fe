"""Chooses what lay in the archive for long to be deleted for good, or takes that back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounts.models import User
from accounts.permissions import Permission
from interviews.services import archiving
from uaip_project.operations import retention
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import CouldNotRun, Outcome
from uaip_project.operations.session_codes import session_of

ALL = "all"
MARKED = (
    "The schedule deletes them for good an hour from now. Until then `delete_archived --undo` takes "
    "it back."
)


class Command(OperatorCommand):
    help = (
        "Chooses interviews that lay in the archive for --older-than days to be deleted for good, "
        "with their charters, reviews and answers, an hour later; --undo takes it back until then. "
        "What is under a legal hold or in use stays. Says what it would do unless --yes is given."
    )
    needs = Permission.SETTING_MANAGE

    def add_arguments(self, parser: CommandParser) -> None:
        days = int(settings.OPERATIONS["retention"]["delete_after_days"])
        parser.add_argument("--older-than", type=int, default=days, metavar="DAYS")
        parser.add_argument("--limit", type=int, default=retention.MOST, metavar="N")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--dry-run", action="store_true", help="only say it; so it is anyway")
        which.add_argument("--yes", action="store_true", help="do it; an hour later it is done")
        which.add_argument(
            "--undo", nargs="?", const=ALL, metavar="CODE", help="keep one, or all that wait"
        )
        self.add_common_arguments(parser)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        """Chooses, says what would be chosen, or takes it back."""
        if options["undo"]:
            return _undone(options["undo"], by)
        if options["older_than"] < 1 or options["limit"] < 1:
            raise CouldNotRun("--older-than and --limit: use 1 or more.")
        plan = retention.plan_deleting(days=options["older_than"], most=options["limit"])
        done = retention.mark(plan, by=by) if options["yes"] else 0
        told = retention.told(plan, verb="marked for deletion", is_done=options["yes"], done=done)
        waiting = archiving.marked().count()
        told.data["waiting"] = waiting
        if done:
            told.lines.append(MARKED)
        elif waiting:
            told.lines.append(f"{waiting} wait for their hour to be over.")
        return told


def _undone(wish: str, by: User | None) -> Outcome:
    chosen = list(archiving.marked()) if wish == ALL else [session_of(wish)]
    codes = retention.undo(chosen, by=by)
    if wish != ALL and not codes:
        raise CouldNotRun(f"{wish} is not marked for deletion. It stays as it is.")
    noun = "interview" if len(codes) == 1 else "interviews"
    return Outcome({"undone": codes}, [f"{len(codes)} {noun} will not be deleted."])
