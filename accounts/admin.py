"""Back office for people; audit rows and jobs are read-only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.models import AuditEvent, Invitation, Job, Promotion, User
from accounts.people_forms import BackOfficeForm
from accounts.permissions import Permission, Role
from accounts.policies import has_permission
from accounts.services import members, promotions, reset_links


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to be looked at by Admins, never changed here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.SESSION_VIEW_ALL)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.SESSION_VIEW_ALL)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People: added without a password (they set one by the reset link), never deleted."""

    list_display = ["email", "name", "role", "is_operator", "is_active", "last_login"]
    list_filter = ["role", "is_active", "is_operator"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    form = BackOfficeForm
    fields = ["email", "name", "role", "is_operator", "is_active", "seen"]
    actions = ["deactivate", "reactivate", "sign_out", "send_link", "ask_promotion"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """An Admin does not touch a SuperAdmin."""
        is_above = isinstance(obj, User) and obj.role == Role.SUPERADMIN
        if is_above and request.user.role != Role.SUPERADMIN:
            return False
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """People are deactivated: their deeds stay theirs."""
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> Sequence[str]:
        """Access is an action; only a SuperAdmin gives roles here, and nobody raises himself."""
        if obj is None:
            return (
                ["is_active"] if self._is_chief(request) else ["role", "is_operator", "is_active"]
            )
        is_own = obj.pk == request.user.pk
        may_give = self._is_chief(request) and not is_own
        return ["is_active"] if may_give else ["role", "is_operator", "is_active"]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Only roles that one person alone may give, and the one that is held already."""
        form = super().get_form(request, obj, change, **kwargs)
        if "role" in form.base_fields:
            given = {*members.roles_to_give(request.user), *([obj.role] if obj else [])}
            choices = [one for one in Role.choices if one[0] in given]
            form.base_fields["role"].choices = choices
        return form

    def _is_chief(self, request: HttpRequest) -> bool:
        return request.user.role == Role.SUPERADMIN

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the services refuse is said, and nothing is written."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except members.CannotDo as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """By the same services as the pages about people."""
        if not change:
            made = members.create_member(
                email=obj.email,
                name=obj.name,
                role=obj.role,
                is_operator=obj.is_operator,
                by=request.user,
            )
            obj.pk = made.pk
            return
        kept = User.objects.get(pk=obj.pk)
        with transaction.atomic():
            members.change_particulars(user=kept, email=obj.email, name=obj.name, by=request.user)
            if {"role", "is_operator"} & set(form.changed_data):
                members.change_role(
                    user=kept, role=obj.role, is_operator=obj.is_operator, by=request.user
                )

    @admin.action(description="Deactivate: sessions, tokens and keys end at once")
    def deactivate(self, request: HttpRequest, chosen: models.QuerySet[User]) -> None:
        self._each(request, chosen, members.deactivate_member)

    @admin.action(description="Let them in again")
    def reactivate(self, request: HttpRequest, chosen: models.QuerySet[User]) -> None:
        self._each(request, chosen, members.reactivate_member)

    @admin.action(description="Sign out everywhere and revoke keys")
    def sign_out(self, request: HttpRequest, chosen: models.QuerySet[User]) -> None:
        self._each(request, chosen, members.sign_out_everywhere)

    @admin.action(description="Ask to make them SuperAdmin (a second one confirms)")
    def ask_promotion(self, request: HttpRequest, chosen: models.QuerySet[User]) -> None:
        self._each(request, chosen, promotions.ask_promotion)

    @admin.action(description="Send a link for a new password")
    def send_link(self, request: HttpRequest, chosen: models.QuerySet[User]) -> None:
        self._each(request, chosen, reset_links.mail_reset_link)

    def _each(
        self, request: HttpRequest, chosen: models.QuerySet[User], deed: Callable[..., Any]
    ) -> None:
        """One by one: a refusal for one person says so and does not stop the others."""
        for user in chosen:
            try:
                deed(user=user, by=request.user)
            except members.CannotDo as refusal:
                self.message_user(request, f"{user}: {refusal}", messages.WARNING)
            else:
                self.message_user(request, f"{user}: done.", messages.SUCCESS)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "role", "invited_by", "invited_at", "expires_at", "accepted_at"]
    search_fields = ["email"]
    actions = ["resend", "withdraw"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    @admin.action(description="Send again under a new link")
    def resend(self, request: HttpRequest, chosen: models.QuerySet[Invitation]) -> None:
        self._each(request, chosen, members.resend_invitation)

    @admin.action(description="Withdraw")
    def withdraw(self, request: HttpRequest, chosen: models.QuerySet[Invitation]) -> None:
        self._each(request, chosen, members.withdraw_invitation)

    def _each(
        self, request: HttpRequest, chosen: models.QuerySet[Invitation], deed: Callable[..., Any]
    ) -> None:
        for one in chosen:
            try:
                deed(invitation=one, by=request.user)
            except members.InvitationOver:
                words = f"{one.email}: accepted or withdrawn already."
                self.message_user(request, words, messages.WARNING)
            else:
                self.message_user(request, f"{one.email}: done.", messages.SUCCESS)


@admin.register(Promotion)
class PromotionAdmin(ReadOnlyAdmin):
    """Who is to become a SuperAdmin: the second one confirms here, too."""

    list_display = ["user", "asked_by", "asked_at", "expires_at", "outcome", "closed_by"]
    list_filter = ["outcome"]
    list_select_related = ["user", "asked_by", "closed_by"]
    actions = ["confirm", "refuse"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return has_permission(request.user, Permission.USER_MANAGE)

    @admin.action(description="Confirm: make them SuperAdmin")
    def confirm(self, request: HttpRequest, chosen: models.QuerySet[Promotion]) -> None:
        self._each(request, chosen, promotions.confirm_promotion)

    @admin.action(description="Refuse, or take back")
    def refuse(self, request: HttpRequest, chosen: models.QuerySet[Promotion]) -> None:
        self._each(request, chosen, promotions.refuse_promotion)

    def _each(
        self, request: HttpRequest, chosen: models.QuerySet[Promotion], deed: Callable[..., Any]
    ) -> None:
        """One by one: a refusal for one says so and does not stop the others."""
        for one in chosen.select_related("user"):
            try:
                deed(promotion=one, by=request.user)
            except members.CannotDo as refusal:
                self.message_user(request, f"{one.user}: {refusal}", messages.WARNING)
            except promotions.PromotionOver:
                words = f"{one.user}: confirmed, refused or expired already."
                self.message_user(request, words, messages.WARNING)
            else:
                self.message_user(request, f"{one.user}: done.", messages.SUCCESS)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "happened_at", "type", "actor", "subject"]
    list_filter = ["type"]
    search_fields = ["actor", "subject"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "subject_id", "status", "attempts", "next_attempt_at"]
    list_filter = ["kind", "status"]
