"""What python-docx has no words for: fields, bookmarks, repeated heads, watermarks."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from docx.document import Document as Docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from charters.rendering.measures import printable

_VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
_WORD_ART = """<w:r {word} {vml}><w:rPr><w:noProof/></w:rPr><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
<v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/>
<v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id={name} o:spid={name} type="#_x0000_t136" alt={words}
 style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:72pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
 o:allowincell="f" fillcolor="#c8ccd1" stroked="f"><v:fill opacity=".4"/>
<v:textpath style="font-family:&quot;Calibri&quot;;font-size:1pt" string={words}/></v:shape></w:pict></w:r>"""


def hold(run: Run, text: str) -> None:
    """The text with hyphens at which no line ends: "S1-01" is one word."""
    for number, piece in enumerate(text.split("-")):
        if number:
            run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(piece)


def field(paragraph: Paragraph, code: str) -> None:
    """A field that the reader's program works out, such as PAGE."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind == "shown":
            run.text = text
        elif text:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def field_edge(paragraph: Paragraph, kind: str, code: str = "") -> None:
    """The begin (with its code) or the end of a field that spans paragraphs."""
    run = paragraph.add_run()
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    run._r.append(mark)
    if code:
        instruction = OxmlElement("w:instrText")
        instruction.set(qn("xml:space"), "preserve")
        instruction.text = f" {code} "
        paragraph.add_run()._r.append(instruction)
        field_edge(paragraph, "separate")


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Something to link to."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph._p.append(start)
    paragraph._p.append(end)


def inner_link(paragraph: Paragraph, text: str, anchor: str) -> None:
    """Text that leads to a bookmark."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), anchor)
    link.set(qn("w:history"), "1")
    link.append(paragraph.add_run(printable(text))._r)
    paragraph._p.append(link)


def outer_link(paragraph: Paragraph, text: str, address: str) -> None:
    """Text that leads out of the file."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, kind, is_external=True))
    run = paragraph.add_run(printable(text))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def right_tab(paragraph: Paragraph, place: Any) -> None:
    """What stands behind the tab ends at the right margin."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(place, WD_TAB_ALIGNMENT.RIGHT)


def repeat_head(row: Any) -> None:
    """The row stands again on top of each page that the table reaches."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    """The row does not break over a page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def shade(cell: Any, color: str) -> None:
    """A background."""
    fill = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        fill.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(fill)


def edge(paragraph: Paragraph, side: str, *, color: str, size: int) -> None:
    """A line beside, above or below the paragraph; eighths of a point."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", str(size)), ("space", "8"), ("color", color)):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )  # fmt: skip


def right_to_left(paragraph: Paragraph) -> None:
    """The paragraph and its runs read from right to left."""
    paragraph._p.get_or_add_pPr().insert_element_before(
        OxmlElement("w:bidi"), "w:adjustRightInd", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    for run in paragraph.runs:
        run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def describe(shape: Any, words: str, number: int) -> None:
    """What a picture shows, for those who cannot see it."""
    properties = shape._inline.docPr
    properties.set("descr", printable(words))
    properties.set("id", str(number))


def watermark(docx: Docx, words: str) -> None:
    """The word across every page, behind the text."""
    count = 0
    for at, section in enumerate(docx.sections):
        heads = [section.header]
        if section.different_first_page_header_footer:
            heads.append(section.first_page_header)
        # The first section's heads belong to nobody before them; later ones may take them over.
        for head in [one for one in heads if at == 0 or not one.is_linked_to_previous]:
            count += 1
            made = _WORD_ART.format(
                word=nsdecls("w"),
                vml=_VML,
                name=quoteattr(f"PowerPlusWaterMarkObject{count}"),
                words=quoteattr(words),
                width=min(60 * len(words), 460),
            )
            paragraph = head.paragraphs[0] if head.paragraphs else head.add_paragraph()
            paragraph._p.append(parse_xml(made))
