"""Prepares rules, proposals and their back-tests for pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.models import User
from charters.models import Charter
from governance.models import BacktestChange, Decision, RuleProposal, RulePublication
from governance.rules_forms import DATA, LEVELS
from governance.services import packs
from governance.services.backtest import in_words
from governance.services.publications import FOUR_EYES, NOT_TESTED

CHANGES_A_PAGE = 50
PUBLICATIONS = 50


def studio() -> dict[str, Any]:
    """What is in force, what is proposed, what was published."""
    now = packs.in_force()
    newest = {one.key: one for one in _publications(reverse_order=True)}
    return {
        "levels": _levels(now.thresholds, newest.get(packs.THRESHOLDS)),
        "thresholds_from": _origin(newest.get(packs.THRESHOLDS)),
        "packs": [
            {"pack": pack, "origin": _origin(newest.get(key)), "rows": len(pack.requirements)}
            for key, pack in now.packs.items()
        ],
        "open": [_proposal_row(one) for one in _proposals().filter(closed_at=None)],
        "closed": [_proposal_row(one) for one in _proposals().exclude(closed_at=None)[:20]],
        "publications": [_published(one) for one in _publications()[:PUBLICATIONS]],
        "content_hash": now.content_hash,
    }


def _publications(*, reverse_order: bool = False) -> Any:
    found = RulePublication.objects.select_related("published_by", "proposal").defer("content")
    return found.order_by("pk" if reverse_order else "-pk")


def _proposals() -> Any:
    return RuleProposal.objects.select_related("proposed_by", "closed_by").defer("content")


def _levels(thresholds: Any, publication: RulePublication | None) -> list[dict[str, Any]]:
    labels = {name: label for name, (label, _, _) in LEVELS.items()}
    labels[DATA] = "REVISE below a data quality of"
    return [{"label": labels[name], "value": thresholds[name]} for name in labels]


def _origin(publication: RulePublication | None) -> str:
    if publication is None:
        return "shipped, or of the site’s files"
    when = date_format(localtime(publication.published_at), "j M Y")
    return f"published as number {publication.number} on {when}"


def _proposal_row(proposal: RuleProposal) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "title": title_of(proposal.key),
        "summary": in_words(proposal.summary) if proposal.summary else "",
    }


def _published(one: RulePublication) -> dict[str, Any]:
    return {"publication": one, "title": title_of(one.key), "summary": in_words(one.summary)}


def title_of(key: str) -> str:
    """Rules as a heading names them."""
    return "Thresholds of decisions" if key == packs.THRESHOLDS else f"Rule pack {key}"


def proposal_page(proposal: RuleProposal, user: User, page_number: str) -> dict[str, Any]:
    """One proposal with what it would change; only cases that the person sees are named."""
    changes = BacktestChange.objects.filter(proposal=proposal, run=proposal.tested_run)
    pages = Paginator(changes.order_by("pk"), CHANGES_A_PAGE)
    page = pages.get_page(page_number)
    made_since = _made_since(proposal)
    return {
        "proposal": proposal,
        "title": title_of(proposal.key),
        "summary": in_words(proposal.summary) if proposal.summary else "",
        "moves": (proposal.summary or {}).get("moves", []),
        "unreadable": (proposal.summary or {}).get("unreadable", 0),
        "differences": _differences(proposal),
        "changes": _change_rows(list(page), user),
        "page": page,
        "made_since": made_since,
        "refusal": _refusal(proposal, user),
    }


def _made_since(proposal: RuleProposal) -> int:
    if proposal.tested_at is None or not proposal.is_open:
        return 0
    return Decision.objects.filter(decided_at__gt=proposal.tested_at).count()


def _refusal(proposal: RuleProposal, user: User) -> str:
    """Why this person cannot publish it now; "" where they can."""
    if proposal.proposed_by_id == user.pk:
        return FOUR_EYES
    return "" if proposal.is_tested else NOT_TESTED


def _differences(proposal: RuleProposal) -> list[dict[str, Any]]:
    """Levels beside those in force; a pack is looked at in its file."""
    if proposal.kind != RuleProposal.Kind.THRESHOLDS:
        return []
    now = packs.in_force().thresholds
    rows = _levels({**now, **proposal.content}, None)
    before = _levels(now, None)
    return [
        {"label": new["label"], "before": old["value"], "after": new["value"]}
        for old, new in zip(before, rows, strict=True)
    ]


def _change_rows(changes: list[BacktestChange], user: User) -> list[dict[str, Any]]:
    """Two statements, whatever the number of rows."""
    ids = [one.decision_id for one in changes]
    seen = Charter.objects.visible_to(user)
    columns = (
        "pk",
        "revision__charter__code",
        "revision__number",
        "revision__charter__session__project_name",
    )
    found = Decision.objects.filter(pk__in=ids, revision__charter__in=seen).values_list(*columns)
    places = {pk: (code, number, name) for pk, code, number, name in found}
    return [_change_row(one, places.get(one.decision_id)) for one in changes]


def _change_row(one: BacktestChange, place: tuple[Any, int, str] | None) -> dict[str, Any]:
    code, number, name = place or ("", 0, "A case that you do not see")
    return {
        "name": name,
        "number": number,
        "url": reverse("governance:charter", args=[code, number]) if place else "",
        "before": one.before.upper(),
        "after": one.after.upper(),
        "headline": one.headline,
    }
