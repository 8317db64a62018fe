"""The items of an interview: each question with its answer, its draft, and what is missing."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    describe,
    entity_tag,
    one,
    read_body,
    read_query,
    require_match,
)
from interviews.answerset import AnswerState
from interviews.api import taken
from interviews.api.serializers import ItemDetailOut, ItemsOut
from interviews.api_door import (
    SessionView,
    answer_of,
    question_of,
    score,
    session_to_change,
    session_to_read,
)
from interviews.models import Answer, Draft, InterviewSession
from interviews.protocol.types import Question
from interviews.services import drafts, privacy
from interviews.services.reading import Reading, read, threshold_of
from interviews.services.standing import Verdict, history_of, standing_of

TAG = "Answers"
EXAMPLE = {
    "key": "S1-01",
    "stage": 1,
    "title": "Business problem",
    "question": "What problem should be solved?",
    "state": "needs_work",
    "version": 1,
    "score": 3.5,
    "threshold": 7.0,
    "attempt_count": 1,
    "is_kept_from_model": False,
    "updated_at": "2026-11-21T09:12:00Z",
}


def item_data(question: Question, answer: Answer) -> dict[str, Any]:
    """What a list shows of one item."""
    current = answer.current_assessment
    return {
        "key": question.key,
        "stage": question.stage_number,
        "title": question.title,
        "question": question.ask,
        "state": answer.state,
        "version": answer.version,
        "score": score(current.score if current else None),
        "threshold": threshold_of(question.stage_number),
        "attempt_count": answer.attempt_count,
        "is_kept_from_model": answer.is_kept_from_model,
        "updated_at": answer.updated_at,
    }


def element_data(verdict: Verdict) -> dict[str, Any]:
    """What was found of one thing that a good answer contains."""
    return {
        "id": verdict.element.id,
        "verdict": verdict.verdict,
        "means": verdict.element.means,
        "quote": verdict.quote,
        "comment": verdict.comment,
    }


def draft_data(draft: Draft) -> dict[str, Any]:
    return {
        "value": draft.value,
        "version": draft.version,
        "answer_version": draft.answer_version,
        "saved_at": draft.saved_at,
    }


def item_tag(answer: Answer) -> str:
    """Another one whenever the answer, its state, its score or its mark changed."""
    return entity_tag(
        "item",
        answer.pk,
        answer.version,
        answer.state,
        answer.current_assessment_id,
        answer.is_kept_from_model,
    )


def shown(session: InterviewSession, reading: Reading, question: Question) -> Response:
    """One item with all that its page shows; as many statements whatever was answered."""
    answer = reading.by_key[question.key]
    standing = standing_of(answer, question, history_of(answer))
    draft = drafts.live_draft(answer)
    unknown = None
    if answer.state == AnswerState.UNKNOWN:
        unknown = {
            "owner": answer.unknown_owner,
            "due": answer.unknown_due_date,
            "note": answer.unknown_note,
        }
    data = item_data(question, answer) | {
        "value": answer.value,
        "follow_up": standing.follow_up.text if standing.follow_up else None,
        "elements": [element_data(verdict) for verdict in standing.verdicts],
        "attempts_left": standing.attempts_left,
        "unknown": unknown,
        "draft": draft_data(draft) if draft else None,
        "changed_upstream": reading.changed_upstream(answer),
    }
    return one(data, tag=item_tag(answer))


class Items(SessionView):
    """All items of an interview."""

    @describe(
        "List the questions of an interview",
        gives=ItemsOut,
        reads=taken.ItemFilters,
        also=(404, 409),
        examples=[("One", {"items": [EXAMPLE]})],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Those that apply, in the order in which they are asked; at most 58, so without pages."""
        asked = read_query(taken.ItemFilters, request)
        reading = read(session_to_read(request, code))
        found = [(question, reading.by_key[question.key]) for question in reading.visible]
        items = [
            item_data(question, answer)
            for question, answer in found
            if asked.get("stage") in (None, question.stage_number)
            and asked.get("state") in (None, answer.state)
        ]
        return Response({"items": items})


class Item(SessionView):
    """One item."""

    @describe(
        "Show a question with its answer",
        gives=ItemDetailOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """State, score, what was found and what is asked back, the draft, and the value."""
        session = session_to_read(request, code)
        question = question_of(session, key)
        return shown(session, read(session), question)

    @describe(
        "Keep an answer away from models",
        takes=taken.KeepIn,
        gives=ItemDetailOut,
        also=(404, 409),
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID, key: str) -> Response:
        session = session_to_change(request, code)
        question = question_of(session, key)
        answer = answer_of(session, key)
        wish = read_body(taken.KeepIn, request)
        theirs = {"is_kept_from_model": answer.is_kept_from_model}
        require_match(request, item_tag(answer), yours=wish, theirs=theirs)
        verb = privacy.keep_from_model if wish["is_kept_from_model"] else privacy.allow_model
        verb(answer, by=request.user)
        return shown(session, read(session), question)
