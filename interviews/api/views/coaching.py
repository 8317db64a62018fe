"""A stronger wording of what somebody typed: asking for it, taking it over, undoing that."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import address, describe, one, read_body
from accounts.api_errors import Conflict
from accounts.permissions import Permission
from interviews.api import taken
from interviews.api.serializers import CoachingOut, DraftOut
from interviews.api.views.drafts import draft_tag
from interviews.api.views.items import draft_data
from interviews.api_door import SessionView, question_of, session_to_change
from interviews.models import Coaching, InterviewSession
from interviews.protocol.types import Question
from interviews.services import coaching, drafts
from interviews.services.reading import read

TAG = "Coaching"
NO_TEXT = "There is no text of it that could stand in this answer."


def coaching_data(made: Coaching) -> dict[str, Any]:
    """One coaching as the API gives it."""
    return {
        "id": made.code,
        "status": made.status,
        "text": made.text,
        "source": made.source,
        "dropped_count": made.dropped_count,
        "is_taken": made.taken_at is not None,
        "asked_at": made.asked_at,
    }


def _found(
    request: Request, code: uuid.UUID, key: str, coaching_code: uuid.UUID
) -> tuple[InterviewSession, Question, Coaching]:
    """Only those who may answer see it: it is about words that are not submitted."""
    session = session_to_change(request, code)
    question = question_of(session, key)
    made = Coaching.objects.select_related("answer__session", "answer__current_attempt")
    found = made.filter(answer__session=session, answer__question_key=key, code=coaching_code)
    wanted = found.first()
    if wanted is None:
        raise Http404("There is no such coaching.")
    return session, question, wanted


class Coachings(SessionView):
    """Asking for it."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Show what a strong answer looks like",
        takes=taken.ValueIn,
        gives=CoachingOut,
        status=202,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """Works over what is sent; nothing of the answer changes. Ready at once without a model;
        else look at the address in Location.
        """
        session = session_to_change(request, code)
        question_of(session, key)
        value = read_body(taken.ValueIn, request)["value"]
        made = coaching.ask_coaching(
            reading=read(session), question_key=key, value=value, by=request.user
        )
        where = address(request, "item-coaching", session.code, key, made.code)
        return one(coaching_data(made), status=202, location=where)


class OneCoaching(SessionView):
    """One coaching."""

    @describe("Show a coaching", gives=CoachingOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, key: str, coaching: uuid.UUID) -> Response:
        return Response(coaching_data(_found(request, code, key, coaching)[2]))


class TakeCoaching(SessionView):
    """Taking it over."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Make a coaching the draft",
        takes=taken.NothingIn,
        gives=DraftOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str, coaching: uuid.UUID) -> Response:
        """Nothing is submitted; what stood in the draft is kept for undoing."""
        _, question, made = _found(request, code, key, coaching)
        read_body(taken.NothingIn, request)
        return _take(made, question, request)


class UndoCoaching(SessionView):
    """Having one's own words back."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Undo taking a coaching over",
        takes=taken.NothingIn,
        gives=DraftOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str, coaching: uuid.UUID) -> Response:
        """What stood in the draft before stands there again."""
        _, _, made = _found(request, code, key, coaching)
        read_body(taken.NothingIn, request)
        return _undo(made, request)


def _take(made: Coaching, question: Question, request: Request) -> Response:
    if not coaching.can_be_taken(question, made):
        raise Conflict(NO_TEXT)
    answer = made.answer
    kept = drafts.live_draft(answer)
    draft = coaching.take_coaching(
        made=made,
        question=question,
        before=kept.value if kept else answer.value,
        draft_version=kept.version if kept else 0,
        answer_version=answer.version,
        by=request.user,
    )
    return one(draft_data(draft), tag=draft_tag(answer, draft))


def _undo(made: Coaching, request: Request) -> Response:
    if made.taken_at is None:
        raise Conflict("It was not taken over, so there is nothing to undo.")
    answer = made.answer
    kept = drafts.live_draft(answer)
    draft = coaching.undo_coaching(
        made=made,
        draft_version=kept.version if kept else 0,
        answer_version=answer.version,
        by=request.user,
    )
    return one(draft_data(draft), tag=draft_tag(answer, draft))
