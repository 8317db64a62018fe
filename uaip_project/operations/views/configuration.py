"""The page "Configuration": every setting in force, and those that can be changed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import runtime_settings
from accounts.permissions import Permission
from accounts.policies import has_permission, require
from accounts.runtime_settings import Value
from accounts.services import setting_changes
from uaip_project.operations import configuration as configured
from uaip_project.operations.configuration import Chosen
from uaip_project.operations.setting_forms import SettingForm, UndoForm

NOT_YOURS = "Only administrators and operators see the configuration."
NOT_YOURS_TO_CHANGE = "Only administrators change settings."


@require_GET
def configuration(request: HttpRequest) -> HttpResponse:
    """Everything that is in force; secrets only as set or not set."""
    require(has_permission(request.user, Permission.SETTING_VIEW), NOT_YOURS)
    found = configured.everything()
    groups = [(name, [one for one in found if one.group == name]) for name in configured.GROUPS]
    context = {
        "tunable": [one for one in found if one.chosen],
        "groups": groups,
        "history": _history(),
        "may_change": has_permission(request.user, Permission.SETTING_MANAGE),
    }
    return render(request, "operations/configuration.html", context)


@require_http_methods(["GET", "POST"])
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """One setting with its history; changed by those who may."""
    found = _chosen(request, key)
    if request.method == "GET":
        return _page(request, found)
    require(has_permission(request.user, Permission.SETTING_MANAGE), NOT_YOURS_TO_CHANGE)
    form = SettingForm(request.POST, declared=found.declared)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    given = form.cleaned_data

    def change() -> None:
        setting_changes.change_setting(key=key, by=request.user, **given)

    return _done(request, key, form, change) or redirect("operations:setting", key)


@require_POST
def setting_undo(request: HttpRequest, key: str) -> HttpResponse:
    """Takes the latest change back."""
    found = _chosen(request, key)
    require(has_permission(request.user, Permission.SETTING_MANAGE), NOT_YOURS_TO_CHANGE)
    form = UndoForm(request.POST, auto_id="undo-%s")
    if not form.is_valid():
        return _page(request, found, undo_form=form, status=422)
    given = form.cleaned_data

    def undo() -> None:
        setting_changes.undo_change(key=key, by=request.user, **given)

    return _done(request, key, form, undo) or redirect("operations:setting", key)


def _chosen(request: HttpRequest, key: str) -> Chosen:
    require(has_permission(request.user, Permission.SETTING_VIEW), NOT_YOURS)
    try:
        return configured.chosen(key)
    except runtime_settings.NoSuchSetting as fault:
        raise Http404(str(fault)) from None


def _done(
    request: HttpRequest, key: str, form: UndoForm, deed: Callable[[], None]
) -> HttpResponse | None:
    """Does it, and says so; a refusal is the page once more, with what was typed."""
    status = 422
    try:
        deed()
    except setting_changes.NotConfirmed as refusal:
        form.add_error("confirmed", f"This is dangerous. {refusal} Type {key} to confirm it.")
    except setting_changes.NothingToUndo as refusal:
        form.add_error(None, str(refusal))
        status = 409
    except setting_changes.SomebodyWasFaster as race:
        form.add_error(None, _in_words(key, race))
        # Whoever sends it once more has read what is there by now.
        form.data = form.data.copy()
        form.data["version"] = str(race.version)
        status = 409
    else:
        found = configured.chosen(key)
        now = found.declared.written(found.in_force)
        messages.success(request, f"{found.declared.title}: {now}, everywhere within seconds.")
        return None
    own = {"form": form} if isinstance(form, SettingForm) else {"undo_form": form}
    return _page(request, configured.chosen(key), status=status, **own)


def _in_words(key: str, race: setting_changes.SomebodyWasFaster) -> str:
    declared = runtime_settings.find(key)

    def said(value: Value | None) -> str:
        return "that of the file" if value is None else declared.written(value)

    return (
        f"Somebody changed it meanwhile. Yours: {said(race.yours)}. "
        f"Theirs, in force now: {said(race.theirs)}. Send yours again if it should hold."
    )


def _page(
    request: HttpRequest,
    found: Chosen,
    *,
    form: SettingForm | None = None,
    undo_form: UndoForm | None = None,
    status: int = 200,
) -> HttpResponse:
    written = "" if found.value is None else found.declared.written(found.value)
    seen = {"version": found.version}
    context: dict[str, Any] = {
        "found": found,
        "in_force": found.declared.written(found.in_force),
        "file_value": found.declared.written(found.declared.file_value()),
        "form": form or SettingForm(initial=seen | {"value": written}, declared=found.declared),
        "undo_form": undo_form or UndoForm(initial=seen, auto_id="undo-%s"),
        "problems": form or undo_form,
        "history": _history(found.declared.key),
        "may_change": has_permission(request.user, Permission.SETTING_MANAGE),
    }
    return render(request, "operations/setting.html", context, status=status)


def _history(key: str = "") -> list[dict[str, Any]]:
    """Changes with their values in words."""
    return [
        {
            "change": one,
            "before": _written(one.key, one.before),
            "after": _written(one.key, one.after),
        }
        for one in configured.history(key)
    ]


def _written(key: str, value: Value | None) -> str:
    if value is None:
        return "the file’s value"
    declared = runtime_settings.DECLARED.get(key)
    return declared.written(value) if declared else str(value)
