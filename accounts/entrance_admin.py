"""Back office for the ways in: to look at, never to change; no secret is shown."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.services import second_factors

# allauth brings pages of its own, on which secrets could be read and rows be made; groups give
# nothing here, where a role says what somebody may do.
for model in (
    Authenticator,
    EmailAddress,
    Group,
    UserSession,
    SocialApp,
    SocialAccount,
    SocialToken,
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class SeenByManagers(admin.ModelAdmin):
    """Rows that whoever manages people may look at."""

    ordering = ["-pk"]
    search_fields = ["user__email", "user__name"]
    list_select_related = ["user"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(SeenByManagers):
    """Who has which second factor."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    fields = ["user", "type", "created_at", "last_used_at"]
    actions = ["take_away"]

    @admin.action(description="Take away all of this person's (they lost it)")
    def take_away(self, request: HttpRequest, chosen: models.QuerySet[Authenticator]) -> None:
        """Only after making sure who asks for it."""
        for user in User.objects.filter(pk__in=chosen.values("user")):
            second_factors.take_away_second_factors(user=user, by=request.user)
            self.message_user(request, f"{user} signs in with the password alone now.")


@admin.register(EmailAddress)
class EmailAddressAdmin(SeenByManagers):
    """Which address of whom is proven; it is changed on the person's page, and that is a deed."""

    list_display = ["user", "email", "verified", "primary"]
    list_filter = ["verified"]
    fields = ["user", "email", "verified", "primary"]


@admin.register(UserSession)
class BrowserSessionAdmin(SeenByManagers):
    """Where people are signed in; the key of a session is not shown."""

    list_display = ["user", "created_at", "ip", "user_agent"]
    fields = ["user", "created_at", "ip", "user_agent"]


@admin.register(SocialAccount)
class LinkedAccountAdmin(SeenByManagers):
    """Who comes in by single sign-on."""

    list_display = ["user", "provider", "date_joined", "last_login"]
    list_filter = ["provider"]
    fields = ["user", "provider", "uid", "date_joined", "last_login"]
