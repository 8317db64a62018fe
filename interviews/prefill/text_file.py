"""Reads plain text and Markdown."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from interviews.prefill.parts import Part
from interviews.prefill.refusing import NOT_TEXT, FileRefused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_HEADING = re.compile(r"^#{1,6}\s+(\S.*)$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
LONGEST_PLACE = 120


def read_text(content: bytes) -> Iterator[Part]:
    """Plain text as one part. Raises FileRefused."""
    yield Part("", _decoded(content))


def read_markdown(content: bytes) -> Iterator[Part]:
    """Markdown, a part for each heading. Raises FileRefused."""
    place, lines, is_code = "", [], False
    for line in _decoded(content).split("\n"):
        if _FENCE.match(line):
            is_code = not is_code
        heading = None if is_code else _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        yield Part(place, "\n".join(lines))
        # What closes a heading is cut off by hand: an expression is slow on a line of blanks.
        place, lines = under(heading[1].rstrip().rstrip("#")), []
    yield Part(place, "\n".join(lines))


def under(heading: str) -> str:
    """How the place below a heading is named."""
    return f"under {' '.join(heading.split())}"[:LONGEST_PLACE]


def _decoded(content: bytes) -> str:
    """UTF-8 as today, UTF-16 where it says so, else what older programs of the West write."""
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if _CONTROL.search(text):
        raise FileRefused(NOT_TEXT)
    return text.replace("\r\n", "\n").replace("\r", "\n")
