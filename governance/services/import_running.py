"""Brings the cases of an inventory in, line by line, and takes them away again while untouched."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import Job, User
from accounts.services import audit, jobs
from governance.models import ImportBatch, ImportRow, InventoryEntry
from governance.portfolio_policies import may_import
from governance.services import importing, inventory
from governance.services.importing import UNDO_KIND, Line, NotNow, Status, row_key, subject
from interviews.models import (
    Attempt,
    Collaborator,
    ColleagueRequest,
    Draft,
    InterviewSession,
    Proposal,
)
from interviews.refusals import NobodyThere, Refusal
from interviews.services import archiving, drafts, sessions, sharing

State = ImportRow.State
#: Lines after which the inventory reads the new cases.
STRETCH = 50
TOUCHED = "Somebody has worked on it since: delete it by hand if it is to go."
#: Drafts as they were imported: nobody has saved one again.
FIRST_VERSION = 1


def progress(batch: ImportBatch) -> dict[str, int]:
    """How many lines there are, and what became of how many so far."""
    counts = batch.rows.order_by().values_list("state").annotate(count=Count("pk"))
    found: dict[str, int] = dict(counts)
    return {
        "total": batch.row_count,
        "done": sum(found.values()),
        **{state.value: found.get(state.value, 0) for state in State},
    }


# --- In the worker --------------------------------------------------------------------------------


def import_cases(job: Job) -> None:
    """Makes the cases of a claimed job; one that was cut off goes on where it was."""
    batch = ImportBatch.objects.select_related("uploaded_by").filter(pk=job.subject_id).first()
    if batch is None or batch.status != Status.WAITING:
        jobs.finish(job)
        return
    by = batch.uploaded_by
    if not may_import(by):
        with transaction.atomic():
            jobs.finish(job)
            _end(batch, Status.FAILED)
        return
    seen = set(batch.rows.values_list("line", flat=True))
    made: list[int] = []
    for line in importing.check(batch).lines:
        if line.planned.line in seen:
            continue
        session = _bring_in(job, batch, line, by)
        if session is not None:
            made.append(session.pk)
        if len(made) == STRETCH:
            inventory.refresh(made)
            made = []
    inventory.refresh(made)
    with transaction.atomic():
        jobs.finish(job)
        _end(batch, Status.DONE)
        audit.record(
            type="import.finished", actor=by, subject=subject(batch), detail=_counts(batch)
        )


def _counts(batch: ImportBatch) -> dict[str, int]:
    found = progress(batch)
    return {name: found[name] for name in ("created", "left_out")}


def _end(batch: ImportBatch, status: str) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(status=status, content=None, finished_at=Now())


def _bring_in(job: Job, batch: ImportBatch, line: Line, by: User) -> InterviewSession | None:
    """One line in a transaction of its own: the case, its drafts and its row, or none of them."""
    row = ImportRow(
        batch=batch,
        line=line.planned.line,
        title=line.planned.title,
        key=row_key(batch, line.planned.line),
        state=State.LEFT_OUT,
        reason=line.reason[:300],
    )
    try:
        with transaction.atomic():
            jobs.still_ours(job)
            if not line.reason:
                _make(row, line, by)
            row.save(force_insert=True)
    except (IntegrityError, Refusal) as fault:
        # Another upload of the same file was faster, or what the line says cannot be stored.
        before = "This line of this very file was imported before."
        row.reason = before if isinstance(fault, IntegrityError) else "It cannot be stored."
        row.state, row.session, row.made_at, row.draft_count = State.LEFT_OUT, None, None, 0
        with transaction.atomic():
            jobs.still_ours(job)
            row.save(force_insert=True)
    return row.session


def _make(row: ImportRow, line: Line, by: User) -> None:
    planned = line.planned
    session = sessions.start_session(project_name=planned.title, by=by)
    answers = {answer.question_key: answer for answer in session.answers.all()}
    for key, value in planned.drafts.items():
        answer = answers[key]
        answer.session = session
        drafts.save_draft(answer=answer, value=value, draft_version=0, answer_version=0, by=by)
    InventoryEntry.objects.create(
        session=session, department=planned.department, reference=planned.reference
    )
    if planned.owner and planned.owner != by.email:
        try:
            sharing.hand_over_session(session=session, email=planned.owner, by=by)
        except NobodyThere:
            # The person left since the check: it stays with whoever imports.
            row.reason = f"{planned.owner[:100]} is not here any more: it stays with you."
    session.refresh_from_db(fields=["last_updated_at"])
    row.session, row.state, row.made_at = session, State.CREATED, session.last_updated_at
    row.draft_count = len(planned.drafts)


def give_up_import(job: Job) -> None:
    """An import that was given up: what is there stays, the page says where it stopped."""
    ImportBatch.objects.filter(pk=job.subject_id, status=Status.WAITING).update(
        status=Status.FAILED, content=None, finished_at=Now()
    )


# --- Undoing --------------------------------------------------------------------------------------


@transaction.atomic
def request_undo(*, batch: ImportBatch, by: User) -> None:
    """Asks for the cases to be taken away that nobody has worked on. Raises NotNow."""
    ended = ImportBatch.objects.filter(pk=batch.pk, status__in=(Status.DONE, Status.FAILED))
    if not ended.update(status=Status.UNDOING):
        raise NotNow
    batch.refresh_from_db(fields=["status"])
    # One that was given up may be asked for again.
    before = Job.objects.filter(kind=UNDO_KIND, subject_id=batch.pk).count()
    unique_key = f"{UNDO_KIND}:{batch.pk}:{before + 1}"
    jobs.enqueue(kind=UNDO_KIND, subject_id=batch.pk, unique_key=unique_key)
    audit.record(type="import.undo_requested", actor=by, subject=subject(batch))


def untouched(batch: ImportBatch) -> QuerySet[ImportRow]:
    """The rows of an import whose cases are just as they came."""
    sessions_of = batch.rows.filter(state=State.CREATED).values("session")
    mine = {"answer__session__in": sessions_of}
    edited = Draft.objects.filter(**mine).exclude(version=FIRST_VERSION).values("answer__session")
    tried = Attempt.objects.filter(**mine).values("answer__session")
    people = Collaborator.objects.filter(session__in=sessions_of).exclude(user=batch.uploaded_by)
    # Whoever was shown out of a case has no say in it any more.
    lets_in = Collaborator.objects.filter(user=batch.uploaded_by, level=Collaborator.Level.EDIT)
    still_in = Q(session__owner=batch.uploaded_by) | Q(session__in=lets_in.values("session"))
    return (
        batch.rows.filter(still_in, state=State.CREATED, session__isnull=False)
        # Nothing deletes what an incident or a legal hold keeps.
        .filter(session__shut_off_at=None)
        .exclude(session__in=archiving.held())
        .filter(session__last_updated_at=F("made_at"), session__released_at=None)
        .filter(session__status=InterviewSession.Status.IN_PROGRESS)
        .annotate(drafts_now=Count("session__answers__draft"))
        .filter(drafts_now=F("draft_count"))
        .exclude(session__in=edited)
        .exclude(session__in=tried)
        .exclude(session__in=people.values("session"))
        .exclude(session__in=Proposal.objects.filter(session__in=sessions_of).values("session"))
        .exclude(
            session__in=ColleagueRequest.objects.filter(session__in=sessions_of).values("session")
        )
    )


def undo_import(job: Job) -> None:
    """Deletes the untouched cases of a claimed job; the others stay and say why."""
    batch = ImportBatch.objects.select_related("uploaded_by").filter(pk=job.subject_id).first()
    if batch is None or batch.status != Status.UNDOING:
        jobs.finish(job)
        return
    for row in untouched(batch).select_related("session"):
        _take_away(job, batch, row)
    with transaction.atomic():
        jobs.finish(job)
        kept = batch.rows.filter(state=State.CREATED, session__isnull=False)
        kept.update(reason=TOUCHED)
        _end(batch, Status.UNDONE)
        found = progress(batch)
        audit.record(
            type="import.undone",
            actor=batch.uploaded_by,
            subject=subject(batch),
            detail={"undone": found["undone"], "kept": kept.count()},
        )


def _take_away(job: Job, batch: ImportBatch, row: ImportRow) -> None:
    """One case, if it is still untouched now that nobody else can write to it."""
    with transaction.atomic():
        jobs.still_ours(job)
        session = row.session
        if session is None:
            return
        sessions.stand_in_line(session)
        if not untouched(batch).filter(pk=row.pk).exists():
            return
        ImportRow.objects.filter(pk=row.pk).update(state=State.UNDONE, session=None)
        sessions.delete_session(session=session, by=batch.uploaded_by)


def give_up_undo(job: Job) -> None:
    """An undoing that was given up: what is left stays, and it can be asked for again."""
    ImportBatch.objects.filter(pk=job.subject_id, status=Status.UNDOING).update(status=Status.DONE)
