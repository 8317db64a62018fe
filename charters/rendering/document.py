"""Lays a charter out: content, decision and annex become one document for every format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from charters.content import SCHEMA, CharterContent
from charters.rendering import appendices
from charters.rendering.appendices import Annex
from charters.rendering.charts import chart_named
from charters.rendering.nodes import (
    Bullets,
    Drawing,
    Entry,
    Fact,
    Grid,
    GridRow,
    Heading,
    Layout,
    Mark,
    Node,
    Part,
    Prose,
    Remark,
    Signatures,
    Text,
    Verdict,
    plain_grid,
)
from charters.sections.cells import EMPTY
from charters.statements import (
    Block,
    Figure,
    Paragraph,
    Section,
    Source,
    Statement,
    StatementList,
    Table,
)
from interviews.deliverables import reading

#: An address for an answer at a version; None where there is nothing to link to.
Link = Callable[[str, int], str | None]

#: More sources than this are counted, not listed.
MOST_MARKERS = 8
NOTE_LABELS = {"unknown": "Not known yet", "escalated": "Escalated"}
NOT_DECIDED = "No decision has been computed for this revision yet."
NO_RULE = "No rule raised the decision: it follows from the remaining risk alone."
NO_CONDITIONS = "No conditions are attached."
REMAINING = "remaining risk"
STRICTEST = "; each rule says what is decided at least, and the strictest counts"
#: The rule that no ruling gets past.
PROHIBITED = "F-1"
MAY_RULE = "A person may rule otherwise; the computed decision stays beside the ruling."
CANNOT_RULE = (
    "A prohibited practice (F-1) cannot be approved: only a corrected answer in a new revision "
    "changes that."
)
NOTHING_ANSWERED = "Nothing has been answered for this section yet."
RULE_COLUMNS = ("Rule", "At least", "Why", "From")
CONDITION_COLUMNS = ("What is to be done", "Owner", "Due", "Because of")
TONES = {"PROCEED": "good", "PROCEED_WITH_MONITORING": "good", "HALT": "bad"}
#: What stands above the charter for each watermark; the rest is in ``Annex.warning``.
WARNINGS = {
    "draft": "A blocking finding is still open, so this charter cannot be approved. "
    "Use it for discussion only.",
    "superseded": "A later revision replaces this one: read that instead.",
}


def charter_document(
    content: CharterContent,
    *,
    content_hash: str = "",
    governance: Mapping[str, Any] | None = None,
    watermark: str = "",
    annex: Annex | None = None,
    link: Link | None = None,
) -> Layout:
    """The whole charter; the governance room passes down its decision and its annex."""
    around = annex or Annex()
    writer = _Writer(content, link)
    return Layout(
        kicker="AI project charter",
        title=content.identity.project_name,
        entries=list(_entries(content, content_hash, governance, around)),
        banners=list(_banners(content, watermark, around)),
        facts=[writer.fact(one) for one in content.quick_facts],
        parts=list(_parts(content, writer, governance, around)),
        watermark=watermark.upper(),
        footer=_footer(content, content_hash),
        author=around.author,
        properties=_properties(content, content_hash, watermark),
    )


def _properties(content: CharterContent, content_hash: str, watermark: str) -> dict[str, str | int]:
    identity = content.identity
    return {
        "schema": SCHEMA,
        "charter": identity.charter_code,
        "revision": identity.charter_version,
        "project": identity.project_name,
        "protocol": identity.protocol,
        "as_of": identity.as_of.isoformat(),
        "content_hash": content_hash,
        "watermark": watermark,
    }


def long_day(value: date) -> str:
    """ "21 November 2026" """
    return f"{value.day} {value:%B} {value.year}"


def _long(value: object) -> str:
    """A day of the engine's output, in words; a dash when there is none."""
    found = reading.day(value)
    return long_day(found) if found else EMPTY


def _footer(content: CharterContent, content_hash: str) -> str:
    identity = content.identity
    parts = [f"Charter {identity.charter_code}" if identity.charter_code else "Charter"]
    parts.append(f"revision {identity.charter_version}")
    if content_hash:
        parts.append(f"hash {content_hash[:16]}")
    return ", ".join(parts)


