"""Lists the archives: when, how large, whether verified, whether also elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from accounts.models import User
from uaip_project.operations.backups import catalog, offsite
from uaip_project.operations.backups.catalog import Listed
from uaip_project.operations.backups.nightly import megabytes
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import CouldNotRun, Outcome


class Command(OperatorCommand):
    help = "Lists the archives, the newest first. Exit 1: none is good, or the last is too old."
    untold: ClassVar[frozenset[str]] = frozenset({"list_backups"})

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_common_arguments(parser)
        words = "exit 1 if the last good one is older"
        parser.add_argument("--max-age", type=float, metavar="HOURS", help=words)
        parser.add_argument("--remote", action="store_true", help="ask the bucket as well")

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        there = catalog.listed()
        elsewhere = _elsewhere() if options["remote"] else None
        rows = [one.to_json() for one in there]
        if elsewhere is not None:
            rows = [row | {"is_elsewhere": row["archive"] in elsewhere} for row in rows]
        last = catalog.last_good()
        hours = last.age_seconds / 3600 if last else None
        data: dict[str, Any] = {"archives": rows, "last_good": last.archive if last else None}
        data["last_good_age_hours"] = None if hours is None else round(hours, 1)
        if elsewhere is not None:
            data["only_elsewhere"] = sorted(elsewhere - {one.name for one in there})
        most = options["max_age"]
        is_late = hours is None or (most is not None and hours > most)
        said = (
            "No archive is verified."
            if hours is None
            else f"The last good one is {hours:.1f} h old."
        )
        return Outcome(data, [said, *[_line(one, elsewhere) for one in there]], is_late)


def _elsewhere() -> set[str]:
    if not offsite.is_configured():
        raise CouldNotRun("--remote: UAIP_BACKUP_S3_BUCKET is not set.")
    try:
        return offsite.names_there()
    except offsite.UploadFailed as fault:
        raise CouldNotRun(f"{fault}.") from fault


def _line(one: Listed, elsewhere: set[str] | None) -> str:
    state = "BROKEN  " if one.fault else "verified" if one.mark else "not yet "
    sealing = "encrypted" if one.is_encrypted else "readable "
    also = (
        "" if elsewhere is None else ("  elsewhere too" if one.name in elsewhere else "  only here")
    )
    return (
        f"{state}  {sealing}  {megabytes(one.size):>9} MB  {one.name}{also}  {one.fault}".rstrip()
    )
