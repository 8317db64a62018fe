"""Builds and stores the typed deliverables; every regeneration is a new row."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from interviews import deliverables
from interviews.consistency.confidence import confidence
from interviews.models import DELIVERABLE_MODELS, InterviewSession
from interviews.models.deliverable import Deliverable
from interviews.refusals import SessionNotOpen
from interviews.services.reading import Reading
from interviews.services.sessions import stand_in_line, subject


@transaction.atomic
def produce_deliverable(*, reading: Reading, stage_number: int, by: User) -> Deliverable:
    """Stores the stage's deliverable as the next version; a second click finds the first one's.

    Raises SessionNotOpen, SessionGone.
    """
    if not reading.session.is_open:
        raise SessionNotOpen
    stand_in_line(reading.session)
    kind = deliverables.KINDS[stage_number]
    rows = DELIVERABLE_MODELS[kind]._default_manager.filter(session=reading.session)
    made = _content(reading, kind, stage_number)
    newest = rows.order_by("-version").first()
    if newest and all(getattr(newest, name) == value for name, value in made.items()):
        return newest
    row = rows.create(
        session=reading.session,
        version=newest.version + 1 if newest else 1,
        created_by=by,
        **made,
    )
    audit.record(
        type="deliverable.produced",
        actor=by,
        subject=f"{subject(reading.session)} {kind}",
        detail={"version": row.version},
    )
    return row


def _content(reading: Reading, kind: str, stage_number: int) -> dict[str, Any]:
    built = deliverables.build(kind, reading.answer_set)
    return {
        "content": built.model_dump(mode="json"),
        "source_answer_ids": {
            key: reading.by_key[key].version
            for key in deliverables.SOURCES[kind]
            if key in reading.by_key
        },
        "confidence": confidence(stage_number, reading.answer_set, protocol=reading.protocol),
    }


def latest(session: InterviewSession) -> dict[str, Deliverable]:
    """The newest stored deliverable of each kind; five statements, whatever there is."""
    found = {}
    for kind, model in DELIVERABLE_MODELS.items():
        newest = model._default_manager.filter(session=session).order_by("-version").first()
        if newest is not None:
            found[kind] = newest
    return found
