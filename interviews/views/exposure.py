"""What was sent to a language model: every call of a session, with the exact text and its host."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from interviews.llm import prompting
from interviews.models import InterviewSession, ModelCall
from interviews.policies import may_answer
from interviews.services import privacy, viewing
from interviews.views import door

PAGE_SIZE = 50


@require_GET
def model_exposure(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The ledger of one session, the latest call first; whoever sees the session sees it."""
    session = door.session_to_read(request, code)
    viewing.note_exposure_view(session=session, by=request.user)
    calls = ModelCall.objects.filter(session=session)
    page = Paginator(calls, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "session": session,
        "page": page,
        "calls": [{"call": one, "is_sent": bool(one.host)} for one in page],
        "prompts": _prompts(page),
        "hosts": _hosts(calls),
        "totals": _totals(calls),
        "kept": _kept(session),
        "is_model_asked": privacy.is_model_asked(),
        "may_write": may_answer(request.user, session),
    }
    return render(request, "interviews/model_exposure.html", context)


def _totals(calls: QuerySet[ModelCall]) -> dict[str, Any]:
    return calls.aggregate(
        sent=Count("pk", filter=~Q(host="")),
        from_memory=Count("pk", filter=Q(host="")),
        tokens_in=Sum("tokens_in", default=0),
        tokens_out=Sum("tokens_out", default=0),
        tokens_cached=Sum("tokens_cached", default=0),
        cost=Sum("cost", default=0),
    )


def _hosts(calls: QuerySet[ModelCall]) -> list[dict[str, Any]]:
    """Where texts went, and how many."""
    sent = calls.exclude(host="").order_by().values("host", "provider", "currency")
    return list(sent.annotate(count=Count("pk"), cost=Sum("cost")).order_by("-count", "host"))


def _prompts(page: Page[ModelCall]) -> list[prompting.Prompt]:
    """The part of what was sent that is the same for every call of a version."""
    found = []
    for version in sorted({one.prompt_version for one in page}):
        try:
            found.append(prompting.prompt_of_version(version))
        except prompting.UnknownPrompt:
            # Of another release, or of a test call: the row's hash still tells it.
            continue
    return found


def _kept(session: InterviewSession) -> list[str]:
    """The questions whose answers are kept away one by one."""
    kept = session.answers.filter(is_kept_from_model=True).order_by("position")
    return list(kept.values_list("question_key", flat=True))
