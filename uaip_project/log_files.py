"""Log files of their own: one a day, compressed afterwards, deleted when they served their time.

Several processes write into the same file. A disk that is full or gone costs the file, never the
work: the line goes to standard error instead.
"""

from __future__ import annotations

import fcntl
import gzip
import logging
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

COMPLAIN_SECONDS = 60.0
#: Fast, and nearly as small: everybody who logs waits meanwhile.
LEVEL = 3
#: A day that writes file after file must not fill the disk all the same.
FILES_A_DAY = 3
MEGABYTE = 1024 * 1024


class NoFault(logging.Filter):
    """What is no error; errors have a file of their own."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.ERROR


class DayFiles(logging.Handler):
    """Writes ``<folder>/<name>.log``; yesterday's becomes ``<name>-<date>.log.gz``."""

    def __init__(self, folder: str, name: str, *, days: int, megabytes: int) -> None:
        super().__init__()
        self.folder = Path(folder)
        self.path = self.folder / f"{name}.log"
        self._name = name
        self._days = days
        self._most_bytes = megabytes * MEGABYTE
        self._lock_file = (0, -1)
        self._is_torn = False
        self._complained = float("-inf")

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record) + "\n"
        try:
            self._write(line.encode("utf-8", "replace"))
        except OSError as fault:
            self._say_elsewhere(line, fault)

    def _write(self, line: bytes) -> None:
        with self._locked() as lock:
            if self._is_due():
                fcntl.flock(lock, fcntl.LOCK_EX)
                # Another process may have done it while we waited.
                if self._is_due():
                    self._turn_over()
            self._append(line)

    def _append(self, line: bytes) -> None:
        """Whole lines alone: one that a full disk tore gets its end before the next begins."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            whole = b"\n" + line if self._is_torn else line
            written = os.write(descriptor, whole)
            self._is_torn = 0 < written < len(whole)
            if written < len(whole):
                raise OSError("The disk took only a part of the line.")
        finally:
            os.close(descriptor)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Nobody writes into a file while it is compressed; each process has a lock of its own."""
        process, lock = self._lock_file
        if process != os.getpid():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / f".{self._name}.lock", os.O_RDWR | os.O_CREAT, 0o640)
            self._lock_file = (os.getpid(), lock)
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield lock
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)

    def _is_due(self) -> bool:
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return False
        return state.st_size >= self._most_bytes or _day(state.st_mtime) < _day(time.time())

    def _turn_over(self) -> None:
        self.path.rename(self._free_name(_day(self.path.stat().st_mtime)))
        for file in self.folder.glob(f"{self._name}-*.log"):
            _compress(file)
        self._prune()

    def _free_name(self, day: date) -> Path:
        stem, number = f"{self._name}-{day.isoformat()}", 0
        while True:
            name = f"{stem}.{number}" if number else stem
            if not any((self.folder / f"{name}{end}").exists() for end in (".log", ".log.gz")):
                return self.folder / f"{name}.log"
            number += 1

    def _prune(self) -> None:
        oldest = _day(time.time()) - timedelta(days=self._days)
        kept = sorted(
            (found for file in self.folder.iterdir() if (found := self._dated(file))), reverse=True
        )
        for place, (day, _, file) in enumerate(kept):
            if day < oldest or place >= FILES_A_DAY * self._days:
                file.unlink(missing_ok=True)

    def _dated(self, file: Path) -> tuple[date, int, Path] | None:
        form = rf"{re.escape(self._name)}-(\d{{4}}-\d\d-\d\d)(?:\.(\d+))?\.log(?:\.gz)?"
        found = re.fullmatch(form, file.name)
        return (date.fromisoformat(found[1]), int(found[2] or 0), file) if found else None

    def _say_elsewhere(self, line: str, fault: OSError) -> None:
        with suppress(OSError, ValueError):
            if time.monotonic() - self._complained > COMPLAIN_SECONDS:
                self._complained = time.monotonic()
                sys.stderr.write(f"{self.path} cannot be written, lines come here: {fault}\n")
            sys.stderr.write(line)
            sys.stderr.flush()


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _compress(file: Path) -> None:
    """Whole or not at all; where the disk is full it is tried again with the next file."""
    part = file.with_suffix(".log.part")
    try:
        with file.open("rb") as source, gzip.open(part, "wb", compresslevel=LEVEL) as target:
            shutil.copyfileobj(source, target)
        part.replace(file.with_suffix(".log.gz"))
        file.unlink()
    except OSError:
        part.unlink(missing_ok=True)
