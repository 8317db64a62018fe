"""Brings a backup back: all of it, or one part of it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from accounts.permissions import Permission
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.restoring import (
    old_copies,
    parts,
    releasing,
    session_copy,
    unpacking,
    whole,
)
from uaip_project.operations.restoring.refusals import Allowed
from uaip_project.operations.runs import CouldNotRun, Outcome


class Command(OperatorCommand):
    help = (
        "Brings a backup back. `restore ARCHIVE` builds it beside the live database, checks it and "
        "puts it in its place; with --session, --config, --providers or --preferences only that "
        "part comes back, into the live database. ARCHIVE is a path, a name or `latest`."
    )
    #: The row goes into the database that is restored, and partial deeds write deeds of record.
    has_rows = False
    needs = Permission.SETTING_MANAGE
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", nargs="?", default="", metavar="ARCHIVE")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--session", metavar="CODE", help="one project, with all that is its own")
        what.add_argument(
            "--config", action="store_true", dest="run_time", help="run-time settings"
        )
        what.add_argument("--providers", action="store_true", help="settings of language models")
        what.add_argument("--preferences", metavar="EMAIL", help="what one person has chosen")
        what.add_argument("--unpack", metavar="DIR", help="configuration and secrets, into files")
        what.add_argument("--held", action="store_true", help="what waits since the restore")
        what.add_argument("--release", action="store_true", help="let it go")
        what.add_argument("--drop-old", action="store_true", help="drop databases kept for 72 h")
        parser.add_argument("--now", action="store_true", help="with --drop-old: younger ones too")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")
        words = "bring the project back under a new code although it is there"
        parser.add_argument("--as-copy", action="store_true", help=words)
        words = "an archive that was never verified, or is not sealed"
        parser.add_argument("--force", action="store_true", help=words)
        words = "go on although sealed data cannot be read any more"
        parser.add_argument("--accept-lost-secrets", action="store_true", help=words)
        words = "end all sessions of the database before the swap (PostgreSQL)"
        parser.add_argument("--end-sessions", action="store_true", help=words)
        self.add_common_arguments(parser)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        if options["held"] or options["release"]:
            return releasing.release(by=by) if options["release"] else releasing.show()
        if options["drop_old"]:
            return old_copies.drop(is_now=options["now"], is_rehearsal=options["dry_run"])
        if not options["archive"]:
            raise CouldNotRun("Name an archive; `list_backups` shows them.")
        allowed = Allowed(
            unverified=options["force"],
            lost_secrets=options["accept_lost_secrets"],
            ended_sessions=options["end_sessions"],
        )
        if options["unpack"]:
            return unpacking.unpack(options["archive"], options["unpack"], allowed)
        return self._part(options, allowed, by) or self._whole(options, allowed)

    def _part(self, options: dict[str, Any], allowed: Allowed, by: User | None) -> Outcome | None:
        archive, is_rehearsal = options["archive"], options["dry_run"]
        if options["session"]:
            wanted = session_copy.Wanted(options["session"], as_copy=options["as_copy"])
            return session_copy.bring_back(
                archive, wanted, allowed, by=by, is_rehearsal=is_rehearsal
            )
        for kind in ("run_time", "providers"):
            if options[kind]:
                return parts.bring_back(archive, kind, allowed, by=by, is_rehearsal=is_rehearsal)
        if options["preferences"]:
            address = options["preferences"]
            return parts.bring_preferences_back(
                archive, address, allowed, by=by, is_rehearsal=is_rehearsal
            )
        return None

    def _whole(self, options: dict[str, Any], allowed: Allowed) -> Outcome:
        if options["dry_run"]:
            raise CouldNotRun("--dry-run belongs to a part; `verify_backup` rehearses the whole.")
        return whole.restore(
            options["archive"],
            allowed=allowed,
            by_email=options["by"].strip().lower(),
            say=self.stderr.write,
        )
