"""Notes each operational run as a row: who, what, with what outcome, how long."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from uaip_project.operations.models import OpsRun

#: A run that says nothing for so long has lost its process.
LONGEST_RUN = timedelta(hours=6)
LONGEST_SENTENCE = 500


@dataclass(frozen=True)
class Outcome:
    """What a deed of an operator came to.

    ``data`` is the JSON that ``--json`` prints, ``lines`` the same for people, the first of them
    the sentence that lists show. ``is_problem`` means exit code 1: it ran and found something.
    """

    data: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    is_problem: bool = False


class CouldNotRun(Exception):
    """The deed could not be done at all, and nothing was changed; the words say what to do."""


class HasRunAlready(Exception):
    """Another process has the run of this period."""


def during(
    kind: str,
    work: Callable[[OpsRun], Outcome],
    *,
    by: User | None = None,
    arguments: dict[str, Any] | None = None,
    period_start: datetime | None = None,
) -> Outcome:
    """Does the work with its row around it; whatever it raises is noted and raised again.

    Raises HasRunAlready where the period was taken.
    """
    run = _begin(kind, by=by, arguments=arguments or {}, period_start=period_start)
    try:
        outcome = work(run)
    except BaseException as fault:
        _end(run, _status_after(fault), {}, str(fault) or type(fault).__name__)
        raise
    status = OpsRun.Status.PROBLEM if outcome.is_problem else OpsRun.Status.OK
    _end(run, status, outcome.data, outcome.lines[0] if outcome.lines else "")
    return outcome


def _begin(
    kind: str, *, by: User | None, arguments: dict[str, Any], period_start: datetime | None
) -> OpsRun:
    try:
        with transaction.atomic():
            return OpsRun.objects.create(
                kind=kind, started_by=by, arguments=arguments, period_start=period_start
            )
    except IntegrityError as taken:
        raise HasRunAlready(f"{kind} of {period_start} has its run already.") from taken


def _status_after(fault: BaseException) -> str:
    is_cut_off = isinstance(fault, (KeyboardInterrupt, SystemExit))
    return OpsRun.Status.INTERRUPTED if is_cut_off else OpsRun.Status.FAILED


def _end(run: OpsRun, status: str, result: dict[str, Any], said: str) -> None:
    """A database that is away when the work ends costs the row its end, not the work."""
    try:
        OpsRun.objects.filter(pk=run.pk).update(
            status=status,
            result=plain(result),
            said=said[:LONGEST_SENTENCE],
            finished_at=timezone.now(),
        )
    except DatabaseError:
        return


def plain(result: dict[str, Any]) -> dict[str, Any]:
    """The same with moments and codes as text, as the row keeps it and ``--json`` prints it."""
    kept: dict[str, Any] = json.loads(json.dumps(result, cls=DjangoJSONEncoder))
    return kept


def close_silent(*, at: datetime | None = None) -> int:
    """Ends runs whose process is gone, so that a list does not call them running for ever."""
    now = at or timezone.now()
    return OpsRun.objects.silent_since(now - LONGEST_RUN).update(
        status=OpsRun.Status.INTERRUPTED, finished_at=now, said="Its process ended without a word."
    )
