"""Rows that hang on nothing: found by the keys of all tables, deleted where nothing forbids it."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from accounts import append_only
from accounts.models import User
from accounts.services import audit
from uaip_project.operations.database_care import asking, verifying
from uaip_project.operations.purging import pieces
from uaip_project.operations.relations import Relation, relations
from uaip_project.operations.runs import Outcome


def clean(*, by: User | None, is_rehearsal: bool) -> Outcome:
    """Deletes orphans, and empties columns that point at nothing; some wait for a person."""
    done: dict[str, int] = {}
    kept: dict[str, int] = {}
    with asking.unhurried(), transaction.atomic():
        for relation in relations():
            keys = set(verifying.orphans(relation).values_list("pk", flat=True))
            if not keys:
                continue
            if not relation.is_loose and _is_kept(relation):
                kept[str(relation)] = len(keys)
                continue
            done[str(relation)] = len(keys)
            if not is_rehearsal:
                _take_away(relation, keys)
        if done and not is_rehearsal:
            audit.record(type="orphans.deleted", actor=by, subject="database", detail=done)
    return _told(done, kept, is_rehearsal)


def _is_kept(relation: Relation) -> bool:
    """Rows that the database refuses to delete are for a person to look at."""
    return append_only.is_refused(connection, relation.model._meta.db_table, "delete")


def _take_away(relation: Relation, keys: set[int]) -> None:
    rows: Any = relation.model._base_manager
    for piece in pieces(keys):
        if relation.is_loose:
            rows.filter(pk__in=piece).update(**{relation.name: None})
        else:
            rows.filter(pk__in=piece)._raw_delete("default")


def _told(done: dict[str, int], kept: dict[str, int], is_rehearsal: bool) -> Outcome:
    count = sum(done.values())
    word = "would be cleaned" if is_rehearsal else "were cleaned"
    lines = [f"{count} orphans {word}."]
    lines += [f"  {name}: {rows}" for name, rows in done.items()]
    lines += [
        f"  {name}: {rows} stay, because their table is never changed. Compare with a backup."
        for name, rows in kept.items()
    ]
    if is_rehearsal and count:
        lines.append("Nothing was changed. Add --yes to do it.")
    data = {"cleaned": done, "kept": kept, "is_rehearsal": is_rehearsal}
    return Outcome(data, lines, is_problem=bool(kept))
