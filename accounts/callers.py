"""Who a program is: found once for each request, for the limits and for the API alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import ApiKey, TokenFamily, User
from accounts.request_facts import client_address
from accounts.services import key_use, tokens

KEY_HEADER = "X-API-Key"
_FOUND = "_uaip_caller"


class CallerRefused(Exception):
    """Token or key open nothing here."""


@dataclass(frozen=True)
class Caller:
    """Whose token or key it is; ``principal`` is whom the limits count."""

    user: User
    auth: TokenFamily | ApiKey

    @property
    def principal(self) -> str:
        if isinstance(self.auth, ApiKey):
            return f"key:{self.auth.prefix}"
        return f"user:{self.user.pk}"


def caller_of(request: HttpRequest) -> Caller | None:
    """The caller by token or key; None where neither was sent. Raises CallerRefused."""
    if not hasattr(request, _FOUND):
        try:
            found: Caller | CallerRefused | None = _look_up(request)
        except (tokens.TokenRefused, key_use.KeyRefused):
            found = CallerRefused()
        setattr(request, _FOUND, found)
    found = getattr(request, _FOUND)
    if isinstance(found, CallerRefused):
        raise found
    return found


def bearer_of(request: HttpRequest) -> str | None:
    """What stands behind "Bearer" in Authorization; None where that header says something else."""
    return _authorization(request, "bearer")


def _authorization(request: HttpRequest, scheme: str) -> str | None:
    said, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    return secret.strip() if said.lower() == scheme else None


def _look_up(request: HttpRequest) -> Caller | None:
    """By token, where there is one, else by key; a wrong token is not made good by a key."""
    token = bearer_of(request)
    if token is not None:
        family = tokens.read_access(token)
        return Caller(family.user, family)
    # Some programs, Alertmanager among them, cannot send a header of their own choice.
    presented = request.headers.get(KEY_HEADER) or _authorization(request, "apikey")
    if presented is None:
        return None
    key = key_use.authenticate(presented.strip(), address=client_address(request))
    return Caller(key.user, key)
