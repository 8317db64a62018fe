"""The inventory as a file: CSV that no spreadsheet takes for a formula, piece by piece."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.services import audit
from accounts.services.audit_export import inert
from governance.portfolio.asked import Asked
from governance.services.inventory_search import ENTRY, find, in_order
from interviews.models import InterviewSession

#: Column of the file -> where it stands.
COLUMNS = {
    "case": "code",
    "name": "project_name",
    "owner": "owner__name",
    "department": f"{ENTRY}__department",
    "reference": f"{ENTRY}__reference",
    "status": "status",
    "stage": "current_stage",
    "standing": f"{ENTRY}__standing",
    "decision": f"{ENTRY}__decision",
    "lane": f"{ENTRY}__lane",
    "kind_of_task": f"{ENTRY}__archetype",
    "high_risk_areas": f"{ENTRY}__areas",
    "highest_risk": f"{ENTRY}__highest",
    **{
        name: f"{ENTRY}__{name}"
        for name in (
            *("human_agency", "robustness", "privacy", "transparency", "fairness"),
            *("severity", "likelihood", "data_score"),
            *("score_1", "score_2", "score_3", "score_4", "score_5"),
        )
    },
    "started_at": "started_at",
    "updated_at": "last_updated_at",
    "submitted_at": f"{ENTRY}__submitted_at",
    "decided_at": f"{ENTRY}__decided_at",
    "ruled_at": f"{ENTRY}__ruled_at",
    "review_due_date": f"{ENTRY}__review_due_date",
    "next_review_date": f"{ENTRY}__next_review_date",
    "promises_kept": f"{ENTRY}__kept_count",
    "promises_broken": f"{ENTRY}__broken_count",
    "promises_pending": f"{ENTRY}__pending_count",
    "model_cost": f"{ENTRY}__model_cost",
}


class _Echo:
    """Hands the writer's line straight back."""

    def write(self, line: str) -> str:
        return line


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines of a file; times in ISO 8601, nothing for what is not known."""
    writer = csv.writer(_Echo())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([inert(_cell(value)) for value in row])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def export(*, asked: Asked, by: User) -> Iterator[str]:
    """The cases that fit, in the order asked for; taking them away is a deed."""
    found = in_order(find(by, asked), asked.order)
    with transaction.atomic():
        # Which filters, not what was typed into them.
        audit.record(
            type="inventory.exported",
            actor=by,
            subject="inventory",
            detail={"filters": sorted(asked.parts())},
        )
    return as_csv(list(COLUMNS), _rows(found))


def _rows(found: QuerySet[InterviewSession]) -> Iterator[list[Any]]:
    places = list(COLUMNS)
    areas = places.index("high_risk_areas")
    for row in found.values_list(*COLUMNS.values()).iterator(chunk_size=1000):
        cells = list(row)
        cells[areas] = "; ".join((cells[areas] or "").split())
        yield cells
