"""Anchors: the head of the chain, written every hour to a file outside the database.

Whoever can rewrite the whole table can also compute all its hashes anew. What was written down
elsewhere, and best shipped away at once, shows that (reliability.md D12).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import AuditHead
from accounts.services import audit_files

FILE_NAME = "audit.log"


@dataclass(frozen=True)
class Anchors:
    """What the file says: hash by sequence; lines that say two things of one row, or nothing."""

    by_sequence: dict[int, str] = field(default_factory=dict)
    contradictory: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


def write_anchor() -> dict[str, Any] | None:
    """Adds the head to the file and waits until the disk has it; None while there is no deed."""
    head = AuditHead.objects.filter(pk=1, sequence__gt=0).first()
    if head is None:
        return None
    anchor = {
        "at": timezone.now().isoformat(timespec="seconds"),
        "sequence": head.sequence,
        "hash": head.hash,
    }
    _append(audit_files.folder() / FILE_NAME, json.dumps(anchor))
    return anchor


def _append(path: Path, line: str) -> None:
    """One write of one whole line; a line that a crash tore keeps its own line."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, (("\n" if is_torn else "") + line + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_anchors() -> Anchors:
    """All anchors of the file; none while there is no file. One an hour: 9,000 in a year."""
    found = Anchors()
    path = audit_files.path_of(FILE_NAME)
    if not path.exists():
        return found
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            _take(found, number, line)
    return found


def _take(found: Anchors, number: int, line: bytes) -> None:
    try:
        said = json.loads(line)
        sequence, digest = int(said["sequence"]), str(said["hash"])
    except (ValueError, KeyError, TypeError):
        found.unreadable.append(number)
        return
    if found.by_sequence.setdefault(sequence, digest) != digest:
        found.contradictory.append(sequence)
