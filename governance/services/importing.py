"""Takes an existing inventory, shows what it would become, and asks for it to be brought in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import User
from accounts.services import audit, jobs
from governance.importing import targets as places
from governance.importing.csv_file import Table, read_table
from governance.importing.planning import Plan, Planned
from governance.importing.targets import OWNER, Shipped, Target, folded
from governance.models import ImportBatch, ImportMapping, ImportRow
from governance.portfolio_policies import may_assign
from interviews.models import InterviewSession
from interviews.prefill.kinds import clean_name
from interviews.protocol import catalogue

KIND, UNDO_KIND = "import_cases", "undo_import"
Status = ImportBatch.Status
#: Files that wait for a person; more nobody keeps in mind.
MOST_OPEN = 20
MOST_MAPPINGS = 50


class TooManyImports(Exception):
    """The person has as many unfinished imports, or mappings, as may be."""


class BadColumns(Exception):
    """The columns cannot be read like that; the message says what to do."""


class NotNow(Exception):
    """The import went on meanwhile, in another tab or in the background."""


@dataclass(frozen=True)
class Line:
    """One line of the file and what would become of it."""

    planned: Planned
    #: Why it is left out; "" when it becomes a case.
    reason: str = ""
    #: It is called like a case that is there, or like an earlier line.
    is_duplicate: bool = False


@dataclass(frozen=True)
class Check:
    """What the whole file would become."""

    lines: list[Line]

    @property
    def ready(self) -> list[Line]:
        return [line for line in self.lines if not line.reason and not line.is_duplicate]

    @property
    def duplicates(self) -> list[Line]:
        return [line for line in self.lines if line.is_duplicate and not line.planned.problem]

    @property
    def faulty(self) -> list[Line]:
        return [line for line in self.lines if line.reason and not line.is_duplicate]

    @property
    def noted(self) -> list[Line]:
        return [line for line in self.lines if line.planned.notes and not line.reason]


def subject(batch: ImportBatch) -> str:
    """How the record of deeds names an import."""
    return f"import {batch.code}"


def take_file(*, name: str, content: bytes, by: User) -> ImportBatch:
    """Keeps a file until its cases are there. Raises NotATable, TooManyImports."""
    table = read_table(content)
    chosen = places.suggested(table.header, places.kind_of_file(table.header), known_to(by))
    with transaction.atomic():
        # One at a time: two who count at once would both find room for the last.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        waiting = ImportBatch.objects.filter(uploaded_by=by, content__isnull=False)
        if waiting.count() >= MOST_OPEN:
            raise TooManyImports
        batch = ImportBatch.objects.create(
            name=clean_name(name),
            size=len(content),
            file_hash=hashlib.sha256(content).hexdigest(),
            content=content,
            row_count=len(table.rows),
            targets=chosen,
            uploaded_by=by,
        )
        audit.record(
            type="import.uploaded",
            actor=by,
            subject=subject(batch),
            detail={"size": batch.size, "hash": batch.file_hash, "rows": batch.row_count},
        )
    return batch


def known_to(user: User) -> dict[str, Target]:
    """Where this person may send columns: others' cases are given away by who sees them all."""
    known = places.targets(catalogue.default_protocol())
    return known if may_assign(user) else {key: one for key, one in known.items() if key != OWNER}


def table_of(batch: ImportBatch) -> Table:
    """The file as a table. Raises NotNow when it is gone."""
    if batch.content is None:
        raise NotNow
    return read_table(bytes(batch.content))


def kind_of(table: Table) -> Shipped | None:
    """The kind of inventory that the names of the columns give away."""
    return places.kind_of_file(table.header)


@transaction.atomic
def choose_columns(*, batch: ImportBatch, chosen: Sequence[str], by: User) -> None:
    """Says where each column goes, "" = nowhere. Raises BadColumns, NotNow."""
    table = table_of(batch)
    if len(chosen) != len(table.header):
        raise BadColumns("The columns of the file and the choices do not fit. Open the page again.")
    fault = places.fault_of(chosen, known_to(by))
    if fault:
        raise BadColumns(fault)
    open_ones = ImportBatch.objects.filter(pk=batch.pk, status__in=(Status.UPLOADED, Status.MAPPED))
    if not open_ones.update(targets=list(chosen), status=Status.MAPPED):
        raise NotNow
    batch.refresh_from_db(fields=["targets", "status"])
    audit.record(
        type="import.columns_chosen",
        actor=by,
        subject=subject(batch),
        detail={"targets": sorted({one for one in chosen if one})},
    )


