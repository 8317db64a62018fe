"""Forms of the front door that look people up in our own way."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError

from accounts import signin_record
from accounts.models import User

NAME_LENGTH = 80
#: What the libraries stumble over when a stranger sends something else than a passkey's answer.
NO_ANSWER = (
    AttributeError,
    IndexError,
    InvalidSignature,
    KeyError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def _read_as_a_passkey() -> Iterator[None]:
    """Raises ValidationError on anything that is no answer of a passkey."""
    try:
        yield
    except ValidationError:
        raise
    except NO_ANSWER as fault:
        raise get_adapter().validation_error("incorrect_code") from fault


class AskForReset(ResetPasswordForm):
    """Asks for a link to choose a new password; the same is said whoever asks."""

    def clean_email(self) -> str:
        """Only today's address of an active person counts, not one that was once confirmed."""
        address = str(self.cleaned_data["email"]).strip().lower()
        people = User.objects.active().filter(kind=User.Kind.PERSON)
        self.users = list(people.filter(email=address))
        return address

    def save(self, request: object, **options: object) -> str:
        """Sends one mail in either case and writes down that it was asked for."""
        address = str(super().save(request, **options))
        user = self.users[0] if self.users else None
        signin_record.record_reset_request(user=user, address=address)
        return address


class PasskeySignIn(webauthn.LoginWebAuthnForm):
    """Signs in by passkey alone."""

    def clean_credential(self) -> Authenticator:
        """The passkey's row. What is not accepted is written down."""
        try:
            with _read_as_a_passkey():
                return super().clean_credential()
        except ValidationError:
            signin_record.record_refusal(reason=signin_record.Reason.PASSKEY)
            raise


class PasskeyStep(webauthn.AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""

    def clean_credential(self) -> Authenticator:
        """The passkey's row. What is not accepted is written down."""
        try:
            with _read_as_a_passkey():
                return super().clean_credential()
        except ValidationError:
            signin_record.record_refusal(reason=signin_record.Reason.PASSKEY, user=self.user)
            raise


class PasskeyAgain(webauthn.ReauthenticateWebAuthnForm):
    """A passkey to show once more who one is."""

    def clean_credential(self) -> Authenticator:
        """The passkey's row."""
        with _read_as_a_passkey():
            return super().clean_credential()


class AddPasskey(webauthn.AddWebAuthnForm):
    """Adds a passkey."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["name"].label = "What to call it"
        self.fields["passwordless"].label = "It lets me in alone, without the password"
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        """Cut rather than refused: the device has made the passkey by now."""
        return str(super().clean_name())[:NAME_LENGTH]

    def clean(self) -> dict[str, Any]:
        """The credential as the device gave it."""
        with _read_as_a_passkey():
            return dict(super().clean())
