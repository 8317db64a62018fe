"""The page "System": whether the installation works, in one sentence and then in figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.permissions import Permission
from accounts.policies import has_permission, require
from uaip_project.operations.sight import page

NOT_YOURS = "Only administrators and operators see how the installation fares."


@require_GET
@never_cache
def system(request: HttpRequest) -> HttpResponse:
    """Everything; for htmx only the part that moves."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    context = page.now()
    if request.headers.get("HX-Request"):
        return render(request, "operations/_system_now.html", context)
    return render(request, "operations/system.html", context | page.rest(request.user))
