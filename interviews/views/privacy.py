"""Keeps a whole interview away from the language model, or lets it read it again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from interviews.services import privacy
from interviews.views import door


@require_POST
def session_keep_away(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The requester's word; single answers have a button on their own page."""
    session = door.session_to_change(request, code)
    if _is_wish_to_keep(request):
        privacy.keep_from_model(session, by=request.user)
        messages.success(request, "From now on nothing of this interview goes to a language model.")
    else:
        privacy.allow_model(session, by=request.user)
        messages.success(
            request,
            "A language model may read this interview again, except answers that you keep away.",
        )
    return redirect("interviews:session-detail", session.code)


def _is_wish_to_keep(request: HttpRequest) -> bool:
    return request.POST.get("keep") == "yes"
