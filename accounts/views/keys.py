"""Pages "API keys": one's own, those of service accounts, and everybody's for administrators."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.key_forms import KeyForm, RenewForm, RevokeForm
from accounts.models import ApiKey, User
from accounts.permissions import Permission
from accounts.policies import has_permission, may_have_keys_of, may_revoke_keys_of, require
from accounts.scopes import in_words
from accounts.services import form_codes, keys

NOT_YOURS = "Your role does not allow you to have API keys."
NOT_ALL = "Only administrators see everybody's keys."
SENT_TWICE = "This form was sent before. Its key is in the list; a secret is shown only once."
PAGE = 50
SOON = timedelta(days=14)


@require_GET
def key_list(request: HttpRequest) -> HttpResponse:
    """One's own keys, and those of the service accounts that one answers for."""
    require(has_permission(request.user, Permission.KEY_ISSUE), NOT_YOURS)
    found = ApiKey.objects.filter(Q(user=request.user) | Q(user__human_owner=request.user))
    return _listed(request, found, is_all=False)


@require_GET
def all_keys(request: HttpRequest) -> HttpResponse:
    """Everybody's keys, the latest first; what is searched for is in name, holder or prefix."""
    require(has_permission(request.user, Permission.KEY_MANAGE), NOT_ALL)
    found, wanted = ApiKey.objects.all(), request.GET.get("q", "").strip()[:100]
    if wanted:
        holder = Q(user__name__icontains=wanted) | Q(user__email__icontains=wanted)
        part = wanted.removeprefix("uaip_")[:12]
        found = found.filter(holder | Q(name__icontains=wanted) | Q(prefix__startswith=part))
    return _listed(request, found, is_all=True, wanted=wanted)


@require_http_methods(["GET", "POST"])
@never_cache
def key_new(request: HttpRequest) -> HttpResponse:
    """Makes a key and shows its secret, this once."""
    require(has_permission(request.user, Permission.KEY_ISSUE), NOT_YOURS)
    holders = _holders(request.user)
    if request.method == "GET":
        return _form(request, KeyForm(initial=_usual(request), by=request.user, holders=holders))
    form = KeyForm(request.POST, by=request.user, holders=holders)
    if not form.is_valid():
        return _form(request, form, status=422)
    wish = form.cleaned_data
    if not form_codes.take(user=request.user, code=wish["once"]):
        return _sent_twice(request)
    try:
        made = keys.issue_key(
            user=wish["holder"],
            name=wish["name"],
            scopes=wish["scopes"],
            days=wish["days"],
            networks=wish["networks"],
            by=request.user,
        )
    except keys.CannotIssue as fault:
        form.add_error(fault.field if fault.field in form.fields else None, str(fault))
        return _form(request, form, status=422)
    return _shown(request, made)


@require_GET
def key_detail(request: HttpRequest, prefix: str) -> HttpResponse:
    """One key with what can be done about it."""
    return _detail(request, _chosen(request, prefix))


@require_POST
@never_cache
def key_rotate(request: HttpRequest, prefix: str) -> HttpResponse:
    """Makes the successor and shows its secret, this once."""
    key = _chosen(request, prefix)
    require(may_have_keys_of(request.user, key.user), "Only its holder renews this key.")
    form = RenewForm(request.POST)
    if not form.is_valid():
        return _detail(request, key, renew=form, status=422)
    if not form_codes.take(user=request.user, code=form.cleaned_data["once"]):
        return _sent_twice(request)
    try:
        made = keys.rotate_key(key=key, by=request.user, overlap_days=form.cleaned_data["overlap"])
    except keys.CannotIssue as fault:
        form.add_error(None, str(fault))
        return _detail(request, key, renew=form, status=422)
    return _shown(request, made, older=ApiKey.objects.get(pk=key.pk))


@require_POST
def key_revoke(request: HttpRequest, prefix: str) -> HttpResponse:
    """Ends the key at once."""
    key = _chosen(request, prefix)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _detail(request, key, revoke=form, status=422)
    if keys.revoke_key(key=key, by=request.user, why=form.cleaned_data["why"]):
        messages.success(request, f"“{key.name}” opens nothing any more.")
    else:
        messages.info(request, f"“{key.name}” had been revoked before.")
    return redirect("keys:key-detail", key.prefix)


