"""Cuts the text of a file into passages of a few sentences, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interviews.prefill.parts import Part
from interviews.prefill.text_file import under
from interviews.scoring.words import sentence_spans

#: Shorter neighbours are joined, longer paragraphs are cut at a sentence's end.
SHORT, LONG = 160, 800
#: A passage with less says nothing.
LEAST = 25
_BREAK = re.compile(r"\n[ \t]*\n\s*")
#: "3.1 Costs" or "COSTS" on a line of its own.
_NUMBERED = re.compile(r"^(?:\d{1,2}\.)*\d{0,2}\.?\s*(?=[^\W\d_])[^.!?;:|]{2,70}$")
_PAGE_LINE = re.compile(r"^\s*(?:page|seite)?\s*\d+(?:\s*(?:/|of|von)\s*\d+)?\s*$", re.IGNORECASE)

Span = tuple[int, int]


@dataclass(frozen=True)
class Passage:
    """A slice of the file's text, with where it stands."""

    text: str
    place: str
    #: The heading above it, for the search.
    heading: str = ""


def passages_of(parts: Iterable[Part]) -> list[Passage]:
    """Every passage, in order; each is a slice of its part's text."""
    found: list[Passage] = []
    for part in parts:
        found += _of(part)
    return found


def _of(part: Part) -> Iterator[Passage]:
    heading = part.place.removeprefix("under ") if part.place.startswith("under ") else ""
    for title, spans in _sections(part.text):
        heading = title or heading
        place = part.place or (under(heading) if heading else "")
        for start, end in _joined(spans, part.text):
            text = part.text[start:end].strip()
            if len(text) >= LEAST:
                yield Passage(text, place, heading)


def _sections(text: str) -> Iterator[tuple[str, list[Span]]]:
    """Stretches of the text with the heading above each, cut into paragraphs or less."""
    title, spans = "", list[Span]()
    for start, end in _paragraphs(text):
        first, _, rest = text[start:end].partition("\n")
        if _is_heading(first, has_more=bool(rest.strip()) or end < len(text)):
            yield title, spans
            title, spans = " ".join(first.split()), []
            start += len(first)
        spans += _cut(text, start, end)
    yield title, spans


def _is_heading(line: str, *, has_more: bool) -> bool:
    line = line.strip()
    if not has_more or not line or _PAGE_LINE.match(line):
        return False
    is_short = len(line.split()) <= 9 and _NUMBERED.match(line) is not None
    return is_short and (line[0].isdigit() or line.isupper())


def _paragraphs(text: str) -> Iterator[Span]:
    start = 0
    for gap in _BREAK.finditer(text):
        if gap.start() > start:
            yield start, gap.start()
        start = gap.end()
    if start < len(text):
        yield start, len(text)


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """A long paragraph at its sentences, each piece as long as may be; a short one whole."""
    if end - start <= LONG:
        yield start, end
        return
    piece_start, piece_end = start, start
    for a, b in sentence_spans(text[start:end]):
        if start + b - piece_start > LONG and piece_end > piece_start:
            yield piece_start, piece_end
            piece_start = start + a
        piece_end = start + b
    yield from _hard_cut(piece_start, piece_end)


def _hard_cut(start: int, end: int) -> Iterator[Span]:
    """A sentence without an end, as tables and broken files have them."""
    for place in range(start, end, 2 * LONG):
        yield place, min(place + 2 * LONG, end)


def _joined(spans: list[Span], text: str) -> Iterator[Span]:
    """Neighbours that are short on their own, together."""
    held: Span | None = None
    for start, end in spans:
        if not text[start:end].strip():
            continue
        if held is None:
            held = (start, end)
        elif held[1] - held[0] < SHORT and end - held[0] <= LONG:
            held = (held[0], end)
        else:
            yield held
            held = (start, end)
    if held is not None:
        yield held
