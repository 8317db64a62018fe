"""A charter as one Markdown file: front matter, sections, tables, sources behind each line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from charters.content import CharterContent
from charters.rendering.appendices import Annex
from charters.rendering.document import Link, charter_document
from charters.rendering.escaping import front_matter_value, inline, paragraphs, url
from charters.rendering.nodes import (
    Drawing,
    Grid,
    GridRow,
    Layout,
    Mark,
    Node,
    Part,
    Remark,
    Signatures,
    Text,
    Verdict,
)


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
    return write(
        charter_document(
            content,
            content_hash=content_hash,
            governance=governance,
            watermark=watermark,
            annex=annex,
            link=link,
        )
    )


def write(document: Layout) -> str:
    """A document that is laid out already."""
    parts = [_front_matter(document), *_cover(document)]
    for part in document.parts:
        parts += _part(part)
    return "\n\n".join(part for part in parts if part) + "\n"


def _front_matter(document: Layout) -> str:
    lines = [
        f"{name}: {front_matter_value(value)}"
        for name, value in document.properties.items()
        if value != ""
    ]
    return "\n".join(["---", *lines, "---"])


def _cover(document: Layout) -> Iterator[str]:
    yield f"# {inline(document.title)}"
    yield inline(document.kicker)
    yield "\n".join(f"- {inline(one.label)}: **{inline(one.value)}**" for one in document.entries)
    if document.watermark:
        yield f"**{inline(document.watermark)}**"
    for banner in document.banners:
        yield f"*{inline(banner.label)}* {inline(banner.value)}"
    if document.facts:
        rows = [
            [f"{inline(one.label)}", f"{_noted(one.note)}{inline(one.value)}", _marks(one.marks)]
            for one in document.facts
        ]
        yield "**Quick facts**"
        yield _table(("Fact", "Value", "Source"), rows)


def _part(part: Part) -> Iterator[str]:
    yield f"## {part.prefix}{inline(part.title)}"
    for node in part.nodes:
        yield from _node(node)


def _node(node: Node) -> Iterator[str]:
    match node.kind:
        case "heading":
            yield f"### {inline(node.text)}"
        case "prose":
            yield from (_statement(one, paragraphs) for one in node.items)
            if node.origin:
                yield f"*{inline(node.origin)}*"
        case "bullets":
            yield "\n".join(f"- {_statement(one, inline)}" for one in node.items)
        case "grid":
            yield from _grid(node)
        case "drawing":
            yield from _drawing(node)
        case "verdict":
            yield from _verdict(node)
        case "remark":
            yield _remark(node)
        case "signatures":
            yield from _signatures(node)


def _drawing(node: Drawing) -> Iterator[str]:
    """What the chart says, in words; the table after it has its figures."""
    yield f"*{inline(node.title)}.* {inline(node.description)}"


def _verdict(node: Verdict) -> Iterator[str]:
    yield f"**{inline(node.label)}**"
    yield inline(node.meaning)
    yield inline(node.reason)


def _remark(node: Remark) -> str:
    return f"[{inline(node.text)}]({url(node.url)})" if node.url else inline(node.text)


def _signatures(node: Signatures) -> Iterator[str]:
    yield "### Signatures"
    rows = [[inline(role), "", "", ""] for role in node.roles]
    yield _table(("Role", "Name", "Signature", "Date"), rows)


def _statement(one: Text, written: Callable[[str], str]) -> str:
    said = f"{_noted(one.note)}{written(one.text)}"
    return f"{said} {_marks(one.marks)}" if one.marks else said


def _noted(note: str) -> str:
    return f"*({inline(note.lower())})* " if note else ""


def _grid(node: Grid) -> Iterator[str]:
    if node.title:
        sources = f" {_marks(node.marks)}" if node.marks else ""
        yield f"### {inline(node.title)}{sources}"
    columns = [*map(inline, node.columns), *(["Source"] if node.has_sources else [])]
    yield _table(columns, [_cells(row, node) for row in node.rows])


def _cells(row: GridRow, node: Grid) -> list[str]:
    cells = [inline(cell) for cell in row.cells]
    return [*cells, f"{_noted(row.note)}{_marks(row.marks)}"] if node.has_sources else cells


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _marks(marks: Sequence[Mark]) -> str:
    return " ".join(_mark(mark) for mark in marks)


def _mark(mark: Mark) -> str:
    return f"[{mark.label}]({url(mark.url)})" if mark.url else f"[{mark.label}]"
