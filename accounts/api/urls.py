"""Addresses of people, keys and deeds; mounted below /api/v1/ and /api/."""

from __future__ import annotations

from django.urls import path

from accounts.api import audit, invitations, keys, me, promotions, service_accounts, users

USER = "users/<code:code>"
INVITATION = "invitations/<code:code>"
PROMOTION = "promotions/<code:code>"
KEY = "keys/<slug:prefix>"
ACCOUNT = "service-accounts/<code:code>"

urlpatterns = [
    path("me", me.Me.as_view(), name="me"),
    path("users", users.Users.as_view(), name="users"),
    path(USER, users.OneUser.as_view(), name="user"),
    path(f"{USER}/deactivate", users.Deactivate.as_view(), name="user-deactivate"),
    path(f"{USER}/reactivate", users.Reactivate.as_view(), name="user-reactivate"),
    path(f"{USER}/sign-out", users.SignOut.as_view(), name="user-sign-out"),
    path("invitations", invitations.Invitations.as_view(), name="invitations"),
    path(INVITATION, invitations.OneInvitation.as_view(), name="invitation"),
    path(f"{INVITATION}/resend", invitations.Resend.as_view(), name="invitation-resend"),
    path(f"{INVITATION}/withdraw", invitations.Withdraw.as_view(), name="invitation-withdraw"),
    path("promotions", promotions.Promotions.as_view(), name="promotions"),
    path(PROMOTION, promotions.OnePromotion.as_view(), name="promotion"),
    path(f"{PROMOTION}/confirm", promotions.Confirm.as_view(), name="promotion-confirm"),
    path(f"{PROMOTION}/refuse", promotions.Refuse.as_view(), name="promotion-refuse"),
    path("keys", keys.Keys.as_view(), name="keys"),
    path(KEY, keys.OneKey.as_view(), name="key"),
    path(f"{KEY}/rotate", keys.Rotate.as_view(), name="key-rotate"),
    path(f"{KEY}/revoke", keys.Revoke.as_view(), name="key-revoke"),
    path("service-accounts", service_accounts.ServiceAccounts.as_view(), name="service-accounts"),
    path(ACCOUNT, service_accounts.OneServiceAccount.as_view(), name="service-account"),
    path(
        f"{ACCOUNT}/hand-over",
        service_accounts.HandOver.as_view(),
        name="service-account-hand-over",
    ),
    path("audit", audit.Deeds.as_view(), name="audit"),
    path("audit/export", audit.Export.as_view(), name="audit-export"),
]
