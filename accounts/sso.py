"""allauth's hooks for single sign-on: providers from sso.yaml, and our own rules for who comes in."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import request_facts, signin_record
from accounts.models import User
from accounts.services import sso
from accounts.services.sso import NotLetIn, Vouched, Why
from accounts.sso_config import Provider

#: allauth's name for each kind.
LIBRARY_KINDS = {"oidc": "openid_connect", "saml": "saml"}
SENTENCES = {
    Why.NO_ADDRESS: "{name} told us no e-mail address of yours, so we cannot tell who you are here.",
    Why.FOREIGN_ADDRESS: "{name} may not speak for the e-mail domain of your address.",
    Why.UNSURE_ADDRESS: "{name} has not checked that the e-mail address is yours.",
    Why.UNCONFIRMED_HERE: "An account has your address, but nobody ever confirmed it here.",
    Why.NOT_INVITED: "You have no account here yet, and {name} does not open one.",
    Why.CLOSED: "Your account here is closed.",
    Why.CANCELLED: "You stopped signing in at {name}, or it did not let you.",
    Why.UNREACHABLE: "{name} cannot be reached at the moment.",
    Why.NOT_VERIFIED: "What {name} answered could not be verified.",
}


class SsoAdapter(DefaultSocialAccountAdapter):
    """Nobody signs up by themselves: either the rules of sso.yaml let a person in, or a page says
    why not."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The configured providers; none from the database."""
        apps = [_app(one) for one in settings.SSO_PROVIDERS.values()]
        return [
            app
            for app in apps
            if provider in (None, app.provider, app.provider_id)
            and client_id in (None, app.client_id)
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: who may come in has an account by now."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Never by allauth: our own rules decide about addresses."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Finds, links or makes the account. Raises ImmediateHttpResponse with the page of why not."""
        provider = settings.SSO_PROVIDERS[sociallogin.account.provider]
        account = sociallogin.account
        linked = account.user if account.pk else None
        said = _vouched(provider, sociallogin)
        # What the provider told is used here and not kept.
        account.extra_data = {}
        if account.pk:
            account.save(update_fields=["extra_data"])
        try:
            user = sso.welcome(provider=provider, said=said, linked=linked)
        except NotLetIn as fault:
            address = said.address
            raise ImmediateHttpResponse(
                refused(request, provider, fault.why, user=fault.user, address=address)
            ) from fault
        _link(account, user)
        sociallogin.user = user
        sociallogin.state["process"] = "login"

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Raises ImmediateHttpResponse with our own page."""
        ours = settings.SSO_PROVIDERS[provider.app.provider_id]
        why = Why.CANCELLED if error == AuthError.CANCELLED else Why.NOT_VERIFIED
        raise ImmediateHttpResponse(refused(request, ours, why))


def _app(provider: Provider) -> SocialApp:
    return SocialApp(
        provider=LIBRARY_KINDS[provider.kind],
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        settings=provider.options,
    )


def _link(account: SocialAccount, user: User) -> None:
    account.user = user
    account.save()


def refused(
    request: HttpRequest,
    provider: Provider,
    why: Why,
    *,
    user: User | None = None,
    address: str = "",
) -> HttpResponse:
    """The page that says why and whom to ask; written down."""
    signin_record.record_refusal(
        reason=signin_record.Reason.SINGLE_SIGN_ON,
        user=user,
        address=address,
        detail={"provider": provider.id, "why": why.value},
    )
    context = {
        "sentence": SENTENCES[why].format(name=provider.name),
        "contact": provider.contact,
        "request_id": request_facts.current().request_id,
    }
    return render(request, "socialaccount/authentication_error.html", context, status=403)


# --- What the provider said -------------------------------------------------------------------


def _vouched(provider: Provider, sociallogin: SocialLogin) -> Vouched:
    addresses = [one for one in sociallogin.email_addresses if one.email]
    address = addresses[0] if addresses else None
    claims = sociallogin.account.extra_data or {}
    return Vouched(
        address=address.email.strip().lower() if address else "",
        is_verified=address is not None and address.verified is True,
        name=_name(provider, claims),
        groups=frozenset(_groups(provider, claims)),
    )


def _documents(claims: dict[str, Any]) -> list[dict[str, Any]]:
    """OIDC keeps two sets of claims, SAML one."""
    found = [claims.get("id_token"), claims.get("userinfo")]
    return [one for one in found if isinstance(one, dict)] or [claims]


def _name(provider: Provider, claims: dict[str, Any]) -> str:
    key = provider.options.get("name_attribute", "name")
    for document in _documents(claims):
        found = document.get(key)
        found = found[0] if isinstance(found, list) and found else found
        if isinstance(found, str) and found:
            return found
    return ""


def _groups(provider: Provider, claims: dict[str, Any]) -> list[str]:
    """The claim may lie deeper: realm_access.roles."""
    for document in _documents(claims):
        found: Any = document.get(provider.groups)
        if found is None:
            found = document
            for part in provider.groups.split("."):
                found = found.get(part) if isinstance(found, dict) else None
        if isinstance(found, str):
            return [found]
        if isinstance(found, list):
            return [one for one in found if isinstance(one, str)]
    return []
