"""Deeds as a file: CSV that no spreadsheet takes for a formula, or JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from accounts.models import AuditEvent, User
from accounts.services import audit, audit_reading
from accounts.services.audit_reading import Question

CSV, JSON_LINES = "csv", "jsonl"
FORMATS = (CSV, JSON_LINES)
BATCH = 1000
COLUMNS = (
    *("sequence", "happened_at", "type", "actor", "actor_name", "actor_role", "subject"),
    *("subject_name", "detail", "request_id", "address", "address_hash", "hash_version"),
    *("previous_hash", "hash"),
)
#: What makes a spreadsheet compute a cell instead of showing it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export(question: Question, *, file_format: str, by: User) -> Iterator[str]:
    """The deeds that fit, the oldest first, piece by piece; the export is a deed itself.

    Raises ValueError for another format. The deed is recorded before the first piece is made,
    and the file ends with the deed before it.
    """
    if file_format not in FORMATS:
        raise ValueError(f"There is no format {file_format}.")
    with transaction.atomic():
        deed = audit.record(
            type="audit.exported",
            actor=by,
            subject="audit",
            detail={"format": file_format, "filter": question.to_json()},
        )
    lines = _csv if file_format == CSV else _json_lines
    return lines(_batches(question, deed.sequence))


def _batches(question: Question, end: int) -> Iterator[list[dict[str, Any]]]:
    """Deeds as plain rows, so many at a time: each batch costs two statements."""
    found = audit_reading.find(question).order_by("sequence").filter(sequence__lt=end)
    above = 0
    while batch := list(found.filter(sequence__gt=above)[:BATCH]):
        names = audit_reading.people_named(batch)
        yield [_plain(event, names) for event in batch]
        above = batch[-1].sequence


def _plain(event: AuditEvent, names: dict[str, str]) -> dict[str, Any]:
    own = {name: getattr(event, name) for name in COLUMNS if not name.endswith("_name")}
    own["happened_at"] = event.happened_at.isoformat()
    own["actor_name"] = names.get(event.actor, "")
    own["subject_name"] = names.get(event.subject, "")
    return {name: own[name] for name in COLUMNS}


def _json_lines(batches: Iterator[list[dict[str, Any]]]) -> Iterator[str]:
    for batch in batches:
        yield "".join(json.dumps(one) + "\n" for one in batch)


class _Echo:
    """Hands the writer's line straight back."""

    def write(self, line: str) -> str:
        return line


def _csv(batches: Iterator[list[dict[str, Any]]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for batch in batches:
        yield "".join(writer.writerow(_cells(list(one.values()))) for one in batch)


def _cells(values: Sequence[Any]) -> list[str]:
    return [inert(_text(value)) for value in values]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def inert(cell: str) -> str:
    """A cell that every spreadsheet shows as it is: an apostrophe stands before a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
