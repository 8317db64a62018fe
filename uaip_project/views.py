"""Home page and error pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.http import require_GET

from accounts.api_errors import as_json, is_asked_by_a_program
from governance import presenting
from interviews.models import InterviewSession
from interviews.policies import may_start

HOME_LIMIT = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """My open interviews and the latest charters at a glance."""
    mine = InterviewSession.objects.filter(owner=request.user).active().with_progress()
    sessions = list(mine[: HOME_LIMIT + 1])
    context = {
        "sessions": sessions[:HOME_LIMIT],
        "has_more": len(sessions) > HOME_LIMIT,
        "charters": presenting.charter_rows(request.user, limit=HOME_LIMIT),
        "may_start": may_start(request.user),
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
    """500; touches neither database nor session, which may be what failed."""
    if is_asked_by_a_program(request):
        return as_json(
            500, "Something failed on our side. Quote the request_id when you report it."
        )
    return defaults.server_error(request)


def closed(request: HttpRequest) -> HttpResponse:
    """A page of a library that this product does not offer."""
    raise Http404
