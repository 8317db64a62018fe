"""Deletes sessions with all that hangs on them in every room; only retention calls this.

Which rows hang on a session is read from the models, so that a table of a later release is not
forgotten. Tables whose rows the database refuses to delete are opened for this transaction alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import append_only
from accounts.models import User
from accounts.services import audit, data_keys
from governance.models import Case, Commitment, Review
from interviews.models import InterviewSession
from interviews.services import archiving
from interviews.services.sessions import subject
from uaip_project.operations.relations import Relation, relations_to

#: Keys in one statement; SQLite takes no more variables than some thousands.
PIECE = 500

Rows = dict[type[models.Model], set[int]]


class NotDeletable(Exception):
    """One of the sessions is not archived or marked, held, shut off or in use; nothing was deleted."""


def in_use() -> QuerySet[Case, int]:
    """Sessions whose project is under review or at work: approved and not retired."""
    live = Case.objects.filter(retired_at=None).filter(
        Q(next_review_date__isnull=False)
        | Exists(Review.objects.open().filter(charter=OuterRef("charter")))
        | Exists(Commitment.objects.live().filter(charter=OuterRef("charter")))
    )
    return live.values_list("charter__session", flat=True)


@transaction.atomic
def purge(
    sessions: Iterable[InterviewSession], *, by: User | None, marked_before: datetime | None = None
) -> dict[str, int]:
    """Deletes them for good; table -> how many rows. Raises NotDeletable, also where the mark of
    one was taken back or set anew after ``marked_before``.
    """
    chosen = list(sessions)
    _require_deletable(chosen)
    if marked_before is not None:
        _require_marked(chosen, marked_before)
    rows, loose = _hanging_on({one.pk for one in chosen})
    with ExitStack() as opened:
        for table in sorted(model._meta.db_table for model in rows):
            if append_only.is_refused(connection, table, "delete"):
                opened.enter_context(append_only.lifted(connection, table, "delete"))
        for relation, keys in loose:
            for piece in pieces(keys):
                found = relation.model._base_manager.filter(**{f"{relation.name}__in": piece})
                found.update(**{relation.name: None})
        counted = {model._meta.db_table: _delete(model, keys) for model, keys in rows.items()}
        if connection.vendor == "postgresql":
            # Checked before triggers come back, which wait for no open check.
            connection.check_constraints()
    for session in chosen:
        data_keys.destroy_data_key(subject=session.code)
        audit.record(type="session.purged", actor=by, subject=subject(session))
    return counted


def _require_deletable(chosen: list[InterviewSession]) -> None:
    """Looks at rows that nobody can change until the transaction ends."""
    keys = [one.pk for one in chosen]
    archived = InterviewSession.objects.filter(
        pk__in=keys, status=InterviewSession.Status.ARCHIVED, shut_off_at=None
    )
    # In statements of their own: one that had to wait does not see the hold for which it waited.
    count = archived.update(status=models.F("status"))
    # Whoever opens a review, or holds a project to a promise, waits for its case.
    cases = Case.objects.filter(charter__session__in=keys).order_by("pk")
    list(cases.select_for_update().values_list("pk", flat=True))
    if count != len(keys) or archiving.held().filter(session__in=keys).exists():
        raise NotDeletable("Some are not archived, shut off or under a hold. Nothing was deleted.")
    if in_use().filter(charter__session__in=keys).exists():
        raise NotDeletable("Some are under review or at work. Nothing was deleted.")


def _require_marked(chosen: list[InterviewSession], before: datetime) -> None:
    """Whoever takes a mark back waits for the rows that are locked by now, or was first."""
    keys = [one.pk for one in chosen]
    if archiving.marked(before=before).filter(pk__in=keys).count() != len(keys):
        raise NotDeletable("The mark of some was taken back. Nothing was deleted.")


def _hanging_on(session_keys: set[int]) -> tuple[Rows, list[tuple[Relation, set[int]]]]:
    """All rows that go, by model; and columns of rows that stay which pointed at them."""
    rows: Rows = defaultdict(set)
    rows[InterviewSession] = set(session_keys)
    loose: list[tuple[Relation, set[int]]] = []
    waiting: list[tuple[type[models.Model], set[int]]] = [(InterviewSession, set(session_keys))]
    while waiting:
        model, keys = waiting.pop()
        for relation in relations_to(model):
            if relation.is_loose:
                loose.append((relation, keys))
                continue
            fresh = _pointing(relation, keys) - rows[relation.model]
            if fresh:
                rows[relation.model] |= fresh
                waiting.append((relation.model, fresh))
    return {model: keys for model, keys in rows.items() if keys}, loose


def _pointing(relation: Relation, keys: set[int]) -> set[int]:
    found: set[int] = set()
    for piece in pieces(keys):
        those = relation.model._base_manager.filter(**{f"{relation.name}__in": piece})
        found |= set(those.order_by().values_list("pk", flat=True))
    return found


def pieces(keys: Iterable[int]) -> Iterator[list[int]]:
    """Some hundreds at a time."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), PIECE):
        yield ordered[start : start + PIECE]


def _delete(model: type[models.Model], keys: set[int]) -> int:
    """Without Django's collector, which would refuse protected rows; the database checks at the
    end of the transaction that nothing points at what is gone.
    """
    queryset: Any = model._base_manager
    return sum(queryset.filter(pk__in=piece)._raw_delete("default") for piece in pieces(keys))
