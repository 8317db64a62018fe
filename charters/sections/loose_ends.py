"""Section 13: contradictions between answers, and everything that is still open."""

from __future__ import annotations

from collections.abc import Iterator

from charters.particulars import ConsistencyReport, OpenItem
from charters.sections.cells import EMPTY, day, label
from charters.sections.dangers import finding_items
from charters.sections.quality import quality_table
from charters.sections.record import Record
from charters.statements import Block, Paragraph, Section, Table
from interviews.answerset import AnswerState

#: Escalated answers wait for a person with the reviewer's role.
ESCALATED_OWNER = "Reviewer"
#: Findings wait for whoever owns the session.
FINDING_OWNER = "Requester"
#: When an open item without a date of its own has to be settled.
DUE_WORDS = {"unknown": EMPTY, "escalated": "before approval", "finding": "before review"}
FINDING_COLUMNS = ("Rule", "Severity", "State", "What does not fit", "Author's reason")
OPEN_COLUMNS = ("Item", "Kind", "What is open", "Owner", "Due")


def consistency_report(record: Record) -> ConsistencyReport:
    """All findings; consistent means that no BLOCKER is open."""
    has_blocker = any(row.is_open and row.severity == "BLOCKER" for row in record.findings)
    return ConsistencyReport(
        is_consistent=not has_blocker, findings=list(record.findings), checked_on=record.as_of
    )


def open_items(record: Record) -> list[OpenItem]:
    """Unknown answers, escalated answers, open findings."""
    return [*_unknown(record), *_escalated(record), *_findings(record)]


def _unknown(record: Record) -> Iterator[OpenItem]:
    for key in record.with_state(AnswerState.UNKNOWN):
        owner, due = record.owner_and_due(key)
        question = record.protocol.question(key)
        yield OpenItem(
            kind="unknown",
            item=key,
            text=f"{question.title}: not known yet.",
            owner=owner,
            due_date=due,
            sources=record.sources(key),
        )


def _escalated(record: Record) -> Iterator[OpenItem]:
    for key in record.with_state(AnswerState.ESCALATED):
        question = record.protocol.question(key)
        yield OpenItem(
            kind="escalated",
            item=key,
            text=f"{question.title}: the best attempt stayed below its threshold.",
            owner=ESCALATED_OWNER,
            due_date=None,
            sources=record.sources(key),
        )


def _findings(record: Record) -> Iterator[OpenItem]:
    for finding in record.findings:
        if finding.is_open:
            yield OpenItem(
                kind="finding",
                item=finding.rule_id,
                text=finding.message,
                owner=FINDING_OWNER,
                due_date=None,
                sources=record.sources(*finding_items(finding)),
            )


def loose_ends_section(record: Record) -> Section:
    """Section 13."""
    title = "Consistency findings and open items"
    blocks = [*_finding_blocks(record), *_open_blocks(record), quality_table(record)]
    return Section(key="consistency_and_open_items", number=13, title=title, blocks=blocks)


def _finding_blocks(record: Record) -> list[Block]:
    if not record.findings:
        text = "No contradiction between the answers was found."
        return [Paragraph(statements=[record.state(text, *record.visible)])]
    rows = [
        record.row(
            [
                finding.rule_id,
                label(finding.severity.lower()),
                label(finding.state),
                finding.message,
                finding.reason or EMPTY,
            ],
            *finding_items(finding),
        )
        for finding in record.findings
    ]
    return [Table(title="Consistency findings", columns=list(FINDING_COLUMNS), rows=rows)]


def _open_blocks(record: Record) -> list[Block]:
    items = open_items(record)
    if not items:
        text = "Nothing is open."
        return [Paragraph(statements=[record.state(text, *record.visible)])]
    rows = [
        record.row(
            [item.item, label(item.kind), item.text, item.owner, _due(item)],
            *(source.item for source in item.sources),
        )
        for item in items
    ]
    return [Table(title="Open items", columns=list(OPEN_COLUMNS), rows=rows)]


def _due(item: OpenItem) -> str:
    return day(item.due_date) if item.due_date else DUE_WORDS[item.kind]
