"""Asking people in, and the page behind the link."""

from __future__ import annotations

import uuid

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Invitation
from accounts.people_forms import AcceptForm, InviteForm
from accounts.services import members
from accounts.views.people import require_manager, show_people

OVER = "This invitation was accepted or withdrawn already. Reload the page."


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Asks somebody in."""
    require_manager(request)
    form = InviteForm(request.POST, roles=members.roles_to_give(request.user))
    if not form.is_valid():
        return show_people(request, form, status=422)
    try:
        sent = members.invite_member(by=request.user, **form.cleaned_data)
    except members.CannotDo as refusal:
        form.add_error("email", str(refusal))
        return show_people(request, form, status=422)
    messages.success(request, f"The invitation is on its way to {sent.email}.")
    return redirect("people:people")


@require_POST
def handle(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Sends an invitation again, or withdraws it."""
    require_manager(request)
    found = get_object_or_404(Invitation, code=code)
    try:
        if request.POST.get("action") == "resend":
            members.resend_invitation(invitation=found, by=request.user)
            messages.success(request, f"A new link is on its way to {found.email}.")
        else:
            members.withdraw_invitation(invitation=found, by=request.user)
            messages.success(request, f"The link sent to {found.email} no longer works.")
    except members.InvitationOver:
        messages.warning(request, OVER)
    return redirect("people:people")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: a name, a password, and one is in."""
    invitation = members.invitation_of(token)
    if invitation is None:
        raise Http404("There is no such invitation.")
    if not invitation.is_open:
        return _over(request)
    form = AcceptForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if form.is_valid():
        try:
            user = members.accept_invitation(invitation=invitation, **form.cleaned_data)
        except members.InvitationOver:
            return _over(request)
        except members.CannotDo as refusal:
            form.add_error(None, str(refusal))
        else:
            return perform_login(request, user, redirect_url="/")
    context = {"invitation": invitation, "form": form}
    status = 422 if form.errors else 200
    return render(request, "accounts/invitation_accept.html", context, status=status)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_over.html", status=410)
