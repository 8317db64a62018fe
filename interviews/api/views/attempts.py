"""Answering: an attempt is taken at once and scored in the background."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import address, describe, one, read_body
from accounts.api_errors import Conflict, Unusable
from interviews.answerset import AnswerState
from interviews.api import taken
from interviews.api.serializers import AttemptOut, AttemptsOut, ItemDetailOut
from interviews.api.views.items import TAG, element_data, shown
from interviews.api_door import (
    CHANGED,
    SessionView,
    answer_of,
    question_of,
    score,
    session_to_change,
    session_to_read,
)
from interviews.models import Answer, Assessment, Attempt, InterviewSession
from interviews.protocol import values
from interviews.protocol.types import Question
from interviews.refusals import AnswerChanged
from interviews.services import attempts, drafts, escalations
from interviews.services.reading import Reading, read, text_limit
from interviews.services.standing import verdicts

NOT_ASKED = "This question does not apply at the moment, so nothing was stored."
PROBLEM = "Tenants of our 2,400 flats wait 19 days for a heating repair; the aim is 5 days."
EXAMPLE = {
    "number": 1,
    "round": 1,
    "status": "scoring",
    "value": PROBLEM,
    "submitted_at": "2026-11-21T09:12:00Z",
    "is_current": True,
    "assessment": None,
}


def submit(request: Request, session: InterviewSession, key: str, wish: dict[str, Any]) -> Response:
    """202 with the attempt and its address; the score comes from the worker.

    Raises Unusable with a remark per field; Conflict with both texts when somebody was faster.
    """
    question, reading = question_of(session, key), read(session)
    drafts.require_storable(wish["value"])
    value = _clean(session, reading, question, wish["value"])
    answer = reading.by_key[key]
    built_on = wish.get("answer_version", answer.version)
    try:
        made = attempts.submit_attempt(
            reading=reading,
            question_key=key,
            value=value,
            by=request.user,
            answer_version=built_on,
            confirming=wish.get("confirming", False),
        )
    except AnswerChanged as refusal:
        now = refusal.answer
        theirs = {"value": now.value, "version": now.version}
        raise Conflict(CHANGED, {"yours": value, "theirs": theirs}) from None
    where = address(request, "item-attempt", session.code, key, made.number)
    return one(attempt_data(question, answer, made, None), status=202, location=where)


def _clean(session: InterviewSession, reading: Reading, question: Question, raw: Any) -> Any:
    """The canonical value. Raises Unusable, with the remarks by path."""
    if question not in reading.visible:
        raise Conflict(NOT_ASKED)
    cleaned = values.clean(
        question,
        raw,
        values=reading.values,
        as_of=session.today,
        text_limit=text_limit(),
    )
    if not cleaned.is_complete:
        problems: dict[str, list[str]] = {}
        for issue in (*cleaned.errors, *cleaned.incomplete):
            problems.setdefault(issue.path or "value", []).append(issue.message)
        raise Unusable(problems)
    return cleaned.value


def attempt_data(
    question: Question, answer: Answer, attempt: Attempt, assessment: Assessment | None
) -> dict[str, Any]:
    """One attempt with its judgement, as far as there is one."""
    is_current = answer.current_attempt_id == attempt.pk
    status = "assessed" if assessment else "not_assessed"
    if assessment is None and is_current and answer.state == AnswerState.SCORING:
        status = "scoring"
    return {
        "number": attempt.number,
        "round": attempt.round,
        "status": status,
        "value": attempt.value,
        "submitted_at": attempt.submitted_at,
        "is_current": is_current,
        "assessment": _assessment_data(question, assessment) if assessment else None,
    }


def _assessment_data(question: Question, made: Assessment) -> dict[str, Any]:
    return {
        "score": score(made.score),
        "threshold": score(made.threshold),
        "is_accepted": made.is_accepted,
        "is_provisional": made.is_provisional,
        "scored_by": made.scored_by,
        "elements": [element_data(one) for one in verdicts(question, made.elements)],
        "assessed_at": made.assessed_at,
    }


def _with_judgements(
    question: Question, answer: Answer, found: QuerySet[Attempt]
) -> list[dict[str, Any]]:
    """Attempts with the judgement that counts: a reviewer's correction, else the last one."""
    judged = Assessment.objects.filter(attempt__in=found).best_word_first()
    latest = {made.attempt_id: made for made in reversed(judged)}
    return [attempt_data(question, answer, each, latest.get(each.pk)) for each in found]


