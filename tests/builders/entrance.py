"""Does at the front door what a person would do."""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from tests.builders.people import PASSWORD


def sign_in(browser: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return browser.post(reverse("account_login"), {"login": email, "password": password})


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def show_who_it_is(browser: Client, password: str = PASSWORD) -> HttpResponse:
    """Types the password once more, which a change of the ways in asks for."""
    return browser.post(reverse("account_reauthenticate"), {"password": password})


def codes_of(secret: str) -> list[str]:
    """The codes that an app shows half a minute ago, now and in half a minute; all are taken."""
    counters = auth.yield_hotp_counters_from_time()
    return [auth.format_hotp_value(auth.hotp_value(secret, one)) for one in counters]


def enrol_app(browser: Client, password: str = PASSWORD) -> str:
    """Sets up an authenticator app in a signed-in browser; its secret."""
    show_who_it_is(browser, password)
    page = browser.get(reverse("mfa_activate_totp"))
    secret = re.search(r'id="totp-key">([A-Z2-7]+)<', page.content.decode()).group(1)
    browser.post(reverse("mfa_activate_totp"), {"code": codes_of(secret)[0]})
    return secret


def give_app(user: User) -> str:
    """An authenticator app that was set up long ago; its secret."""
    secret = auth.generate_totp_secret()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    return secret


def link_in_the_mail() -> str:
    """The address behind the host in the last mail's link."""
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body).group(1)


def rows(type: str) -> list[AuditEvent]:
    """The recorded deeds of one type, oldest first."""
    return list(AuditEvent.objects.filter(type=type).order_by("sequence"))
