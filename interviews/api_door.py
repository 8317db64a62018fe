"""Who sees a session and who may change it, for programs: by the same policies as pages.

The API of every room comes in here; rooms above add their own refusals.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView
from accounts.api_errors import Conflict, Fault, Unusable
from accounts.permissions import Permission
from accounts.policies import require
from interviews.models import Answer, InterviewSession
from interviews.policies import may_answer
from interviews.protocol.types import Question
from interviews.refusal_words import sentence
from interviews.refusals import AnswerChanged, DraftChanged, ProtocolGone, Refusal
from interviews.services import viewing
from interviews.services.reading import protocol_of

TAG = "Interviews"
ONLY_READ = "You may read this interview but not change it."
CHANGED = "This answer was changed meanwhile. Read it again, then send yours once more."

READ = Permission.SESSION_VIEW
WRITE = Permission.SESSION_ANSWER


class SessionView(ApiView):
    """An address below a session: refusals of the domain become refusals of the API."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": READ,
        "POST": WRITE,
        "PUT": WRITE,
        "PATCH": WRITE,
        "DELETE": WRITE,
    }

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(as_fault(exc) if isinstance(exc, Refusal) else exc)


def as_fault(refusal: Refusal) -> Exception:
    """Status and words of a refusal of the domain."""
    if isinstance(refusal, AnswerChanged):
        theirs = {"value": refusal.answer.value, "version": refusal.answer.version}
        return Conflict(CHANGED, {"theirs": theirs})
    if isinstance(refusal, DraftChanged):
        theirs = {"value": refusal.draft.value, "version": refusal.draft.version}
        return Conflict(CHANGED, {"theirs": theirs})
    if isinstance(refusal, ProtocolGone):
        return Conflict(str(refusal))
    status, words = sentence(refusal)
    if status == 404:
        return Http404(words)
    return _fault_of(status, words)


def _fault_of(status: int, words: str) -> Fault:
    return Unusable({}, words) if status == 422 else Conflict(words)


def session_to_read(request: Request, code: uuid.UUID) -> InterviewSession:
    """The session if it exists for this person. Raises Http404."""
    visible = InterviewSession.objects.visible_to(request.user).select_related("owner")
    found = visible.filter(code=code).first()
    if found is None:
        raise Http404("There is no such interview.")
    viewing.note_view(session=found, by=request.user)
    return found


def session_to_change(request: Request, code: uuid.UUID) -> InterviewSession:
    """The session if this person may answer in it. Raises Http404, PermissionDenied."""
    session = session_to_read(request, code)
    require(may_answer(request.user, session), ONLY_READ)
    return session


def question_of(session: InterviewSession, key: str) -> Question:
    """A question of the set that the session was held with. Raises Http404, ProtocolGone."""
    protocol = protocol_of(session)
    if key not in protocol:
        raise Http404("There is no such question.")
    return protocol.question(key)


def answer_of(session: InterviewSession, key: str) -> Answer:
    """One answer alone. Raises Http404."""
    answer = session.answers.with_current().filter(question_key=key).first()
    if answer is None:
        raise Http404("There is no such question.")
    answer.session = session
    return answer


def score(value: Any) -> float | None:
    """A score as a number; None where there is none yet."""
    return None if value is None else float(value)
