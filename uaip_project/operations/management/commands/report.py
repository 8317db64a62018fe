"""Reports about the installation in the terminal, as JSON, as PDF, by mail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import User
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.outfile import write_bytes
from uaip_project.operations.reports import (
    access_log,
    capacity,
    machine,
    money,
    own_log,
    pdf,
    periods,
    scheduled,
    security,
    speed,
)
from uaip_project.operations.reports.document import Report
from uaip_project.operations.runs import CouldNotRun, Outcome

Maker = Callable[[dict[str, Any]], Report]


class Command(OperatorCommand):
    help = "Reports about the installation; exit 1 where something should be looked at."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="REPORT")
        for name, (_, does) in REPORTS.items():
            deed = deeds.add_parser(name, help=does, description=does)
            _own_arguments(name, deed)
            deed.add_argument("--pdf", default="", metavar="PATH", help="write it there, too")
            deed.add_argument(
                "--mail", default="", metavar="EMAIL,EMAIL", help="send it there, too"
            )
            self.add_common_arguments(deed)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        report = REPORTS[options["deed"]][0](options)
        if options["pdf"]:
            body = pdf.render(report, made_at=timezone.now(), house=settings.APP_NAME)
            write_bytes(options["pdf"], body)
        if options["mail"]:
            scheduled.mail(report, to=options["mail"].split(","))
        return Outcome(report.as_json(), report.lines(), is_problem=bool(report.problems))


def _own_arguments(name: str, deed: CommandParser) -> None:
    if name in ("access-log", "log"):
        deed.add_argument("file", metavar="FILE", help="nginx (combined) or our JSON lines")
    if name == "security":
        deed.add_argument("--days", type=int, default=1, help="how far back")
    if name == "memory":
        deed.add_argument("--path", default="/health", help="which page is asked again and again")
        deed.add_argument("--rounds", type=int, default=50)


def _lines(options: dict[str, Any]) -> list[str]:
    try:
        return Path(options["file"]).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as fault:
        raise CouldNotRun(f"{options['file']} cannot be read: {fault.strerror}.") from fault


def _access_log(options: dict[str, Any]) -> Report:
    return access_log.make(_lines(options), name=Path(options["file"]).name)


def _log(options: dict[str, Any]) -> Report:
    return own_log.make(_lines(options), name=Path(options["file"]).name)


def _memory(options: dict[str, Any]) -> Report:
    return machine.memory(at=timezone.now(), path=options["path"], rounds=options["rounds"])


def _security(options: dict[str, Any]) -> Report:
    return security.make(at=timezone.now(), days=options["days"])


REPORTS: dict[str, tuple[Maker, str]] = {
    "security": (_security, "who came in, who did not, keys, certificates, the record of deeds"),
    "health": (lambda options: periods.health(at=timezone.now()), "whether the house is well"),
    "daily": (lambda options: periods.make("daily", at=timezone.now()), "the last day"),
    "weekly": (lambda options: periods.make("weekly", at=timezone.now()), "the last 7 days"),
    "monthly": (
        lambda options: scheduled.of_the_month(at=timezone.now()),
        "the last 30 days: the audit",
    ),
    "capacity": (lambda options: capacity.make(at=timezone.now()), "sizes, growth, suggestions"),
    "cost": (lambda options: money.make(at=timezone.now()), "what language models cost"),
    "performance": (lambda options: speed.make(at=timezone.now()), "how fast pages are"),
    "access-log": (_access_log, "what is odd in an access log"),
    "log": (_log, "faults, slow answers and security in our own log"),
    "resources": (lambda options: machine.resources(at=timezone.now()), "what is used"),
    "memory": (_memory, "where memory grows"),
}
