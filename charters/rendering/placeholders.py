"""Named placeholders of an organisation's own DOCX: looked up in a list, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from charters.rendering.nodes import Layout

#: Where the charter itself goes; it has to stand in a paragraph of its own.
BODY = "charter"
NAMES = (
    "project", "organisation", "charter_code", "revision", "as_of", "issued", "decision",
    "status", "author", "content_hash", "watermark", BODY,
)  # fmt: skip
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]{0,60}?)\s*\}\}")
#: Cover line -> placeholder.
_ENTRIES = {
    "Charter": "charter_code",
    "Revision": "revision",
    "As of": "as_of",
    "Issued": "issued",
    "Decision": "decision",
    "Status": "status",
    "Author": "author",
    "Content hash": "content_hash",
}


def values(document: Layout, *, organisation: str) -> dict[str, str]:
    """What each placeholder stands for, but the body."""
    found = {name: "" for name in NAMES if name != BODY}
    found |= {_ENTRIES[one.label]: one.value for one in document.entries if one.label in _ENTRIES}
    return found | {
        "project": document.title,
        "organisation": organisation,
        "watermark": document.watermark,
    }


def named(docx: Docx) -> list[str]:
    """Every placeholder that stands in the file, as often as it does."""
    return [at[1] for paragraph in paragraphs(docx) for at in _PLACEHOLDER.finditer(paragraph.text)]


def fill(docx: Docx, held: Mapping[str, str]) -> None:
    """Puts values in. In one go: a value that looks like a placeholder stays what it is."""
    for paragraph in list(paragraphs(docx)):
        text = paragraph.text
        said = _PLACEHOLDER.sub(lambda at: held.get(at[1], at[0]), text)
        if said != text:
            _write(paragraph, said)


def body_place(docx: Docx) -> Paragraph | None:
    """The paragraph of the body in which the charter is put; None when there is none."""
    for paragraph in docx.paragraphs:
        found = _PLACEHOLDER.fullmatch(paragraph.text.strip())
        if found and found[1] == BODY:
            return paragraph
    return None


def _write(paragraph: Paragraph, text: str) -> None:
    """The text in the type of the paragraph's first run."""
    runs = paragraph.runs
    if not runs:
        return
    runs[0].text = text
    for run in runs[1:]:
        run.text = ""


def paragraphs(docx: Docx) -> Iterator[Paragraph]:
    """Every paragraph, in tables, headers and footers too."""
    yield from _of(docx.element.body, docx)
    for section in docx.sections:
        for edge in (
            section.header, section.footer, section.first_page_header,
            section.first_page_footer, section.even_page_header, section.even_page_footer,
        ):  # fmt: skip
            if not edge.is_linked_to_previous:
                yield from _of(edge._element, edge)


def _of(element: Any, parent: Any) -> Iterator[Paragraph]:
    for found in element.iter(qn("w:p")):
        yield Paragraph(found, parent)
