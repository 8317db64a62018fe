"""SQLite files beside each other: a restored one takes the live one's name."""

from __future__ import annotations

import gc
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from uaip_project.operations.backups.scratch import connected
from uaip_project.operations.restoring.names import moment_of
from uaip_project.operations.runs import CouldNotRun


class Sqlite:
    """Files beside each other; whoever has the file open would go on writing into the old one."""

    def __init__(self, live: Path) -> None:
        self.live = live

    def _named(self, mark: str, stamp: str) -> Path:
        return self.live.with_name(f"{self.live.stem}_{mark}_{stamp}{self.live.suffix}")

    def _files(self, mark: str) -> list[Path]:
        digits = "[0-9]" * 14
        return sorted(self.live.parent.glob(f"{self.live.stem}_{mark}_{digits}{self.live.suffix}"))

    def is_there(self) -> bool:
        if self._is_empty():
            return False
        try:
            with connected(str(self.live)) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM users LIMIT 1")
        except DatabaseError:
            return False
        return True

    def _is_empty(self) -> bool:
        """Whether there is nothing to keep; to look for a table makes an empty file."""
        return not self.live.exists() or not self.live.stat().st_size

    def others(self) -> list[str]:
        connections[DEFAULT_DB_ALIAS].close()
        try:
            self._quiet().close()
        except CouldNotRun as fault:
            return [str(fault)]
        return []

    def _quiet(self) -> sqlite3.Connection:
        """The live file held alone, with its log written into it. Raises CouldNotRun."""
        # A read that failed leaves its connection in a cycle of frames, and that holds a lock.
        gc.collect()
        held = sqlite3.connect(self.live, timeout=1, isolation_level=None)
        try:
            held.execute("PRAGMA locking_mode=EXCLUSIVE")
            held.execute("PRAGMA journal_mode=DELETE")
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            held.close()
            raise CouldNotRun(
                f"Another program has {self.live} open ({fault}). Stop the web process and the "
                "workers: what they write after the restore would be lost."
            ) from fault
        except sqlite3.DatabaseError:
            # Damaged: nobody can hold it, and there is no log worth writing into it.
            held.execute("PRAGMA locking_mode=NORMAL")
        return held

    def has(self, name: str) -> bool:
        return Path(name).exists()

    def begin(self, stamp: str) -> str:
        for one in self._files("restoring"):
            self.give_up(str(one))
        return str(self._named("restoring", stamp))

    def give_up(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)

    def swap(self, name: str, stamp: str, *, ends_sessions: bool) -> str:
        connections[DEFAULT_DB_ALIAS].close()
        new, old = Path(name), self._named("before", stamp)
        with closing(sqlite3.connect(new, isolation_level=None)) as settled:
            # All of it in the one file: only that one takes the live one's name.
            settled.execute("PRAGMA journal_mode=DELETE")
        _sync(new)
        if self._is_empty():
            new.replace(self.live)
            return ""
        held = self._quiet()
        try:
            old.unlink(missing_ok=True)
            os.link(self.live, old)
            self._put_log_aside(old)
            new.replace(self.live)
        finally:
            held.close()
        _sync(self.live.parent)
        return str(old)

    def _put_log_aside(self, old: Path) -> None:
        """The log of a damaged file would be written into the new one."""
        for suffix in ("-wal", "-shm", "-journal"):
            beside = Path(f"{self.live}{suffix}")
            if beside.exists():
                beside.replace(f"{old}{suffix}")

    def old_ones(self) -> list[tuple[str, datetime]]:
        named = [(str(one), moment_of(one.name)) for one in self._files("before")]
        return [(name, moment) for name, moment in named if moment]

    def drop(self, name: str) -> None:
        self.give_up(name)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
