"""Replays every stored fact set under other rules and says which decisions would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Job
from accounts.sealing import CannotOpen
from accounts.services import jobs
from governance.engine.decide import decide
from governance.engine.decision import DecisionValue
from governance.engine.facts import UnusableFacts, read_facts
from governance.models import BacktestChange, Decision, RuleProposal
from governance.rulepacks.effect import DecisionRules, facts_under
from governance.services import packs

KIND = "backtest"
#: How many fact sets are held at once.
CHUNK = 500


@dataclass(frozen=True)
class Replayed:
    """One stored decision, and what it would be. ``after`` "" = its facts cannot be read."""

    decision_id: int
    before: str
    after: str
    headline: str = ""

    @property
    def is_changed(self) -> bool:
        return bool(self.after) and self.after != self.before


@dataclass(frozen=True)
class Move:
    """So many decisions go from one value to another."""

    before: str
    after: str
    count: int


class Summary:
    """Figures of a back-test, filled one decision at a time."""

    def __init__(self) -> None:
        self.decisions = 0
        self.unreadable = 0
        self.moves: Counter[tuple[str, str]] = Counter()

    def add(self, one: Replayed) -> None:
        self.decisions += 1
        self.unreadable += not one.after
        if one.is_changed:
            self.moves[one.before, one.after] += 1

    def to_json(self) -> dict[str, Any]:
        """{"decisions", "changed", "unreadable", "moves": [{"before", "after", "count"}]}"""
        ordered = sorted(self.moves.items(), key=lambda one: (-one[1], _rank(*one[0])))
        return {
            "decisions": self.decisions,
            "changed": self.moves.total(),
            "unreadable": self.unreadable,
            "moves": [
                {"before": before.upper(), "after": after.upper(), "count": count}
                for (before, after), count in ordered
            ],
        }


def _rank(before: str, after: str) -> tuple[int, int]:
    return DecisionValue[before.upper()], DecisionValue[after.upper()]


def in_words(summary: dict[str, Any]) -> str:
    """ "12 decisions change; 3 PROCEED become SUBMIT_TO_COMMITTEE."""
    total = summary["decisions"]
    if not total:
        return "Nothing was decided yet, so nothing changes."
    if not summary["changed"]:
        return f"None of {_counted(total)} changes."
    moves = "; ".join(
        f"{one['count']} {one['before']} {'becomes' if one['count'] == 1 else 'become'} {one['after']}"
        for one in summary["moves"]
    )
    changed = summary["changed"]
    verb = "changes" if changed == 1 else "change"
    return f"{changed} of {_counted(total)} {verb}; {moves}."


def _counted(total: int) -> str:
    return "1 decision" if total == 1 else f"{total:,} decisions"


# --- Replaying ------------------------------------------------------------------------------------


def replay(
    rules: DecisionRules,
    *,
    on: date | None = None,
    decisions: QuerySet[Decision] | None = None,
) -> Iterator[Replayed]:
    """Every stored decision under these rules, oldest first, a bounded number in memory.

    ``on`` is the day on which practices are read; None = each case's own day. The rest of a case
    keeps its own day: what only time has changed is no effect of the rules.
    """
    found = Decision.objects.all() if decisions is None else decisions
    last = 0
    while chunk := _chunk(found.filter(pk__gt=last).order_by("pk")):
        for pk, value, facts in chunk:
            yield _replayed(pk, value, facts, rules, on)
        last = chunk[-1][0]


Stored = tuple[int, str, Any]


def _chunk(found: QuerySet[Decision]) -> list[Stored]:
    try:
        return list(found.values_list("pk", "value", "facts")[:CHUNK])
    except CannotOpen:
        # The key of one of them was destroyed or is away: that one alone is left out.
        return [_one(pk, value) for pk, value in found.values_list("pk", "value")[:CHUNK]]


def _one(pk: int, value: str) -> Stored:
    try:
        return pk, value, Decision.objects.values_list("facts", flat=True).get(pk=pk)
    except CannotOpen:
        return pk, value, None


def _replayed(pk: int, before: str, facts: Any, rules: DecisionRules, on: date | None) -> Replayed:
    if not isinstance(facts, dict) or "as_of" not in facts:
        return Replayed(pk, before, "")
    try:
        computed = decide(read_facts(facts_under(facts, rules, on=on)))
    except UnusableFacts:
        # Written for an engine that took other facts; it is counted and never guessed.
        return Replayed(pk, before, "")
    return Replayed(pk, before, computed.value.stored, computed.headline)


def summarize(
    rules: DecisionRules, *, on: date | None = None
) -> tuple[dict[str, Any], list[Replayed]]:
    """The figures, and the first CHUNK changes."""
    summary = Summary()
    changes: list[Replayed] = []
    for one in replay(rules, on=on):
        summary.add(one)
        if one.is_changed and len(changes) < CHUNK:
            changes.append(one)
    return summary.to_json(), changes


# --- The back-test of a proposal ------------------------------------------------------------------


def ask(proposal: RuleProposal) -> None:
    """Puts the back-test of its present run into the queue."""
    jobs.enqueue(
        kind=KIND, subject_id=proposal.pk, unique_key=f"{KIND}:{proposal.pk}:{proposal.run}"
    )


def run_backtest(job: Job) -> None:
    """Replays all decisions under a proposal; its rows count only once the run has ended."""
    proposal = RuleProposal.objects.filter(pk=job.subject_id, closed_at=None).first()
    if proposal is None:
        jobs.finish(job)
        return
    base = packs.in_force()
    rules = packs.proposed(proposal, base)
    BacktestChange.objects.filter(proposal=proposal, run=proposal.run).delete()
    summary = Summary()
    batch: list[BacktestChange] = []
    for one in replay(rules.of_decisions, on=proposal.read_on_date):
        summary.add(one)
        if one.is_changed:
            batch.append(_change(proposal, one))
        if len(batch) >= CHUNK:
            BacktestChange.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    BacktestChange.objects.bulk_create(batch, ignore_conflicts=True)
    with transaction.atomic():
        _end_run(proposal, summary, base.content_hash)
        jobs.finish(job)


def _change(proposal: RuleProposal, one: Replayed) -> BacktestChange:
    return BacktestChange(
        proposal=proposal,
        run=proposal.run,
        decision_id=one.decision_id,
        before=one.before,
        after=one.after,
        headline=one.headline,
    )


def _end_run(proposal: RuleProposal, summary: Summary, base_hash: str) -> None:
    """Only if nobody asked for another run, published or withdrew it meanwhile."""
    ended = RuleProposal.objects.filter(pk=proposal.pk, run=proposal.run, closed_at=None).update(
        tested_run=proposal.run,
        tested_at=timezone.now(),
        tested_against=base_hash,
        summary=summary.to_json(),
    )
    if ended:
        BacktestChange.objects.filter(proposal=proposal).exclude(run=proposal.run).delete()
