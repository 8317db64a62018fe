"""The addresses of single sign-on; mounted only where a provider is configured."""

from __future__ import annotations

from allauth.socialaccount.providers.saml.views import acs, metadata
from django.urls import path

from accounts import sso_oidc, sso_saml

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", sso_oidc.login, name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        sso_oidc.callback,
        name="openid_connect_callback",
    ),
    path("saml/<slug:organization_slug>/login/", sso_saml.login, name="saml_login"),
    path("saml/<slug:organization_slug>/acs/", acs, name="saml_acs"),
    path("saml/<slug:organization_slug>/acs/finish/", sso_saml.finish, name="saml_finish_acs"),
    path("saml/<slug:organization_slug>/metadata/", metadata, name="saml_metadata"),
    path("saml/<slug:organization_slug>/sls/", sso_saml.closed, name="saml_sls"),
]
