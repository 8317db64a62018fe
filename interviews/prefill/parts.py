"""Pieces of a file's text as the readers hand them on, and how much of them is used."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from interviews.prefill.refusing import MOST_CHARACTERS, NO_TEXT, FileRefused

#: NUL and halves of characters, which broken files hold and no database keeps.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Part:
    """A stretch of text in its own words, with where it stands: "page 3", "under Costs"."""

    place: str
    text: str


@dataclass(frozen=True)
class ReadFile:
    """The text of one file."""

    parts: tuple[Part, ...]
    #: Longer than we use; the rest was left out.
    is_cut: bool = False


def gathered(parts: Iterable[Part]) -> ReadFile:
    """The parts up to the limit; stops asking for more once it is reached. Raises FileRefused."""
    kept: list[Part] = []
    room = MOST_CHARACTERS
    is_cut = False
    for part in parts:
        text = _UNSTORABLE.sub("", part.text)
        if not text.strip():
            continue
        is_cut = len(text) > room
        kept.append(Part(_UNSTORABLE.sub("", part.place), text[:room]))
        room -= len(text)
        if room <= 0:
            is_cut = True
            break
    if not kept:
        raise FileRefused(NO_TEXT)
    return ReadFile(tuple(kept), is_cut)
