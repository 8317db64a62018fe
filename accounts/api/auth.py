"""The guide's /auth/login and its kin: tokens for programs that sign in as a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import callers, limits
from accounts.api_conventions import ApiView, describe, read_body
from accounts.api_errors import Busy, Fault, Unusable
from accounts.authentication import CHALLENGE
from accounts.models import TokenFamily
from accounts.services import registration, sign_ins, tokens

WRONG = "Address, password or code are not right."
CODE_WANTED = "This account has a second factor: send its present code, too, as code."
#: Seconds after which nobody should be away any more.
SOON = 5


class Anyone(BasePermission):
    """The doors themselves: who stands before one is not in yet."""


class _NotLetIn(Fault):
    status_code = 401
    auth_header = CHALLENGE


class _NotYet(Fault):
    status_code = 403


class _Credentials(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    code = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=40,
        help_text="The second factor's present code, or a recovery code.",
    )


class _RefreshIn(serializers.Serializer[Any]):
    refresh_token = serializers.CharField(max_length=200)


class _LogoutIn(serializers.Serializer[Any]):
    refresh_token = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=200
    )


class _RegisterIn(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class TokensOut(serializers.Serializer[Any]):
    """An access token for an hour, and what renews it once."""

    access_token = serializers.CharField()
    token_type = serializers.CharField(help_text="Always bearer.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    refresh_token = serializers.CharField(help_text="Used once; keep it secret.")


class _AcceptedOut(serializers.Serializer[Any]):
    status = serializers.CharField()
    message = serializers.CharField()


class _Door(APIView):
    """Open to strangers. No session counts here, so no foreign page can make use of one."""

    authentication_classes: ClassVar[list[type]] = []
    permission_classes: ClassVar[list[type]] = [Anyone]
    content_negotiation_class = ApiView.content_negotiation_class
    http_method_names: ClassVar[list[str]] = ["post"]


class Login(_Door):
    """POST /auth/login."""

    @describe(
        "Sign in",
        takes=_Credentials,
        gives=TokensOut,
        also=(401, 403, 503),
        sends=[("Sign in", {"email": "ada@example.org", "password": "correct horse battery"})],
        tag="Signing in",
        is_open=True,
        about="Tokens for a person's address and password. An account with a second factor is "
        "answered 401 MFA_REQUIRED until the body holds its code.",
    )
    def post(self, request: Request) -> Response:
        wish = read_body(_Credentials, request)
        client = request.headers.get("User-Agent", "")
        with _in_words():
            return _shown(sign_ins.sign_in(**wish, client=client))


class Refresh(_Door):
    """POST /auth/refresh."""

    @describe(
        "Renew tokens",
        takes=_RefreshIn,
        gives=TokensOut,
        also=(401, 503),
        tag="Signing in",
        is_open=True,
        about="New tokens for a refresh token, which is used up. Sending it a second time ends the "
        "whole sign-in.",
    )
    def post(self, request: Request) -> Response:
        wish = read_body(_RefreshIn, request)
        with _in_words():
            return _shown(tokens.refresh(secret=wish["refresh_token"]))


class Logout(_Door):
    """POST /auth/logout."""

    @describe(
        "Sign out",
        takes=_LogoutIn,
        status=204,
        also=(401,),
        tag="Signing in",
        is_open=True,
        about="Ends the sign-in of the refresh token in the body, or else of the access token in "
        "Authorization: none of its tokens is accepted from then on.",
    )
    def post(self, request: Request) -> Response:
        wish = read_body(_LogoutIn, request)
        with _in_words():
            family = _family_of(request, wish["refresh_token"])
        if family is not None:
            tokens.end_family(family=family, by=family.user)
        return Response(status=204)


class Register(_Door):
    """POST /auth/register."""

    @describe(
        "Register",
        takes=_RegisterIn,
        gives=_AcceptedOut,
        status=202,
        also=(404, 503),
        tag="Signing in",
        is_open=True,
        about="Where the site lets strangers make themselves an account, else 404. The answer is "
        "the same whether there is such an account already.",
    )
    def post(self, request: Request) -> Response:
        if not settings.REGISTRATION_OPEN:
            raise Http404("Registration is closed here. Ask an administrator for an invitation.")
        wish = read_body(_RegisterIn, request)
        with _in_words():
            sign_ins.count_caller()
            registration.register(request._request, **wish)
        told = "Sign in, or look into your mail if that is asked of you."
        return Response({"status": "accepted", "message": told}, status=202)


@contextmanager
def _in_words() -> Iterator[None]:
    """The services' refusals as answers of the API."""
    try:
        yield
    except sign_ins.InvalidCredentials:
        raise _NotLetIn(WRONG, says="INVALID_CREDENTIALS") from None
    except sign_ins.CodeMissing:
        raise _NotLetIn(CODE_WANTED, says="MFA_REQUIRED") from None
    except sign_ins.NotYet as fault:
        raise _NotYet(str(fault)) from None
    except tokens.TokenRefused:
        raise _NotLetIn("This token is not accepted. Sign in again.") from None
    except registration.CannotRegister as fault:
        raise Unusable(fault.problems) from None
    except sign_ins.TooOften as fault:
        raise Throttled(wait=fault.wait) from None
    except limits.LimiterAway:
        raise Busy("Nobody can sign in at the moment. Try again soon.", wait=SOON) from None


def _shown(issued: tokens.Issued) -> Response:
    """Tokens are for the one who asked: no cache on the way keeps them (RFC 6749, 5.1)."""
    body = {
        "access_token": issued.access_token,
        "token_type": "bearer",
        "expires_in": issued.expires_in,
        "refresh_token": issued.refresh_token,
    }
    return Response(body, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _family_of(request: Request, refresh_token: str) -> TokenFamily | None:
    """None for a refresh token that is not ours: nothing is left to end. Raises TokenRefused."""
    if refresh_token:
        return tokens.family_of(refresh_token=refresh_token)
    return tokens.read_access(callers.bearer_of(request._request) or "")
