"""Takes a backup of the whole site, verifies it and copies it away."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from accounts.models import User
from accounts.permissions import Permission
from uaip_project.operations.backups import backup_keys, folder, nightly, quiet
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import Outcome


class Command(OperatorCommand):
    help = (
        "Takes a backup, restores it beside, compares it, copies it away. Exit 1: it is not good."
    )
    needs: ClassVar[Permission] = Permission.SETTING_MANAGE

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_common_arguments(parser)
        words = "only take it; it does not count as a backup before `verify_backup`"
        parser.add_argument("--no-verify", action="store_true", help=words)
        words = "leave it here although a bucket is configured"
        parser.add_argument("--no-upload", action="store_true", help=words)
        words = "people can only read meanwhile, for so many minutes at most"
        parser.add_argument("--quiesce", type=int, default=0, metavar="MINUTES", help=words)
        words = "take none: copy this archive into the bucket once more"
        parser.add_argument("--upload", default="", metavar="ARCHIVE", help=words)
        words = "take none: print a fresh UAIP_BACKUP_KEY; it is stored nowhere"
        parser.add_argument("--new-key", action="store_true", help=words)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["new_key"]:
            super().handle(*args, **options)
            return
        # No row of a run: it would keep the key.
        self.stdout.write(backup_keys.new_key())
        words = "Keep it where the archives are not: without it nobody can open them."
        self.stderr.write(words)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        if options["upload"]:
            return nightly.upload(folder.named(options["upload"]))
        with quiet.only_reading(options["quiesce"], by=by):
            return nightly.take(
                by=by,
                is_verified=not options["no_verify"],
                is_uploaded=not options["no_upload"],
            )
