"""The page "Language models": providers, circuits, money, and the buttons that go with them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import Permission
from accounts.policies import has_permission, require
from interviews.llm import circuit, prices, providers
from interviews.models import Circuit
from uaip_project.operations import language_models
from uaip_project.operations.forms import FiguresForm, ReasonForm

NOT_YOURS = "Only administrators and operators look after language models."


@require_GET
def models(request: HttpRequest) -> HttpResponse:
    """Everything at a glance; nothing of any project."""
    require(has_permission(request.user, Permission.MODEL_VIEW), NOT_YOURS)
    return _page(request)


@require_POST
def model_test(request: HttpRequest) -> HttpResponse:
    """One real, tiny call."""
    row = _chosen(request)
    outcome = circuit.test(row.provider, model=row.model, by=request.user)
    say = messages.success if outcome.is_ok else messages.error
    took = f" It took {outcome.milliseconds} ms." if outcome.milliseconds else ""
    say(request, f"{outcome.provider}: {outcome.sentence}{took}")
    return redirect("operations:models")


@require_POST
def circuit_reset(request: HttpRequest) -> HttpResponse:
    """Lets calls through again."""
    row = _chosen(request)
    try:
        language_models.reset([row], by=request.user, reason=request.POST.get("reason", "")[:300])
    except language_models.StaysShut as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{row.provider} ({row.model}) is asked again from now on.")
    return redirect("operations:models")


@require_POST
def circuit_stop(request: HttpRequest) -> HttpResponse:
    """Keeps every call from a model until somebody resets its circuit."""
    row = _chosen(request)
    form = ReasonForm(request.POST, auto_id=_ids(row))
    if not form.is_valid():
        return _page(request, status=422, failed=row, stop_form=form)
    circuit.force_open(row, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(
        request, f"{row.provider} ({row.model}) is not asked any more until you reset its circuit."
    )
    return redirect("operations:models")


@require_POST
def circuit_figures(request: HttpRequest) -> HttpResponse:
    """When a circuit opens, and for how long."""
    row = _chosen(request)
    form = FiguresForm(request.POST, auto_id=_ids(row))
    if not form.is_valid():
        return _page(request, status=422, failed=row, figures_form=form)
    circuit.configure(row, by=request.user, **form.cleaned_data)
    messages.success(request, f"The figures of {row.provider} ({row.model}) hold from now on.")
    return redirect("operations:models")


def _chosen(request: HttpRequest) -> Circuit:
    """The circuit that a form names, for those who may manage it."""
    require(has_permission(request.user, Permission.MODEL_MANAGE), NOT_YOURS)
    provider, model = request.POST.get("provider", ""), request.POST.get("model", "")
    row = Circuit.objects.filter(provider=provider, model=model).first()
    if row is None:
        raise Http404("There is no such circuit.")
    return row


def _page(
    request: HttpRequest,
    *,
    status: int = 200,
    failed: Circuit | None = None,
    stop_form: ReasonForm | None = None,
    figures_form: FiguresForm | None = None,
) -> HttpResponse:
    rows = language_models.in_order()
    context = {
        "llm": circuit.health(),
        "problems": providers.problems(),
        "entries": [
            _entry(row, {"stop": stop_form, "figures": figures_form} if row == failed else {})
            for row in rows
        ],
        "error": next((form for form in (stop_form, figures_form) if form), None),
        "budget": language_models.standing(),
        "spend": language_models.spend(),
        "history": language_models.history(),
        "prices": settings.LLM["prices"],
        "currency": prices.currency(),
        "unpriced": [one for one in rows if not prices.is_priced(one.provider, one.model)],
        "may_manage": has_permission(request.user, Permission.MODEL_MANAGE),
    }
    return render(request, "operations/models.html", context, status=status)


def _entry(row: Circuit, failed: dict[str, Any]) -> dict[str, Any]:
    """One model with its forms; those that were refused come back as they were typed."""
    configured = {(one.name, one.model): one for one in providers.configured()}
    found = configured.get((row.provider, row.model))
    own = {name: getattr(row, name) for name in ("failure_limit", "window_seconds", "open_seconds")}
    return {
        "row": row,
        "state": language_models.state_of(row),
        "figures": language_models.figures_of(row),
        "host": found.host if found else "",
        "role": _role(list(configured).index((row.provider, row.model))) if found else "",
        "stop_form": failed.get("stop") or ReasonForm(auto_id=_ids(row)),
        "figures_form": failed.get("figures") or FiguresForm(initial=own, auto_id=_ids(row)),
    }


def _ids(row: Circuit) -> str:
    """Ids of a model's fields: the page holds the same forms for each of them."""
    return f"{slugify(f'{row.provider} {row.model}')}-%s"


def _role(position: int) -> str:
    return "Asked first" if position == 0 else "Fallback"
