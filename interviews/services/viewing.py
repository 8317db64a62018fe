"""Notes when somebody looks into an interview that is not their own."""

from __future__ import annotations

from accounts.models import User
from accounts.services import audit_views
from interviews.models import InterviewSession, ScoreDispute
from interviews.services.sessions import subject


def is_inside(session: InterviewSession, user: User) -> bool:
    """Whether the person owns the interview or works on it with its owner."""
    return user.pk == session.owner_id or session.collaborators.filter(user=user).exists()


def note_view(*, session: InterviewSession, by: User) -> None:
    """Somebody else than owner and colleagues opened the interview."""
    if not is_inside(session, by):
        audit_views.record_view(subject=subject(session), by=by)


def note_dispute_view(*, dispute: ScoreDispute, by: User) -> None:
    """Somebody else read one answer because its score is disputed."""
    session = dispute.answer.session
    if not is_inside(session, by):
        named = f"{subject(session)} {dispute.answer.question_key}"
        audit_views.record_view(subject=named, by=by)


def note_exposure_view(*, session: InterviewSession, by: User) -> None:
    """Somebody else read what of the interview went to a language model."""
    if not is_inside(session, by):
        audit_views.record_view(subject=f"{subject(session)} models", by=by)
