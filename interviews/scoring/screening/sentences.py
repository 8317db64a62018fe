"""Cuts a text into the pieces that are judged one by one, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

#: A piece is cut here at the latest, so that no rule reads further than it should.
LONGEST = 1200
_PIECE = re.compile(
    r"[^.!?。！？।؟\n]{1,1200}(?:[.!?]+(?![.!?\s])[^.!?。！？।؟\n]{1,200}){0,400}(?:[.!?。！？।؟]+[\"'”’»)\]]{0,2}|\n|$)?"
    r"|[.!?。！？।؟\n]+"
)
_WORD = re.compile(r"[^\W_]+")
_FEW = 2
_RUN = 3
#: Sentences up to this length are one window; a clause has at least so many characters.
_SHORT, _CLAUSE_LENGTH = 70, 24
_CLAUSE = re.compile(r"(?<=[,;:)(])\s|\s(?=\()|\s-{1,2}\s")


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


def windows(folded: str) -> Iterator[str]:
    """A folded sentence, and when it is long its clauses, one by one and in pairs.

    An order between two commas weighs little in a sentence about something else.
    """
    yield folded
    if len(folded) <= _SHORT:
        return
    clauses: list[str] = []
    clause = ""
    for part in _CLAUSE.split(folded):
        clause = f"{clause} {part}".strip()
        if len(clause) >= _CLAUSE_LENGTH:
            clauses.append(clause)
            clause = ""
    if clause and clauses:
        clauses[-1] += f" {clause}"
    if len(clauses) > 1:
        yield from clauses
    if len(clauses) > _FEW:
        for first, second in pairwise(clauses):
            yield f"{first} {second}"
