"""A charter prepared for its page: sources as links, figures as drawings, tables measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from charters.content import CharterContent
from charters.rendering import appendices
from charters.rendering.charts import Chart, chart_named
from charters.rendering.document import MOST_MARKERS, NOTE_LABELS, Link, without_note
from charters.sections.wording import word_count
from charters.statements import (
    Block,
    Figure,
    Note,
    Paragraph,
    Section,
    Source,
    Statement,
    StatementList,
    Table,
)

#: From this many columns on a table gets smaller type and more room.
WIDE_TABLE = 7


@dataclass(frozen=True)
class SourceMark:
    item: str
    version: int
    title: str
    url: str | None


@dataclass(frozen=True)
class Marks:
    """The sources of one statement; ``count`` stands in for a list that is too long."""

    shown: tuple[SourceMark, ...]
    count: int = 0


@dataclass(frozen=True)
class StatementView:
    text: str
    note: Note
    note_label: str
    marks: Marks


@dataclass(frozen=True)
class RowView:
    cells: tuple[str, ...]
    note: Note
    note_label: str
    marks: Marks


@dataclass(frozen=True)
class BlockView:
    """One block and the partial that shows it."""

    kind: str
    title: str
    template: str
    statements: tuple[StatementView, ...] = ()
    #: Who put it into words, where it is not the record's own text.
    origin: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[RowView, ...] = ()
    is_wide: bool = False
    #: The sources of every row, when they are all the same; else the rows carry their own.
    shared_marks: Marks | None = None
    chart: Chart | None = None


@dataclass(frozen=True)
class SectionView:
    key: str
    number: int
    title: str
    blocks: tuple[BlockView, ...]


@dataclass(frozen=True)
class FactView:
    key: str
    label: str
    value: str
    note_label: str
    marks: Marks


@dataclass(frozen=True)
class CharterPage:
    """Everything that the page templates read about the content."""

    project_name: str
    charter_code: str
    charter_version: int
    protocol: str
    as_of: object
    facts: tuple[FactView, ...]
    sections: tuple[SectionView, ...]
    references: tuple[str, ...]
    no_references: str
    score_columns: tuple[str, ...]
    scores: tuple[tuple[str, ...], ...]
    #: Summary, and all other sections: the decision stands between them.
    summary: SectionView = field(init=False)
    later_sections: tuple[SectionView, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "summary", self.sections[0])
        object.__setattr__(self, "later_sections", self.sections[1:])


def charter_page(content: CharterContent, *, link: Link | None = None) -> CharterPage:
    """The page of one revision; ``link`` gives the address of an answer at a version."""
    writer = _Writer(content, link)
    identity = content.identity
    return CharterPage(
        project_name=identity.project_name,
        charter_code=identity.charter_code,
        charter_version=identity.charter_version,
        protocol=identity.protocol,
        as_of=identity.as_of,
        facts=tuple(
            FactView(
                key=fact.key,
                label=fact.label,
                value=fact.value,
                note_label=NOTE_LABELS.get(fact.note, ""),
                marks=writer.marks(fact.sources),
            )
            for fact in content.quick_facts
        ),
        sections=tuple(writer.section(section) for section in content.sections),
        references=tuple(appendices.references(content)),
        no_references=appendices.NO_REFERENCES,
        score_columns=appendices.SCORE_COLUMNS,
        scores=tuple(appendices.score_rows(content)),
    )


class _Writer:
    """Turns the stored blocks of one content into views."""

    def __init__(self, content: CharterContent, link: Link | None) -> None:
        self._content = content
        self._link = link

    def section(self, section: Section) -> SectionView:
        blocks = section.blocks
        if section.number == 1:
            # The quick facts stand as cards at the head of the page.
            blocks = [block for block in blocks if not isinstance(block, Table)]
        views = tuple(self._block(block) for block in blocks)
        return SectionView(section.key, section.number, section.title, views)

    def marks(self, sources: Sequence[Source]) -> Marks:
        if len(sources) > MOST_MARKERS:
            return Marks((), len(sources))
        return Marks(tuple(self._mark(source) for source in sources))

    def _mark(self, source: Source) -> SourceMark:
        answer = self._content.answers.get(source.item)
        url = self._link(source.item, source.version) if self._link and source.version else None
        return SourceMark(source.item, source.version, answer.title if answer else "", url)

    def _block(self, block: Block) -> BlockView:
        match block:
            case Table():
                return self._table(block)
            case Figure():
                return self._figure(block)
            case StatementList():
                return self._texts(block, block.items)
            case Paragraph():
                return self._texts(block, block.statements)

    def _texts(self, block: Paragraph | StatementList, items: list[Statement]) -> BlockView:
        return BlockView(
            kind=block.kind,
            title=block.title,
            template=f"charters/_block_{block.kind}.html",
            statements=tuple(self._statement(item) for item in items),
            origin=block.origin.words if isinstance(block, Paragraph) and block.origin else "",
        )

    def _statement(self, item: Statement) -> StatementView:
        note = NOTE_LABELS.get(item.note, "")
        text = without_note(item.text, note)
        return StatementView(text, item.note, note, self.marks(item.sources))

    def _table(self, table: Table, *, template: str = "charters/_block_table.html") -> BlockView:
        rows = tuple(
            RowView(
                tuple(row.cells), row.note, NOTE_LABELS.get(row.note, ""), self.marks(row.sources)
            )
            for row in table.rows
        )
        is_shared = len({(row.marks, row.note) for row in rows}) == 1 and not rows[0].note
        return BlockView(
            kind="table",
            title=table.title,
            template=template,
            columns=tuple(table.columns),
            rows=rows,
            is_wide=_is_wide(table),
            shared_marks=rows[0].marks if is_shared else None,
        )

    def _figure(self, figure: Figure) -> BlockView:
        table = self._table(figure.table, template="charters/_block_figure.html")
        return BlockView(
            kind="figure",
            title=figure.title,
            template=table.template,
            columns=table.columns,
            rows=table.rows,
            shared_marks=table.shared_marks,
            chart=chart_named(figure.chart, self._content.deliverables),
        )


def _is_wide(table: Table) -> bool:
    most_words = max((word_count(" ".join(row.cells)) for row in table.rows), default=0)
    return len(table.columns) >= WIDE_TABLE or most_words > 80
