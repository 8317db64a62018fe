"""Recomputes the record of deeds and names the first row that does not fit."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from accounts.management.quiet_command import QuietCommand
from accounts.services import audit_check
from accounts.services.audit_check import Report

COULD_NOT_RUN = 2


class Command(QuietCommand):
    help = "Checks the record of deeds: rows, sealed segments, head, anchors. Exit 1: it is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON instead of lines")
        words = "begin at this row and believe what stands before it"
        parser.add_argument("--from", type=int, default=1, metavar="N", dest="start", help=words)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = audit_check.verify(start=options["start"])
        except ValueError as fault:
            raise CommandError(f"--from: {fault}", returncode=COULD_NOT_RUN) from fault
        except DatabaseError as fault:
            words = f"The database did not answer: {fault}"
            raise CommandError(words, returncode=COULD_NOT_RUN) from fault
        except OSError as fault:
            raise CommandError(f"UAIP_AUDIT_DIR: {fault}", returncode=COULD_NOT_RUN) from fault
        shown = json.dumps(report.to_json(), indent=2) if options["json"] else _lines(report)
        self.stdout.write(shown)
        if not report.is_whole:
            raise SystemExit(1)


def _lines(report: Report) -> str:
    counted = (
        f"{report.row_count} rows, {report.segment_count} sealed segments and "
        f"{report.anchor_count} anchors"
    )
    notes = [
        f"not checked  {name}: the file is not in UAIP_AUDIT_DIR" for name in report.missing_files
    ]
    notes += [
        f"not checked  line {number} of audit.log: it cannot be read"
        for number in report.unreadable_anchors
    ]
    if report.fault is None:
        first = f"whole  {counted} fit, up to row {report.last_sequence} ({report.hash[:16]})."
    else:
        place = f"row {report.fault.sequence}, {report.fault.part}"
        first = f"BROKEN at {place}: {report.fault.sentence} Until there {counted} fit."
    return "\n".join([first, *notes])
