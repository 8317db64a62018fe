"""Lets a program in with a person's address and password, and a second factor where there is one."""

from __future__ import annotations

from allauth.account.utils import has_verified_email
from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from accounts import closed_doors, limits, request_facts, second_factor, signin_record
from accounts.models import User
from accounts.services import tokens
from accounts.signin_record import Reason


class InvalidCredentials(Exception):
    """Address, password or code are not right; which one is not told."""


class CodeMissing(Exception):
    """All is right so far, and the person has a second factor."""


class NotYet(Exception):
    """The person must do something in a browser first; the message says what."""


class TooOften(Exception):
    """For this account or from this address; ``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"Wait {wait} seconds.")
        self.wait = wait


def sign_in(*, email: str, password: str, code: str = "", client: str = "") -> tokens.Issued:
    """Tokens for whoever knows the password, and the code of a second factor.

    Raises TooOften, InvalidCredentials, CodeMissing, NotYet, and limits.LimiterAway. One password
    is hashed whoever is asked for, and every refusal costs the same.
    """
    _count(email)
    user = _known(email, password)
    if sentence := closed_doors.refusal(user):
        signin_record.record_refusal(reason=Reason.CLOSED, user=user, address=email)
        raise NotYet(sentence)
    if second_factor.has_one(user):
        if not code:
            raise CodeMissing
        _check_code(user, code)
    elif second_factor.is_required(user):
        raise NotYet(second_factor.SENTENCE)
    if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory" and not has_verified_email(user):
        raise NotYet("Confirm your address first: sign in by browser, a mail tells you how.")
    User.objects.filter(pk=user.pk).update(last_login=Now())
    return tokens.start_family(user=user, client=client)


def count_caller() -> None:
    """Of one address, whatever it tries. Raises TooOften, limits.LimiterAway."""
    address = limits.principal_at(request_facts.current().address)
    wait = limits.spend(limits.SIGN_IN_ADDRESS, address)
    if wait:
        raise TooOften(wait)


def _count(email: str) -> None:
    """By address and by account, whether there is such an account or not."""
    digest = salted_hmac("accounts.sign_ins.account", email.strip().lower(), algorithm="sha256")
    count_caller()
    wait = limits.spend(limits.SIGN_IN_ACCOUNT, digest.hexdigest()[:32])
    if wait:
        signin_record.record_refused_address(address=email, reason=Reason.THROTTLED)
        raise TooOften(wait)


def _known(email: str, password: str) -> User:
    """The active person with this password. Raises InvalidCredentials, after one hash."""
    people = User.objects.filter(kind=User.Kind.PERSON)
    user = people.filter(email=email.strip().lower()).first()
    if user is None:
        User().set_password(password)
        reason = Reason.UNKNOWN
    elif not user.check_password(password):
        reason = Reason.MISMATCH
    elif not user.is_active:
        reason = Reason.DEACTIVATED
    else:
        return user
    signin_record.record_refusal(reason=reason, user=user, address=email)
    raise InvalidCredentials


def _check_code(user: User, code: str) -> None:
    """An authenticator app's code, or a recovery code, each once. Raises InvalidCredentials.

    The library counts wrong codes by person and announces them to the record of deeds.
    """
    form = AuthenticateForm(data={"code": code}, user=user)
    if not form.is_valid():
        raise InvalidCredentials
    # Not form.save(): it would open a browser session.
    form.authenticator.record_usage()
    signals.authenticator_used.send(
        sender=Authenticator,
        request=context.request,
        user=user,
        authenticator=form.authenticator,
        reauthenticated=False,
        passwordless=False,
    )
