"""Drafts: what is typed but not submitted, by version, so that nobody's words are lost."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import describe, entity_tag, one, read_body, require_match
from accounts.api_errors import Stale
from interviews.api import taken
from interviews.api.serializers import DraftOut
from interviews.api.views.items import TAG, draft_data
from interviews.api_door import (
    SessionView,
    answer_of,
    question_of,
    session_to_change,
    session_to_read,
)
from interviews.models import Answer, Draft
from interviews.refusals import AnswerChanged, DraftChanged
from interviews.services import drafts

EXAMPLE = {
    "value": "Tenants wait 19 days for",
    "version": 2,
    "answer_version": 0,
    "saved_at": "2026-11-21T09:12:00Z",
}


def draft_tag(answer: Answer, draft: Draft | None) -> str:
    """Where nothing is typed yet there is a tag, too: the place for the first draft."""
    return entity_tag("draft", answer.pk, answer.version, draft.version if draft else 0)


def _theirs(answer: Answer, draft: Draft | None) -> Any:
    return draft.value if draft else answer.value


class DraftOfItem(SessionView):
    """The draft of one answer."""

    @describe(
        "Show a draft",
        gives=DraftOut,
        also=(404, 409),
        examples=[("Half a sentence", EXAMPLE)],
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """404 has an ETag, too: the first draft is put with that in If-Match."""
        answer = answer_of(session_to_read(request, code), key)
        draft = drafts.live_draft(answer)
        if draft is None:
            return self._none_yet(request, answer)
        return one(draft_data(draft), tag=draft_tag(answer, draft))

    def _none_yet(self, request: Request, answer: Answer) -> Response:
        response = self.handle_exception(Http404("There is no draft."))
        response["ETag"] = draft_tag(answer, None)
        return response

    @describe(
        "Save a draft",
        takes=taken.ValueIn,
        gives=DraftOut,
        also=(404, 409),
        sends=[("Half a sentence", {"value": "Tenants wait 19 days for"})],
        examples=[("Saved", EXAMPLE)],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def put(self, request: Request, code: uuid.UUID, key: str) -> Response:
        """Kept exactly as typed, judged by nobody. 412 gives both texts: nothing is overwritten."""
        session = session_to_change(request, code)
        question_of(session, key)
        answer = answer_of(session, key)
        value = read_body(taken.ValueIn, request)["value"]
        drafts.require_storable(value)
        draft = drafts.live_draft(answer)
        tag = draft_tag(answer, draft)
        require_match(request, tag, yours=value, theirs=_theirs(answer, draft))
        try:
            saved = drafts.save_draft(
                answer=answer,
                value=value,
                draft_version=draft.version if draft else 0,
                answer_version=answer.version,
                by=request.user,
            )
        except (AnswerChanged, DraftChanged):
            # Between our look and our write: the same as having been late before it.
            raise _too_late(answer.pk, value) from None
        return one(draft_data(saved), tag=draft_tag(answer, saved))

    @describe("Throw a draft away", status=204, also=(404, 409), needs_match=True, tag=TAG)
    def delete(self, request: Request, code: uuid.UUID, key: str) -> Response:
        session = session_to_change(request, code)
        question_of(session, key)
        answer = answer_of(session, key)
        draft = drafts.live_draft(answer)
        theirs = _theirs(answer, draft)
        require_match(request, draft_tag(answer, draft), theirs=theirs)
        drafts.discard_draft(answer=answer, by=request.user)
        return Response(status=204)


def _too_late(answer_id: int, yours: Any) -> Stale:
    answer = Answer.objects.with_current().get(pk=answer_id)
    draft = drafts.live_draft(answer)
    return Stale(tag=draft_tag(answer, draft), yours=yours, theirs=_theirs(answer, draft))
