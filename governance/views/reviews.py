"""A reviewer's workspace: reading the case, giving a verdict, recording the ruling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import forms, presenting_review, workspace
from governance.models import Outcome, Review
from governance.refusals import Refusal, Unfit
from governance.services import reviews, rulings, situations, votes
from governance.transitions import Act
from governance.views import door


@require_safe
def review_detail(request: HttpRequest, review_code: UUID) -> HttpResponse:
    """One case, with what this person does in it."""
    return _workspace(request, door.review_to_read(request, review_code))


def _workspace(
    request: HttpRequest,
    review: Review,
    *,
    verdict: forms.VerdictForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = workspace.page_of(review, request.user)
    if page["turn"].is_verdict:
        page |= {"verdict": verdict or forms.VerdictForm(), "form": verdict}
    return render(request, "governance/review_detail.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def review_vote(request: HttpRequest, review_code: UUID) -> HttpResponse:
    """Casts the person's vote: once, and never to be changed."""
    review = door.review_to_read(request, review_code)
    back = reverse("governance:review-detail", args=[review.code])
    if request.method != "POST":
        # The address that stays after a vote was asked back, and the one a late sign-in returns to.
        return redirect(back)
    refusal = situations.permits(request.user, review.charter, review)[Act.VOTE]
    if refusal is not None:
        return door.refuse(request, refusal, back_url=back)
    form = forms.VerdictForm(request.POST)
    if form.is_valid():
        try:
            votes.cast_vote(review=review, by=request.user, **form.cleaned_data)
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as late:
            return door.refuse(request, late, back_url=back)
        else:
            messages.success(request, "Your vote is recorded. Now you see the others’ votes.")
            return redirect(back)
    return _workspace(request, review, verdict=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def review_ruling(request: HttpRequest, review_code: UUID) -> HttpResponse:
    """The ruling with its conditions; every button of the editor keeps what was typed."""
    review = door.review_to_read(request, review_code)
    permits = situations.permits(request.user, review.charter, review)
    if (refusal := permits[Act.RULE]) is not None:
        back = reverse("governance:review-detail", args=[review.code])
        return door.refuse(request, refusal, back_url=back)
    proposed = forms.proposed_conditions(workspace.proposals(review))
    if request.method != "POST":
        return _ruling_page(request, review, permits, forms.RulingForm(), proposed)
    rows = forms.typed_conditions(request.POST)
    action = request.POST.get("row_action", "")
    if action:
        kept = forms.RulingForm(initial=_typed(request))
        return _ruling_page(request, review, permits, kept, forms.with_action(rows, action))
    return _record(request, review, permits, rows, proposed)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in the fields, unchecked: the form is shown again as it was."""
    names = ("outcome", "reason", "departure_reason")
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    return typed | {"departs_from": request.POST.getlist("departs_from")}


def _record(
    request: HttpRequest,
    review: Review,
    permits: presenting_review.Permits,
    rows: list[forms.ConditionRow],
    proposed: list[forms.ConditionRow],
) -> HttpResponse:
    form = forms.RulingForm(request.POST, like=workspace.like_rulings(review, request.user))
    if request.POST.get("outcome") != Outcome.APPROVE_WITH_CONDITIONS:
        # What the engine proposed and nobody touched goes with an approval with conditions only.
        rows = [row for row in rows if not any(row.says(one) for one in proposed)]
    wishes = forms.read_conditions(rows, today=timezone.localdate())
    if form.is_valid() and not any(row.errors for row in rows):
        try:
            rulings.record_ruling(
                review=review, conditions=wishes, by=request.user, **form.cleaned_data
            )
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as late:
            back = reverse("governance:review-detail", args=[review.code])
            return door.refuse(request, late, back_url=back)
        else:
            messages.success(request, "The ruling is recorded, and the author is told.")
            return redirect("governance:review-detail", review.code)
    return _ruling_page(request, review, permits, form, rows or proposed, status=422)


def _ruling_page(
    request: HttpRequest,
    review: Review,
    permits: presenting_review.Permits,
    form: forms.RulingForm,
    rows: list[forms.ConditionRow],
    *,
    status: int = 200,
) -> HttpResponse:
    page = workspace.ruling_page_of(
        review,
        request.user,
        approval=permits[Act.APPROVE],
        ticked=request.POST.getlist("departs_from"),
    )
    page |= {
        "form": form,
        "rows": rows,
        "may_add_row": len(rows) < rulings.MOST_CONDITIONS,
        "is_row_added": request.POST.get("row_action") == "add",
        "condition_errors": [
            {"number": row.number, "shown": shown, "errors": row.errors}
            for shown, row in enumerate(rows, start=1)
            if row.errors
        ],
    }
    return render(request, "governance/ruling.html", page, status=status)


@require_POST
def review_withdraw(request: HttpRequest, review_code: UUID) -> HttpResponse:
    """The author takes the charter back before a ruling."""
    review = door.review_to_read(request, review_code)
    back = reverse("governance:review-detail", args=[review.code])
    try:
        reviews.withdraw(review=review, by=request.user)
    except Refusal as refusal:
        return door.refuse(request, refusal, back_url=back)
    messages.success(request, "The review is withdrawn. Issue a new revision when it is ready.")
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def review_request(request: HttpRequest, charter_code: UUID) -> HttpResponse:
    """The author asks a committee where the decision itself asks for none."""
    revision = door.newest_revision(request, charter_code)
    back = reverse("governance:charter", args=[charter_code, revision.number])
    if request.method == "POST":
        try:
            opened = reviews.request_review(charter=revision.charter, by=request.user)
        except Refusal as refusal:
            return door.refuse(request, refusal, back_url=back)
        messages.success(request, "The committee is asked. You get an e-mail when it has ruled.")
        return redirect("governance:review-detail", opened.code)
    why_not = situations.permits(request.user, revision.charter)[Act.REQUEST]
    if why_not is not None:
        return door.refuse(request, why_not, back_url=back)
    page = workspace.request_page_of(revision, back_url=back)
    return render(request, "governance/ask_committee.html", page)
