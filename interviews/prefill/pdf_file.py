"""Reads the text of a PDF, page by page; pictures, scripts and attachments are never opened."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from interviews.prefill.parts import Part
from interviews.prefill.refusing import BROKEN, LOCKED, MOST_PAGES, TOO_MANY_PAGES, FileRefused


def read_pdf(content: bytes) -> Iterator[Part]:
    """A part for each page. Raises FileRefused."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise FileRefused(LOCKED)
        if len(reader.pages) > MOST_PAGES:
            raise FileRefused(TOO_MANY_PAGES)
        for number, page in enumerate(reader.pages, start=1):
            yield Part(f"page {number}", page.extract_text().replace("\x00", ""))
    except PyPdfError as fault:
        raise FileRefused(BROKEN) from fault
