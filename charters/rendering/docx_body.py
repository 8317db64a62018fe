"""Writes the parts of a charter into a DOCX file, node by node."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from charters.rendering import docx_marks as marks
from charters.rendering import typesetting
from charters.rendering.docx_styles import (
    BANNER,
    CELL,
    CONTENTS,
    GRID,
    HEAD,
    KICKER,
    LABEL,
    SMALL,
    SOFT,
    TABLE_TITLE,
    VERDICT,
)
from charters.rendering.look import Look
from charters.rendering.measures import (
    breakable,
    fitted,
    is_first_bold,
    is_records,
    is_rtl,
    longest_words,
    may_break,
    printable,
    type_size,
    widths,
)
from charters.rendering.nodes import Drawing, Fact, Grid, GridRow, Layout, Mark, Node, Part, Text
from charters.rendering.palette import coloured

TONES = {"good": "14663A", "warn": "8A5200", "bad": "A8201A", "note": "4B3F86"}
WASH = "F1F3F5"
#: A letter of a cell in a plain font, and what stands empty beside it.
LETTER_MM, PADDING_MM = 1.75, 4.0
#: The size that LETTER_MM is measured at: that of a cell's style.
CELL_POINTS = 9.0
SIGNATURE_COLUMNS = ("Role", "Name", "Signature", "Date")
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ')


class Writer:
    """Adds to the end of a document."""

    def __init__(self, docx: Docx, *, is_own: bool) -> None:
        self._docx = docx
        self._is_own = is_own
        section = docx.sections[-1]
        sides = (section.left_margin or 0) + (section.right_margin or 0)
        self._width = (section.page_width or Mm(210)) - sides
        self._pictures = 0
        self._ids = {one.name: one.style_id for one in docx.styles}

    # -- head of the document ------------------------------------------------------------------

    def cover(self, document: Layout, look: Look) -> None:
        if look.logo_png:
            picture = io.BytesIO(base64.b64decode(look.logo_png))
            self._picture(picture, look.name or "Logo", height=Mm(15))
        if look.name:
            self._docx.add_paragraph().add_run(printable(look.name)).bold = True
        self._line(document.kicker.upper(), KICKER)
        title = self._line(document.title, "Title")
        marks.edge(title, "bottom", color=look.accent.lstrip("#").upper(), size=12)
        for banner in document.banners:
            line = self._paragraph(BANNER)
            line.add_run(printable(f"{banner.label} ")).bold = True
            line.add_run(breakable(printable(banner.value)))
            marks.edge(line, "left", color=TONES["warn"], size=24)
        self._entries(document)
        self._facts(document.facts)

    def _entries(self, document: Layout) -> None:
        table = self._table(0, 2)
        for entry in document.entries:
            row = table.add_row()
            marks.keep_whole(row)
            self._put(row.cells[0].paragraphs[0], entry.label, LABEL)
            self._put(row.cells[1].paragraphs[0], entry.value, CELL)
        self._share(table, [1.0, 3.2])

    def _facts(self, facts: list[Fact]) -> None:
        if not facts:
            return
        self._line("Quick facts", TABLE_TITLE)
        table = self._table(0, 2)
        for fact in facts:
            row = table.add_row()
            marks.keep_whole(row)
            self._put(row.cells[0].paragraphs[0], fact.label, LABEL)
            value = row.cells[1].paragraphs[0]
            self._set(value, CELL)
            self._say(value, Text(text=fact.value, note=fact.note, marks=fact.marks))
        self._share(table, [1.0, 3.2])

    def contents(self, document: Layout) -> None:
        """Links to each part; the reader's program can make a list with page numbers of it."""
        if self._is_own:
            self._docx.add_page_break()
        self._line("Contents", TABLE_TITLE)
        last = len(document.parts) - 1
        for number, part in enumerate(document.parts):
            line = self._paragraph(CONTENTS)
            if number == 0:
                marks.field_edge(line, "begin", 'TOC \\o "1-1" \\h \\z \\u')
            marks.inner_link(line, part.heading, _anchor(part))
            if number == last:
                marks.field_edge(line, "end")
        if self._is_own:
            self._docx.add_page_break()

    # -- parts ---------------------------------------------------------------------------------

    def parts(self, document: Layout) -> None:
        for number, part in enumerate(document.parts):
            heading = self._line(part.heading, "Heading 1")
            marks.bookmark(heading, _anchor(part), number + 1)
            for node in part.nodes:
                self._node(node)

    def _node(self, node: Node) -> None:
        match node.kind:
            case "heading":
                self._line(node.text, "Heading 2")
            case "prose":
                for one in node.items:
                    self._statement(one, "Normal")
                if node.origin:
                    self._line(node.origin, SMALL)
            case "bullets":
                for one in node.items:
                    self._statement(one, "List Bullet")
            case "grid":
                self._grid(node)
            case "drawing":
                self._drawing(node)
            case "verdict":
                self._verdict(node)
            case "remark":
                line = self._docx.add_paragraph()
                if node.url:
                    marks.outer_link(line, node.text, node.url)
                else:
                    self._put(line, node.text, SMALL)
            case "signatures":
                self._signatures(node.roles)

    def _statement(self, one: Text, style: str) -> None:
        line = self._paragraph(style)
        self._say(line, one)

    def _say(self, line: Paragraph, one: Text) -> None:
        if one.note:
            line.add_run(f"{one.note}: ").bold = True
        line.add_run(breakable(printable(one.text)))
        if is_rtl(one.text):
            marks.right_to_left(line)
        self._sources(line, one.marks)

    def _sources(self, line: Paragraph, sources: list[Mark]) -> None:
        if not sources:
            return
        run = line.add_run("  ")
        marks.hold(run, " ".join(mark.label for mark in sources))
        run.font.size, run.font.color.rgb = Pt(7.5), SOFT

    def _verdict(self, node: Any) -> None:
        color = TONES[node.tone]
        line = self._line(node.label, VERDICT)
        line.runs[0].font.color.rgb = RGBColor.from_string(color)
        marks.edge(line, "left", color=color, size=24)
        for text in (node.meaning, node.reason):
            if text:
                said = self._line(text, "Normal")
                marks.edge(said, "left", color=color, size=24)

    def _drawing(self, node: Drawing) -> None:
        found = _VIEW_BOX.search(node.svg)
        width = min(float(found[1]) * 0.86 if found else 400, 470)
        picture = typesetting.png(coloured(node.svg), width=width)
        self._picture(io.BytesIO(picture), node.description, width=Pt(width))
        self._line(node.title, "Caption")

    def _picture(self, file: io.BytesIO, words: str, **size: Any) -> None:
        line = self._docx.add_paragraph()
        line.paragraph_format.keep_with_next = True
        shape = line.add_run().add_picture(file, **size)
        if shape.width > self._width:
            shape.height = Emu(int(shape.height * self._width / shape.width))
            shape.width = Emu(self._width)
        self._pictures += 1
        marks.describe(shape, words, self._pictures)

    # -- tables --------------------------------------------------------------------------------

    def _grid(self, node: Grid) -> None:
        if node.title:
            title = self._line(node.title, TABLE_TITLE)
            self._sources(title, node.marks)
        if is_records(node):
            for row in node.rows:
                self._record(node, row)
            return
        columns = [*node.columns, *(["Source"] if node.has_sources else [])]
        table = self._table(1, len(columns))
        for cell, column in zip(table.rows[0].cells, columns, strict=True):
            self._put(cell.paragraphs[0], column, HEAD)
        marks.repeat_head(table.rows[0])
        is_bold = is_first_bold(node)
        for row in node.rows:
            self._row(table, node, row, is_bold)
        self._shrink(table, type_size(node))
        self._share(table, self._columns(node))
        self._gap()

    def _shrink(self, table: Any, points: float) -> None:
        """Smaller type in a table of many columns; a few keep the style's."""
        if points >= CELL_POINTS:
            return
        for run in table._tbl.iter(qn("w:r")):
            properties = run.get_or_add_rPr()
            if properties.sz_val is None:
                properties.sz_val = Pt(points)

    def _columns(self, node: Grid) -> list[float]:
        """Widths in which no word breaks between two letters, where the paper has room for it."""
        shares = widths(node)
        whole = sum(shares)
        letter = LETTER_MM * type_size(node) / CELL_POINTS
        least = [Mm(letter * count + PADDING_MM) for count in longest_words(node)]
        return fitted([self._width * share / whole for share in shares], least)

    def _row(self, table: Any, node: Grid, row: GridRow, is_bold: bool) -> None:
        made = table.add_row()
        if not may_break(row.cells):
            marks.keep_whole(made)
        cells = made.cells
        for at, text in enumerate(row.cells[: len(node.columns)]):
            line = cells[at].paragraphs[0]
            self._put(line, text, CELL)
            if at == 0 and is_bold:
                for run in line.runs:
                    run.bold = True
        if node.has_sources:
            line = cells[-1].paragraphs[0]
            self._set(line, CELL)
            if row.note:
                line.add_run(row.note).bold = True
            self._sources(line, row.marks)
        if row.note:
            for cell in cells:
                marks.shade(cell, WASH)

    def _record(self, node: Grid, row: GridRow) -> None:
        """A row of a table that no paper is wide enough for: its name, then label and value."""
        table = self._table(1, 2)
        head = table.rows[0].cells
        self._put(head[0].paragraphs[0], node.columns[0], LABEL)
        name = head[1].paragraphs[0]
        self._put(name, row.cells[0] if row.cells else "", CELL)
        for run in name.runs:
            run.bold = True
        if row.note:
            name.add_run(f"  {row.note}").bold = True
        self._sources(name, row.marks)
        for cell in head:
            marks.shade(cell, WASH)
        for column, text in zip(node.columns[1:], row.cells[1:], strict=False):
            made = table.add_row()
            if not may_break([text, ""]):
                marks.keep_whole(made)
            self._put(made.cells[0].paragraphs[0], column, LABEL)
            self._put(made.cells[1].paragraphs[0], text, CELL)
        self._share(table, [1.0, 3.2])
        self._gap()

    def _signatures(self, roles: list[str]) -> None:
        self._line("Signatures", TABLE_TITLE)
        table = self._table(1, len(SIGNATURE_COLUMNS))
        for cell, column in zip(table.rows[0].cells, SIGNATURE_COLUMNS, strict=True):
            self._put(cell.paragraphs[0], column, HEAD)
        marks.repeat_head(table.rows[0])
        for role in roles:
            row = table.add_row()
            row.height = Mm(13)
            marks.keep_whole(row)
            self._put(row.cells[0].paragraphs[0], role, CELL)
        self._share(table, [1.1, 1.5, 1.6, 0.9])
        self._gap()

    def _table(self, rows: int, columns: int) -> Any:
        table = self._docx.add_table(rows, columns)
        table.style = GRID
        return table

    def _share(self, table: Any, shares: list[float]) -> None:
        """Fixed widths: programs that guess them make a column of one letter."""
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        whole = sum(shares)
        sizes = [Emu(int(self._width * share / whole)) for share in shares]
        for column, size in zip(table._tbl.tblGrid.gridCol_lst, sizes, strict=True):
            column.w = size
        # Cell by cell of the XML: the library's own way walks the whole table for each column.
        for row in table._tbl.tr_lst:
            for cell, size in zip(row.tc_lst, sizes, strict=True):
                cell.width = size

    def _gap(self) -> None:
        line = self._paragraph(SMALL)
        line.paragraph_format.space_after = Pt(2)

    def _line(self, text: str, style: str) -> Paragraph:
        line = self._paragraph(style)
        self._put(line, text, None)
        return line

    def _put(self, line: Paragraph, text: str, style: str | None) -> None:
        if style is not None:
            self._set(line, style)
        line.add_run(breakable(printable(text)))
        if is_rtl(text):
            marks.right_to_left(line)

    def _paragraph(self, style: str = "Normal") -> Paragraph:
        line = self._docx.add_paragraph()
        self._set(line, style)
        return line

    def _set(self, line: Paragraph, style: str) -> None:
        """By its id: the library looks through all styles for each paragraph.

        A template of somebody's own may lack even the common ones; then it stays as it is.
        """
        if style in self._ids:
            line._p.style = self._ids[style]


def _anchor(part: Part) -> str:
    return f"part_{part.key}"[:40]
