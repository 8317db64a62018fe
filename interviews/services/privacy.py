""" "Keep away from the model": marks an answer or a whole session, so that nothing of it leaves."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.services import audit
from interviews.models import Answer, InterviewSession
from interviews.services.sessions import subject

Place = InterviewSession | Answer


def is_model_asked() -> bool:
    """Whether this installation asks a language model at all."""
    return bool(settings.LLM_PROVIDER)


def keep_from_model(place: Place, *, by: User) -> bool:
    """From the next call on nothing of it is sent; False when it was marked already."""
    return _mark(place, True, by)


def allow_model(place: Place, *, by: User) -> bool:
    """A model may read it again; False when it might already."""
    return _mark(place, False, by)


@transaction.atomic
def _mark(place: Place, kept: bool, by: User) -> bool:
    """One conditional update, so that pressing twice is one deed."""
    rows = type(place).objects.filter(pk=place.pk, is_kept_from_model=not kept)
    changed = bool(rows.update(is_kept_from_model=kept))
    if changed:
        deed = "kept_from_model" if kept else "opened_to_model"
        audit.record(type=f"{_kind(place)}.{deed}", actor=by, subject=_subject(place))
    place.is_kept_from_model = kept
    return changed


def _kind(place: Place) -> str:
    return "session" if isinstance(place, InterviewSession) else "answer"


def _subject(place: Place) -> str:
    if isinstance(place, InterviewSession):
        return subject(place)
    return f"{subject(place.session)} {place.question_key}"
