"""The mails of this room, one function each; those of signing in are allauth's."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Invitation, Promotion, User, WebhookEndpoint


def invite(invitation: Invitation, *, token: str) -> None:
    """Who asks them in, and the link under which to come."""
    link = settings.BASE_URL + reverse("people:invitation-accept", args=[token])
    _send("invitation", {"invitation": invitation, "link": link}, to=invitation.email)


def choose_password(user: User, *, link: str) -> None:
    """An administrator sends the link to a person who lost the password or has none yet."""
    _send("choose_password", {"person": user, "link": link}, to=user.email)


def promotion(promotion: Promotion, *, to: User) -> None:
    """A SuperAdmin learns who is to become one, or what came of it."""
    link = settings.BASE_URL + reverse("people:person", args=[promotion.user.code])
    _send("promotion", {"promotion": promotion, "link": link}, to=to.email)


def webhook_off(endpoint: WebhookEndpoint, *, to: User) -> None:
    """Whoever made it learns that the system tells it nothing any more, and why."""
    link = settings.BASE_URL + reverse("webhooks:webhook-detail", args=[endpoint.code])
    host = urlsplit(endpoint.url).hostname
    context = {"endpoint": endpoint, "host": host, "link": link}
    _send("webhook_off", context, to=to.email)


def _send(message: str, context: dict[str, Any], *, to: str) -> None:
    context |= {"app_name": settings.APP_NAME}
    subject = render_to_string(f"emails/accounts/{message}.subject.txt", context)
    body = render_to_string(f"emails/accounts/{message}.body.txt", context)
    send_mail(" ".join(subject.split()), body, None, [to])
