"""The styles of a charter in DOCX: added where a template lacks them, never forced upon it."""

from __future__ import annotations

from typing import Any

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

GRID, CELL, HEAD = "Charter Table", "Charter Cell", "Charter Table Head"
SMALL, LABEL, KICKER = "Charter Small", "Charter Label", "Charter Kicker"
VERDICT, BANNER, TABLE_TITLE = "Charter Verdict", "Charter Banner", "Charter Table Title"
CONTENTS = "Charter Contents"
BODY_FONT, HEAD_FONT = "Calibri", "Cambria"
SOFT = RGBColor(0x55, 0x5B, 0x63)

#: name -> (based on, points, bold, color, space before, space after, keep with next)
OURS: dict[str, tuple[str, float, bool, RGBColor | None, float, float, bool]] = {
    CELL: ("Normal", 9, False, None, 1, 1, False),
    HEAD: ("Normal", 8.5, True, SOFT, 1, 1, True),
    SMALL: ("Normal", 8.5, False, SOFT, 0, 6, False),
    LABEL: ("Normal", 8, False, SOFT, 0, 0, True),
    KICKER: ("Normal", 9, True, None, 60, 4, True),
    VERDICT: ("Normal", 14, True, None, 6, 4, True),
    BANNER: ("Normal", 10, False, None, 4, 4, False),
    TABLE_TITLE: ("Heading 2", 12, True, None, 12, 4, True),
    CONTENTS: ("Normal", 10.5, False, None, 0, 3, False),
}


def prepare(docx: Docx, *, accent: str, is_own: bool) -> None:
    """Adds what is missing; our own file gets its type and colors too."""
    tint = RGBColor.from_string(accent.lstrip("#").upper())
    if is_own:
        _our_type(docx, tint)
    for name, (base, size, bold, color, before, after, keep) in OURS.items():
        if _has(docx, name):
            continue
        style: Any = docx.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = docx.styles[base] if _has(docx, base) else None
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = tint if name == KICKER else color
        shape = style.paragraph_format
        shape.space_before, shape.space_after = Pt(before), Pt(after)
        shape.keep_with_next = keep
        if name == TABLE_TITLE:
            # In the outline it would stand beside the headings proper.
            _outline_level(style, 9)
    if not _has(docx, GRID):
        _grid_style(docx)


def _has(docx: Docx, name: str) -> bool:
    return any(style.name == name for style in docx.styles)


def _our_type(docx: Docx, tint: RGBColor) -> None:
    normal: Any = docx.styles["Normal"]
    _font(normal, BODY_FONT, 10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    normal.paragraph_format.line_spacing = 1.12
    normal.paragraph_format.widow_control = True
    for name, size, before, after in (
        ("Title", 28, 0, 14),
        ("Heading 1", 17, 24, 8),
        ("Heading 2", 12, 12, 4),
    ):
        style: Any = docx.styles[name]
        _font(style, HEAD_FONT, size)
        style.font.bold = True
        style.font.color.rgb = tint if name == "Heading 1" else RGBColor(0x16, 0x19, 0x1D)
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(before),
            Pt(after),
        )
        style.paragraph_format.keep_with_next = True
    for borders in docx.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        borders.getparent().remove(borders)
    _language(docx)


def _font(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = name, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def _language(docx: Docx) -> None:
    for lang in docx.styles.element.findall(f".//{qn('w:lang')}"):
        lang.set(qn("w:val"), "en-GB")


def _outline_level(style: Any, level: int) -> None:
    found = OxmlElement("w:outlineLvl")
    found.set(qn("w:val"), str(level))
    style.element.get_or_add_pPr().append(found)


def _grid_style(docx: Docx) -> None:
    style: Any = docx.styles.add_style(GRID, WD_STYLE_TYPE.TABLE)
    borders = OxmlElement("w:tblBorders")
    for side, size, color in (
        ("top", 8, "555B63"),
        ("bottom", 4, "A9AFB6"),
        ("insideH", 4, "C9CDD2"),
    ):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", color)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 40), ("left", 60), ("bottom", 40), ("right", 80)):
        room = OxmlElement(f"w:{side}")
        room.set(qn("w:w"), str(width))
        room.set(qn("w:type"), "dxa")
        margins.append(room)
    properties = OxmlElement("w:tblPr")
    properties.append(borders)
    properties.append(margins)
    style.element.append(properties)
