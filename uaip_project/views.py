"""Home page and error pages."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views import defaults
from django.views.decorators.http import require_GET

from accounts.api_errors import as_json, is_asked_by_a_program
from governance import presenting, work
from interviews.models import InterviewSession
from interviews.policies import may_start

HOME_LIMIT = 5
#: Tasks of each kind; the rest stands under "My work".
WORK_LIMIT = 3
#: When to come again after the database was away.
AGAIN_SECONDS = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, my open interviews and the latest charters at a glance."""
    mine = (
        InterviewSession.objects.visible_to(request.user)
        .filter(owner=request.user)
        .active()
        .with_progress()
    )
    sessions = list(mine[: HOME_LIMIT + 1])
    context = {
        "sessions": sessions[:HOME_LIMIT],
        "has_more": len(sessions) > HOME_LIMIT,
        "charters": presenting.charter_rows(request.user, limit=HOME_LIMIT),
        "may_start": may_start(request.user),
        "piles": work.piles_for(request.user, limit=WORK_LIMIT),
    }
    return render(request, "home.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 as a page in the site's own words."""
    if is_asked_by_a_program(request):
        return as_json(400)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the reason, where one was given."""
    if is_asked_by_a_program(request):
        return as_json(403, str(exception))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: what one may not see does not exist."""
    if is_asked_by_a_program(request):
        return as_json(404, "There is nothing at this address. /api/schema/ lists what there is.")
    return render(request, "404.html", status=404)


def server_fault(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away; touches neither it nor the session."""
    if _is_away(sys.exc_info()[1]):
        return _come_again(request)
    if is_asked_by_a_program(request):
        return as_json(
            500, "Something failed on our side. Quote the request_id when you report it."
        )
    return defaults.server_error(request)


def _is_away(fault: BaseException | None) -> bool:
    """Whether the database restarts, is full, or lets nobody in; a table that SQLite does not
    find has the same class of fault and is ours to mend."""
    is_of_database = isinstance(fault, (OperationalError, InterfaceError))
    return is_of_database and not str(fault).startswith("no such")


def _come_again(request: HttpRequest) -> HttpResponse:
    response: HttpResponse
    if is_asked_by_a_program(request):
        sentence = "The database does not take this now. Send it again in a few seconds."
        response = as_json(503, sentence)
    else:
        # Not by render(): what fills its context asks the database.
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
    response["Retry-After"] = str(AGAIN_SECONDS)
    return response


def closed(request: HttpRequest) -> HttpResponse:
    """A page of a library that this product does not offer."""
    raise Http404
