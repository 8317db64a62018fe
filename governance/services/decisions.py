"""Computes the decision for an issued revision, and previews it before."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import audit, webhooks
from charters.models import Charter, Revision
from charters.services import revisions
from governance import metrics
from governance.engine.decide import decide
from governance.engine.decision import ENGINE_VERSION
from governance.engine.decision import Decision as Computed
from governance.engine.facts import Facts
from governance.facts import facts_from
from governance.models import Decision
from governance.rulepacks.effect import facts_under
from governance.services import cases, packs, reviews
from governance.services.packs import Rules
from interviews.models import Finding
from interviews.services.reading import Reading


class FactsIncomplete(Exception):
    """The residual risk of at least one principle is not known, so nothing can be decided."""


def thresholds() -> dict[str, Any]:
    """The levels of this installation, as the engine's config: published ones, else the file's."""
    return dict(packs.in_force().thresholds)


def compute(content: dict[str, Any]) -> tuple[dict[str, Any], Computed]:
    """The facts of a charter's content and what the engine says about them.

    Raises FactsIncomplete: governance fails closed, no decision is ever guessed.
    """
    return _computed(content, packs.in_force())


def _computed(content: dict[str, Any], rules: Rules) -> tuple[dict[str, Any], Computed]:
    read = facts_from(content, config=rules.thresholds)
    if read is None:
        raise FactsIncomplete
    facts = facts_under(read, rules.of_decisions)
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
    rules = packs.in_force()
    facts, computed = _computed(revision.content, rules)
    decision = Decision.objects.create(
        revision=revision,
        value=computed.value.stored,
        content_hash=revision.content_hash,
        facts=facts,
        outcome=computed.to_json(),
        engine_version=ENGINE_VERSION,
        rule_set=packs.keep(rules),
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
    transaction.on_commit(lambda: metrics.decided(computed.value.name))
    return decision


@transaction.atomic
def submit_charter(*, reading: Reading, by: User) -> Decision:
    """Issues the next revision, decides on it, and opens the review that it asks for; all or none.

    Raises what issuing raises (SessionNotOpen, CharterNotReady, NothingNew), FactsIncomplete, and
    NotNow on a retired case.
    """
    charter = Charter.objects.filter(session=reading.session).first()
    if charter is not None:
        # Before the record of deeds is locked: whoever votes holds the case and waits for that.
        reviews.require_alive(cases.lock_case(charter))
    revision = revisions.issue_revision(reading=reading, by=by)
    decision = decide_revision(revision=revision, by=by)
    reviews.route(decision=decision, by=by)
    return decision
