"""The page "Queue": background work that waits, hangs or died, and what can be done about it."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import Permission
from accounts.policies import has_permission, require
from accounts.services import job_care, job_holds
from accounts.services.job_care import Chosen
from uaip_project.operations import queue_care, stuck
from uaip_project.operations.queue_forms import ChoiceForm, HoldForm, WhyForm

NOT_YOURS = "Only administrators and operators look after background work."


@require_GET
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Everything at a glance; for htmx only the part that moves."""
    require(has_permission(request.user, Permission.SYSTEM_VIEW), NOT_YOURS)
    if request.headers.get("HX-Request"):
        return render(request, "operations/_queue_now.html", _now())
    return _page(request)


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Dead work waits again."""
    _require_care(request)
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return _page(request, failed=form)
    count = len(job_care.retry(form.chosen(), by=request.user))
    messages.success(request, f"{_pieces(count)} tried again within a few seconds.")
    return redirect("operations:queue")


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """One piece of open work is given up."""
    _require_care(request)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, failed=form)
    given = form.cleaned_data
    gone = job_care.cancel(Chosen((given["number"],)), why=given["why"], by=request.user)
    if gone:
        messages.success(request, f"Work {given['number']} was given up.")
    else:
        messages.error(request, f"Work {given['number']} is not open any more. Look again.")
    return redirect("operations:queue")


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """A kind of work waits until somebody lets it go."""
    _require_care(request)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _page(request, failed=form)
    given = form.cleaned_data
    job_holds.hold([given["kind"]], why=given["why"], by=request.user)
    messages.success(request, f"No worker takes up {given['kind']} from now on.")
    return redirect("operations:queue")


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """A kind of work is done again."""
    _require_care(request)
    kinds = job_holds.release(request.POST.getlist("kind"), by=request.user)
    words = f"{', '.join(kinds)} is done again." if kinds else "That was not held back any more."
    messages.success(request, words)
    return redirect("operations:queue")


def _require_care(request: HttpRequest) -> None:
    require(has_permission(request.user, Permission.QUEUE_MANAGE), NOT_YOURS)


def _pieces(count: int) -> str:
    return "1 piece of work is" if count == 1 else f"{count} pieces of work are"


def _now() -> dict[str, object]:
    figures = queue_care.standing()
    return {
        "figures": figures,
        "is_late": queue_care.is_late(figures),
        "open_work": queue_care.open_work(most=50),
    }


def _page(request: HttpRequest, *, failed: Form | None = None) -> HttpResponse:
    context = _now() | {
        "dead": queue_care.dead(),
        "stuck": stuck.find(older_than=stuck.limit()),
        "holds": job_holds.held(),
        "hold_form": failed if isinstance(failed, HoldForm) else HoldForm(),
        "cancel_form": failed if isinstance(failed, WhyForm) else WhyForm(auto_id="cancel_%s"),
        "failed": failed,
        "may_manage": has_permission(request.user, Permission.QUEUE_MANAGE),
    }
    return render(request, "operations/queue.html", context, status=422 if failed else 200)
