"""Builds a second cluster as the database was at an exact time (reliability.md D15)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg

from uaip_project.operations.restoring import clusters, wal
from uaip_project.operations.restoring.clusters import Cluster, ClusterFault
from uaip_project.operations.runs import CouldNotRun, Outcome

#: It has no port that others could have: the number only names the socket.
PORT = 5432
#: The longest path of a socket that Linux takes, less its name.
LONGEST_FOLDER = 80
_UNFIT = re.compile(r"[\s'\"%\\$`]")
_FATAL = re.compile(r"(?:FATAL|PANIC): +(.+)")
TOO_EARLY = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True)
class Wanted:
    """What is to be built from what."""

    to: datetime
    base: Path
    wal: Path
    target: Path
    database: str
    user: str
    server_user: str


def read_time(text: str) -> datetime:
    """A time as an operator types it; without a zone it is UTC. Raises CouldNotRun."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CouldNotRun(
            f"--to {text}: use a time such as 2026-11-22 10:00:00, which is taken as UTC."
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def check(folder: Path, base: Path | None) -> Outcome:
    """Whether each segment from the base backup (or the first one) to the last is there."""
    start, at = _start(base) if base else ("", "")
    found = _looked(folder, start)
    data: dict[str, Any] = {
        "segments": found.segments,
        "first": found.first,
        "last": found.last,
        "missing": found.missing,
        "damaged": found.damaged,
        "base_backup_began_at": at,
    }
    return Outcome(data=data, lines=_said(folder, found), is_problem=not found.is_whole)


def _start(base: Path) -> tuple[str, str]:
    try:
        return wal.start_of(base)
    except wal.NotABaseBackup as fault:
        raise CouldNotRun(str(fault)) from fault


def _looked(folder: Path, start: str) -> wal.WalArchive:
    try:
        return wal.look(folder, start=start)
    except OSError as fault:
        raise CouldNotRun(f"{folder} cannot be read: {fault.strerror}.") from fault


def _said(folder: Path, found: wal.WalArchive) -> list[str]:
    if found.is_whole:
        return [f"No gap: {found.segments} segments from {found.first} to {found.last}."]
    if not found.segments:
        return [f"{folder} holds no segment that is needed. Is archive_command set?"]
    faults = [f"Missing: {name}." for name in found.missing]
    faults += [f"Cut short: {name}." for name in found.damaged]
    return [
        f"{folder} has {len(faults)} fault{'' if len(faults) == 1 else 's'}: no time after the "
        "first of them can be recovered. Take a base backup now.",
        *faults,
    ]


def build(wanted: Wanted) -> Outcome:
    """The cluster, recovered and stopped again, with how to hand over. Raises CouldNotRun."""
    began = monotonic()
    start, taken_at = _start(wanted.base)
    _refuse_unfit(wanted)
    found = _looked(wanted.wal, start)
    if start in found.missing:
        raise CouldNotRun(
            f"{wanted.wal} lacks {start}, in which the base backup begins. Name the folder that "
            "archive_command writes to, or an older base backup."
        )
    try:
        cluster = _prepared(wanted)
        reached = _recovered(cluster, wanted)
    except ClusterFault as fault:
        raise CouldNotRun(str(fault)) from fault
    seconds = round(monotonic() - began, 1)
    data = {
        "to": wanted.to.isoformat(),
        "base_backup_began_at": taken_at,
        "target_dir": str(wanted.target),
        "seconds": seconds,
        "gaps": found.missing,
        **reached,
    }
    return Outcome(data=data, lines=_handing_over(wanted, data))


def _refuse_unfit(wanted: Wanted) -> None:
    if wanted.target.exists():
        raise CouldNotRun(f"{wanted.target} is there already. Name a folder that is not.")
    for path in (wanted.target, wanted.wal):
        if _UNFIT.search(str(path)):
            raise CouldNotRun(f"{path}: use a path without spaces, quotes, dollar and per cent.")
    if len(str(wanted.target)) > LONGEST_FOLDER:
        raise CouldNotRun(f"--target-dir: use a path of at most {LONGEST_FOLDER} characters.")


def _prepared(wanted: Wanted) -> Cluster:
    """The copy, compared with its checksums and told how far to recover."""
    version = (wanted.base / "PG_VERSION").read_text(encoding="ascii").strip()
    programs = clusters.programs(version)
    clusters.copied(wanted.base, wanted.target)
    cluster = Cluster(wanted.target, programs, PORT, wanted.server_user)
    cluster.take_over()
    cluster.run("pg_verifybackup", "--no-parse-wal", "--quiet", str(wanted.target))
    _write_settings(cluster, wanted)
    cluster.take_over()
    return cluster


