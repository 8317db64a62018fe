"""The rows that the back office shows, in the world of the matrix of routes."""

from __future__ import annotations

import re
from types import SimpleNamespace

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import admin

from accounts.models import User
from accounts.services import tokens
from interviews.models import Circuit, Escalation, InterviewSession
from tests.builders.entrance import give_app

_PAGE = re.compile(r"admin:(?:admin/)?([a-z]+)[_/]([a-z]+)")


def furnish(who: SimpleNamespace, session: InterviewSession) -> None:
    """At least one row of every table that the back office shows."""
    give_app(who.alice)
    RecoveryCodes.activate(who.alice)
    Circuit.objects.create(provider="openai", model="a-model")
    EmailAddress.objects.get_or_create(user=who.alice, email=who.alice.email)
    SocialAccount.objects.create(user=who.alice, provider="saml", uid="alice")
    UserSession.objects.create(
        user=who.alice, session_key="none", ip="192.0.2.1", user_agent="A browser"
    )
    tokens.start_family(user=who.alice)
    Escalation.objects.create(
        answer=session.answers.get(question_key="S1-01"),
        round=7,
        reason=Escalation.Reason.NOT_ASSESSED,
    )


def admin_row(route: str) -> str:
    """The key of a real row for a page of the back office; people: Carl."""
    found = _PAGE.match(route)
    models = {one._meta.label_lower: one for one in admin.site._registry}
    model = models.get(".".join(found.groups())) if found else None
    if model is None:
        return "one"
    if model is User:
        return str(User.objects.get(email="carl@example.org").pk)
    return str(model.objects.order_by("pk").values_list("pk", flat=True)[0])
