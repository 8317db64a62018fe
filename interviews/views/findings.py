"""Findings: what the rules found, both quotes side by side, and what to do about each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from interviews.forms import FindingForm
from interviews.models import Finding, InterviewSession
from interviews.policies import may_answer
from interviews.protocol.types import Question
from interviews.refusal_words import sentence
from interviews.refusals import FindingMoved, Refusal
from interviews.services import findings as findings_service
from interviews.services.reading import protocol_of
from interviews.views import contradictions, door, wayfinding

RANK = {"BLOCKER": 0, "MAJOR": 1, "MINOR": 2}
DONE = {
    "carry": "is carried forward. It stays open and is printed in the charter.",
    "dispute": "is disputed. A reviewer reads your reason.",
    "answer": "is answered. Reviewers read it before they decide.",
}


@require_http_methods(["GET", "HEAD"])
def findings(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """All findings of a session by stage gate, the gravest first."""
    session = door.session_to_read(request, code)
    return _show(request, session)


def _show(
    request: HttpRequest,
    session: InterviewSession,
    *,
    form: FindingForm | None = None,
    rule_id: str = "",
    status: int = 200,
) -> HttpResponse:
    may_write = may_answer(request.user, session) and session.is_open
    found = list(session.findings.select_related("handled_by"))
    standing = [one for one in found if one.is_standing]
    context = {
        "session": session,
        "gates": _by_gate(session, standing, may_write),
        "closed": [_entry(session, one, False) for one in found if not one.is_standing],
        "counts": {name: sum(one.severity == name for one in standing) for name in RANK},
        "total": len(standing),
        "form": form,
        "failed_rule": rule_id,
        "may_write": may_write,
        **contradictions.panel(session),
    }
    return render(request, "interviews/findings.html", context, status=status)


def _by_gate(
    session: InterviewSession, found: Sequence[Finding], may_write: bool
) -> list[dict[str, Any]]:
    gates: dict[int, list[dict[str, Any]]] = {}
    for one in sorted(found, key=lambda row: (row.gate, RANK[row.severity], row.rule_id)):
        gates.setdefault(one.gate, []).append(_entry(session, one, may_write))
    protocol = protocol_of(session)
    return [
        {"stage": protocol.stage(number), "entries": entries} for number, entries in gates.items()
    ]


def _entry(session: InterviewSession, finding: Finding, may_write: bool) -> dict[str, Any]:
    protocol = protocol_of(session)
    asked: list[Question] = [
        protocol.question(key) for key in finding.answer_ids if key in protocol
    ]
    actions = _actions(finding) if may_write else []
    return {
        "finding": finding,
        "quotes": finding.quotes,
        "links": [
            {"question": one, "url": wayfinding.question_url(session, one.key)} for one in asked
        ],
        "actions": actions,
        "verbs": [verb for verb, _ in actions],
    }


def _actions(finding: Finding) -> list[tuple[str, str]]:
    """What the requester may do; completeness is fixed, never argued about."""
    if finding.is_completeness or not finding.is_standing:
        return []
    if finding.severity == Finding.Severity.BLOCKER:
        return [("carry", "Carry it forward as it is"), ("dispute", "Dispute it")]
    return [("answer", "Answer it"), ("dispute", "Dispute it")]


@require_http_methods(["POST"])
def finding_handle(request: HttpRequest, code: uuid.UUID, rule_id: str) -> HttpResponse:
    """Carries forward, disputes or answers one finding."""
    session = door.session_to_change(request, code)
    finding = get_object_or_404(session.findings, rule_id=rule_id)
    finding.session = session
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _show(request, session, form=form, rule_id=rule_id, status=422)
    action, seen = form.cleaned_data["action"], form.cleaned_data["seen"]
    try:
        if finding.is_standing and seen not in ("", finding.seen_as):
            raise FindingMoved
        findings_service.handle_finding(
            finding=finding, action=action, reason=form.cleaned_data["reason"], by=request.user
        )
    except FindingMoved as moved:
        if not session.findings.standing().filter(rule_id=rule_id).exists():
            return door.refuse(request, session, moved)
        # What was typed stays in the field, below what the other one wrote.
        form.add_error(None, sentence(moved)[1])
        return _show(request, session, form=form, rule_id=rule_id, status=409)
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    messages.success(request, f"{rule_id} {DONE[action]}")
    return redirect("interviews:findings", code)
