"""Verifies an archive by restoring it beside and comparing every table."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from uaip_project.operations.backups import folder, nightly
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import Outcome


class Command(OperatorCommand):
    help = (
        "Verifies an archive: every byte, then restored beside and compared. Exit 1: it is broken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_common_arguments(parser)
        words = "a path, a name in UAIP_BACKUP_DIR, or latest"
        parser.add_argument("archive", nargs="?", default="latest", help=words)
        words = "only the bytes, seals and hashes: restores nothing, and marks nothing as verified"
        parser.add_argument("--quick", action="store_true", help=words)
        words = "also take one that is not encrypted, although this site has a key"
        parser.add_argument("--accept-unsealed", action="store_true", help=words)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        path = folder.named(options["archive"])
        found = nightly.verify(
            path, accepts_unsealed=options["accept_unsealed"], is_quick=options["quick"]
        )
        data = found.to_json() | {"is_verified": found.is_good and not options["quick"]}
        verdict = "good" if found.is_good else "BROKEN"
        if found.is_good and options["quick"]:
            verdict = "its bytes are whole; it was not restored"
        return Outcome(
            data, [f"{path.name}: {verdict}.", *nightly.lines_of(found)], not found.is_good
        )
