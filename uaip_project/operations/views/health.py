"""What a load balancer or a person asks to learn whether U-AIP works."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from uaip_project.operations import probes


@require_safe
@never_cache
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """The guide's answer; 503 only when the database is gone."""
    works = probes.database_answers()
    body = {
        "status": "healthy" if works else "unhealthy",
        "database": "connected" if works else "unavailable",
        "llm": probes.language_model(),
    }
    return JsonResponse(body, status=200 if works else 503)


@require_safe
@never_cache
@login_not_required
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """The process can serve people."""
    works = probes.database_answers()
    return JsonResponse({"status": "ready" if works else "not ready"}, status=200 if works else 503)
