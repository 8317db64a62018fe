"""Strangers make themselves an account, where the site lets them."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.services import audit


class CannotRegister(Exception):
    """``problems`` names the fields that cannot be taken, with sentences."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("This cannot be taken.")
        self.problems = problems


def register(request: HttpRequest, *, email: str, password: str) -> None:
    """Makes an account, or tells its owner by mail that there is one already.

    Whoever asks learns nothing of the difference. Raises CannotRegister.
    """
    form = SignupForm({"email": email, "password1": password, "password2": password})
    if not form.is_valid():
        raise CannotRegister(_problems(form.errors.get_json_data()))
    is_mailed = settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"
    if form.account_already_exists:
        # One password is hashed in either case.
        User().set_password(password)
        if is_mailed:
            get_adapter(request).send_account_already_exists_mail(email)
        return
    user = _make(request, form)
    if is_mailed:
        EmailAddress.objects.get_for_user(user, user.email).send_confirmation(request, signup=True)


@transaction.atomic
def _make(request: HttpRequest, form: SignupForm) -> User:
    user: User = form.save(request)
    audit.record(type="user.registered", actor=user, subject=audit.person(user))
    return user


def _problems(errors: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """By the names that the program sent."""
    names = {"password1": "password", "password2": "password"}
    return {
        names.get(field, field): [str(one["message"]) for one in found]
        for field, found in errors.items()
    }
