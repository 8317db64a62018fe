"""Puts interviews away that nobody touched for long, or takes one out again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounts.models import User
from accounts.permissions import Permission
from interviews.refusals import NotArchived, SessionGone
from interviews.services import archiving
from uaip_project.operations import retention
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import CouldNotRun, Outcome
from uaip_project.operations.session_codes import session_of


class Command(OperatorCommand):
    help = (
        "Puts away interviews that nobody touched for --older-than days: they can be read, and "
        "taken out again with --restore CODE. Says what it would do unless --yes is given."
    )
    needs = Permission.SETTING_MANAGE

    def add_arguments(self, parser: CommandParser) -> None:
        days = int(settings.OPERATIONS["retention"]["archive_after_days"])
        parser.add_argument("--older-than", type=int, default=days, metavar="DAYS")
        parser.add_argument("--limit", type=int, default=retention.MOST, metavar="N")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--dry-run", action="store_true", help="only say it; so it is anyway")
        which.add_argument("--yes", action="store_true", help="do it")
        which.add_argument("--restore", default="", metavar="CODE", help="take one out again")
        self.add_common_arguments(parser)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        """Puts away, or takes out one."""
        if options["restore"]:
            return _restored(options["restore"], by)
        if options["older_than"] < 1 or options["limit"] < 1:
            raise CouldNotRun("--older-than and --limit: use 1 or more.")
        plan = retention.plan_archiving(days=options["older_than"], most=options["limit"])
        done = retention.archive(plan, by=by) if options["yes"] else []
        return retention.told(plan, verb="archived", is_done=options["yes"], done=len(done))


def _restored(code: str, by: User | None) -> Outcome:
    session = session_of(code)
    try:
        archiving.unarchive_session(session=session, by=by)
    except NotArchived:
        raise CouldNotRun("This interview is not archived. It can be worked on as it is.") from None
    except SessionGone:
        raise CouldNotRun("This interview was deleted meanwhile.") from None
    return Outcome({"restored": str(session.code)}, [f"Session {session.code} is out again."])
