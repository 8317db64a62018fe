"""Writes the charter down and freezes it as a numbered revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import audit, webhooks
from charters.canonical import content_hash
from charters.content import CharterContent, build_content
from charters.models import Charter, Revision
from charters.refusals import CharterNotReady, NothingNew
from charters.services import prose
from interviews.consistency.confidence import confidence
from interviews.consistency.types import GateOutcome
from interviews.deliverables import build_all
from interviews.models import Finding, InterviewSession
from interviews.refusals import SessionNotOpen
from interviews.services import deliverables, findings, sessions, stages
from interviews.services.reading import Reading

STAGE_NUMBERS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Draft:
    """The charter as it would be issued now; computed, never stored."""

    content: dict[str, Any]
    blocked_stages: dict[int, GateOutcome]

    @property
    def is_ready(self) -> bool:
        return not self.blocked_stages


def draft_charter(
    reading: Reading, found: list[Finding], *, code: str = "", number: int = 1
) -> Draft:
    """What the charter would say with the answers and findings as they are."""
    closed = set(reading.session.checkpoints.values_list("stage_number", flat=True))
    blocked = {}
    for stage_number in STAGE_NUMBERS:
        outcome = stages.look_at_gate(stage_number, reading=reading, found=found)
        if not outcome.passed or stage_number not in closed:
            blocked[stage_number] = outcome
    return Draft(_content(reading, found, code, number), blocked)


def _content(reading: Reading, found: list[Finding], code: str, number: int) -> dict[str, Any]:
    """With the prose that a model drafted or the person wrote."""
    content = record_content(reading, found, code=code, number=number)
    return prose.in_place(reading, content).model_dump(mode="json")


def record_content(
    reading: Reading, found: list[Finding], *, code: str = "", number: int = 1
) -> CharterContent:
    """The charter as the record alone tells it."""
    session = reading.session
    return build_content(
        protocol=reading.protocol,
        answers=reading.answer_set,
        deliverables=build_all(reading.answer_set),
        findings=[_entry(one) for one in found],
        confidence={
            stage_number: confidence(stage_number, reading.answer_set, protocol=reading.protocol)
            for stage_number in STAGE_NUMBERS
        },
        project_name=session.project_name,
        charter_code=code,
        charter_version=number,
        as_of=session.today,
        source_note=session.source_note,
        provenance=session.provenance,
        scored_by=sorted(
            {one.current_assessment.scored_by for one in reading.answers if one.current_assessment}
        ),
    )


def _entry(finding: Finding) -> dict[str, Any]:
    return {
        "rule_id": finding.rule_id,
        "severity": finding.severity,
        "state": finding.state,
        "answer_ids": finding.answer_ids,
        "message": finding.message,
        "reason": finding.reason,
        "how_to_fix": finding.how_to_fix,
    }


@transaction.atomic
def issue_revision(*, reading: Reading, by: User) -> Revision:
    """Freezes the charter as the next revision, and opens its session to reviewers.

    An open substance BLOCKER allows issuing (it forbids approval); a stage gate that does not
    pass does not. Raises SessionNotOpen, CharterNotReady, NothingNew.
    """
    session = reading.session
    if not session.is_open:
        raise SessionNotOpen
    found = findings.sync_findings(reading=reading, stages_to_check=STAGE_NUMBERS)
    charter = _locked_charter(session)
    newest = charter.revisions.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    draft = draft_charter(reading, found, code=charter.short_code, number=number)
    if not draft.is_ready:
        raise CharterNotReady(draft.blocked_stages)
    if newest and _says_the_same(newest.content, draft.content):
        raise NothingNew
    revision = Revision.objects.create(
        charter=charter,
        number=number,
        content=draft.content,
        content_hash=content_hash(draft.content),
        deliverable_versions=_store_deliverables(reading, by),
        protocol_version=session.protocol_version,
        as_of_date=session.today,
        issued_by=by,
    )
    webhooks.announce(
        event="charter.issued",
        payload={
            "charter": str(charter.code),
            "revision": number,
            "session": str(session.code),
            "content_hash": revision.content_hash,
        },
    )
    sessions.release_session(session=session, by=by)
    sessions.complete_session(session=session, by=by)
    audit.record(
        type="revision.issued",
        actor=by,
        subject=f"charter {charter.code} revision {number}",
        detail={"content_hash": revision.content_hash},
    )
    return revision


def _locked_charter(session: InterviewSession) -> Charter:
    """The session's charter; two issuers stand in line."""
    sessions.stand_in_line(session)
    charter, _ = Charter.objects.get_or_create(session=session)
    return charter


def _says_the_same(earlier: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether two contents differ in nothing but their number and what follows from the date."""
    return _without_dates(earlier) == _without_dates(now)


def _without_dates(content: dict[str, Any]) -> dict[str, Any]:
    report = content["consistency_report"] | {"checked_on": None}
    dated = {"identity": None, "timeline": None, "consistency_report": report}
    return content | dated | {"sections": _prose(content), "recommendations": None}


def _prose(content: dict[str, Any]) -> list[Any]:
    """The paragraphs of a content that are not the record's own text."""
    return [
        block
        for section in content["sections"]
        for block in section["blocks"]
        if block.get("origin")
    ]


def _store_deliverables(reading: Reading, by: User) -> dict[str, int]:
    """The version of each deliverable; a stale or missing one is regenerated first."""
    kept = deliverables.latest(reading.session)
    versions = {}
    for stage in reading.protocol.stages:
        row = kept.get(stage.deliverable)
        if row is None or row.is_stale(reading.versions):
            row = deliverables.produce_deliverable(
                reading=reading, stage_number=stage.number, by=by
            )
        versions[stage.deliverable] = row.version
    return versions
