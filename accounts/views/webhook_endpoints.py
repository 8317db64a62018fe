"""Pages that make and change webhooks, and show a secret once."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.key_forms import FormCode
from accounts.models import WebhookEndpoint
from accounts.services import form_codes, webhooks
from accounts.views.webhooks import chosen, require_keeper
from accounts.webhook_forms import WebhookForm

WISH = ("url", "events", "description")
SENT_TWICE = "This form was sent before. A secret is shown only once; renew it if you missed it."

MOVED = "Somebody changed it meanwhile. It is now: {}. Change it once more if yours should hold."


@require_http_methods(["GET", "POST"])
@never_cache
def webhook_new(request: HttpRequest) -> HttpResponse:
    """Adds an endpoint and shows its secret, this once."""
    require_keeper(request)
    if request.method == "GET":
        return _form(request, WebhookForm(initial={"once": form_codes.new_code()}))
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    wish = {name: form.cleaned_data[name] for name in WISH}
    if not form_codes.take(user=request.user, code=form.cleaned_data["once"]):
        messages.info(request, SENT_TWICE)
        return redirect("webhooks:webhook-list")
    try:
        made = webhooks.add_endpoint(**wish, by=request.user)
    except webhooks.CannotSave as fault:
        form.add_error(fault.field or None, str(fault))
        return _form(request, form, status=422)
    return render(request, "accounts/webhook_secret.html", {"made": made, "is_new": True})


@require_http_methods(["GET", "POST"])
def webhook_change(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Another address, other events."""
    endpoint = chosen(request, code)
    if request.method == "GET":
        return _form(request, WebhookForm(initial=_as_it_is(endpoint)), endpoint)
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _form(request, form, endpoint, status=422)
    wish = {name: form.cleaned_data[name] for name in WISH}
    try:
        if form.cleaned_data["seen"] not in ("", endpoint.seen_as):
            raise webhooks.EndpointMoved
        webhooks.change_endpoint(endpoint=endpoint, **wish, by=request.user)
    except webhooks.EndpointMoved:
        endpoint.refresh_from_db()
        form.add_error(None, MOVED.format(_in_a_line(endpoint)))
        return _form(request, form, endpoint, status=409)
    except webhooks.CannotSave as fault:
        form.add_error(fault.field or None, str(fault))
        return _form(request, form, endpoint, status=422)
    except webhooks.EndpointOff:
        messages.error(request, "Somebody removed it meanwhile.")
        return redirect("webhooks:webhook-list")
    messages.success(request, "The webhook is changed.")
    return redirect("webhooks:webhook-detail", endpoint.code)


def _in_a_line(endpoint: WebhookEndpoint) -> str:
    """What the other one made of it."""
    events = ", ".join(endpoint.events) or "every event"
    return f"{endpoint.url} ({endpoint.description or 'no description'}), told of {events}"


def _as_it_is(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "once": form_codes.new_code(),
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.events,
    }


def _form(
    request: HttpRequest,
    form: WebhookForm,
    endpoint: WebhookEndpoint | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    if status != 200:
        # What was sent may have taken its code already.
        form.data = form.data.copy()
        form.data["once"] = form_codes.new_code()
    context = {"form": form, "endpoint": endpoint}
    return render(request, "accounts/webhook_form.html", context, status=status)


@require_POST
@never_cache
def webhook_secret(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Makes a new secret and shows it, this once."""
    endpoint = chosen(request, code)
    form = FormCode(request.POST)
    if not form.is_valid() or not form_codes.take(
        user=request.user, code=form.cleaned_data["once"]
    ):
        messages.info(request, SENT_TWICE)
        return redirect("webhooks:webhook-detail", endpoint.code)
    try:
        made = webhooks.rotate_secret(endpoint=endpoint, by=request.user)
    except webhooks.EndpointOff:
        messages.error(request, "Somebody removed it meanwhile.")
        return redirect("webhooks:webhook-list")
    return render(request, "accounts/webhook_secret.html", {"made": made, "is_new": False})
