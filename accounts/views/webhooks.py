"""Pages "Webhooks": the list, one with its log, and the small deeds on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from accounts.permissions import Permission
from accounts.policies import has_permission, require
from accounts.services import form_codes, webhooks
from accounts.webhook_events import EVENTS
from accounts.webhook_forms import ActionForm

NOT_YOURS = "Only administrators manage webhooks."
PAGE = 25
STATES = {
    WebhookDelivery.Status.PENDING: ("On its way", "busy"),
    WebhookDelivery.Status.DELIVERED: ("Delivered", "good"),
    WebhookDelivery.Status.FAILED: ("Failed", "bad"),
}
#: Action -> what it does, and what is said when it was done.
DEEDS: dict[str, tuple[Callable[..., Any], str]] = {
    "test": (webhooks.send_test, "A test is on its way. Load the page again to see how it went."),
    "enable": (webhooks.enable_endpoint, "It is told of events again."),
    "disable": (webhooks.disable_endpoint, "It is told nothing any more."),
    "drop-secret": (webhooks.drop_previous_secret, "Only the newest secret signs now."),
    "remove": (webhooks.remove_endpoint, "The webhook is removed, and so is its log."),
}


def require_keeper(request: HttpRequest) -> None:
    """403 for everybody who does not manage webhooks."""
    require(has_permission(request.user, Permission.WEBHOOK_MANAGE), NOT_YOURS)


def chosen(request: HttpRequest, code: uuid.UUID) -> WebhookEndpoint:
    """The endpoint, unless it was removed; for administrators."""
    require_keeper(request)
    rows = WebhookEndpoint.objects.select_related("created_by").filter(removed_at=None)
    return get_object_or_404(rows, code=code)


def row_of(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """An endpoint as list and page show it."""
    names = [EVENTS[one].sentence for one in endpoint.events if one in EVENTS]
    words, tone = ("Active", "good") if endpoint.is_active else ("Off", "warn")
    return {"endpoint": endpoint, "state": words, "tone": tone, "events": names or ["Every event"]}


@require_GET
def webhook_list(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first; there are few."""
    require_keeper(request)
    found = WebhookEndpoint.objects.filter(removed_at=None)
    return render(request, "accounts/webhook_list.html", {"rows": [row_of(one) for one in found]})


@require_GET
def webhook_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """One endpoint, what it was sent, and how each try went."""
    endpoint = chosen(request, code)
    rows = list(_log(endpoint, request.GET.get("before", ""))[: PAGE + 1])
    context = {
        **row_of(endpoint),
        "deliveries": [(one, *STATES[one.status]) for one in rows[:PAGE]],
        "next": rows[PAGE - 1].code if len(rows) > PAGE else "",
        "is_continued": "before" in request.GET,
        "once": form_codes.new_code(),
    }
    return render(request, "accounts/webhook_detail.html", context)


def _log(endpoint: WebhookEndpoint, before: str) -> QuerySet[WebhookDelivery]:
    found = WebhookDelivery.objects.filter(endpoint=endpoint)
    if before:
        found = found.filter(pk__lt=_place(before))
    tries = Prefetch("attempts", WebhookAttempt.objects.order_by("pk"))
    return found.order_by("-pk").prefetch_related(tries)


def _place(text: str) -> int:
    try:
        code = uuid.UUID(text)
    except ValueError:
        return 0
    return WebhookDelivery.objects.filter(code=code).values_list("pk", flat=True).first() or 0


@require_POST
def webhook_handle(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Tests, switches on or off, drops the older secret, removes."""
    endpoint = chosen(request, code)
    form = ActionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose what to do with a button of this page.")
        return redirect("webhooks:webhook-detail", endpoint.code)
    action = form.cleaned_data["action"]
    _do(request, endpoint, action)
    if action == "remove":
        return redirect("webhooks:webhook-list")
    return redirect("webhooks:webhook-detail", endpoint.code)


def _do(request: HttpRequest, endpoint: WebhookEndpoint, action: str) -> None:
    by: User = request.user
    deed, done = DEEDS[action]
    try:
        deed(endpoint=endpoint, by=by)
    except webhooks.EndpointOff:
        messages.error(request, "It is switched off. Switch it on first.")
    else:
        messages.success(request, done)


@require_POST
def webhook_redeliver(request: HttpRequest, code: uuid.UUID, delivery: uuid.UUID) -> HttpResponse:
    """Sends one of its messages once more."""
    endpoint = chosen(request, code)
    found = get_object_or_404(WebhookDelivery, code=delivery, endpoint=endpoint)
    try:
        webhooks.redeliver(delivery=found, by=request.user)
    except webhooks.EndpointOff:
        messages.error(request, "It is switched off. Switch it on first.")
    except webhooks.StillPending:
        messages.info(request, "This message is on its way already.")
    else:
        messages.success(request, "The message is on its way once more, under the same id.")
    return redirect("webhooks:webhook-detail", endpoint.code)
