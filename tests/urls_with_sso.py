"""The addresses of a site that has configured single sign-on."""

from __future__ import annotations

from django.urls import include, path

from uaip_project import urls

urlpatterns = [path("accounts/", include("accounts.sso_urls")), *urls.urlpatterns]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500