class Attempts(SessionView):
    """All attempts at one answer."""

    @describe("List attempts", gives=AttemptsOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """The first one first, each with its judgement."""
        session = session_to_read(request, code)
        question, answer = question_of(session, key), answer_of(session, key)
        found = Attempt.objects.filter(answer=answer).order_by("number")
        return Response({"items": _with_judgements(question, answer, found)})

    @describe(
        "Submit an answer",
        takes=taken.AttemptIn,
        gives=AttemptOut,
        status=202,
        also=(404, 409),
        sends=[("A text", {"value": PROBLEM})],
        examples=[("Taken", EXAMPLE)],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """Stored at once; the address in Location tells the score as soon as there is one."""
        session = session_to_change(request, code)
        return submit(request, session, key, read_body(taken.AttemptIn, request))


class OneAttempt(SessionView):
    """One attempt, for those who wait for its score."""

    @describe("Show an attempt", gives=AttemptOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, key: str, number: int) -> Response:
        session = session_to_read(request, code)
        question, answer = question_of(session, key), answer_of(session, key)
        found = Attempt.objects.filter(answer=answer, number=number)
        data = _with_judgements(question, answer, found)
        if not data:
            raise Http404("There is no such attempt.")
        return Response(data[0])


class GuideAnswer(SessionView):
    """The guide's address for answering."""

    @describe(
        "Submit an answer (the guide's way)",
        takes=taken.GuideAnswerIn,
        gives=AttemptOut,
        status=202,
        also=(404, 409),
        sends=[("A text", {"question_id": "S1-01", "answer": PROBLEM})],
        examples=[("Taken", EXAMPLE)],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The same as POST .../items/{key}/attempts."""
        session = session_to_change(request, code)
        wish = read_body(taken.GuideAnswerIn, request)
        return submit(request, session, wish["question_id"], {"value": wish["answer"]})


class MarkUnknown(SessionView):
    """ "I don't know yet"."""

    @describe(
        "Say that an answer is not known yet",
        takes=taken.UnknownIn,
        gives=ItemDetailOut,
        also=(404, 409),
        sends=[("Somebody asks", {"owner": "Head of repairs", "due": "2027-01-31"})],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """With who finds out, and by when; 422 where an open answer would hide a risk."""
        session = session_to_change(request, code)
        question, reading = question_of(session, key), read(session)
        wish = read_body(taken.UnknownIn, request)
        if question not in reading.visible:
            raise Conflict(NOT_ASKED)
        if wish["due"] < session.today:
            raise Unusable({"due": ["This date has passed. Give a later one."]})
        attempts.mark_unknown(
            reading=reading,
            question_key=key,
            owner=wish["owner"],
            due_date=wish["due"],
            note=wish["note"],
            by=request.user,
            answer_version=reading.by_key[key].version,
        )
        return shown(session, read(session), question)


class StopTrying(SessionView):
    """The person has nothing better to say."""

    @describe(
        "Hand an answer to a reviewer as it is",
        takes=taken.NothingIn,
        gives=ItemDetailOut,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """The best attempt of the round stands; 409 unless the answer needs more detail."""
        session = session_to_change(request, code)
        question = question_of(session, key)
        read_body(taken.NothingIn, request)
        escalations.stop_trying(reading=read(session), question_key=key, by=request.user)
        return shown(session, read(session), question)
