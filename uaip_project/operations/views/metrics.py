"""/metrics, for Prometheus: by token, or from the addresses that the site allows."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from uaip_project.operations import exposition, metrics_access


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of all processes as Prometheus reads them."""
    if not settings.PROMETHEUS_ENABLED:
        raise Http404
    if not metrics_access.may_read(request.META):
        return HttpResponse(
            metrics_access.REFUSAL, status=403, content_type="text/plain; charset=utf-8"
        )
    return HttpResponse(exposition.text(), content_type=exposition.CONTENT_TYPE)
