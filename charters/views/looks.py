"""The page on which administrators choose how files look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.policies import has_permission, require
from charters.forms import LookForm
from charters.refusals import LookRefused
from charters.rendering import placeholders
from charters.services import looks

NOT_YOURS = "Only administrators choose how files look."
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """The look in force, and a form to change it."""
    require(has_permission(request.user, Permission.SETTING_MANAGE), NOT_YOURS)
    row = looks.in_force()
    if request.method != "POST":
        held = (
            {"name": row.name, "accent": row.accent, "stylesheet": row.stylesheet} if row else None
        )
        return _page(request, LookForm(initial=held), row)
    form = LookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, row, status=422)
    try:
        looks.change_look(wish=form.wish(), by=request.user)
    except LookRefused as refusal:
        for name, sentence in refusal.problems.items():
            form.add_error(name, sentence)
        return _page(request, form, row, status=422)
    messages.success(request, "The look is changed. Files that are made from now on have it.")
    return redirect("charters:look")


def _page(request: HttpRequest, form: LookForm, row: Any, *, status: int = 200) -> HttpResponse:
    page = {"form": form, "row": row, "placeholders": placeholders.NAMES}
    return render(request, "charters/look.html", page, status=status)


@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    """The logo in force, as we redrew it."""
    require(has_permission(request.user, Permission.SETTING_MANAGE), NOT_YOURS)
    row = looks.in_force()
    if row is None or not row.logo:
        raise Http404("There is no logo.")
    return HttpResponse(bytes(row.logo), content_type="image/png")


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """A template to begin with: every placeholder, and the place of the charter."""
    require(has_permission(request.user, Permission.SETTING_MANAGE), NOT_YOURS)
    headers = {"Content-Disposition": 'attachment; filename="charter-template.docx"'}
    return HttpResponse(looks.example_template(), content_type=DOCX_TYPE, headers=headers)
