"""What kind of file it is, by what it holds and not only by its name."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal

from interviews.prefill.refusing import (
    DISGUISED,
    EMPTY,
    LARGEST_FILE,
    MACROS,
    OLD_WORD,
    TOO_LARGE,
    WRONG_TYPE,
    FileRefused,
)

Kind = Literal["docx", "pdf", "markdown", "text"]

_BY_ENDING: dict[str, Kind] = {
    "docx": "docx",
    "pdf": "pdf",
    "md": "markdown",
    "markdown": "markdown",
    "txt": "text",
    "text": "text",
}
_WITH_MACROS = frozenset({"docm", "dotm", "doc"})
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
#: PDF readers look for the mark this far into a file.
_PDF_WITHIN = 1024
LONGEST_NAME = 200
_LONGEST_ENDING = 10
#: Controls, invisible characters, and those that turn the direction of what is read.
_UNPRINTABLE = dict.fromkeys(
    [
        *range(32),
        *range(127, 160),
        0x061C,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ]
)


def clean_name(name: str) -> str:
    """The last part of a file's name, as a label: it is never used as a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].translate(_UNPRINTABLE).strip()
    if len(last) <= LONGEST_NAME:
        return last or "proposal"
    ending = PurePosixPath(last).suffix[:_LONGEST_ENDING]
    return last[: LONGEST_NAME - len(ending)] + ending


def kind_of(name: str, content: bytes) -> Kind:
    """The kind that name and content agree on. Raises FileRefused."""
    if not content:
        raise FileRefused(EMPTY)
    if len(content) > LARGEST_FILE:
        raise FileRefused(TOO_LARGE)
    ending = PurePosixPath(clean_name(name)).suffix.lstrip(".").lower()
    held = _held(content)
    if ending in _WITH_MACROS:
        raise FileRefused(MACROS if ending != "doc" else OLD_WORD)
    if ending not in _BY_ENDING:
        raise FileRefused(WRONG_TYPE)
    said = _BY_ENDING[ending]
    if held == "old" and said == "docx":
        raise FileRefused(OLD_WORD)
    if held != (said if said in ("docx", "pdf") else "text"):
        raise FileRefused(DISGUISED.format(said=ending.upper()))
    return said


def _held(content: bytes) -> str:
    """What the first bytes say; everything that no mark is known of may be text."""
    if content.startswith(_ZIP):
        return "docx"
    if content.startswith(_OLE):
        return "old"
    if _PDF in content[:_PDF_WITHIN]:
        return "pdf"
    return "text"
