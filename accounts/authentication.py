"""How programs say who they are: an access token, or an API key, each in its header."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import callers
from accounts.models import User

#: The same whatever was wrong: expired, revoked, from elsewhere, or never ours.
REFUSAL = "This token or key is not accepted. Sign in again, or ask for a new key."
CHALLENGE = 'Bearer realm="U-AIP"'


class _OfPrograms(BaseAuthentication):
    """A request without token and key goes on to the next way; a wrong one is refused."""

    header = ""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        if self.header not in request.headers:
            return None
        try:
            caller = callers.caller_of(request._request)
        except callers.CallerRefused:
            raise AuthenticationFailed(REFUSAL) from None
        return (caller.user, caller.auth) if caller else None

    def authenticate_header(self, request: Request) -> str:
        """Makes the refusal a 401 and says how to come in."""
        return CHALLENGE


class JwtAuthentication(_OfPrograms):
    """``Authorization: Bearer <access token>`` from POST /auth/login."""

    header = "Authorization"


class ApiKeyAuthentication(_OfPrograms):
    """``X-API-Key: uaip_…``; never in the address, which servers write into logs."""

    header = callers.KEY_HEADER
