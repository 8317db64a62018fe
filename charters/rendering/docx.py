"""A charter as DOCX that a board can go on writing in: real styles, headings and tables."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from docx import Document as open_docx
from docx.document import Document as Docx
from docx.shared import Mm

from charters.rendering import docx_marks, docx_styles, placeholders
from charters.rendering.docx_body import Writer
from charters.rendering.look import PLAIN, Look, Paper
from charters.rendering.measures import printable
from charters.rendering.nodes import Layout

SIZES: dict[Paper, tuple[float, float]] = {"a4": (210, 297), "letter": (215.9, 279.4)}
#: The first moment that a ZIP archive can name; every member of ours has it.
EPOCH = (1980, 1, 1, 0, 0, 0)


def render(
    document: Layout, *, issued_at: datetime, paper: Paper = "a4", look: Look = PLAIN
) -> bytes:
    """A DOCX file; the same input gives the same bytes."""
    template = base64.b64decode(look.template_docx) if look.template_docx else b""
    docx = open_docx(io.BytesIO(template)) if template else open_docx()
    docx_styles.prepare(docx, accent=look.accent, is_own=not template)
    _properties(docx, document, issued_at)
    place = placeholders.body_place(docx) if template else None
    if template:
        placeholders.fill(docx, placeholders.values(document, organisation=look.name))
    else:
        _sheet(docx, document, paper, look)
    before = list(docx.element.body)
    writer = Writer(docx, is_own=not template)
    if not template:
        writer.cover(document, look)
    writer.contents(document)
    writer.parts(document)
    if place is not None:
        _move(docx, before, place)
    if document.watermark:
        docx_marks.watermark(docx, document.watermark)
    return _bytes(docx)


#: The date of the example template: it is always the same file.
EXAMPLE_AT = datetime(2026, 1, 1, tzinfo=UTC)


def example(names: tuple[str, ...], *, accent: str) -> bytes:
    """A template with every placeholder in our own styles."""
    docx = open_docx()
    docx_styles.prepare(docx, accent=accent, is_own=True)
    for name in names:
        style = "Title" if name == "project" else "Normal"
        if name != placeholders.BODY:
            label = "" if name in ("project", "organisation") else f"{name.replace('_', ' ')}: "
            docx.add_paragraph(f"{label}{{{{ {name} }}}}", style=style)
    docx.add_page_break()
    docx.add_paragraph(f"{{{{ {placeholders.BODY} }}}}")
    held = docx.core_properties
    held.title, held.author, held.comments = "Charter template", "U-AIP", ""
    held.created = held.modified = held.last_printed = EXAMPLE_AT.replace(tzinfo=None)
    return _bytes(docx)


def _move(docx: Docx, before: list[Any], place: Any) -> None:
    """What was written goes where the template wants the charter."""
    known = set(map(id, before))
    for element in [one for one in docx.element.body if id(one) not in known]:
        place._p.addprevious(element)
    place._p.getparent().remove(place._p)


def _sheet(docx: Docx, document: Layout, paper: Paper, look: Look) -> None:
    section = docx.sections[0]
    width, height = SIZES[paper]
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(21)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.style = docx.styles[docx_styles.SMALL]
    head.text = printable(f"{document.title}\t\t{look.name}" if look.name else document.title)
    for footer in (section.footer, section.first_page_footer):
        line = footer.paragraphs[0]
        line.style = docx.styles[docx_styles.SMALL]
        docx_marks.right_tab(line, section.page_width - section.left_margin - section.right_margin)
        line.add_run(printable(f"{document.footer}\t"))
        docx_marks.field(line, "PAGE")
        line.add_run(" of ")
        docx_marks.field(line, "NUMPAGES")


def _properties(docx: Docx, document: Layout, issued_at: datetime) -> None:
    stamp = issued_at.replace(microsecond=0, tzinfo=None)
    held = docx.core_properties
    held.title = printable(f"{document.title}: {document.kicker}")[:255]
    held.author = held.last_modified_by = printable(document.author)[:255] or "U-AIP"
    held.subject = document.kicker
    held.keywords = "; ".join(
        f"{name}: {value}"
        for name, value in document.properties.items()
        if name in ("schema", "charter", "revision", "watermark") and value
    )[:255]
    held.comments = str(document.properties.get("content_hash", ""))
    held.created = held.modified = stamp
    held.last_printed = stamp
    held.revision = 1
    held.language = "en-GB"


def _bytes(docx: Docx) -> bytes:
    """The file with its members in one order and of one moment."""
    raw = io.BytesIO()
    docx.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        # The list of contents comes first, as every reader expects.
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            new.writestr(member, old.read(name))
    return packed.getvalue()
