"""Addresses of the pages about API keys, below /keys/."""

from __future__ import annotations

from django.urls import path

from accounts.views import keys, service_accounts

app_name = "keys"

urlpatterns = [
    path("", keys.key_list, name="key-list"),
    path("all/", keys.all_keys, name="all-keys"),
    path("new/", keys.key_new, name="key-new"),
    path("accounts/", service_accounts.service_accounts, name="service-accounts"),
    path("accounts/<uuid:code>/hand-over/", service_accounts.hand_over, name="hand-over"),
    path("<slug:prefix>/", keys.key_detail, name="key-detail"),
    path("<slug:prefix>/renew/", keys.key_rotate, name="key-rotate"),
    path("<slug:prefix>/revoke/", keys.key_revoke, name="key-revoke"),
]
