"""Keeps the facts that the portfolio shows: marks what is out of date, reads it again, in batches.

Facts of a case stand in many tables, some of them sealed. Whoever changes one marks the case in the
same transaction (services.inventory_marks), which costs one statement; whoever looks next
(``catch_up``), or the sweep, reads the case anew. What a session itself says needs no mark: its own
time tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Job, User
from accounts.sealing import CannotOpen
from accounts.services import audit, jobs
from charters.models import Charter
from governance.models import Case, Commitment, Decision, InventoryEntry
from governance.portfolio.levels import NOTHING, as_words, columns_of
from governance.services.standing import standings_of
from interviews.models import Answer, InterviewSession, ModelCall
from interviews.services.sessions import subject

KIND = "inventory"
#: Cases that are read together: the number of statements is the same for one and for all of them.
BATCH = 200
ARCHETYPE, AREAS = "S1-09", "S5-02"
#: What people say themselves and no reading changes.
SAID = ("department", "reference")
_KEPT = {"id", "session", "wanted", *SAID}
DERIVED = tuple(
    field.name for field in InventoryEntry._meta.local_fields if field.name not in _KEPT
)
EMPTY: dict[str, Any] = {
    "archetype": "",
    "areas": "",
    "charter_code": None,
    "revision_number": None,
    "submitted_at": None,
    "decision": "",
    "decided_at": None,
    **NOTHING,
    **{f"score_{stage}": None for stage in range(1, 6)},
    "standing": "not_submitted",
    "lane": "",
    "review_opened_at": None,
    "review_due_date": None,
    "ruled_at": None,
    "next_review_date": None,
    "kept_count": 0,
    "broken_count": 0,
    "pending_count": 0,
    "model_cost": Decimal(0),
}

#: State of a commitment -> the column it counts in.
PROMISES = {"kept": "kept", "broken": "broken", "open": "pending"}

Columns = dict[int, dict[str, Any]]


def out_of_date(sessions: QuerySet[InterviewSession]) -> QuerySet[InterviewSession]:
    """Those of which the entry is missing or says what was true before."""
    older = Q(inventory_entry__session_updated_at__lt=F("last_updated_at"))
    unread = Q(inventory_entry__session_updated_at=None)
    marked = Q(inventory_entry__wanted__gt=F("inventory_entry__done"))
    return sessions.filter(older | unread | marked)


def catch_up(user: User) -> int:
    """Reads anew what this person is about to see, one batch at most; returns how many cases."""
    seen = InterviewSession.objects.visible_to(user)
    stale = out_of_date(seen).order_by("-last_updated_at").values_list("pk", flat=True)
    return refresh(list(stale[:BATCH]))


def entry_of(session: InterviewSession) -> InventoryEntry:
    """The entry of one case as it is true now."""
    refresh(
        list(
            out_of_date(InterviewSession.objects.filter(pk=session.pk)).values_list("pk", flat=True)
        )
    )
    found = InventoryEntry.objects.filter(session=session).first()
    return found or InventoryEntry(session=session)


def request_due() -> bool:
    """Asks for a sweep where one is due; of several workers the first one asks."""
    at = timezone.now()
    _outdate_costs(at)
    if not out_of_date(InterviewSession.objects.all()).exists():
        return False
    return bool(jobs.enqueue_missing({f"{KIND} {at:%Y-%m-%dT%H:%M}": (KIND, 0)}))


def sweep_in_background(job: Job) -> None:
    """What a claimed job does; reading is idempotent, so nothing depends on who finishes."""
    sweep()
    jobs.finish(job)


def sweep(*, most: int = 1000) -> int:
    """Reads anew what nobody looked at, and what language models cost since; how many cases."""
    _outdate_costs(timezone.now())
    done = 0
    while done < most:
        stale = out_of_date(InterviewSession.objects.all()).order_by("pk")
        found = refresh(list(stale.values_list("pk", flat=True)[:BATCH]))
        if not found:
            break
        done += found
    return done


def rebuild() -> int:
    """Reads every case anew, whatever its entry says; returns how many."""
    done, after = 0, 0
    while batch := list(
        InterviewSession.objects.filter(pk__gt=after)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        done += refresh(batch)
        after = batch[-1]
    return done


def _outdate_costs(at: datetime) -> None:
    """Calls to a model change no session: what was called in the last hour is looked at again."""
    called = ModelCall.objects.filter(called_at__gt=at - timedelta(hours=1), session__isnull=False)
    latest = dict(called.order_by("called_at").values_list("session", "called_at"))
    entries = InventoryEntry.objects.filter(session__in=latest, wanted=F("done"))
    behind = [
        pk
        for pk, session, read_at in entries.values_list("pk", "session", "read_at")
        if read_at is None or read_at < latest[session]
    ]
    if behind:
        InventoryEntry.objects.filter(pk__in=behind).update(wanted=F("wanted") + 1)


def refresh(session_ids: list[int]) -> int:
    """Reads the facts of these cases anew, in a number of statements that does not depend on how
    many they are; returns how many entries are right now.

    The marks are read before the facts: what changes meanwhile leaves the entry out of date.
    """
    marks = _marks(session_ids)
    if not marks:
        return 0
    columns: Columns = {pk: dict(EMPTY) for pk in marks}
    for part in (_answers, _decisions, _reviews, _scores, _promises):
        for pk, found in _opened(part, list(marks)).items():
            columns[pk].update(found)
    for pk, cost in _costs(marks).items():
        columns[pk]["model_cost"] = cost
    rows = [
        InventoryEntry(session_id=pk, **columns[pk], **marks[pk], read_at=Now()) for pk in marks
    ]
    try:
        with transaction.atomic():
            InventoryEntry.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["session"], update_fields=DERIVED
            )
    except IntegrityError:
        # A session was deleted meanwhile: the others are read when somebody looks next.
        return 0
    return len(rows)


def _opened(part: Callable[[list[int]], Columns], sessions: list[int]) -> Columns:
    """A part of the facts of all cases at once; one whose key is gone says nothing of itself, and
    spoils no other."""
    try:
        return part(sessions)
    except CannotOpen:
        if len(sessions) == 1:
            return {}
        return {pk: found for one in sessions for pk, found in _opened(part, [one]).items()}


def _marks(session_ids: list[int]) -> dict[int, dict[str, Any]]:
    # Always in the same order, so that two who store the same cases do not wait for each other.
    found = InterviewSession.objects.filter(pk__in=session_ids).order_by("pk")
    rows = found.values_list("pk", "last_updated_at", "inventory_entry__wanted")
    return {pk: {"session_updated_at": at, "done": wanted or 0} for pk, at, wanted in rows}


def _scores(sessions: list[int]) -> Columns:
    scored = Answer.objects.filter(session__in=sessions, current_assessment__isnull=False)
    means = scored.order_by().values("session", "stage_number")
    columns: Columns = {}
    for row in means.annotate(mean=Avg("current_assessment__score")):
        name = f"score_{row['stage_number']}"
        columns.setdefault(row["session"], {})[name] = float(row["mean"])
    return columns


def _answers(sessions: list[int]) -> Columns:
    """The kind of task and the high-risk areas, as the interview says them today."""
    columns: Columns = {}
    answers = Answer.objects.filter(session__in=sessions, question_key__in=(ARCHETYPE, AREAS))
    given = answers.filter(current_attempt__isnull=False).exclude(
        state__in=("unknown", "skipped_by_condition")
    )
    for session, key, value in given.order_by().values_list(
        "session", "question_key", "current_attempt__value"
    ):
        if not isinstance(value, Mapping):
            continue
        if key == ARCHETYPE:
            columns.setdefault(session, {})["archetype"] = str(value.get("archetype") or "")[:40]
        else:
            columns.setdefault(session, {})["areas"] = as_words(value.get("areas") or [])[:400]
    return columns


def _decisions(sessions: list[int]) -> Columns:
    """The newest revision of each charter and what was decided on it."""
    found = Decision.objects.filter(revision__charter__session__in=sessions)
    columns: Columns = {}
    for row in found.order_by("revision__number").values(
        "revision__charter__session",
        "revision__charter__code",
        "revision__number",
        "revision__issued_at",
        "value",
        "decided_at",
        "facts",
    ):
        facts = row["facts"]
        columns[row["revision__charter__session"]] = {
            "charter_code": row["revision__charter__code"],
            "revision_number": row["revision__number"],
            "submitted_at": row["revision__issued_at"],
            "decision": row["value"],
            "decided_at": row["decided_at"],
            "facts": facts,
        }
    for found_columns in columns.values():
        facts = found_columns.pop("facts")
        found_columns.update(columns_of(facts))
        found_columns["areas"] = as_words(facts.get("high_risk_areas") or [])[:400]
        found_columns["standing"] = "decided"
    return columns


def _reviews(sessions: list[int]) -> Columns:
    """How the case stands with people: the open review, the last ruling, the next date."""
    charters = list(Charter.objects.filter(session__in=sessions))
    by_charter = {one.pk: one.session_id for one in charters}
    columns: Columns = {}
    for pk, found in standings_of(charters).items():
        review = found.review or (found.ruling.review if found.ruling else None)
        columns[by_charter[pk]] = {
            "standing": str(found.state),
            "lane": review.lane if review else "",
            "review_opened_at": found.review.opened_at if found.review else None,
            "review_due_date": found.review.due_date if found.review else None,
            "ruled_at": found.ruling.ruled_at if found.ruling else None,
        }
    days = Case.objects.filter(charter__in=by_charter, retired_at=None)
    for session, day in days.values_list("charter__session", "next_review_date"):
        columns.setdefault(session, {})["next_review_date"] = day
    return columns


def _promises(sessions: list[int]) -> Columns:
    """How many promises were kept, were broken, and are still to be kept."""
    live = Commitment.objects.live().filter(charter__session__in=sessions).order_by()
    columns: Columns = {}
    rows = live.values_list("charter__session", "state").annotate(count=Count("pk"))
    for session, state, count in rows:
        columns.setdefault(session, {})[f"{PROMISES[state]}_count"] = count
    return columns


def _costs(sessions: Iterable[int]) -> dict[int, Decimal]:
    calls = ModelCall.objects.filter(session__in=sessions, cost__gt=0).order_by()
    return dict(calls.values("session").annotate(sum=Sum("cost")).values_list("session", "sum"))


@transaction.atomic
def describe_case(
    *, session: InterviewSession, department: str, reference: str, by: User
) -> InventoryEntry:
    """Writes whose case it is in the organisation and what it is called elsewhere."""
    entry, _ = InventoryEntry.objects.get_or_create(session=session)
    entry.department, entry.reference = department, reference
    entry.save(update_fields=SAID)
    audit.record(type="case.described", actor=by, subject=subject(session))
    return entry
