"""A charter as one HTML file that asks nobody for anything: to read, to print, to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from html import escape

from charters.rendering.look import PLAIN, Look
from charters.rendering.measures import (
    breakable,
    is_first_bold,
    is_held,
    is_records,
    is_rtl,
    printable,
)
from charters.rendering.nodes import Entry, Fact, Grid, GridRow, Layout, Mark, Node, Part, Text
from charters.rendering.palette import CHART_STYLE
from charters.rendering.typesetting import LAYOUTS

#: The file may show its own style and its own pictures, and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
#: Tables of more columns are as wide as those of so many, and scroll where there is no room.
MOST_SIZES = 8
WIDE_VALUES = ("Content hash",)


@cache
def _style() -> str:
    return (LAYOUTS / "charter.css").read_text(encoding="utf-8")


def render(document: Layout, *, look: Look = PLAIN) -> str:
    """The whole file."""
    lines = [
        "<!doctype html>",
        '<html lang="en-GB">',
        '<head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_said(f'{document.title}: {document.kicker}')}</title>",
        *(
            f'<meta name="uaip:{name}" content="{escape(printable(str(value)))}">'
            for name, value in document.properties.items()
            if value != ""
        ),
        f"<style>{_style()}{CHART_STYLE}:root{{--accent:{escape(look.accent)}}}"
        f"{look.stylesheet}</style>",
        "</head>",
        "<body>",
        *_cover(document, look),
        *_contents(document),
        *(line for part in document.parts for line in _part(part)),
        f'<p class="foot">{_said(document.footer)}</p>',
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _said(text: str) -> str:
    """Text with its line breaks, and room to break in words that no line holds."""
    return escape(breakable(printable(text))).replace("\u200b", "<wbr>").replace("\n", "<br>")


def _dir(text: str) -> str:
    return ' dir="rtl"' if is_rtl(text) else ""


def _cover(document: Layout, look: Look) -> Iterator[str]:
    if document.watermark:
        yield f'<div class="watermark" aria-hidden="true">{_said(document.watermark)}</div>'
    yield "<header>"
    if look.logo_png:
        name = escape(look.name or "Logo")
        yield f'<img class="logo" alt="{name}" src="data:image/png;base64,{look.logo_png}">'
    if look.name:
        yield f'<p class="organisation">{_said(look.name)}</p>'
    yield f'<p class="kicker">{_said(document.kicker)}</p>'
    yield f"<h1{_dir(document.title)}>{_said(document.title)}</h1>"
    for banner in document.banners:
        yield f'<p class="banner"><strong>{_said(banner.label)}</strong> {_said(banner.value)}</p>'
    yield '<dl class="entries">'
    yield from (_entry(one) for one in document.entries)
    yield "</dl>"
    if document.facts:
        yield '<dl class="facts">'
        yield from (_fact(one) for one in document.facts)
        yield "</dl>"
    yield "</header>"


def _entry(one: Entry) -> str:
    wide = ' class="is-wide"' if one.label in WIDE_VALUES else ""
    return f"<div{wide}><dt>{_said(one.label)}</dt><dd>{_said(one.value)}</dd></div>"


def _fact(one: Fact) -> str:
    return (
        f"<div><dt>{_said(one.label)}</dt><dd{_dir(one.value)}>{_noted(one.note)}"
        f"{_said(one.value)} {_marks(one.marks)}</dd></div>"
    )


def _contents(document: Layout) -> Iterator[str]:
    yield '<nav aria-label="Contents"><ul class="contents">'
    for part in document.parts:
        yield f'<li><a href="#{escape(part.key)}">{_said(part.heading)}</a></li>'
    yield "</ul></nav>"


def _part(part: Part) -> Iterator[str]:
    yield f'<section id="{escape(part.key)}"><h2>{_said(part.heading)}</h2>'
    for node in part.nodes:
        yield from _node(node)
    yield "</section>"


def _node(node: Node) -> Iterator[str]:
    match node.kind:
        case "heading":
            yield f"<h3{_dir(node.text)}>{_said(node.text)}</h3>"
        case "prose":
            yield from (_statement("p", one) for one in node.items)
            if node.origin:
                yield f'<p class="meta">{_said(node.origin)}</p>'
        case "bullets":
            yield "<ul>"
            yield from (_statement("li", one) for one in node.items)
            yield "</ul>"
        case "grid":
            yield from _grid(node)
        case "drawing":
            yield f"<figure>{node.svg}<figcaption>{_said(node.title)}</figcaption></figure>"
        case "verdict":
            yield f'<div class="verdict tone-{escape(node.tone)}"><strong>{_said(node.label)}</strong>'
            yield from (f"<p>{_said(one)}</p>" for one in (node.meaning, node.reason) if one)
            yield "</div>"
        case "remark":
            yield _remark(node.text, node.url)
        case "signatures":
            yield from _signatures(node.roles)


def _remark(text: str, address: str) -> str:
    if not address.startswith(("https://", "http://")):
        return f'<p class="meta">{_said(text)}</p>'
    return f'<p><a href="{escape(address)}">{_said(text)}</a></p>'


def _statement(tag: str, one: Text) -> str:
    css = ' class="is-noted"' if one.note else ""
    return f"<{tag}{css}{_dir(one.text)}>{_noted(one.note)}{_said(one.text)} {_marks(one.marks)}</{tag}>"


def _noted(note: str) -> str:
    return f'<strong class="note">{_said(note)}</strong> ' if note else ""


def _marks(marks: list[Mark]) -> str:
    if not marks:
        return ""
    labels = " ".join(f"<span>{_said(mark.label)}</span>" for mark in marks)
    return f'<span class="marks">{labels}</span>'


def _grid(node: Grid) -> Iterator[str]:
    wide = " is-wide" if is_records(node) else ""
    yield f'<div class="frame{wide}"><table class="of-{min(len(node.columns), MOST_SIZES)}">'
    if node.title:
        yield f"<caption>{_said(node.title)} {_marks(node.marks)}</caption>"
    columns = [*node.columns, *(["Source"] if node.has_sources else [])]
    yield _row("thead", columns, lambda column, _: f'<th scope="col">{_said(column)}</th>')
    yield "<tbody>"
    yield from (_body_row(row, node) for row in node.rows)
    yield "</tbody></table></div>"


def _row(tag: str, cells: list[str], shown: Callable[[str, int], str]) -> str:
    inner = "".join(shown(cell, at) for at, cell in enumerate(cells))
    return f"<{tag}><tr>{inner}</tr></{tag}>"


def _body_row(row: GridRow, node: Grid) -> str:
    named = "" if is_first_bold(node) else " is-sentence"
    cells = "".join(
        f'<th scope="row"{_shape(cell, named)}>{_said(cell)}</th>'
        if at == 0
        else f"<td{_shape(cell)}>{_said(cell)}</td>"
        for at, cell in enumerate(row.cells)
    )
    if node.has_sources:
        cells += f"<td>{_noted(row.note)}{_marks(row.marks)}</td>"
    css = ' class="is-noted"' if row.note else ""
    return f"<tr{css}>{cells}</tr>"


def _shape(cell: str, css: str = "") -> str:
    """The attributes of a cell: what stays on one line, and which way it reads."""
    names = f"{'is-held' if is_held(cell) else ''}{css}".strip()
    classes = f' class="{names}"' if names else ""
    return f"{classes}{_dir(cell)}"


def _signatures(roles: list[str]) -> Iterator[str]:
    yield "<h3>Signatures</h3>"
    yield '<div class="frame"><table>'
    heads = ["Role", "Name", "Signature", "Date"]
    yield _row("thead", heads, lambda column, _: f'<th scope="col">{column}</th>')
    yield "<tbody>"
    for role in roles:
        yield f'<tr class="signature"><th scope="row">{_said(role)}</th><td></td><td></td><td></td></tr>'
    yield "</tbody></table></div>"
