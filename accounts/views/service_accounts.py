"""Page "Service accounts": users for programs, and who answers for each."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.key_forms import NewOwnerForm, ServiceAccountForm
from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission, require
from accounts.services.service_accounts import (
    HANDED_OVER,
    CannotMake,
    hand_over_service_account,
    make_service_account,
)

NOT_YOURS = "Only administrators make service accounts."


@require_http_methods(["GET", "POST"])
def service_accounts(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for another one."""
    require(has_permission(request.user, Permission.KEY_MANAGE), NOT_YOURS)
    if request.method == "GET":
        return _page(request, ServiceAccountForm(initial={"owner": request.user.email}))
    form = ServiceAccountForm(request.POST)
    if form.is_valid():
        try:
            account = make_service_account(by=request.user, **form.cleaned_data)
        except CannotMake as fault:
            form.add_error(fault.field, str(fault))
        else:
            messages.success(request, f"“{account}” is there. Make its first key now.")
            return redirect(f"{reverse('keys:key-new')}?for={account.code}")
    return _page(request, form, status=422)


@require_POST
def hand_over(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Another person answers for an account."""
    require(has_permission(request.user, Permission.KEY_MANAGE), NOT_YOURS)
    account = User.objects.filter(code=code, kind=User.Kind.SERVICE).first()
    if account is None:
        raise Http404("There is no such service account.")
    form = NewOwnerForm(request.POST, auto_id=f"{account.code}-%s")
    if not form.is_valid():
        blank = ServiceAccountForm(initial={"owner": request.user.email})
        return _page(request, blank, failed=form, account=account, status=422)
    try:
        if form.cleaned_data["seen"] not in ("", _owner_code(account)):
            raise CannotMake("owner", HANDED_OVER)
        hand_over_service_account(
            account=account, owner=form.cleaned_data["owner"], by=request.user
        )
    except CannotMake as fault:
        form.add_error(fault.field, str(fault))
        blank = ServiceAccountForm(initial={"owner": request.user.email})
        return _page(request, blank, failed=form, account=account, status=409)
    messages.success(
        request,
        f"{form.cleaned_data['owner']} answers for “{account}” now. Renew the keys whose secret "
        "somebody may have kept.",
    )
    return redirect("keys:service-accounts")


def _page(
    request: HttpRequest,
    form: ServiceAccountForm,
    *,
    failed: forms.Form | None = None,
    account: User | None = None,
    status: int = 200,
) -> HttpResponse:
    works = Q(api_keys__revoked_at=None, api_keys__expires_at__gt=Now())
    rows = User.objects.filter(kind=User.Kind.SERVICE).select_related("human_owner")
    rows = rows.annotate(key_count=Count("api_keys", filter=works)).order_by("name", "pk")
    entries: list[dict[str, Any]] = [
        {
            "account": one,
            "form": failed if one == account and failed else _owner_form(one),
            "is_open": one == account and failed is not None,
        }
        for one in rows
    ]
    context = {"entries": entries, "form": form}
    return render(request, "accounts/service_accounts.html", context, status=status)


def _owner_form(account: User) -> NewOwnerForm:
    """Ids of its own: the page holds the same form for each account."""
    return NewOwnerForm(auto_id=f"{account.code}-%s")


def _owner_code(account: User) -> str:
    return str(account.human_owner.code) if account.human_owner else ""
