"""Pages of reports: those that were made, one of them, and its file."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.permissions import Permission
from accounts.policies import has_permission, require
from uaip_project.operations.models import OpsRun
from uaip_project.operations.reports import kept, pdf
from uaip_project.operations.reports.document import Report

NOT_YOURS = "Only administrators and operators read reports about the installation."
MOST_SHOWN = 60


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    rows = [
        {"run": run, "title": run.result["title"], "verdict": run.result["verdict"]}
        for run in kept.all_kept().select_related("started_by")[:MOST_SHOWN]
    ]
    return render(request, "operations/reports.html", {"rows": rows})


@require_GET
def report(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """One report as it was made."""
    run, found = _found(request, code)
    return render(request, "operations/report.html", {"run": run, "report": found})


@require_GET
def report_file(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The same as PDF."""
    run, found = _found(request, code)
    body = pdf.render(found, made_at=run.started_at, house=settings.APP_NAME)
    name = f"{found.kind}-{run.started_at:%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


def _found(request: HttpRequest, code: uuid.UUID) -> tuple[OpsRun, Report]:
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    found = kept.find(code)
    if found is None:
        raise Http404("There is no such report.")
    run, whole = found
    if has_permission(request.user, Permission.USER_MANAGE):
        return run, whole
    return run, whole.without_people()
