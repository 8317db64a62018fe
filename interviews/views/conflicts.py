"""Two tabs or two people on one answer: both versions side by side, neither overwritten."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from interviews.fields.readable import read_out
from interviews.protocol.types import Question
from interviews.refusals import AnswerChanged, DraftChanged, Unstorable
from interviews.services import drafts
from interviews.views import wayfinding
from interviews.views.question_page import QuestionPage

Changed = AnswerChanged | DraftChanged


def mine(post: QueryDict, question: Question) -> Any:
    """My version as the conflict page carries it; None on every other page, and when mangled."""
    held = post.get("mine")
    if held is None:
        return None
    try:
        found = json.loads(held)
        drafts.require_storable(found)
    except (ValueError, RecursionError, Unstorable):
        return None
    return found if isinstance(found, dict | list | str) else None


def theirs(refusal: Changed) -> Any:
    """What stands there now."""
    if isinstance(refusal, DraftChanged):
        return refusal.draft.value
    return refusal.answer.value


def show(request: HttpRequest, page: QuestionPage, raw: Any, refusal: Changed) -> HttpResponse:
    """409: both versions, and what can be done with mine."""
    is_draft = isinstance(refusal, DraftChanged)
    answer = page.answer if is_draft else refusal.answer
    draft = refusal.draft if is_draft else drafts.live_draft(answer)
    context = {
        "session": page.session,
        "question": page.question,
        "stages": wayfinding.stages(page.reading, page.question.stage_number),
        "is_draft": is_draft,
        "mine": read_out(page.question, raw),
        "theirs": read_out(page.question, theirs(refusal)),
        "theirs_unknown": not is_draft and answer.state == "unknown",
        "theirs_at": refusal.draft.saved_at if is_draft else answer.updated_at,
        "carried": json.dumps(raw, ensure_ascii=False),
        "answer_version": answer.version,
        "draft_version": draft.version if draft else 0,
        "url": wayfinding.question_url(page.session, page.question.key),
    }
    return render(request, "interviews/question_conflict.html", context, status=409)
