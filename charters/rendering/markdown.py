"""A charter as one Markdown file: front matter, sections, tables, sources behind each line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from charters.content import SCHEMA, CharterContent
from charters.rendering import appendices
from charters.rendering.appendices import Annex
from charters.rendering.escaping import front_matter_value, inline, paragraphs, url
from charters.statements import (
    Block,
    Figure,
    Paragraph,
    Row,
    Section,
    Source,
    Statement,
    StatementList,
    Table,
)

#: An address for an answer at a version; None where there is nothing to link to.
Link = Callable[[str, int], str | None]

#: More sources than this are counted, not listed.
MOST_MARKERS = 8
NOTES = {"unknown": "not known yet", "escalated": "escalated"}


def render(
    content: CharterContent,
    *,
    content_hash: str = "",
    governance: Mapping[str, Any] | None = None,
    watermark: str = "",
    annex: Annex | None = None,
    link: Link | None = None,
) -> str:
    """The whole charter; the governance room passes down its decision and its annex."""
    writer = _Writer(link)
    around = annex or Annex()
    parts = [
        _front_matter(content, content_hash, watermark),
        *_cover(content, watermark, around.author, governance),
    ]
    for section in content.sections:
        parts += writer.section(section)
        if section.number == 1:
            parts += _governance(governance)
    parts += _references(content)
    parts += _approvals(around)
    parts += _appendices(content, around)
    return "\n\n".join(part for part in parts if part) + "\n"


def _front_matter(content: CharterContent, content_hash: str, watermark: str) -> str:
    identity = content.identity
    fields: dict[str, str | int] = {
        "schema": SCHEMA,
        "charter": identity.charter_code,
        "revision": identity.charter_version,
        "project": identity.project_name,
        "protocol": identity.protocol,
        "as_of": identity.as_of.isoformat(),
        "content_hash": content_hash,
        "watermark": watermark,
    }
    lines = [
        f"{name}: {front_matter_value(value)}" for name, value in fields.items() if value != ""
    ]
    return "\n".join(["---", *lines, "---"])


def _cover(
    content: CharterContent, watermark: str, author: str, governance: Mapping[str, Any] | None
) -> Iterator[str]:
    identity = content.identity
    yield f"# {inline(identity.project_name)}"
    yield (
        f"AI project charter {inline(identity.charter_code)}, revision {identity.charter_version}, "
        f"as of {identity.as_of.isoformat()}."
    )
    decision = str((governance or {}).get("decision") or "pending").replace("_", " ")
    facts = {
        "Author": author,
        "Decision": decision,
        "Feasibility": content.overall_feasibility.replace("_", " "),
    }
    yield "\n".join(f"- {name}: **{inline(fact)}**" for name, fact in facts.items() if fact)
    if watermark:
        yield f"**{inline(watermark.upper())}**"
    if identity.source_note:
        yield f"*Sample.* {inline(identity.source_note)}"
    if identity.provenance:
        quoting = [key for key, kind in identity.provenance.items() if kind == "record"]
        said = f"What stands in quotation marks in {', '.join(quoting)} repeats the record. "
        yield f"{said if quoting else ''}Everything else is illustrative."


def _governance(outcome: Mapping[str, Any] | None) -> Iterator[str]:
    yield "## 2. Governance decision"
    if not outcome or not outcome.get("decision"):
        yield "No decision has been computed for this revision yet."
        return
    headline = inline(str(outcome.get("headline") or "base"))
    yield f"**{inline(str(outcome['decision']))}** ({headline})"
    yield from _plain_table("Rules fired", ("rule", "floor", "detail"), outcome.get("rules_fired"))
    columns = ("text", "owner", "due_date", "source_rule")
    yield from _plain_table("Conditions", columns, outcome.get("conditions"))


def _references(content: CharterContent) -> Iterator[str]:
    yield "## 14. References"
    lines = [f"- {inline(line)}" for line in appendices.references(content)]
    yield "\n".join(lines) or appendices.NO_REFERENCES


def _approvals(annex: Annex) -> Iterator[str]:
    yield "## 15. Approvals"
    yield _cells(appendices.APPROVAL_COLUMNS, [row.cells for row in annex.approvals])


def _appendices(content: CharterContent, annex: Annex) -> Iterator[str]:
    if annex.transcript_url:
        yield "## Appendix A. Interview transcript"
        yield f"[Read the interview]({url(annex.transcript_url)})"
    yield "## Appendix B. Scores per answer"
    yield _cells(appendices.SCORE_COLUMNS, appendices.score_rows(content))
    yield "## Appendix C. Changes since the previous revision"
    if annex.changes:
        yield _cells(appendices.CHANGE_COLUMNS, [row.cells for row in annex.changes])
    else:
        yield annex.changes_in_words


def _cells(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return _grid(columns, [[inline(cell) for cell in row] for row in rows])


def _plain_table(
    title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]] | None
) -> Iterator[str]:
    if not rows:
        return
    if title:
        yield f"### {title}"
    heads = [column.replace("_", " ").capitalize() for column in columns]
    cells = [[str(row.get(column) or "—") for column in columns] for row in rows]
    yield _grid(heads, [[inline(cell) for cell in row] for row in cells])


def _grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


class _Writer:
    """Writes blocks; knows only how to link a source."""

    def __init__(self, link: Link | None) -> None:
        self._link = link

    def section(self, section: Section) -> Iterator[str]:
        yield f"## {section.number}. {inline(section.title)}"
        for block in section.blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        if block.title:
            yield f"### {inline(block.title)}"
        match block:
            case Paragraph():
                for statement in block.statements:
                    yield self._statement(statement, paragraphs)
                if block.origin:
                    yield f"*{inline(block.origin.words)}*"
            case StatementList():
                yield "\n".join(f"- {self._statement(item, inline)}" for item in block.items)
            case Table():
                yield self._table(block)
            case Figure():
                yield self._table(block.table)

    def _statement(self, statement: Statement, write: Callable[[str], str]) -> str:
        note = f" *({NOTES[statement.note]})*" if statement.note else ""
        return f"{write(statement.text)}{note} {self._markers(statement.sources)}"

    def _table(self, table: Table) -> str:
        rows = [
            [*(inline(cell) for cell in row.cells), self._row_source(row)] for row in table.rows
        ]
        return _grid([*(inline(column) for column in table.columns), "Source"], rows)

    def _row_source(self, row: Row) -> str:
        note = f"*({NOTES[row.note]})* " if row.note else ""
        return f"{note}{self._markers(row.sources)}"

    def _markers(self, sources: Sequence[Source]) -> str:
        if len(sources) > MOST_MARKERS:
            return f"[{len(sources)} answers]"
        return " ".join(self._marker(source) for source in sources)

    def _marker(self, source: Source) -> str:
        address = self._link(source.item, source.version) if self._link else None
        return f"[{source.item}]({url(address)})" if address else f"[{source.item}]"
