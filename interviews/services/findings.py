"""Runs the rules over a session, keeps their findings, and records what people do about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.sealed_fields import sealed_changes
from accounts.services import audit
from interviews.consistency.runner import run_rules
from interviews.consistency.types import FindingView, RuleFinding
from interviews.models import Finding
from interviews.refusals import FindingMoved, NotYours, SessionNotOpen
from interviews.services import judged_findings
from interviews.services.reading import Reading, rules_config
from interviews.services.sessions import subject

State = Finding.State

#: What a requester may do, and the state it leads to.
ACTIONS = {"carry": State.CARRIED, "dispute": State.DISPUTED, "answer": State.ANSWERED}


def fingerprint(found: RuleFinding, reading: Reading) -> str:
    """What the rule saw: the finding's message and the versions of the answers involved."""
    seen = {key: reading.by_key[key].version for key in found.answer_ids if key in reading.by_key}
    text = json.dumps([found.rule_id, found.message, seen], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sync_findings(*, reading: Reading, stages_to_check: Collection[int] = ()) -> list[Finding]:
    """Runs all deterministic rules and writes what changed; returns every finding's row.

    A rule that has fallen silent is fixed. One that speaks differently than when somebody
    carried, answered or disputed it is open again: the person spoke about something else.
    Findings of kind J are a model's; here they only lose passages that no answer holds any more.
    """
    rows, written = _compare(reading, stages_to_check)
    store(written)
    return rows


def store(written: list[Finding]) -> None:
    """Writes rows, new ones and known ones, in one statement."""
    # Always in one order: two writers of one session must not wait for each other crosswise.
    written.sort(key=lambda row: row.rule_id)
    for row in written:
        # Without a key all rows go into one statement, which finds known ones by their rule.
        row.pk = None
    if written:
        Finding.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["session", "rule_id"],
            update_fields=UPDATED_FIELDS,
        )


def look(*, reading: Reading, stages_to_check: Collection[int] = ()) -> list[Finding]:
    """The findings as they would be after a run of the rules; writes nothing."""
    return _compare(reading, stages_to_check)[0]


def _compare(
    reading: Reading, stages_to_check: Collection[int]
) -> tuple[list[Finding], list[Finding]]:
    """All rows as the rules see them now, and those of them that must be written."""
    everything = list(Finding.objects.filter(session=reading.session))
    judged = [row for row in everything if row.kind == judged_findings.KIND]
    kept = {row.rule_id: row for row in everything if row.kind != judged_findings.KIND}
    # What was found missing once is looked at again until it is there.
    stages_to_check = set(stages_to_check) | {
        row.gate for row in kept.values() if row.is_completeness and row.is_standing
    }
    found = {
        one.rule_id: one
        for one in run_rules(
            reading.answer_set,
            protocol=reading.protocol,
            as_of=reading.session.today,
            config=rules_config(),
            stages_to_check=stages_to_check,
        )
    }
    changed = [
        row
        for rule_id, row in kept.items()
        if _bring_up_to_date(row, found.get(rule_id), reading, stages_to_check)
    ]
    fresh = [_new_row(one, reading) for rule_id, one in found.items() if rule_id not in kept]
    changed += judged_findings.outdate(judged, reading)
    return [*kept.values(), *judged, *fresh], [*changed, *fresh]


UPDATED_FIELDS = [
    "kind",
    "severity",
    "stage_a",
    "stage_b",
    "is_completeness",
    "answer_ids",
    "title",
    "message",
    "how_to_fix",
    "quotes",
    "fingerprint",
    "state",
    "reason",
    "handled_at",
    "handled_by",
]


def _content(found: RuleFinding, reading: Reading) -> dict[str, Any]:
    return {
        "severity": found.severity.value,
        "is_completeness": found.completeness,
        "answer_ids": list(found.answer_ids),
        "title": found.title,
        "message": found.message,
        "how_to_fix": found.how_to_fix,
        "quotes": [{"answer_id": one.answer_id, "text": one.text} for one in found.quotes],
        "fingerprint": fingerprint(found, reading),
    }


def _new_row(found: RuleFinding, reading: Reading) -> Finding:
    return Finding(
        session=reading.session,
        rule_id=found.rule_id,
        stage_a=found.stages[0],
        stage_b=found.stages[1],
        **_content(found, reading),
    )


def _bring_up_to_date(
    row: Finding, found: RuleFinding | None, reading: Reading, checked: Collection[int]
) -> bool:
    """Applies what the rule says now to its row; True when the row must be written."""
    if found is None:
        # Completeness is only looked at when its stage is being checked.
        if row.state == State.FIXED or (row.is_completeness and row.gate not in checked):
            return False
        row.state = State.FIXED
        return True
    content = _content(found, reading)
    if row.fingerprint == content["fingerprint"] and row.state != State.FIXED:
        return False
    for name, new in content.items():
        setattr(row, name, new)
    row.state, row.reason, row.handled_at, row.handled_by = State.OPEN, "", None, None
    return True


@transaction.atomic
def handle_finding(*, finding: Finding, action: str, reason: str, by: User) -> Finding:
    """Carries a finding forward, disputes or answers it, with a reason.

    Raises SessionNotOpen; NotYours when a completeness BLOCKER is to be carried or disputed
    (it must be fixed), when the reason is empty, or when the action is not one of ACTIONS;
    FindingMoved when it is fixed or waived already, says something else by now, or somebody
    handled it since ``finding`` was read: their reason is not written over.
    """
    if not finding.session.is_open:
        raise SessionNotOpen
    if action not in ACTIONS or finding.is_completeness or not reason.strip():
        raise NotYours
    as_read = Finding.objects.standing().filter(
        pk=finding.pk,
        fingerprint=finding.fingerprint,
        state=finding.state,
        handled_at=finding.handled_at,
    )
    handled = sealed_changes(
        finding,
        state=ACTIONS[action],
        reason=reason.strip()[:2000],
        handled_at=timezone.now(),
        handled_by=by,
    )
    if not as_read.update(**handled):
        raise FindingMoved
    finding.refresh_from_db()
    audit.record(
        type=f"finding.{finding.state}",
        actor=by,
        subject=f"{subject(finding.session)} {finding.rule_id}",
    )
    return finding


def view_of(finding: Finding) -> FindingView:
    """A finding as the gate reads it."""
    return FindingView(
        rule_id=finding.rule_id,
        severity=finding.severity,
        completeness=finding.is_completeness,
        state=finding.state,
        gate=finding.gate,
    )
