"""Keeps what a person has typed but not submitted."""

from __future__ import annotations

import math
import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.sealed_fields import sealed_changes
from interviews.models import Answer, Draft
from interviews.refusals import AnswerChanged, DraftChanged, SessionNotOpen, Unstorable

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


#: Rows of fields of values: nothing that people type is nested deeper.
DEEPEST = 8


def require_storable(value: Any) -> None:
    """Raises Unstorable for NUL, lone surrogates, infinities and bottomless nesting."""
    waiting = [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unstorable
        if isinstance(part, dict):
            waiting += [(one, depth + 1) for pair in part.items() for one in pair]
        elif isinstance(part, list):
            waiting += [(one, depth + 1) for one in part]
        elif (
            isinstance(part, str)
            and UNSTORABLE.search(part)
            or isinstance(part, float)
            and not math.isfinite(part)
        ):
            raise Unstorable


@transaction.atomic
def save_draft(
    *, answer: Answer, value: Any, draft_version: int, answer_version: int, by: User
) -> Draft:
    """Stores the draft as typed; ``draft_version`` is the one the person's page was built on
    (0 = none yet).

    Raises AnswerChanged when the answer was submitted elsewhere meanwhile, DraftChanged when
    another tab or person saved first; in both cases nothing is overwritten. Raises Unstorable
    for what no database keeps.
    """
    if not answer.session.is_open:
        raise SessionNotOpen
    require_storable(value)
    if answer.version != answer_version:
        raise AnswerChanged(answer)
    changes = {
        "value": value,
        "version": draft_version + 1,
        "answer_version": answer_version,
        "saved_at": timezone.now(),
        "saved_by": by,
    }
    as_stored = sealed_changes(Draft(answer=answer), **changes)
    saved = Draft.objects.filter(pk=answer.pk)
    # A draft of an earlier version of the answer is spent: whoever comes next replaces it.
    spent = saved.exclude(answer_version=answer_version)
    live = saved.filter(version=draft_version, answer_version=answer_version)
    if draft_version and live.update(**as_stored):
        return Draft(answer=answer, **changes)
    newer = saved.filter(answer_version=answer_version).first()
    if newer is not None:
        raise DraftChanged(newer)
    # None yet, or it was thrown away in another tab, or it belongs to an earlier version.
    if spent.update(**as_stored):
        return saved.get()
    return _first_draft(answer, changes)


def _first_draft(answer: Answer, changes: dict[str, Any]) -> Draft:
    try:
        with transaction.atomic():
            return Draft.objects.create(answer=answer, **changes)
    except IntegrityError:
        newer = Draft.objects.filter(pk=answer.pk).first()
        if newer is None:
            raise
        raise DraftChanged(newer) from None


def live_draft(answer: Answer) -> Draft | None:
    """The draft that is newer than what was last submitted, if any."""
    return Draft.objects.filter(pk=answer.pk, answer_version=answer.version).first()


def discard_draft(*, answer: Answer, by: User) -> None:
    """Throws the draft away on the person's wish. Raises SessionNotOpen."""
    if not answer.session.is_open:
        raise SessionNotOpen
    Draft.objects.filter(pk=answer.pk).delete()
