"""pg_dump and pg_restore: no password in their arguments, and never older than the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from uaip_project.operations.backups.manifest import DUMP
from uaip_project.operations.backups.problems import ArchiveBroken, BackupImpossible

#: Longer than any database of ours takes: a program that hangs must not hold the schedule for ever.
SECONDS = 4 * 3600
#: Nobody waits for a commit here, and indexes are built in memory.
_LOADING = "-c synchronous_commit=off -c maintenance_work_mem=256MB"
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def environment(settings_dict: dict[str, Any]) -> dict[str, str]:
    """How PostgreSQL's programs find the database; nothing else of our environment is theirs."""
    options = settings_dict.get("OPTIONS", {})
    found = {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "PGHOST": settings_dict["HOST"],
        "PGPORT": settings_dict["PORT"],
        "PGUSER": settings_dict["USER"],
        "PGPASSWORD": settings_dict["PASSWORD"],
        "PGDATABASE": settings_dict["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
        "PGCONNECT_TIMEOUT": options.get("connect_timeout", 10),
        "PGAPPNAME": "uaip backup",
    }
    return {name: str(value) for name, value in found.items() if value not in ("", None)}


def program(name: str, *, using: str) -> str:
    """The path of a program that may be used on this server. Raises BackupImpossible."""
    path = shutil.which(name)
    if path is None:
        raise BackupImpossible(f"{name} is not installed: install PostgreSQL's client programs.")
    said = _run([path, "--version"], {"PATH": os.defpath}).stdout
    match = _VERSION.search(said)
    ours = int(match[1]) if match else 0
    theirs = server_version(using) // 10000
    if ours < theirs:
        raise BackupImpossible(
            f"{name} is of version {ours} and the server of version {theirs}: an older program "
            f"leaves things out. Install the client programs of PostgreSQL {theirs}."
        )
    return path


def server_version(using: str) -> int:
    """Such as 150020."""
    with connections[using].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0])


@contextmanager
def dumping(to: Path, *, using: str, snapshot: str, packing: int) -> Iterator[None]:
    """Writes the database in pg_dump's custom format while the block is run, to its end.

    Raises BackupImpossible.
    """
    command = [
        program("pg_dump", using=using),
        *("--format", "custom", "--compress", str(packing), "--file", str(to)),
        *("--lock-wait-timeout", "60s", "--no-password"),
        *(["--snapshot", snapshot] if snapshot else []),
    ]
    to.touch(mode=0o600)
    with ThreadPoolExecutor(1) as beside:
        env = environment(connections[using].settings_dict)
        running = beside.submit(_run, command, env)
        yield
        done = running.result()
    if done.returncode:
        raise BackupImpossible(f"pg_dump failed: {last_words(done.stderr)}")


def load(dump: Path, *, using: str, keeps_owners: bool, workers: int) -> None:
    """Loads a dump, all of it or nothing where one worker does it.

    Several are faster; what they leave of a broken dump is to be dropped. Raises ArchiveBroken and
    BackupImpossible.
    """
    ways = ["--single-transaction"] if workers == 1 else ["--jobs", str(workers)]
    command = [
        program("pg_restore", using=using),
        *("--exit-on-error", "--no-password", *ways),
        *([] if keeps_owners else ["--no-owner", "--no-privileges"]),
        *("--dbname", connections[using].settings_dict["NAME"], str(dump)),
    ]
    env = environment(connections[using].settings_dict) | {"PGOPTIONS": _LOADING}
    done = _run(command, env)
    if done.returncode:
        raise ArchiveBroken(DUMP, f"pg_restore cannot load it: {last_words(done.stderr)}")


def last_words(said: str) -> str:
    """The first complaint, short enough for a sentence."""
    lines = [line for line in said.splitlines() if "error" in line.lower()] or said.splitlines()
    return lines[0][:300] if lines else "it said nothing"


def _run(command: Sequence[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as fault:
        raise BackupImpossible(
            f"{Path(command[0]).name} did not come to an end: {fault}"
        ) from fault
