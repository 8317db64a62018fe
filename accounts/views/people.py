"""Who is here: the list, one person, role and access."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Invitation, Promotion, User
from accounts.people_forms import InviteForm, RoleForm, WhyForm
from accounts.people_search import people_found
from accounts.permissions import Permission, Role
from accounts.policies import has_permission, require
from accounts.services import members, promotions, reset_links

ONLY_MANAGERS = "Only administrators manage people."
OVER = "This was confirmed, refused or taken back meanwhile, or a day went by."
PAGE = 50


def require_manager(request: HttpRequest) -> None:
    """403 for everybody else."""
    require(has_permission(request.user, Permission.USER_MANAGE), ONLY_MANAGERS)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by address; searched by name or address, filtered by role and state."""
    require_manager(request)
    return show_people(request, InviteForm(roles=members.roles_to_give(request.user)))


def show_people(request: HttpRequest, form: InviteForm, *, status: int = 200) -> HttpResponse:
    """The list with the form that asks somebody in."""
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "role", "state")}
    found = people_found(**asked)
    after = request.GET.get("after", "")[:254]
    rows = list(found.filter(email__gt=after).order_by("email")[: PAGE + 1])
    context = {
        "people": rows[:PAGE],
        "next": rows[PAGE - 1].email if len(rows) > PAGE else "",
        "asked": asked,
        "is_filtered": any(asked.values()) or bool(after),
        "roles": Role.choices,
        "form": form,
        "invitations": Invitation.objects.filter(
            accepted_at=None, withdrawn_at=None
        ).select_related("invited_by")[:PAGE],
        "promotions": Promotion.objects.open().select_related("user", "asked_by")[:PAGE],
    }
    return render(request, "accounts/people.html", context, status=status)


@require_GET
def person(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """One person, and what can be done about them."""
    return _show(request, _chosen(request, code))


@require_POST
def role(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Gives another role or the operator's mark."""
    user = _chosen(request, code)
    form = RoleForm(request.POST, roles=list(Role))
    if not form.is_valid():
        return _show(request, user, problem="Choose one of the roles.", status=422)
    wish = form.cleaned_data
    try:
        changed = members.change_role(
            user=user, role=wish["role"], is_operator=wish["is_operator"], by=request.user
        )
    except members.CannotDo as refusal:
        return _show(request, user, problem=str(refusal), status=409)
    if changed:
        messages.success(request, f"{user} is {user.get_role_display()} from now on.")
    return redirect("people:person", user.code)


@require_POST
def access(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Deactivates, lets in again, signs out everywhere, or sends a link for a new password."""
    user = _chosen(request, code)
    form = WhyForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    try:
        sentence = _do(request, user, request.POST.get("action", ""), why)
    except members.CannotDo as refusal:
        return _show(request, user, problem=str(refusal), status=409)
    if not sentence:
        return _show(request, user, problem="Press one of the buttons.", status=422)
    messages.success(request, sentence)
    return redirect("people:person", user.code)


def _do(request: HttpRequest, user: User, action: str, why: str) -> str:
    """The deed, and what to say of it; "" for none that there is."""
    if action == "deactivate":
        members.deactivate_member(user=user, by=request.user, why=why)
        return f"{user} cannot come in any more. Sessions, tokens and keys ended."
    if action == "reactivate":
        members.reactivate_member(user=user, by=request.user)
        return f"{user} may sign in again. Keys that were revoked stay revoked."
    if action == "sign-out":
        members.sign_out_everywhere(user=user, by=request.user)
        return f"{user} is signed out everywhere; keys are revoked."
    if action == "reset":
        reset_links.mail_reset_link(user=user, by=request.user)
        return f"A link to choose a new password is on its way to {user.email}."
    return ""


@require_POST
def promotion(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Asks that somebody becomes a SuperAdmin; confirms or refuses what another one asked."""
    user = _chosen(request, code)
    require(promotions.may_promote(request.user), "Only a SuperAdmin makes SuperAdmins.")
    try:
        sentence = _promote(request, user, request.POST.get("action", ""))
    except members.CannotDo as refusal:
        return _show(request, user, problem=str(refusal), status=409)
    except promotions.PromotionOver:
        return _show(request, user, problem=OVER, status=409)
    if not sentence:
        return _show(request, user, problem="Press one of the buttons.", status=422)
    messages.success(request, sentence)
    return redirect("people:person", user.code)


def _promote(request: HttpRequest, user: User, action: str) -> str:
    """The deed, and what to say of it; "" for none that there is."""
    if action == "ask":
        promotions.ask_promotion(user=user, by=request.user)
        return f"The other SuperAdmins have a mail. One of them makes {user} a SuperAdmin."
    wish = {"promotion": _waiting(user), "by": request.user}
    if action == "confirm":
        promotions.confirm_promotion(**wish)
        return f"{user} is SuperAdmin from now on."
    if action == "refuse":
        promotions.refuse_promotion(**wish)
        return f"{user} does not become a SuperAdmin. Nothing changed."
    return ""


def _waiting(user: User) -> Promotion:
    """What was asked for this person. Raises PromotionOver where nothing waits."""
    found = Promotion.objects.open().filter(user=user).first()
    if found is None:
        raise promotions.PromotionOver
    return found


def _chosen(request: HttpRequest, code: uuid.UUID) -> User:
    require_manager(request)
    return get_object_or_404(User, code=code, kind=User.Kind.PERSON)


def _show(
    request: HttpRequest, user: User, *, problem: str = "", status: int = 200
) -> HttpResponse:
    given = {*members.roles_to_give(request.user), user.role}
    promoting = Promotion.objects.open().filter(user=user).select_related("asked_by").first()
    context = {
        "person": user,
        "problem": problem,
        "may_manage": members.may_manage(request.user, user),
        "is_erased": members.is_erased(user),
        "may_make_operators": request.user.role == Role.SUPERADMIN,
        "roles": [(one.value, one.label) for one in Role if one in given],
        "may_promote": promotions.may_promote(request.user),
        "promotion": promoting,
        "accounts": user.service_accounts.filter(is_active=True),
        "keys": user.api_keys.usable().count(),
    }
    return render(request, "accounts/person.html", context, status=status)