def _entries(
    content: CharterContent,
    content_hash: str,
    governance: Mapping[str, Any] | None,
    around: Annex,
) -> Iterator[Entry]:
    identity = content.identity
    decision = str((governance or {}).get("decision") or "pending").replace("_", " ")
    shown = {
        "Charter": identity.charter_code,
        "Revision": str(identity.charter_version),
        "As of": long_day(identity.as_of),
        "Issued": around.issued,
        "Decision": decision,
        "Status": around.status,
        "Author": around.author,
        "Feasibility": content.overall_feasibility.replace("_", " "),
        "Protocol": identity.protocol,
        "Content hash": content_hash,
    }
    yield from (Entry(label=label, value=value) for label, value in shown.items() if value)


def _banners(content: CharterContent, watermark: str, around: Annex) -> Iterator[Entry]:
    warning = around.warning or WARNINGS.get(watermark, "")
    if watermark and warning:
        yield Entry(label=f"{watermark.capitalize()}.", value=warning)
    identity = content.identity
    if identity.source_note:
        yield Entry(label="Sample.", value=identity.source_note)
    if identity.provenance:
        quoting = [key for key, kind in identity.provenance.items() if kind == "record"]
        said = f"What stands in quotation marks in {', '.join(quoting)} repeats the record. "
        rest = "Everything else is illustrative." if quoting else "Everything is illustrative."
        yield Entry(label="Provenance.", value=f"{said if quoting else ''}{rest}")


def _parts(
    content: CharterContent,
    writer: _Writer,
    governance: Mapping[str, Any] | None,
    around: Annex,
) -> Iterator[Part]:
    for section in content.sections:
        yield writer.part(section)
        if section.number == 1:
            yield _decision(governance, around)
    yield _references(content)
    yield _approvals(around)
    yield from _appendices(content, around)
    yield from around.parts


def _decision(outcome: Mapping[str, Any] | None, around: Annex) -> Part:
    nodes: list[Node] = list(_outcome(outcome, around)) + list(around.decision_nodes)
    return Part(key="decision", number="2", title="Governance decision", nodes=nodes)


def _outcome(outcome: Mapping[str, Any] | None, around: Annex) -> Iterator[Node]:
    if not outcome or not outcome.get("decision"):
        yield Remark(text=NOT_DECIDED)
        return
    value, headline = str(outcome["decision"]), str(outcome.get("headline") or "base")
    yield Verdict(
        label=value.replace("_", " "),
        tone=TONES.get(value, "warn"),
        meaning=around.meaning,
        reason=around.reason,
    )
    yield Heading(text="Rules that fired")
    rules = [_rule(one, headline) for one in outcome.get("rules_fired") or ()]
    yield plain_grid("", RULE_COLUMNS, rules) if rules else Remark(text=NO_RULE)
    yield Heading(text="Conditions")
    duties = [_condition(one) for one in outcome.get("conditions") or ()]
    yield plain_grid("", CONDITION_COLUMNS, duties) if duties else Remark(text=NO_CONDITIONS)
    yield Remark(text=basis(outcome))


def _rule(fired: Mapping[str, Any], headline: str) -> tuple[str, ...]:
    name = str(fired.get("rule") or EMPTY)
    return (
        f"{name} headline" if name == headline else name,
        str(fired.get("floor") or EMPTY).replace("_", " "),
        str(fired.get("detail") or EMPTY),
        ", ".join(str(one) for one in fired.get("sources") or ()) or EMPTY,
    )


def _condition(duty: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(duty.get("text") or EMPTY),
        str(duty.get("owner") or EMPTY),
        _long(duty.get("due_date")),
        REMAINING if duty.get("source_rule") == "base" else str(duty.get("source_rule") or EMPTY),
    )


def basis(outcome: Mapping[str, Any]) -> str:
    """What the decision rests on, and whether people may rule otherwise."""
    base = str(outcome.get("base") or EMPTY).replace("_", " ")
    engine = str(outcome.get("engine_version") or "the engine")
    when = f" as of {_long(outcome.get('as_of'))}" if outcome.get("as_of") else ""
    fired = {str(one.get("rule")) for one in outcome.get("rules_fired") or ()}
    counts = STRICTEST if fired else ""
    said = CANNOT_RULE if PROHIBITED in fired else MAY_RULE
    return f"The remaining risk alone leads to {base}{counts}. Computed by {engine}{when}. {said}"


def _references(content: CharterContent) -> Part:
    lines = [Text(text=line) for line in appendices.references(content)]
    node: Node = Bullets(items=lines) if lines else Remark(text=appendices.NO_REFERENCES)
    return Part(key="references", number="14", title="References", nodes=[node])


def _approvals(around: Annex) -> Part:
    rows = [row.cells for row in around.approvals]
    nodes: list[Node] = [plain_grid("", appendices.APPROVAL_COLUMNS, rows)]
    nodes += around.approval_nodes
    nodes.append(Signatures(roles=[row.role for row in around.approvals] or ["Approved by"]))
    return Part(key="approvals", number="15", title="Approvals", nodes=nodes)


