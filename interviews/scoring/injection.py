"""Finds passages that address the scorer or tell it what to do; honest prose passes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from interviews.scoring.screening.encodings import is_morse
from interviews.scoring.screening.features import is_english, words_of
from interviews.scoring.screening.findings import Hit, Kind, Screening
from interviews.scoring.screening.folding import normalise
from interviews.scoring.screening.languages import foreign
from interviews.scoring.screening.learned import kind_of, weight, weights
from interviews.scoring.screening.mentions import is_mention
from interviews.scoring.screening.orders import EXTRACTIONS, OVERRIDES, ROLES
from interviews.scoring.screening.patterns import GUIDE_PATTERNS, compile_patterns
from interviews.scoring.screening.readings import Reading, readings
from interviews.scoring.screening.rules import Rules
from interviews.scoring.screening.sentences import pieces
from interviews.scoring.screening.steering import STEERING
from interviews.scoring.screening.structure import structures

__all__ = [
    "GUIDE_PATTERNS",
    "Kind",
    "Screening",
    "inspect",
    "normalise",
    "screen",
    "without_steering",
]

_RULES = Rules(*OVERRIDES, *ROLES, *EXTRACTIONS, *STEERING)
#: Said to nobody but a reader that was told something: believed whatever stands behind it.
_CERTAIN = re.compile(
    r"^\W*(?:please,? |now,? |and |then |but |so )?(?:ignore|disregard|forget) "
    r"(?:all |any |the |your |of |my |these |those )*"
    r"(?:previous|prior|above|earlier|preceding) (?:instructions?|prompts?|directions?|orders)\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^\n]{1,1200}\n?|\n")


@dataclass(frozen=True, slots=True)
class _Passage:
    """A piece of the text that was found to steer, and what it tries."""

    start: int
    end: int
    kinds: frozenset[Kind]


def inspect(text: str, patterns: Sequence[str] = GUIDE_PATTERNS) -> Screening:
    """What a text tries with its reader, and the passages, as written."""
    found = _found(text, tuple(patterns))
    tried = {kind for passage in found for kind in passage.kinds}
    return Screening(
        suspected=bool(found),
        kinds=tuple(kind for kind in Kind if kind in tried),
        passages=tuple(dict.fromkeys(text[one.start : one.end].strip() for one in found)),
    )


def screen(text: str, patterns: Sequence[str] = GUIDE_PATTERNS) -> tuple[str, ...]:
    """The passages that steer, as written; empty when there are none."""
    return inspect(text, patterns).passages


def without_steering(text: str, patterns: Sequence[str] = GUIDE_PATTERNS) -> str:
    """The text with its steering passages taken out; the very text when there are none."""
    spans = [(one.start, one.end) for one in _found(text, tuple(patterns))]
    if not spans:
        return text
    kept: list[str] = []
    position = 0
    for start, end in spans:
        kept.append(text[position:start])
        position = end
    kept.append(text[position:])
    return "".join(kept).strip()


@lru_cache(maxsize=64)
def _found(text: str, patterns: tuple[str, ...]) -> tuple[_Passage, ...]:
    """What the passages are; an answer is asked about more than once while it is scored."""
    return tuple(_passages(text, patterns))


def spans_of(text: str) -> Iterator[tuple[int, int]]:
    """The sentences or lines of a text that are judged one by one."""
    return _lines(text) if is_morse(text) else pieces(text)


def _passages(text: str, patterns: tuple[str, ...]) -> Iterator[_Passage]:
    """The pieces of the text that steer, in their order."""
    for start, end in spans_of(text):
        kinds = _tried(text[start:end], patterns)
        if kinds:
            yield _Passage(start, end, frozenset(kinds))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The lines of the text, as they are, up to the length of a piece."""
    return (match.span() for match in _LINE.finditer(text))


def _tried(piece: str, patterns: tuple[str, ...]) -> set[Kind]:
    """What a piece tries, read as it stands, undisguised and decoded."""
    for reading in readings(piece):
        found = _read(reading, patterns)
        if found:
            return found
    return set()


def _read(reading: Reading, patterns: tuple[str, ...]) -> set[Kind]:
    """What one reading tries: a rule alone is believed when what was learned does not speak against it."""
    own = compile_patterns(patterns)
    if own is not None and own.search(reading.text) is not None:
        return {Kind.PATTERN, *_hidden(reading)}
    if _CERTAIN.search(reading.text) is not None:
        return {Kind.OVERRIDE, *_hidden(reading)}
    weighs = weight(reading)
    limits = weights()
    if weighs < limits.enough_with_rule:
        return set()
    kinds = _by_rules(reading.text)
    if weighs >= limits.enough and not kinds:
        kinds = {kind_of(reading)}
        if not is_english(words_of(reading.text)):
            kinds.add(Kind.LANGUAGE)
    return kinds | _hidden(reading) if kinds else set()


def _hidden(reading: Reading) -> set[Kind]:
    return set() if reading.hidden is None else {reading.hidden}


def _by_rules(folded: str) -> set[Kind]:
    """What a folded sentence tries by the rules; what it only tells of does not count."""
    kinds = {hit.kind for hit in _hits(folded) if not is_mention(folded, hit.start, hit.end)}
    abroad = {hit.kind for hit in foreign(folded) if not is_mention(folded, hit.start, hit.end)}
    return kinds | (abroad | {Kind.LANGUAGE} if abroad else set())


def _hits(folded: str) -> Iterator[Hit]:
    yield from _RULES.hits(folded)
    yield from structures(folded)
