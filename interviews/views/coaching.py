"""A stronger wording of what is typed: asking for it, looking at it, taking it over, undoing it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import is_fragment
from interviews.fields.raw import is_blank
from interviews.fields.readable import read_out
from interviews.models import Coaching, Draft
from interviews.refusals import AnswerChanged, DraftChanged, Refusal
from interviews.services import coaching, drafts
from interviews.services.reading import read
from interviews.views import answering, conflicts, door, wayfinding
from interviews.views.answering import Filled
from interviews.views.question_page import QuestionPage

BLANK = re.compile(r"(\[[^\[\]\n]*\])")


@require_http_methods(["GET", "HEAD", "POST"])
def coach(request: HttpRequest, code: uuid.UUID, key: str) -> HttpResponse:
    """A POST asks for the coaching of what is typed; a GET shows the latest one."""
    if request.method == "POST":
        return _ask(request, code, key)
    session = door.session_to_change(request, code)
    page = QuestionPage(session, read(session), door.question_or_404(session, key))
    made = Coaching.objects.filter(answer=page.answer)
    if "of" in request.GET:
        made = made.filter(code=_code(request.GET["of"]))
    return _show(request, page, made.first())


def _ask(request: HttpRequest, code: uuid.UUID, key: str) -> HttpResponse:
    session = door.session_to_change(request, code)
    page = QuestionPage(session, read(session), door.question_or_404(session, key))
    filled = answering.filled_in(request, page)
    try:
        if not is_fragment(request) and not is_blank(filled.raw):
            # Without scripts nothing else keeps what was typed.
            filled.save()
        made = coaching.ask_coaching(
            reading=page.reading, question_key=key, value=filled.raw, by=request.user
        )
    except (AnswerChanged, DraftChanged) as refusal:
        return conflicts.show(request, page, filled.raw, refusal)
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    if is_fragment(request):
        return _show(request, page, made)
    return redirect(f"{reverse('interviews:coach', args=[session.code, key])}?of={made.code}")


def _show(request: HttpRequest, page: QuestionPage, made: Coaching | None) -> HttpResponse:
    """The panel alone for a script, else a page around it."""
    template = "interviews/_coach.html" if is_fragment(request) else "interviews/coach.html"
    response = render(request, template, _context(request, page, made))
    response.headers["Vary"] = "HX-Request"
    return response


def _context(request: HttpRequest, page: QuestionPage, made: Coaching | None) -> dict[str, Any]:
    draft = drafts.live_draft(page.answer)
    own = read_out(page.question, made.value) if made else ""
    return {
        "session": page.session,
        "question": page.question,
        "answer": page.answer,
        "coaching": made,
        "own_words": own,
        "adds_nothing": made is not None and made.is_ready and made.text == made.value,
        "can_be_taken": made is not None and coaching.can_be_taken(page.question, made),
        "draft_version": draft.version if draft else 0,
        "parts": _parts(made.text if made else ""),
        # Its buttons belong to the form of the question's page, where there is one.
        "is_in_question": is_fragment(request) and "page" not in request.GET,
        "stages": wayfinding.stages(page.reading, page.question.stage_number),
    }


def _parts(text: str) -> list[dict[str, Any]]:
    """The worked text in pieces, so that blanks can be marked."""
    pieces = BLANK.split(text)
    return [{"text": piece, "is_blank": bool(BLANK.fullmatch(piece))} for piece in pieces if piece]


def _code(text: str) -> uuid.UUID:
    """The code in an address; one that is none finds nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


@require_POST
def coach_take(request: HttpRequest, code: uuid.UUID, key: str) -> HttpResponse:
    """The worked text becomes the draft; nothing is submitted."""

    def take(filled: Filled, made: Coaching) -> None:
        version, before = _as_it_stands(filled)
        coaching.take_coaching(
            made=made,
            question=filled.page.question,
            before=before,
            draft_version=version,
            answer_version=filled.answer_version,
            by=request.user,
        )

    words = "The worked text is in your draft, not submitted. Fill in the blanks in brackets."
    return _change(request, code, key, take, _is_taken, words, then="?taken={code}")


@require_POST
def coach_undo(request: HttpRequest, code: uuid.UUID, key: str) -> HttpResponse:
    """The person's own words come back into the draft."""

    def undo(filled: Filled, made: Coaching) -> None:
        coaching.undo_coaching(
            made=made,
            draft_version=filled.draft_version,
            answer_version=filled.answer_version,
            by=request.user,
        )

    return _change(request, code, key, undo, _is_undone, "Your own words are back in the draft.")


def _is_taken(filled: Filled, made: Coaching, draft: Draft) -> bool:
    """Whether a second click finds the text taken over, and nothing else typed since."""
    made.refresh_from_db(fields=["taken_at", "replaced"])
    held = coaching.with_text(filled.page.question, draft.value, made.text)
    is_same = is_blank(filled.raw) or filled.raw in (made.replaced, draft.value)
    return made.taken_at is not None and draft.value == held and is_same


def _is_undone(filled: Filled, made: Coaching, draft: Draft) -> bool:
    """Whether a second click finds the person's own words back already."""
    made.refresh_from_db(fields=["taken_at"])
    return made.taken_at is None


def _as_it_stands(filled: Filled) -> tuple[int, Any]:
    """The draft's version and value, with what is typed in the page saved first."""
    if not is_blank(filled.raw):
        draft = filled.save()
        return draft.version, draft.value
    kept = drafts.live_draft(filled.page.answer)
    return filled.draft_version, kept.value if kept else filled.page.answer.value


def _change(
    request: HttpRequest,
    code: uuid.UUID,
    key: str,
    verb: Callable[[Filled, Coaching], None],
    is_done: Callable[[Filled, Coaching, Draft], bool],
    words: str,
    *,
    then: str = "",
) -> HttpResponse:
    session = door.session_to_change(request, code)
    page = QuestionPage(session, read(session), door.question_or_404(session, key))
    found = Coaching.objects.select_related("answer__session").filter(answer=page.answer)
    made = get_object_or_404(found, code=_code(request.POST.get("coaching", "")))
    filled = answering.filled_in(request, page)
    try:
        verb(filled, made)
    except (AnswerChanged, DraftChanged) as refusal:
        if isinstance(refusal, DraftChanged) and is_done(filled, made, refusal.draft):
            return redirect(wayfinding.question_url(session, key) + then.format(code=made.code))
        mine = filled.raw
        if is_blank(mine):
            mine = coaching.with_text(page.question, page.as_found().raw, made.text)
        return conflicts.show(request, page, mine, refusal)
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    messages.success(request, words)
    return redirect(wayfinding.question_url(session, key) + then.format(code=made.code))
