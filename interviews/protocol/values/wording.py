"""Brings text into one form, and compares words regardless of how they are spelled."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from interviews.protocol.types import Field
from interviews.protocol.values.reading import Reading, Unusable

#: Longest text when a field names no limit of its own; code points.
LINE_LIMIT = 2_000
ITEM_LIMIT = 1_000
LIST_LIMIT = 100


_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\u0085")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
#: Invisible to a reader and refused by some file formats.
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: Zero-width and direction marks: harmless inside a text, a trap in a name.
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_SAID = {True: "yes", False: "no"}


def tidy(raw: str) -> str:
    """NFC, line feeds only, no outer space. Raises Unusable."""
    if "\x00" in raw or _SURROGATE.search(raw):
        raise Unusable("The text holds a character that cannot be stored. Type it again.")
    text = _CONTROL.sub("", _LINE_ENDS.sub("\n", raw))
    return unicodedata.normalize("NFC", text).strip()


def tidy_title(raw: str) -> str:
    """A title on one line without characters that nobody sees. Raises Unusable; "" if none is left."""
    return " ".join(_UNSEEN.sub("", tidy(raw)).split())


def read_text(field: Field, raw: Any, reading: Reading) -> str:
    """A line or a paragraph; a list of lines is joined. Raises Unusable."""
    default = reading.text_limit if field.kind == "long_text" else LINE_LIMIT
    return reading.limited(_as_text(raw), field.max_length or default)


def _as_text(raw: Any) -> str:
    if isinstance(raw, list):
        return "\n".join(filter(None, (_as_line(item) for item in raw)))
    return _as_line(raw)


def _as_line(raw: Any) -> str:
    if isinstance(raw, str):
        return tidy(raw)
    if isinstance(raw, bool):
        return _SAID[raw]
    if isinstance(raw, int | float) and abs(raw) < 10**15:
        return str(raw)
    if raw is None:
        return ""
    raise Unusable("Write this as text.")


def read_list(field: Field, raw: Any, reading: Reading) -> list[str]:
    """Short strings; one string is split at line ends and semicolons. Raises Unusable."""
    if isinstance(raw, str):
        parts = [_BULLET.sub("", part) for part in re.split(r"[\n;]", tidy(raw))]
    elif isinstance(raw, list):
        parts = raw
    else:
        parts = [raw]
    if len(parts) > LIST_LIMIT:
        raise Unusable(f"List at most {LIST_LIMIT} items.")
    limit = field.max_length or ITEM_LIMIT
    items = [reading.limited(_as_line(part), limit) for part in parts]
    return list(dict.fromkeys(item for item in items if item))


def fold(text: str) -> str:
    """A word without case, accents, punctuation and spelling habits, for comparing only."""
    plain = unicodedata.normalize("NFKD", re.sub(r"@\s*\d+", "@k", text[:300]))
    letters = "".join(mark for mark in plain if not unicodedata.combining(mark))
    words = re.sub(r"[^0-9a-z]+", "_", letters.casefold().replace("@", " at ")).strip("_")
    # American and British endings are the same word: randomized, randomised.
    return words.replace("z", "s") or text.strip()
