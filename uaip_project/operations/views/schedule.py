"""The pages "Schedule" and "Maintenance": what runs when, who saw to what, whether we are open."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import Permission
from accounts.policies import has_permission, require
from uaip_project.operations import maintenance_mode, schedule, scheduled, task_lists
from uaip_project.operations.maintenance_forms import MaintenanceForm, SignForm
from uaip_project.operations.maintenance_mode import BadTimes, HeldShut

NOT_YOURS = "Only administrators and operators see what the house does by itself."
NOT_YOURS_TO_CHANGE = "Only administrators start tasks and maintenance."


@require_GET
def schedule_page(request: HttpRequest) -> HttpResponse:
    """Every task with its results, the windows, and the lists of what to see to."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    now = timezone.now()
    context = {
        "lines": scheduled.lines(at=now),
        "windows": [
            {"window": window, "is_open": window.is_open(now)}
            for window in schedule.windows().values()
        ],
        "lists": task_lists.lists(at=now),
        "may_change": has_permission(request.user, Permission.SETTING_MANAGE),
    }
    return render(request, "operations/schedule.html", context)


@require_POST
def schedule_run(request: HttpRequest) -> HttpResponse:
    """Has a worker do a task now."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    require(has_permission(request.user, Permission.SETTING_MANAGE), NOT_YOURS_TO_CHANGE)
    name = request.POST.get("name", "")
    try:
        scheduled.run_soon(name=name, by=request.user)
    except schedule.NoSuchTask as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, f"A worker does {name} now. Reload this page to see its result.")
    return redirect("operations:schedule")


@require_POST
def task_sign(request: HttpRequest) -> HttpResponse:
    """Somebody saw to a line that no run ticks."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    form = SignForm(request.POST)
    try:
        if not form.is_valid():
            raise task_lists.NoSuchLine("Choose a line of a list.")
        task_lists.sign(by=request.user, **form.cleaned_data)
    except task_lists.NoSuchLine as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, "Signed with your name.")
    return redirect("operations:schedule")


@require_http_methods(["GET", "POST"])
def maintenance(request: HttpRequest) -> HttpResponse:
    """Whether we are open; announced and begun by those who may."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    if request.method == "GET":
        return _maintenance_page(request, MaintenanceForm())
    require(has_permission(request.user, Permission.SETTING_MANAGE), NOT_YOURS_TO_CHANGE)
    form = MaintenanceForm(request.POST)
    if not form.is_valid():
        return _maintenance_page(request, form, status=422)
    try:
        form.apply(by=request.user)
    except HeldShut as fault:
        messages.error(request, str(fault))
        return redirect("operations:maintenance")
    except BadTimes as fault:
        form.add_error("notice", str(fault))
        return _maintenance_page(request, form, status=422)
    messages.success(request, "It holds everywhere within five seconds.")
    return redirect("operations:maintenance")


@require_POST
def maintenance_stop(request: HttpRequest) -> HttpResponse:
    """Opens the house again."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    require(has_permission(request.user, Permission.SETTING_MANAGE), NOT_YOURS_TO_CHANGE)
    try:
        maintenance_mode.stop(by=request.user)
    except HeldShut as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, "U-AIP is open again, everywhere within five seconds.")
    return redirect("operations:maintenance")


def _maintenance_page(
    request: HttpRequest, form: MaintenanceForm, *, status: int = 200
) -> HttpResponse:
    now, standing = timezone.now(), maintenance_mode.read()
    context = {
        "standing": standing,
        "is_told": standing.is_told(now),
        "is_closed": standing.is_closed(now),
        "form": form,
        "may_change": has_permission(request.user, Permission.SETTING_MANAGE),
    }
    return render(request, "operations/maintenance.html", context, status=status)
