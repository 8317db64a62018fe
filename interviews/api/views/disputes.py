"""Scores held for wrong: raising, withdrawing, and ruling on them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ListOf, Lists, address, describe, listed, one, read_body
from accounts.permissions import Permission
from accounts.policies import require
from interviews.api import taken
from interviews.api.serializers import DisputeOut, DisputesOut
from interviews.api_door import (
    SessionView,
    answer_of,
    question_of,
    score,
    session_to_change,
    session_to_read,
)
from interviews.models import InterviewSession, ScoreDispute
from interviews.policies import may_rule_on
from interviews.services import disputes, viewing
from interviews.services.reading import read

TAG = "Disputed scores"
WAITING = ListOf("score_disputes", order=("raised_at", "pk"))
COLUMNS = (
    "pk",
    "code",
    "answer__session__code",
    "answer__question_key",
    "state",
    "assessment__attempt__number",
    "assessment__score",
    "reason",
    "raised_at",
    "corrected_score",
    "ruling_reason",
    "ruled_at",
    "withdrawn_because",
)
EXAMPLE = {
    "id": "5b1f7a52-3a0e-4a4e-9a43-6f3d2b1c0d9e",
    "session": "91b5c1de-6d0b-4f9e-8a5c-3a2f1e0d9c8b",
    "question": "S1-01",
    "state": "open",
    "attempt": 2,
    "score": 6.4,
    "reason": "The target of 5 days stands in the second sentence; the score says it is missing.",
    "raised_at": "2026-11-21T09:12:00Z",
    "corrected_score": None,
    "ruling_reason": "",
    "ruled_at": None,
    "withdrawn_because": "",
}
#: As a list has it: what quotes the answer is read one by one, which stands in the record of deeds.
UNREAD = EXAMPLE | {"reason": ""}
RULED = EXAMPLE | {
    "state": "corrected",
    "corrected_score": 7.8,
    "ruling_reason": "The target and the present figure are both there; only the source is missing.",
    "ruled_at": "2026-11-21T14:05:00Z",
}


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["code"],
        "session": row["answer__session__code"],
        "question": row["answer__question_key"],
        "state": row["state"],
        "attempt": row["assessment__attempt__number"],
        "score": score(row["assessment__score"]),
        "reason": row["reason"],
        "raised_at": row["raised_at"],
        "corrected_score": score(row["corrected_score"]),
        "ruling_reason": row["ruling_reason"],
        "ruled_at": row["ruled_at"],
        "withdrawn_because": row["withdrawn_because"],
    }


def _shown(found: ScoreDispute, *, status: int = 200, location: str = "") -> Response:
    row = ScoreDispute.objects.values(*COLUMNS).get(pk=found.pk)
    return one(_data(row), status=status, location=location)


def _found(request: Request, code: uuid.UUID, key: str, dispute: uuid.UUID) -> ScoreDispute:
    """A dispute that exists for this person. Raises Http404."""
    visible = ScoreDispute.objects.visible_to(request.user).select_related(
        "answer__session__owner", "assessment__attempt"
    )
    wanted = visible.filter(answer__session__code=code, answer__question_key=key, code=dispute)
    found = wanted.first()
    if found is None:
        raise Http404("There is no such dispute.")
    return found


def _sees_interview(request: Request, found: ScoreDispute) -> bool:
    seen = InterviewSession.objects.visible_to(request.user)
    return seen.filter(pk=found.answer.session_id).exists()


class Waiting(SessionView):
    """Those that one may rule on."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.REVIEW_VOTE}

    @describe(
        "List disputed scores that wait for one's ruling",
        gives=Lists(DisputeOut),
        reads=WAITING.parameters,
        examples=[("One", {"items": [UNREAD], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """The oldest first; never those of interviews that one has a part in. The reason is read
        with each of them.
        """

        def rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
            return ScoreDispute.objects.to_rule_on(request.user).values(*COLUMNS)

        return listed(WAITING, request, rows, shape=lambda row: _data(row) | {"reason": ""})


class Disputes(SessionView):
    """All disputes about one answer."""

    @describe("List disputes of a score", gives=DisputesOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """The latest first, with what was ruled."""
        session = session_to_read(request, code)
        question_of(session, key)
        rows = ScoreDispute.objects.filter(answer=answer_of(session, key)).values(*COLUMNS)
        return Response({"items": [_data(row) for row in rows]})

    @describe(
        "Dispute a score",
        takes=taken.DisputeIn,
        gives=DisputeOut,
        status=201,
        also=(404, 409),
        sends=[("Overlooked", {"reason": EXAMPLE["reason"]})],
        examples=[("Open", EXAMPLE)],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """The score that counts now, which stands until a reviewer rules. 409 where there is none,
        it is provisional, disputed already or was ruled on.
        """
        session = session_to_change(request, code)
        question_of(session, key)
        wish = read_body(taken.DisputeIn, request)
        made = disputes.raise_dispute(
            reading=read(session), question_key=key, reason=wish["reason"], by=request.user
        )
        where = address(request, "item-dispute", session.code, key, made.code)
        return _shown(made, status=201, location=where)


class OneDispute(SessionView):
    """One dispute."""

    @describe(
        "Show a dispute of a score",
        gives=DisputeOut,
        also=(404,),
        examples=[("Corrected", RULED)],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, key: str, dispute: uuid.UUID) -> Response:
        found = _found(request, code, key, dispute)
        viewing.note_dispute_view(dispute=found, by=request.user)
        reply = _shown(found)
        if found.state == ScoreDispute.State.WITHDRAWN and not _sees_interview(request, found):
            # It quotes the answer, which ended disputes show to reviewers no more.
            reply.data["reason"] = ""
        return reply


class Ruling(SessionView):
    """A reviewer's word."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.REVIEW_VOTE}

    @describe(
        "Rule on a disputed score",
        takes=taken.DisputeRulingIn,
        gives=DisputeOut,
        also=(404, 409),
        sends=[
            ("Corrected", {"corrected_score": 7.8, "reason": RULED["ruling_reason"]}),
            (
                "Kept",
                {"reason": "The second sentence names a wish, not a figure that is measured."},
            ),
        ],
        examples=[("Corrected", RULED)],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str, dispute: uuid.UUID) -> Response:
        """Once, by somebody with no part in the interview; the first score stays beside it. Without
        `corrected_score` the score is kept.
        """
        found = _found(request, code, key, dispute)
        require(may_rule_on(request.user, found), disputes.ONLY_OTHERS)
        wish = read_body(taken.DisputeRulingIn, request)
        return _shown(disputes.rule_on_dispute(dispute=found, by=request.user, **wish))


class Withdraw(SessionView):
    """Taking it back."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Withdraw a dispute of a score",
        takes=taken.NothingIn,
        gives=DisputeOut,
        also=(404, 409),
        examples=[
            ("Withdrawn", EXAMPLE | {"state": "withdrawn", "withdrawn_because": "taken_back"})
        ],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, key: str, dispute: uuid.UUID) -> Response:
        """The score stands as it is; it can be disputed again."""
        session_to_change(request, code)
        found = _found(request, code, key, dispute)
        read_body(taken.NothingIn, request)
        disputes.withdraw_dispute(dispute=found, by=request.user)
        return _shown(found)