def state_of(key: ApiKey, now: datetime) -> tuple[str, str]:
    """How a key stands: words and tone."""
    if key.revoked_at is not None:
        return "Revoked", "idle"
    if key.expires_at <= now:
        return "Expired", "idle"
    if not key.user.is_active:
        return "Holder deactivated", "bad"
    return ("Ends soon", "warn") if key.expires_at - now < SOON else ("Works", "good")


def row_of(key: ApiKey) -> dict[str, Any]:
    """A key as lists and its page show it."""
    words, tone = state_of(key, timezone.now())
    return {
        "key": key,
        "state": words,
        "tone": tone,
        "is_over": words in ("Revoked", "Expired"),
        "scopes": [in_words(one) for one in key.scopes],
    }


def _holders(user: User) -> list[User]:
    """For whom somebody may make keys, oneself first."""
    accounts = User.objects.active().filter(kind=User.Kind.SERVICE).order_by("name", "pk")
    if not has_permission(user, Permission.KEY_MANAGE):
        accounts = accounts.filter(human_owner=user)
    return [user, *accounts]


def _usual(request: HttpRequest) -> dict[str, Any]:
    return {
        "once": form_codes.new_code(),
        "holder": request.GET.get("for") or str(request.user.code),
        "days": min(keys.USUAL_DAYS, keys.longest_days()),
    }


def _chosen(request: HttpRequest, prefix: str) -> ApiKey:
    """The key, for those who may end it; else there is none."""
    rows = ApiKey.objects.select_related("user__human_owner", "created_by", "revoked_by")
    key = rows.filter(prefix=prefix).first()
    if key is None or not may_revoke_keys_of(request.user, key.user):
        raise Http404("There is no such key.")
    return key


def _listed(request: HttpRequest, found: Any, *, is_all: bool, wanted: str = "") -> HttpResponse:
    after = request.GET.get("after", "")
    if after:
        found = found.filter(pk__lt=ApiKey.objects.filter(prefix=after[:12]).values("pk"))
    rows = list(found.select_related("user").order_by("-pk")[: PAGE + 1])
    context = {
        "rows": [row_of(key) for key in rows[:PAGE]],
        "next": rows[PAGE - 1].prefix if len(rows) > PAGE else None,
        "is_all": is_all,
        "is_continued": bool(after),
        "wanted": wanted,
        "may_manage": has_permission(request.user, Permission.KEY_MANAGE),
    }
    return render(request, "accounts/key_list.html", context)


def _form(request: HttpRequest, form: KeyForm, *, status: int = 200) -> HttpResponse:
    if status != 200:
        # What was sent may have taken its code already.
        form.data = form.data.copy()
        form.data["once"] = form_codes.new_code()
    hint = f"At most {keys.longest_days()}. Renew it before it ends."
    context = {"form": form, "days_hint": hint}
    return render(request, "accounts/key_new.html", context, status=status)


def _detail(
    request: HttpRequest,
    key: ApiKey,
    *,
    renew: forms.Form | None = None,
    revoke: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    once = {"once": form_codes.new_code(), "overlap": keys.OVERLAP_DAYS}
    successor = ApiKey.objects.filter(replaces=key).first()
    is_open = not row_of(key)["is_over"]
    context = {
        "row": row_of(key),
        "key": key,
        "successor": successor,
        "may_renew": is_open and not successor and may_have_keys_of(request.user, key.user),
        "renew": renew or RenewForm(initial=once),
        "once": once["once"],
        "revoke": revoke or RevokeForm(),
    }
    return render(request, "accounts/key_detail.html", context, status=status)


def _shown(request: HttpRequest, made: keys.NewKey, older: ApiKey | None = None) -> HttpResponse:
    """The one page that holds a secret: its views are never cached, and sending the form again does
    not bring it back."""
    context = {"made": made, "row": row_of(made.key), "older": older}
    return render(request, "accounts/key_secret.html", context)


def _sent_twice(request: HttpRequest) -> HttpResponse:
    messages.info(request, SENT_TWICE)
    return redirect("keys:key-list")