def _appendices(content: CharterContent, around: Annex) -> Iterator[Part]:
    if around.transcript_url:
        leads = Remark(text="Read the whole interview", url=around.transcript_url)
        title = "Interview transcript"
        yield Part(key="transcript", number="A", title=title, nodes=[leads], is_internal=True)
    scores = plain_grid("", appendices.SCORE_COLUMNS, appendices.score_rows(content))
    yield Part(key="scores", number="B", title="Scores per answer", nodes=[scores])
    title = "Changes since the previous revision"
    rows = [row.cells for row in around.changes]
    log: Node = (
        plain_grid("Changed answers", appendices.CHANGE_COLUMNS, rows)
        if rows
        else Remark(text=around.changes_in_words)
    )
    yield Part(key="changes", number="C", title=title, nodes=[log])
    yield appendices.notice_part(content)


class _Writer:
    """Turns the stored blocks of one content into nodes."""

    def __init__(self, content: CharterContent, link: Link | None) -> None:
        self._content = content
        self._link = link

    def fact(self, fact: Any) -> Fact:
        return Fact(
            key=fact.key,
            label=fact.label,
            value=fact.value,
            note=NOTE_LABELS.get(fact.note, ""),
            marks=self._marks(fact.sources),
        )

    def part(self, section: Section) -> Part:
        blocks = section.blocks
        if section.number == 1:
            # The quick facts stand at the head of the document.
            blocks = [block for block in blocks if not isinstance(block, Table)]
        nodes = [node for block in blocks for node in self._nodes(block)]
        empty: list[Node] = [Remark(text=NOTHING_ANSWERED)]
        return Part(
            key=section.key,
            number=str(section.number),
            title=section.title,
            nodes=_said_once(section.title, nodes or empty),
        )

    def _nodes(self, block: Block) -> Iterator[Node]:
        match block:
            case Table():
                yield self._grid(block)
            case Figure():
                yield from self._drawing(block)
                yield self._grid(block.table)
            case StatementList():
                yield from _heading(block.title)
                yield Bullets(items=[self._text(item) for item in block.items])
            case Paragraph():
                yield from _heading(block.title)
                yield Prose(
                    items=[self._text(one) for one in block.statements],
                    origin=block.origin.words if block.origin else "",
                )

    def _text(self, one: Statement) -> Text:
        note = NOTE_LABELS.get(one.note, "")
        return Text(text=without_note(one.text, note), note=note, marks=self._marks(one.sources))

    def _marks(self, sources: Sequence[Source]) -> list[Mark]:
        if len(sources) > MOST_MARKERS:
            return [Mark(label=f"{len(sources)} answers")]
        return [self._mark(source) for source in sources]

    def _mark(self, source: Source) -> Mark:
        answer = self._content.answers.get(source.item)
        url = self._link(source.item, source.version) if self._link and source.version else None
        return Mark(label=source.item, title=answer.title if answer else "", url=url or "")

    def _grid(self, table: Table) -> Grid:
        rows = [
            GridRow(
                cells=row.cells,
                note=NOTE_LABELS.get(row.note, ""),
                marks=self._marks(row.sources),
            )
            for row in table.rows
        ]
        shared = rows[0].marks if rows and not rows[0].note else []
        is_shared = bool(shared) and all(row.marks == shared and not row.note for row in rows)
        if is_shared:
            rows = [GridRow(cells=row.cells) for row in rows]
        return Grid(
            title=table.title,
            columns=table.columns,
            rows=rows,
            marks=shared if is_shared else [],
            has_sources=not is_shared,
        )

    def _drawing(self, figure: Figure) -> Iterator[Node]:
        chart = chart_named(figure.chart, self._content.deliverables)
        if chart is not None:
            yield Drawing(svg=str(chart.svg), title=chart.title, description=chart.description)


def without_note(text: str, note: str) -> str:
    """The text without the words of the mark that stands before it."""
    return text.removeprefix(f"{note}: ") if note else text


def _said_once(title: str, nodes: list[Node]) -> list[Node]:
    """A table right under a heading of the same words needs no title of its own."""
    first = nodes[0]
    if isinstance(first, Grid) and first.title == title and not first.marks:
        return [first.model_copy(update={"title": ""}), *nodes[1:]]
    return nodes


def _heading(title: str) -> Iterator[Node]:
    if title:
        yield Heading(text=title)
