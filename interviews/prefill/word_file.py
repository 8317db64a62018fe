"""Reads the text of a DOCX that was looked over before."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from interviews.prefill.archive import look_over
from interviews.prefill.parts import Part
from interviews.prefill.text_file import under

_HEADINGS = ("heading", "title", "überschrift", "titel", "titre")
_LISTS = ("list", "liste", "aufzählung")
#: A table of more cells than this is data, not a proposal.
_CELLS = 2000


def read_docx(content: bytes) -> Iterator[Part]:
    """Paragraphs and tables in their order, a part for each heading. Raises FileRefused."""
    look_over(content)
    place, blocks = "", ""
    for block in Document(BytesIO(content)).iter_inner_content():
        if isinstance(block, Paragraph) and _is(block, _HEADINGS) and block.text.strip():
            yield Part(place, blocks)
            place, blocks = under(block.text), ""
        elif isinstance(block, Paragraph):
            blocks += ("\n" if _is(block, _LISTS) else "\n\n") + block.text
        else:
            blocks += "\n\n" + _rows(block)
    yield Part(place, blocks)


def _is(paragraph: Paragraph, names: tuple[str, ...]) -> bool:
    style = paragraph.style
    return style is not None and (style.name or "").lower().startswith(names)


def _rows(table: Table) -> str:
    """A row a line; a cell that spans several columns is said once."""
    lines: list[str] = []
    cells = 0
    for row in table.rows:
        texts = [" ".join(cell.text.split()) for cell in row.cells]
        cells += len(texts)
        if cells > _CELLS:
            break
        once = [text for n, text in enumerate(texts) if text and (n == 0 or text != texts[n - 1])]
        lines.append(" | ".join(once))
    return "\n".join(line for line in lines if line)