def check(batch: ImportBatch, *, takes_duplicates: bool | None = None) -> Check:
    """The dry run: every line with what would become of it; nothing is changed.

    Raises NotNow when the file is gone.
    """
    table, by = table_of(batch), batch.uploaded_by
    plan = Plan(table, batch.targets, known_to(by), catalogue.default_protocol(), kind_of(table))
    is_welcome = batch.takes_duplicates if takes_duplicates is None else takes_duplicates
    imported = _imported(batch)
    there = _names(batch, by)
    people = set(
        User.objects.active().filter(kind=User.Kind.PERSON).values_list("email", flat=True)
    )
    lines: list[Line] = []
    first: dict[str, int] = {}
    for planned in plan.cases():
        name = folded(planned.title)
        reason = planned.problem
        if not reason and row_key(batch, planned.line) in imported:
            reason = "This line of this very file was imported before."
        if not reason and planned.owner and planned.owner not in people:
            reason = f"Nobody here has the address {planned.owner[:100]}."
        is_duplicate = False
        if not reason and name in there:
            reason, is_duplicate = "A case that you see is called the same.", True
        elif not reason and name in first:
            reason, is_duplicate = f"Line {first[name]} is called the same.", True
        if not planned.problem:
            first.setdefault(name, planned.line)
        lines.append(Line(planned, "" if is_duplicate and is_welcome else reason, is_duplicate))
    return Check(lines)


def row_key(batch: ImportBatch, line: int) -> str:
    """What a line of a file is known by: the same person, file and line are one case."""
    named = f"{batch.uploaded_by.code}:{batch.file_hash}:{line}"
    return hashlib.sha256(named.encode()).hexdigest()


def _imported(batch: ImportBatch) -> set[str]:
    """Lines of this file that are cases already, from an earlier upload of the same file."""
    same = ImportRow.objects.filter(
        batch__uploaded_by=batch.uploaded_by,
        batch__file_hash=batch.file_hash,
        state=ImportRow.State.CREATED,
        session__isnull=False,
    )
    return set(same.exclude(batch=batch).values_list("key", flat=True))


def _names(batch: ImportBatch, by: User) -> set[str]:
    """What the cases are called that the person sees, without those of this import itself."""
    own = ImportRow.objects.filter(batch=batch, session__isnull=False).values("session")
    seen = InterviewSession.objects.visible_to(by).exclude(pk__in=own)
    return {folded(name) for name in seen.values_list("project_name", flat=True).iterator()}


@transaction.atomic
def confirm(*, batch: ImportBatch, takes_duplicates: bool, by: User) -> None:
    """Asks for the cases to be made in the background. Raises NotNow."""
    ready = ImportBatch.objects.filter(pk=batch.pk, status=Status.MAPPED)
    if not ready.update(status=Status.WAITING, takes_duplicates=takes_duplicates):
        raise NotNow
    batch.refresh_from_db(fields=["status", "takes_duplicates"])
    jobs.enqueue(kind=KIND, subject_id=batch.pk, unique_key=f"{KIND}:{batch.pk}")
    audit.record(
        type="import.confirmed",
        actor=by,
        subject=subject(batch),
        detail={"takes_duplicates": takes_duplicates},
    )


@transaction.atomic
def discard(*, batch: ImportBatch, by: User) -> None:
    """Throws a file away before anything came of it. Raises NotNow."""
    unused = ImportBatch.objects.filter(pk=batch.pk, status__in=(Status.UPLOADED, Status.MAPPED))
    if not unused.update(status=Status.DISCARDED, content=None, finished_at=Now()):
        raise NotNow
    batch.refresh_from_db(fields=["status"])
    audit.record(type="import.discarded", actor=by, subject=subject(batch))


def save_mapping(
    *, name: str, batch: ImportBatch, chosen: Sequence[str], by: User
) -> ImportMapping:
    """Keeps where the columns go under a name, for the next file of this kind.

    The name used again replaces what it stood for. Raises BadColumns, NotNow, TooManyImports.
    """
    header = table_of(batch).header
    if len(chosen) != len(header):
        raise BadColumns("The columns of the file and the choices do not fit. Open the page again.")
    columns = places.to_remember(header, chosen)
    try:
        with transaction.atomic():
            return _save_mapping(name, columns, by)
    except IntegrityError:
        # The same name from another tab in this very moment: it is there now.
        with transaction.atomic():
            return _save_mapping(name, columns, by)


def _save_mapping(name: str, columns: list[dict[str, object]], by: User) -> ImportMapping:
    own = ImportMapping.objects.filter(owner=by)
    mapping = own.filter(name=name).first()
    if mapping is None and own.count() >= MOST_MAPPINGS:
        raise TooManyImports
    if mapping is None:
        mapping = ImportMapping.objects.create(owner=by, name=name, columns=columns)
    else:
        own.filter(pk=mapping.pk).update(columns=columns, saved_at=Now())
    audit.record(
        type="import_mapping.saved",
        actor=by,
        subject=f"import mapping {mapping.code}",
        detail={"columns": len(columns)},
    )
    return mapping


@transaction.atomic
def forget_mapping(*, mapping: ImportMapping, by: User) -> None:
    """It is not offered any more; what was imported by it stays."""
    code = mapping.code
    mapping.delete()
    audit.record(type="import_mapping.forgotten", actor=by, subject=f"import mapping {code}")
