"""Writes down who came in, who did not, and what changed about how somebody comes in.

allauth announces these deeds by signals, and it stands below us; the rest of the house writes its
audit rows in its services.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts import metrics
from accounts.models import User
from accounts.services import audit

#: allauth's words for the ways in -> ours.
WAYS = {
    "password": "password",
    "password_reset": "password_reset",
    "socialaccount": "single_sign_on",
    Authenticator.Type.TOTP.value: "authenticator_app",
    Authenticator.Type.WEBAUTHN.value: "passkey",
    Authenticator.Type.RECOVERY_CODES.value: "recovery_code",
}


class Reason(StrEnum):
    """Why a sign-in was refused."""

    UNKNOWN = "unknown_address"
    MISMATCH = "wrong_password"
    CODE = "wrong_code"
    PASSKEY = "wrong_passkey"
    DEACTIVATED = "deactivated"
    SERVICE = "service_account"
    THROTTLED = "throttled"
    CLOSED = "closed"
    SINGLE_SIGN_ON = "single_sign_on"


def address_digest(address: str) -> str:
    """Stands for an address that nobody has an account under: 32 hex digits under our key."""
    salt = "accounts.signin_record.address"
    return salted_hmac(salt, address.strip().lower(), algorithm="sha256").hexdigest()[:32]


def _subject(user: User | None, address: str) -> str:
    if user is not None:
        return audit.person(user)
    return f"address {address_digest(address)}" if address else "address unknown"


def record_refusal(
    *,
    reason: Reason,
    user: User | None = None,
    address: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Somebody was not let in: as the person, where there is one, else by the address' digest."""
    audit.record(
        type="user.sign_in_refused",
        actor=None,
        subject=_subject(user, address),
        detail={"reason": reason.value, **(detail or {})},
    )
    metrics.auth_failed(reason.value)


def record_refused_address(*, address: str, reason: Reason) -> None:
    """As above, with the person looked up; an unknown address costs the same query."""
    user = User.objects.filter(email=address.strip().lower()).first()
    if user is None and reason == Reason.MISMATCH:
        reason = Reason.UNKNOWN
    elif user is not None and user.kind == User.Kind.SERVICE:
        reason = Reason.SERVICE
    record_refusal(reason=reason, user=user, address=address)


def record_reset_request(*, user: User | None, address: str) -> None:
    """Somebody asked for a link to choose a new password."""
    audit.record(type="password.reset_requested", actor=None, subject=_subject(user, address))


def record_password(*, user: User, by: User | None) -> None:
    """A password was chosen: by the signed-in person, or (``by`` None) with a mailed link."""
    audit.record(
        type="password.changed" if by else "password.reset",
        actor=by or user,
        subject=audit.person(user),
    )


def record_signed_out_elsewhere(*, user: User, count: int) -> None:
    """A person ended that many other browser sessions."""
    audit.record(
        type="user.signed_out_elsewhere",
        actor=user,
        subject=audit.person(user),
        detail={"sessions": count},
    )


def ways_in(request: HttpRequest, user: User) -> list[str]:
    """How the person proved who they are in this session, in order."""
    found = []
    for record in get_authentication_records(request, user):
        way = WAYS.get(str(record.get("type") or record.get("method")), "other")
        if not record.get("reauthenticated") and way not in found:
            found.append(way)
    return found


@receiver(account_signals.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    ways = ways_in(request, user)
    audit.record(type="user.signed_in", actor=user, subject=audit.person(user), detail={"by": ways})


@receiver(user_logged_out)
def _signed_out(user: User | None, **_: Any) -> None:
    if isinstance(user, User):
        audit.record(type="user.signed_out", actor=user, subject=audit.person(user))


@receiver(account_signals.email_confirmed)
def _address_confirmed(email_address: Any, **_: Any) -> None:
    user = email_address.user
    audit.record(type="user.address_confirmed", actor=user, subject=audit.person(user))


def _record_factor(deed: str, user: User, authenticator: Authenticator) -> None:
    audit.record(
        type=f"second_factor.{deed}",
        actor=user,
        subject=audit.person(user),
        detail={"kind": WAYS[authenticator.type]},
    )


@receiver(mfa_signals.authenticator_added)
def _factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_factor("added", user, authenticator)


@receiver(mfa_signals.authenticator_removed)
def _factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_factor("removed", user, authenticator)


@receiver(mfa_signals.authenticator_reset)
def _factor_renewed(user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_factor("renewed", user, authenticator)


@receiver(mfa_signals.authenticator_used)
def _recovery_code_used(user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _record_factor("used", user, authenticator)


@receiver(mfa_signals.authentication_failed)
def _wrong_code(user: User, **_: Any) -> None:
    record_refusal(reason=Reason.CODE, user=user)
