"""Looks through the whole database: schema, keys, counts, sequences, the record of deeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, Max, OuterRef

from accounts.models import AuditEvent, AuditHead
from accounts.services import audit_check
from interviews.models import ArchivedSession, InterviewSession
from uaip_project.operations.database_care import asking, damage, schema
from uaip_project.operations.database_care.schema import Flaw
from uaip_project.operations.relations import Relation, relations
from uaip_project.operations.runs import Outcome

#: Tables whose rows come with their number: nobody asks the sequence.
NUMBERED_BY_US = frozenset({"audit_logs", "audit_head", "maintenance_mode"})
#: The last number that a table's sequence gave; NULL before the first, and without a sequence.
GIVEN = "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass) AS given"
#: How many flaws a report lists.
MOST = 200


def verify(*, is_deep: bool = False) -> Outcome:
    """Everything; ``is_deep`` recomputes the whole record of deeds too."""
    with asking.unhurried():
        return _verify(is_deep)


def _verify(is_deep: bool) -> Outcome:
    found = list(schema.flaws())
    gone = {one.name for one in found if one.kind in ("table", "column")}
    found += _file()
    found += _keys(gone)
    found += _sequences(gone)
    found += _archive(gone)
    found += _chain(is_deep, gone)
    return report(found, {} if gone else _counts())


def report(found: list[Flaw], counts: dict[str, int]) -> Outcome:
    """The flaws for people and for programs."""
    data: dict[str, Any] = {
        "ok": not found,
        "flaws": [vars(one) for one in found[:MOST]],
        "flaw_count": len(found),
        "rows": counts,
    }
    if not found:
        lines = [f"The database is whole: {len(counts)} tables, {sum(counts.values()):,} rows."]
        return Outcome(data, lines)
    lines = [f"{len(found)} things are not as they should be."]
    lines += [f"  {one.kind}: {one.sentence}" for one in found[:MOST]]
    return Outcome(data, lines, is_problem=True)


def _file() -> Iterator[Flaw]:
    """Pages of SQLite's file; PostgreSQL counts pages that did not match their checksum."""
    if asking.is_postgresql():
        sql = "SELECT checksum_failures AS count FROM pg_stat_database WHERE datname = current_database()"
        count = asking.rows(sql)[0]["count"]
        if count:
            words = f"{count} pages did not match their checksum. Restore from a verified backup."
            yield Flaw("page", "checksum_failures", words)
        return
    said = [row["quick_check"] for row in asking.rows("PRAGMA quick_check(20)")]
    yield from damage.pages(said)


def _is_gone(relation: Relation, gone: set[str]) -> bool:
    tables = {relation.model._meta.db_table, relation.target._meta.db_table}
    return bool(tables & gone) or any(one.split(".")[0] in tables for one in gone)


def orphans(relation: Relation) -> models.QuerySet[Any]:
    """Rows that point at nothing."""
    target = relation.model._meta.get_field(relation.name).target_field.attname
    there = relation.target._base_manager.filter(**{target: OuterRef(f"{relation.name}_id")})
    pointing = relation.model._base_manager.filter(**{f"{relation.name}__isnull": False})
    return pointing.filter(~Exists(there)).order_by()


def _keys(gone: set[str]) -> Iterator[Flaw]:
    for relation in relations():
        if _is_gone(relation, gone):
            continue
        count = orphans(relation).count()
        if count:
            target = relation.target._meta.db_table
            words = f"{count} rows of {relation} point at rows of {target} that are not there."
            yield Flaw("orphan", str(relation), words)


def _sequences(gone: set[str]) -> Iterator[Flaw]:
    """A sequence behind its table gives out numbers that are taken: after a hasty restore."""
    if not asking.is_postgresql():
        return
    for model in apps.get_models():
        table, key = model._meta.db_table, model._meta.pk
        if not model._meta.managed or table in gone or not isinstance(key, models.AutoField):
            continue
        if table in NUMBERED_BY_US:
            continue
        last = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
        given = asking.rows(GIVEN, [table, key.column])[0]["given"]
        if given is not None and last > given:
            words = f"The next number of {table} would be {given + 1}, but {last} is taken."
            yield Flaw("sequence", table, words)


def _archive(gone: set[str]) -> Iterator[Flaw]:
    if {one.split(".")[0] for one in gone} & {"sessions", "archived_sessions"}:
        return
    archived = InterviewSession.objects.filter(status=InterviewSession.Status.ARCHIVED)
    kept = ArchivedSession.objects.values("session")
    unknown = archived.exclude(pk__in=kept).count()
    if unknown:
        words = f"{unknown} archived interviews do not say when they were archived."
        yield Flaw("count", "archived_sessions", words)


def _chain(is_deep: bool, gone: set[str]) -> Iterator[Flaw]:
    if {one.split(".")[0] for one in gone} & {"audit_logs", "audit_head"}:
        return
    head = AuditHead.objects.filter(pk=1).first()
    last = AuditEvent.objects.order_by("-sequence").first()
    if last and (head is None or (head.sequence, head.hash) != (last.sequence, last.hash)):
        words = f"The head does not say what row {last.sequence} says. Run `verify_audit`."
        yield Flaw("record", "audit_head", words)
    if is_deep:
        report = audit_check.verify()
        if report.fault is not None:
            yield Flaw("record", str(report.fault.sequence), report.fault.sentence)


def _counts() -> dict[str, int]:
    managed = (one for one in apps.get_models() if one._meta.managed)
    return {one._meta.db_table: one._base_manager.count() for one in managed}
