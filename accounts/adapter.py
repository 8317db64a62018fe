"""allauth's hooks: who may come in, from where they come, and what is written down."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import (
    closed_doors,
    key_ring,
    limits,
    second_factor,
    session_limits,
    signin_record,
)
from accounts.models import User
from accounts.request_facts import client_address
from accounts.signin_record import Reason

log = logging.getLogger(__name__)

#: Callers without an address (a socket) share one, and so one limit.
NO_ADDRESS = "::"
#: When the person came in the time before, as ISO text.
LAST_SIGN_IN = "last_sign_in"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by address and password, reset, and what is said on the way."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": (
            "Address and password do not belong together. Check both, or choose a new password."
        ),
        "enter_current_password": "This is not your current password.",
        "incorrect_code": "This code is not right. Take the one that is shown now.",
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": "Too many attempts failed. Wait five minutes, then try again.",
        "rate_limited": "That was too often at once. Wait a minute, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether strangers may make themselves an account."""
        return bool(settings.REGISTRATION_OPEN)

    def get_client_ip(self, request: HttpRequest) -> str:
        """What our own proxies say, and nobody else (reliability.md D19)."""
        return client_address(request) or NO_ADDRESS

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Stops who tried too often. Raises ValidationError, the same for any address."""
        address = str(credentials.get("email", ""))
        try:
            super().pre_authenticate(request, **credentials)
            if _is_tired(request, address):
                raise self.validation_error("too_many_login_attempts")
        except ValidationError:
            signin_record.record_refused_address(address=address, reason=Reason.THROTTLED)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Writes it down."""
        address = str(credentials.get("email", ""))
        signin_record.record_refused_address(address=address, reason=Reason.MISMATCH)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether the signed-in person typed the password again."""
        found = self.authenticate(self.request, email=user.email, password=password)
        is_right = found is not None and found.pk == user.pk
        if is_right:
            session_limits.renew_key(self.request)
        return is_right

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """The one door that every way in leads through: only active people pass."""
        if user.kind == User.Kind.SERVICE:
            signin_record.record_refusal(reason=Reason.SERVICE, user=user)
            return self.respond_user_inactive(request, user)
        if not user.is_active:
            signin_record.record_refusal(reason=Reason.DEACTIVATED, user=user)
        elif sentence := closed_doors.refusal(user):
            signin_record.record_refusal(reason=Reason.CLOSED, user=user)
            return render(request, "accounts/closed.html", {"sentence": sentence}, status=503)
        answer: HttpResponse | None = super().pre_login(request, user, **options)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        """Opens the session and remembers when the person came in before."""
        if not user.is_active or user.kind != User.Kind.PERSON:
            raise PermissionDenied("This account cannot sign in.")
        before = user.last_login
        super().login(request, user)
        request.session[LAST_SIGN_IN] = before.isoformat() if before else ""

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """A new password ends every other session and every token at once."""
        user.set_password(password)
        User.objects.filter(pk=user.pk).update(password=user.password, epoch=F("epoch") + 1)
        user.refresh_from_db(fields=["epoch"])
        asking = getattr(self.request, "user", None)
        by = user if isinstance(asking, User) and asking.pk == user.pk else None
        signin_record.record_password(user=user, by=by)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """The link; who only comes in by single sign-on hears so instead."""
        is_elsewhere = SocialAccount.objects.filter(user=user).exists()
        if is_elsewhere and not user.has_usable_password():
            self.send_mail("account/email/password_elsewhere", email, {})
        else:
            super().send_password_reset_mail(user, email, context)

    def send_notification_mail(self, *mail: Any, **options: Any) -> None:
        """Tells the person. The deed is done, so a silent mail server does not undo the page."""
        try:
            super().send_notification_mail(*mail, **options)
        except (OSError, SMTPException) as fault:
            log.warning("A notice about an account could not be sent: %s", type(fault).__name__)


def _is_tired(request: HttpRequest, address: str) -> bool:
    """Whether the caller or the account must wait; holds where the library's own count is lost.

    That one lives in the cache, and counts failures alone.
    """
    caller = limits.principal_at(client_address(request))
    account = signin_record.address_digest(address)
    try:
        waits = limits.spend(limits.SIGN_IN_ADDRESS, caller)
        return bool(waits or limits.spend(limits.SIGN_IN_ACCOUNT, account))
    except limits.LimiterAway:
        return True


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: what is said, and which may not be taken away."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            "Your role needs a second factor and this is the only one. Add another one first."
        ),
        "incorrect_code": "This code is not right. Take the one that is shown now.",
    }

    def encrypt(self, text: str) -> str:
        """A seed as it is stored: sealed with the site's key while sealing is on."""
        return key_ring.seal(text, subject=key_ring.SITE, context=key_ring.SEEDS)

    def decrypt(self, encrypted_text: str) -> str:
        """A seed again, whether it was stored sealed or clear."""
        return key_ring.unseal(encrypted_text, context=key_ring.SEEDS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of a person whose role needs one."""
        user = authenticator.user
        others = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS)
        return not second_factor.is_required(user) or others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """What a new passkey is called until the person says otherwise."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What the person's device shows as the place that asks."""
        return super().get_public_key_credential_rp_entity() | {"name": settings.APP_NAME}


class BrowserSessionsAdapter(DefaultUserSessionsAdapter):
    """Ends browser sessions on request."""

    def end_sessions(self, sessions: list[UserSession]) -> None:
        """Ends them and writes it down."""
        super().end_sessions(sessions)
        if sessions:
            signin_record.record_signed_out_elsewhere(user=sessions[0].user, count=len(sessions))