def _write_settings(cluster: Cluster, wanted: Wanted) -> None:
    """Its own settings alone: those of the first server may name files of another machine."""
    settings = {
        "restore_command": f'cp "{wanted.wal}/%f" "%p"',
        "recovery_target_time": wanted.to.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00"),
        "recovery_target_action": "promote",
        # It takes no visitor before it is where it should be.
        "hot_standby": "off",
        **cluster.floors(),
    }
    text = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    (cluster.folder / "uaip-recovery.conf").write_text(text, encoding="utf-8")
    (cluster.folder / "uaip-recovery.hba").write_text("local all all trust\n", encoding="utf-8")
    (cluster.folder / "recovery.signal").touch()


def _recovered(cluster: Cluster, wanted: Wanted) -> dict[str, Any]:
    try:
        cluster.start()
    except ClusterFault as fault:
        raise CouldNotRun(_why(cluster, wanted) or str(fault)) from fault
    try:
        return _looked_into(cluster, wanted)
    finally:
        cluster.stop()


def _why(cluster: Cluster, wanted: Wanted) -> str:
    """What the server wrote last, in words that say what to do."""
    if not cluster.log.exists():
        return ""
    told = cluster.log.read_text(encoding="utf-8", errors="replace")
    fatal = _FATAL.findall(told)
    if "Permission denied" in told:
        return f"{cluster.user or 'The server'} may not read what lies in {wanted.wal}. Allow it."
    if TOO_EARLY in fatal:
        return (
            f"The log in {wanted.wal} ends before {wanted.to:%Y-%m-%d %H:%M:%S %Z}, or has a gap "
            "before it (`pitr_restore --check` names it). Name an earlier time, or add what is "
            "missing."
        )
    return f"The server did not recover: {fatal[0]} ({cluster.log})" if fatal else ""


def _looked_into(cluster: Cluster, wanted: Wanted) -> dict[str, Any]:
    """What the recovered database says about itself."""
    where: dict[str, Any] = {
        "host": str(cluster.folder),
        "port": cluster.port,
        "user": wanted.user,
        "dbname": wanted.database,
    }
    try:
        with psycopg.connect(connect_timeout=10, **where) as connection:
            last, bytes_ = connection.execute(
                "SELECT pg_last_xact_replay_timestamp(), pg_database_size(current_database())"
            ).fetchone() or (None, 0)
            head = _head(connection)
    except psycopg.OperationalError as fault:
        raise CouldNotRun(
            f"{wanted.target} is recovered, but {wanted.database} cannot be opened in it: {fault}"
        ) from fault
    return {"last_commit_at": last and last.isoformat(), "bytes": bytes_, "audit_head": head}


def _head(connection: psycopg.Connection[Any]) -> int | None:
    """How many deeds the record of deeds holds, where there is one."""
    found = connection.execute("SELECT to_regclass('audit_head')").fetchone()
    if not found or found[0] is None:
        return None
    row = connection.execute("SELECT sequence FROM audit_head WHERE id = 1").fetchone()
    return row[0] if row else 0


def _handing_over(wanted: Wanted, data: dict[str, Any]) -> list[str]:
    start = f'pg_ctl -D {wanted.target} start -o "-c config_file={wanted.target}/uaip-recovery.conf'
    options = f"-c hba_file={wanted.target}/uaip-recovery.hba -c listen_addresses=''"
    socket = f'-c unix_socket_directories={wanted.target}"'
    where = f"POSTGRES_HOST={wanted.target} POSTGRES_PORT={PORT} POSTGRES_USER={wanted.user}"
    return [
        f"Recovered to {wanted.to:%Y-%m-%d %H:%M:%S %Z} in {data['seconds']} s; the last commit in "
        f"it is of {data['last_commit_at']}.",
        f"It lies in {wanted.target} and is stopped. Nothing was changed in the running database.",
        "To hand over:",
        f"1. Start it: {start} {options} {socket}",
        f"2. Take an archive of it: {where} POSTGRES_DB={wanted.database} manage.py backup",
        "3. Verify that archive (`verify_backup`) and bring it back (`restore`), as "
        "docs/how-to/point-in-time-recovery.md says.",
    ]
