"""One's own data as a file, and the erasure of a person."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission, require
from accounts.services.members import CannotDo
from uaip_project.operations.personal_data import erase_person, hand_out


@require_GET
def own_data(request: HttpRequest) -> HttpResponse:
    """Everything the house keeps about whoever asks."""
    response = JsonResponse(
        hand_out(request.user), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Asks once, with the address typed again, then takes the person's data away."""
    require(has_permission(request.user, Permission.USER_MANAGE), "Only administrators do this.")
    user = get_object_or_404(User, code=code, kind=User.Kind.PERSON)
    if request.method != "POST":
        return render(request, "accounts/erase.html", {"person": user})
    problem = ""
    if request.POST.get("email", "").strip().lower() != user.email:
        problem = "Type the address of this person exactly, so that nobody is erased by mistake."
    else:
        try:
            done = erase_person(user=user, by=request.user)
        except CannotDo as refusal:
            problem = str(refusal)
    if problem:
        context = {"person": user, "problem": problem}
        return render(request, "accounts/erase.html", context, status=422)
    messages.success(
        request,
        f"The person is erased. {done.deleted} interviews were deleted; {done.kept} stay, because "
        "charters were issued from them.",
    )
    return redirect("people:person", user.code)
