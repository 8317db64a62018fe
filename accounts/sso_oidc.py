"""The two pages of OpenID Connect, stricter than the library's own."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from accounts import sso
from accounts.services.sso import Why


class StrictOidc(OpenIDConnectOAuth2Adapter):
    """Checks issuer and signature always, whatever the answer came by."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider publishes about itself. Raises OAuth2Error when it is another one."""
        found: dict[str, Any] = super().openid_config
        wanted = self.get_provider().app.settings["server_url"]
        if str(found.get("issuer", "")).rstrip("/") != wanted:
            raise OAuth2Error("The provider names another issuer.")
        return found

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **answer: Any
    ) -> SocialLogin:
        """Both sets of claims must be about one person. Raises OAuth2Error."""
        if not answer["response"].get("id_token"):
            raise OAuth2Error("The provider sent no id token.")
        login: SocialLogin = super().complete_login(request, app, token, **answer)
        claims = login.account.extra_data
        if claims["userinfo"].get("sub") != claims["id_token"].get("sub"):
            raise OAuth2Error("The provider speaks of two people.")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
                verify_signature=True,
            )
        except ValidationError as fault:
            raise OAuth2Error("The id token is not the provider's.") from fault
        return claims


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sends the browser to the provider."""
    return _ask(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Takes the provider's answer."""
    return _ask(OAuth2CallbackView, request, provider_id)


def _ask(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    provider = settings.SSO_PROVIDERS.get(provider_id)
    if provider is None or provider.kind != "oidc":
        raise Http404
    try:
        answer: HttpResponse = view.adapter_view(StrictOidc(request, provider_id))(request)
    except RequestException:
        return sso.refused(request, provider, Why.UNREACHABLE)
    except (OAuth2Error, KeyError, ValueError):
        return sso.refused(request, provider, Why.NOT_VERIFIED)
    return answer
