"""Prepares the import of an inventory for its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse

from accounts.models import User
from governance.importing import targets as places
from governance.importing.csv_file import MOST_ROWS
from governance.importing.targets import OF_CASE, Target
from governance.models import ImportBatch, ImportMapping
from governance.services import import_running, importing

#: Imports that are listed, and lines of each kind that a dry run shows.
MOST_LISTED, MOST_LINES = 30, 100
RESULT_PAGE = 100
Status = ImportBatch.Status
#: Status -> tone of its pill.
TONES = {
    Status.UPLOADED: "note",
    Status.MAPPED: "note",
    Status.WAITING: "busy",
    Status.DONE: "good",
    Status.UNDOING: "busy",
    Status.UNDONE: "idle",
    Status.DISCARDED: "idle",
    Status.FAILED: "bad",
}


def imports_page(user: User) -> dict[str, Any]:
    """One's imports, the latest first, and one's mappings."""
    batches = ImportBatch.objects.filter(uploaded_by=user).defer("content")
    return {
        "batches": [
            {"batch": one, "tone": TONES[Status(one.status)]} for one in batches[:MOST_LISTED]
        ],
        "mappings": ImportMapping.objects.filter(owner=user),
        "most_rows": MOST_ROWS,
    }


def chosen_for(batch: ImportBatch, mapping: str) -> list[str]:
    """The targets to start with: those chosen before, or those of a mapping that is named."""
    table = importing.table_of(batch)
    known = importing.known_to(batch.uploaded_by)
    saved = ImportMapping.objects.filter(owner=batch.uploaded_by)
    own = {f"own-{one.code}": one for one in saved}
    if mapping in own:
        return places.remembered(table.header, own[mapping].columns, known)
    shipped = {one.key: one for one in places.shipped()}
    if mapping in shipped:
        return places.suggested(table.header, shipped[mapping], known)
    if mapping == "none":
        return [""] * len(table.header)
    return list(batch.targets)


def posted(batch: ImportBatch, post: Mapping[str, str]) -> list[str]:
    """A target for each column of the file, as chosen on the page."""
    return [post.get(f"column-{number}", "")[:40] for number in range(len(batch.targets))]


def columns_page(batch: ImportBatch, chosen: list[str]) -> dict[str, Any]:
    """Each column with what stands in it and where it goes; empty ones are named at the end."""
    table = importing.table_of(batch)
    known = importing.known_to(batch.uploaded_by)
    kind = importing.kind_of(table)
    found: list[dict[str, Any]] = [
        {"number": number, "name": name, "examples": table.examples(number), "target": target}
        for number, (name, target) in enumerate(zip(table.header, chosen, strict=True))
    ]
    return {
        "batch": batch,
        "table": table,
        "columns": [one for one in found if one["examples"]],
        "empty": [
            one["name"] or f"column {one['number'] + 1}" for one in found if not one["examples"]
        ],
        "groups": _groups(known),
        "kind": kind,
        "used": sum(bool(one) for one in chosen),
        "shipped": places.shipped(),
        "mappings": ImportMapping.objects.filter(owner=batch.uploaded_by),
    }


def _groups(known: Mapping[str, Target]) -> list[tuple[str, list[Target]]]:
    """The targets as a list of choices, by stage."""
    groups: dict[str, list[Target]] = {}
    for key, target in known.items():
        name = "The case itself" if key in OF_CASE else f"Stage {target.question[1:2]}"
        groups.setdefault(name, []).append(target)
    return list(groups.items())


def check_page(batch: ImportBatch) -> dict[str, Any]:
    """The dry run in figures, and the lines that somebody should look at."""
    check = importing.check(batch, takes_duplicates=False)
    known = importing.known_to(batch.uploaded_by)
    used = [
        {"column": name, "label": known[target].label}
        for name, target in zip(importing.table_of(batch).header, batch.targets, strict=True)
        if target in known
    ]
    return {
        "batch": batch,
        "total": len(check.lines),
        "ready": check.ready,
        "first": check.ready[:5],
        "duplicates": check.duplicates,
        "faulty": check.faulty,
        "noted": check.noted,
        "most": MOST_LINES,
        "used": used,
    }


def result_page(batch: ImportBatch, page: str) -> dict[str, Any]:
    """What became of the lines so far."""
    found = import_running.progress(batch)
    is_moving = batch.status in (Status.WAITING, Status.UNDOING)
    rows = batch.rows.select_related("session")
    lines = Paginator(rows.exclude(reason="") if is_moving else rows, RESULT_PAGE).get_page(page)
    return {
        "batch": batch,
        "progress": found,
        "lines": lines,
        "is_moving": is_moving,
        "tone": TONES[Status(batch.status)],
        "may_undo": batch.status in (Status.DONE, Status.FAILED) and found["created"] > 0,
        "list_url": f"{reverse('governance:portfolio')}?batch={batch.code}",
    }
