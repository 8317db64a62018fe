"""The record of deeds, for those who answer for the installation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AuditEvent
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.services import audit, audit_export, audit_reading
from uaip_project.operations import audit_subjects
from uaip_project.operations.forms import AuditForm

PAGE_SIZE = 60
CONTENT_TYPES = {
    audit_export.CSV: "text/csv; charset=utf-8",
    audit_export.JSON_LINES: "application/x-ndjson; charset=utf-8",
}


def _only_who_may_look(request: HttpRequest) -> None:
    """For others the page does not exist."""
    if not has_permission(request.user, Permission.AUDIT_VIEW):
        raise Http404


@require_safe
@never_cache
def audit_list(request: HttpRequest) -> HttpResponse:
    """Deeds that fit the filter, the latest first, 60 at a time."""
    _only_who_may_look(request)
    form = AuditForm(request.GET)
    if not form.is_valid():
        return render(request, "operations/audit.html", _frame(form), status=422)
    question = form.question()
    below = _whole_number(request.GET.get("before", ""))
    events, next_place = audit_reading.page(question, below=below, size=PAGE_SIZE)
    names = audit_reading.people_named(events)
    subjects = audit_subjects.shown(events, names, viewer=request.user)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = _frame(form) | {
        "rows": [_row(event, names, subjects) for event in events],
        "is_filtered": not question.is_empty,
        "is_continued": below is not None,
        "first_url": f"?{urlencode(asked)}",
        "next_url": f"?{urlencode(asked | {'before': next_place})}" if next_place else "",
    }
    return render(request, "operations/audit.html", context)


@require_POST
def audit_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same deeds as a file, without a limit; asking for it is a deed."""
    _only_who_may_look(request)
    form = AuditForm(request.POST)
    file_format = request.POST.get("format", "")
    if file_format not in audit_export.FORMATS:
        raise Http404
    if not form.is_valid():
        return render(request, "operations/audit.html", _frame(form), status=422)
    pieces = audit_export.export(form.question(), file_format=file_format, by=request.user)
    response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[file_format])
    name = f"deeds-{timezone.now():%Y%m%d-%H%M%S}.{file_format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _frame(form: forms.Form) -> dict[str, Any]:
    """What the page shows whatever was found."""
    return {
        "form": form,
        "types": audit_reading.types(),
        "segment": audit_reading.sealed_up_to(),
        "retained": {name: form.data.get(name, "") for name in form.fields},
    }


def _whole_number(text: str) -> int | None:
    """A place in the list; anything else is the beginning."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _row(
    event: AuditEvent, names: dict[str, str], subjects: dict[str, audit_subjects.Shown]
) -> dict[str, Any]:
    return {
        "event": event,
        "actor": _actor(event, names),
        "subject": subjects[event.subject],
        "detail": [
            (key.replace("_", " "), _readable(value)) for key, value in event.detail.items()
        ],
    }


def _actor(event: AuditEvent, names: dict[str, str]) -> str:
    if event.actor == audit.SYSTEM:
        return "U-AIP itself"
    kind, _, code = event.actor.partition(" ")
    return names.get(event.actor) or f"{kind} {code[:8]}…"


def _readable(value: Any) -> str:
    """A value of the detail as a person reads it."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_readable(one)}" for key, one in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(_readable(one) for one in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in (None, "") else str(value)
