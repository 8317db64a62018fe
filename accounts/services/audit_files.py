"""Sealed segments as files: gzipped JSON lines, one deed each, in a folder of their own."""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.services.audit_rows import Row

#: What a sealed deed keeps: all that its hash covers. The address stays behind (docs/adr/0014).
KEPT = (
    *("sequence", "happened_at", "type", "actor", "actor_role", "subject", "detail"),
    *("request_id", "address_hash", "hash_version", "previous_hash", "hash"),
)
_NAME = re.compile(r"segment-\d{12}-\d{12}\.jsonl\.gz(\.part)?")
#: Where they are looked for instead of in the site's own folder; None = there.
_elsewhere: ContextVar[Path | None] = ContextVar("_elsewhere", default=None)


class UnreadableFile(Exception):
    """The file of a sealed segment cannot be read to its end; the message says why."""


def folder() -> Path:
    """Where sealed segments and anchors lie; made when first needed."""
    path = _folder()
    path.mkdir(parents=True, exist_ok=True, mode=0o750)
    return path


def path_of(file_name: str) -> Path:
    """A segment's file; only ever one of the folder, whatever the database says."""
    return _folder() / Path(file_name).name


def _folder() -> Path:
    return _elsewhere.get() or Path(settings.AUDIT_DIR)


@contextmanager
def reading_from(path: Path) -> Iterator[None]:
    """In this thread the files are those of another folder: of a restored copy."""
    token = _elsewhere.set(path)
    try:
        yield
    finally:
        _elsewhere.reset(token)


def name_for(first: int, last: int) -> str:
    """The file name of a segment."""
    return f"segment-{first:012d}-{last:012d}.jsonl.gz"


def write_segment(rows: Iterable[Row], *, part: Path) -> None:
    """Writes the deeds into ``part`` and waits until the disk has them."""
    with part.open("wb") as raw:
        # No name and no time inside: the same deeds give the same bytes.
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
            for row in rows:
                packed.write(_line(row))
        raw.flush()
        os.fsync(raw.fileno())


def _line(row: Row) -> bytes:
    kept = {name: getattr(row, name) for name in KEPT}
    kept["happened_at"] = row.happened_at.isoformat()
    return json.dumps(kept, ensure_ascii=False).encode() + b"\n"


def read_segment(path: Path) -> Iterator[Row]:
    """The deeds of a sealed segment, one at a time. Raises UnreadableFile."""
    is_empty = True
    with _named_faults(path), gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            is_empty = False
            yield _row(line)
    if is_empty:
        raise UnreadableFile(f"{path.name} is empty")


@contextmanager
def _named_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as fault:
        raise UnreadableFile(f"{path.name}: {type(fault).__name__}") from fault


def _row(line: str) -> Row:
    said: dict[str, Any] = json.loads(line)
    if set(said) != set(KEPT) or not isinstance(said["detail"], dict):
        raise ValueError("not a sealed deed")
    moment = datetime.fromisoformat(said["happened_at"])
    odd = "" if moment.isoformat() == said["happened_at"] else "happened_at"
    said["happened_at"] = moment.astimezone(UTC)
    return Row(id=said["sequence"], address="", address_salt="", odd=odd, **said)


def leftovers(known: Iterable[str]) -> Iterator[Path]:
    """Files of segments that were never sealed: the process ended before its transaction."""
    names = set(known)
    for path in sorted(folder().iterdir()):
        if _NAME.fullmatch(path.name) and path.name not in names:
            yield path
