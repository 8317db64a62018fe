"""Computes the decision for an issued revision, and previews it before."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import audit, webhooks
from charters.models import Revision
from charters.services import revisions
from governance.engine.decide import decide
from governance.engine.decision import ENGINE_VERSION
from governance.engine.decision import Decision as Computed
from governance.engine.facts import Facts
from governance.facts import facts_from
from governance.models import Decision
from interviews.models import Finding
from interviews.services.reading import Reading, stage_settings


class FactsIncomplete(Exception):
    """The residual risk of at least one principle is not known, so nothing can be decided."""


def thresholds() -> dict[str, Any]:
    """The levels of this installation, as the engine's config."""
    levels = stage_settings(5)["governance_thresholds"]
    config: dict[str, Any] = {
        name: int(levels[name])
        for name in ("halt", "committee", "revise", "monitor", "breadth_count")
    }
    config["revise_below"] = float(stage_settings(3)["data_quality_threshold"])
    return config


def compute(content: dict[str, Any]) -> tuple[dict[str, Any], Computed]:
    """The facts of a charter's content and what the engine says about them.

    Raises FactsIncomplete: governance fails closed, no decision is ever guessed.
    """
    facts = facts_from(content, config=thresholds())
    if facts is None:
        raise FactsIncomplete
    return facts, decide(Facts.model_validate(facts))


def preview(reading: Reading, found: list[Finding]) -> dict[str, Any] | None:
    """What would be decided if the charter were issued now; None while that is open."""
    return outcome_of(revisions.draft_charter(reading, found).content)


def outcome_of(content: dict[str, Any]) -> dict[str, Any] | None:
    """What the engine says about a content that is not issued; None while that is open."""
    try:
        return compute(content)[1].to_json()
    except FactsIncomplete:
        return None


@transaction.atomic
def decide_revision(*, revision: Revision, by: User) -> Decision:
    """Computes and stores the decision on an issued revision, with the facts it rests on."""
    facts, computed = compute(revision.content)
    decision = Decision.objects.create(
        revision=revision,
        value=computed.value.stored,
        content_hash=revision.content_hash,
        facts=facts,
        outcome=computed.to_json(),
        engine_version=ENGINE_VERSION,
    )
    webhooks.announce(
        event="decision.made",
        payload={
            "charter": str(revision.charter.code),
            "revision": revision.number,
            "decision": decision.value,
            "content_hash": revision.content_hash,
        },
    )
    audit.record(
        type="decision.computed",
        actor=by,
        subject=f"charter {revision.charter.code} revision {revision.number}",
        detail={"decision": decision.value, "content_hash": revision.content_hash},
    )
    return decision


@transaction.atomic
def submit_charter(*, reading: Reading, by: User) -> Decision:
    """Issues the next revision and decides on it, both or neither.

    Raises what issuing raises (SessionNotOpen, CharterNotReady, NothingNew), FactsIncomplete.
    """
    revision = revisions.issue_revision(reading=reading, by=by)
    return decide_revision(revision=revision, by=by)
