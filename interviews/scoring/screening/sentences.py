"""Cuts a text into the pieces that are judged one by one, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: A piece is cut here at the latest, so that no rule reads further than it should.
LONGEST = 1200
_PIECE = re.compile(
    r"[^.!?。！？।؟\n]{1,1200}(?:[.!?]+(?![.!?\s])[^.!?。！？।؟\n]{1,200}){0,400}(?:[.!?。！？।؟]+[\"'”’»)\]]{0,2}|\n|$)?"
    r"|[.!?。！？।؟\n]+"
)
_WORD = re.compile(r"[^\W_]+")
_FEW = 2
_RUN = 3


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """The sentences and lines of a text; a run of tiny ones counts as one piece."""
    run: list[tuple[int, int]] = []
    for match in _PIECE.finditer(text):
        if _is_tiny(match.group()):
            run.append(match.span())
            continue
        yield from _joined(run)
        run = []
        yield match.span()
    yield from _joined(run)


def _is_tiny(piece: str) -> bool:
    return len(piece) < 40 and len(_WORD.findall(piece)) <= _FEW


def _joined(run: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if len(run) < _RUN:
        yield from run
        return
    start = run[0][0]
    for begins, ends in run:
        if ends - start > LONGEST:
            yield start, begins
            start = begins
    yield start, run[-1][1]
