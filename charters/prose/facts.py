"""The short facts that prose is written from, taken from the charter's own content."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from charters.content import CharterContent
from charters.sections.record import MOST_NOTED
from charters.statements import Block, Figure, Paragraph, Row, Section, Statement, StatementList
from interviews.scoring.words import sentence_spans

SUMMARY = "executive_summary"
#: Sections that get an introduction, in the order of the charter, and the answers it draws on.
INTRODUCED: Mapping[str, tuple[str, ...]] = {
    "strategic_alignment": ("S1-02", "S1-03", "S2-03"),
    "problem_definition": ("S1-05", "S1-04", "S1-10"),
    "success_and_metric_alignment": ("S2-04", "S2-07", "S2-10"),
    "data_assessment": ("S3-01", "S3-02", "S3-05"),
    "user_context": ("S4-01", "S4-04", "S4-02"),
    "ethical_risk": ("S5-04", "S5-02", "S5-09"),
    "operations": ("S5-12", "S5-13", "S5-14"),
}
PASSAGES = (SUMMARY, *INTRODUCED)
#: Characters of one fact: every one of them is sent, and paid for.
FACT_LENGTH = 130
SUMMARY_FACT_LENGTH = 250
#: From this share of the room on, whole sentences are better than a cut one.
LEAST_WHOLE = 0.4


@dataclass(frozen=True)
class Fact:
    """A few words of the record and the answers that they rest on."""

    passage: str
    text: str
    items: tuple[str, ...]


def facts_of(
    content: CharterContent, *, kept: Collection[str] = (), unread: Collection[str] = ()
) -> list[Fact]:
    """What may be told; the same content gives the same facts.

    Nothing that rests on a ``kept`` answer. What rests on an ``unread`` one (unknown, not judged)
    is left out too, unless it is a figure over the whole interview.
    """
    found = [*_summary(content)]
    for section in content.sections:
        found += _section(section)
    return [fact for fact in found if _may_be_told(fact, kept, unread)]


def _may_be_told(fact: Fact, kept: Collection[str], unread: Collection[str]) -> bool:
    if any(item in kept for item in fact.items):
        return False
    return len(fact.items) > MOST_NOTED or not any(item in unread for item in fact.items)


def _summary(content: CharterContent) -> Iterator[Fact]:
    # From the record's own summary, so that a draft in its place never feeds the next one.
    for statement in content.executive_summary:
        yield _fact(SUMMARY, statement.text, statement, SUMMARY_FACT_LENGTH)
    for fact in content.quick_facts:
        if fact.key == "go_live":
            yield Fact(SUMMARY, f"{fact.label}: {fact.value}", _items(fact.sources))


def _section(section: Section) -> Iterator[Fact]:
    """The first words of each of its answers."""
    facts = [fact for block in section.blocks if (fact := _of_block(section.key, block))]
    for key in INTRODUCED.get(section.key, ()):
        yield from [fact for fact in facts if fact.items[:1] == (key,)][:1]


def _of_block(passage: str, block: Block) -> Fact | None:
    match block:
        case Paragraph():
            said = block.statements
        case StatementList():
            said = block.items
        case Figure():
            return None
        case _:
            row = block.rows[0] if block.rows else None
            return _fact(passage, _row_text(block.title, row), row) if row else None
    return _fact(passage, said[0].text, said[0]) if said else None


def _row_text(title: str, row: Row) -> str:
    cells = [cell for cell in row.cells if cell.strip() not in ("", "—")]
    return f"{title}: {'; '.join(cells)}"


def _fact(passage: str, text: str, said: Statement | Row, most: int = FACT_LENGTH) -> Fact:
    return Fact(passage, _cut(text, most), _items(said.sources))


def _items(sources: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(getattr(source, "item", "")) for source in sources)


def _cut(text: str, most: int) -> str:
    joined = " ".join(text.split())
    if len(joined) <= most:
        return joined
    whole = max((end for _, end in sentence_spans(joined) if end <= most), default=0)
    if whole > most * LEAST_WHOLE:
        return joined[:whole]
    # Never half a figure or half a name: the cells or words before it stand.
    boundary = "; " if "; " in joined[:most] else " "
    return joined[:most].rsplit(boundary, 1)[0].rstrip(",;:") + " …"


def record_texts(content: CharterContent) -> list[str]:
    """Every sentence and cell of the charter: what a person's own edit is compared with."""
    found = [content.identity.project_name]
    for section in content.sections:
        for block in section.blocks:
            table = block.table if isinstance(block, Figure) else block
            match table:
                case Paragraph():
                    found += [one.text for one in table.statements if table.origin is None]
                case StatementList():
                    found += [one.text for one in table.items]
                case _:
                    found += [" ".join((table.title, *row.cells)) for row in table.rows]
    return found
