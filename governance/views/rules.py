"""The rule studio: what is in force, what is proposed and what that would change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import yaml
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import require
from governance import presenting_rules
from governance.models import RuleProposal
from governance.policies import may_publish_rules
from governance.refusals import Refusal, Unfit
from governance.rulepacks.reading import as_json
from governance.rules_forms import ON_HINT, PackForm, ProposalForm, ThresholdsForm
from governance.services import packs, publications
from governance.views import door

NOT_YOURS = "Only administrators see and change the rules of decisions."


def _enter(request: HttpRequest) -> None:
    require(may_publish_rules(request.user), NOT_YOURS)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Everything about rules on one page."""
    _enter(request)
    return render(request, "governance/rules.html", presenting_rules.studio())


@require_safe
def pack_file(request: HttpRequest, key: str) -> HttpResponse:
    """A pack in force as the YAML that a proposal takes."""
    _enter(request)
    pack = packs.in_force().packs.get(key)
    if pack is None:
        raise Http404
    text = yaml.safe_dump(as_json(pack), sort_keys=False, allow_unicode=True, width=110)
    name = f'attachment; filename="{key}.yaml"'
    return HttpResponse(
        text, content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": name}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def propose_thresholds(request: HttpRequest) -> HttpResponse:
    """Other levels; they hold once somebody else publishes them."""
    _enter(request)
    form = ThresholdsForm(request.POST or None, initial=dict(packs.in_force().thresholds))
    return _propose(
        request,
        form,
        "governance/rules_thresholds.html",
        lambda: publications.propose_thresholds(
            thresholds=form.thresholds, by=request.user, **_said(form)
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def propose_pack(request: HttpRequest) -> HttpResponse:
    """Another pack, or one in force on another day."""
    _enter(request)
    form = PackForm(request.POST or None)
    return _propose(
        request,
        form,
        "governance/rules_pack.html",
        lambda: publications.propose_pack(
            text=form.cleaned_data["pack"], by=request.user, **_said(form)
        ),
    )


def _said(form: ProposalForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("on", "reason")}


def _propose(
    request: HttpRequest,
    form: ProposalForm,
    template: str,
    propose: Callable[[], RuleProposal],
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = propose()
            except Unfit as fault:
                door.put_into(form, fault)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
                status = 409
            else:
                messages.success(request, "It is proposed. The back-test says what would change.")
                return redirect("governance:rule-proposal", made.code)
    return render(request, template, {"form": form, "on_hint": ON_HINT}, status=status)


def _proposal(request: HttpRequest, proposal_code: UUID) -> RuleProposal:
    _enter(request)
    found: RuleProposal = get_object_or_404(
        RuleProposal.objects.select_related("proposed_by", "closed_by"), code=proposal_code
    )
    return found


@require_safe
def proposal(request: HttpRequest, proposal_code: UUID) -> HttpResponse:
    """A proposal with its back-test; a panel of it asks for itself until that has ended."""
    found = _proposal(request, proposal_code)
    page = presenting_rules.proposal_page(found, request.user, request.GET.get("page", "1"))
    is_panel = bool(getattr(request, "htmx", False))
    template = "_rule_backtest.html" if is_panel else "rule_proposal.html"
    response = render(request, f"governance/{template}", page)
    response["Vary"] = "HX-Request"
    return response


@require_POST
def proposal_publish(request: HttpRequest, proposal_code: UUID) -> HttpResponse:
    """Brings it into force."""
    found = _proposal(request, proposal_code)
    words = "The rules are in force. Approved cases whose decision changes are opened again."
    return _do(request, found, words, publications.publish_rules)


@require_POST
def proposal_again(request: HttpRequest, proposal_code: UUID) -> HttpResponse:
    """Another back-test."""
    found = _proposal(request, proposal_code)
    return _do(request, found, "The back-test runs again.", publications.run_again)


@require_POST
def proposal_withdraw(request: HttpRequest, proposal_code: UUID) -> HttpResponse:
    """Nothing comes of it."""
    found = _proposal(request, proposal_code)
    return _do(request, found, "The proposal is withdrawn.", publications.withdraw_proposal)


def _do(
    request: HttpRequest, found: RuleProposal, words: str, deed: Callable[..., object]
) -> HttpResponse:
    back_url = reverse("governance:rule-proposal", args=[found.code])
    try:
        deed(proposal=found, by=request.user)
    except Refusal as refusal:
        return door.refuse(request, refusal, back_url=back_url)
    messages.success(request, words)
    return redirect(back_url)
