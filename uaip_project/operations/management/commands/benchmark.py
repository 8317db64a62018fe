"""Measures this machine and this release, and compares with an earlier file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from accounts.models import User
from uaip_project.operations import benchmarking
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.outfile import write_text
from uaip_project.operations.runs import CouldNotRun, Outcome
from uaip_project.operations.scratch import use_scratch_database


class Command(OperatorCommand):
    help = "Measures scoring, lists, search, cache and a whole interview on a scratch database."
    #: The configured database is out of reach while it measures.
    has_rows: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_common_arguments(parser)
        parser.add_argument("--rounds", type=int, default=30, help="times that each is measured")
        parser.add_argument("--interviews", type=int, default=200, help="how many the lists hold")
        parser.add_argument("--out", default="", metavar="PATH", help="write the figures there")
        parser.add_argument("--baseline", default="", metavar="PATH", help="compare with these")

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        if options["rounds"] < 2:
            raise CouldNotRun("Use at least 2 rounds.")
        before = _baseline(options["baseline"])
        use_scratch_database()
        found = benchmarking.measure(rounds=options["rounds"], interviews=options["interviews"])
        slower = benchmarking.compared(found, before) if before else []
        if options["out"]:
            write_text(options["out"], json.dumps(found, indent=2) + "\n")
        head = f"{len(slower)} figures became slower." if before else "Measured."
        lines = [head, *slower, *(_line(name, row) for name, row in found["rows"].items())]
        return Outcome(found | {"slower": slower}, lines, is_problem=bool(slower))


def _baseline(name: str) -> dict[str, Any]:
    if not name:
        return {}
    try:
        found: dict[str, Any] = json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise CouldNotRun(f"{name} is no file of figures: {fault}") from fault
    return found


def _line(name: str, row: dict[str, float]) -> str:
    if "status" in row:
        return f"{name:50} answered {row['status']:.0f}"
    return f"{name:50} {row['median_ms']:10.3f} ms, 95 % within {row['p95_ms']:.3f} ms"
