"""All the ways a piece of text may be read: as it stands, undisguised, turned round, decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from interviews.scoring.screening.disguises import restored, turned, unspaced
from interviews.scoring.screening.encodings import ciphers, decodings
from interviews.scoring.screening.findings import Kind
from interviews.scoring.screening.folding import fold
from interviews.scoring.screening.hidden_runs import runs
from interviews.scoring.screening.oddities import is_odd, reversed_words, spelled, split, unturned
from interviews.scoring.screening.sentences import pieces

#: What is encoded in what is encoded is looked at so often.
DEEPEST = 2
#: So many words make prose of what was decoded; nobody encodes an answer.
_PROSE = 2
_WORD = re.compile(r"[^\W\d_]{2,}")
_READABLE = 0.8


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded sentence, how it had been hidden, and whether hiding it tells enough."""

    text: str
    hidden: Kind | None = None
    is_prose: bool = False


def readings(piece: str, depth: int = DEEPEST) -> Iterator[Reading]:
    """The piece as it stands first, then whatever else it may say."""
    folded = fold(piece)
    odd = is_odd(piece)
    yield Reading(folded, Kind.OBFUSCATED if odd else None, odd)
    joined = unspaced(piece)
    plain = fold(joined) if joined != piece else folded
    seen = {folded}
    for text, is_prose in (
        (restored(plain), False),
        (plain, False),
        (turned(folded), False),
        (unturned(piece), True),
        (reversed_words(folded), True),
        (split(folded), False),
        (spelled(folded), False),
    ):
        if text is not None and text not in seen:
            seen.add(text)
            yield Reading(text, Kind.OBFUSCATED, is_prose and _is_prose(text))
    for text in runs(piece):
        if text not in seen:
            seen.add(text)
            yield Reading(text, Kind.OBFUSCATED, is_prose=True)
    if depth:
        yield from _decoded(piece, depth)


def _decoded(piece: str, depth: int) -> Iterator[Reading]:
    for is_cipher, found in ((True, ciphers(piece)), (False, decodings(piece))):
        for decoded in found:
            is_prose = is_cipher and _is_prose(decoded)
            for start, end in pieces(decoded):
                for one in readings(decoded[start:end], depth - 1):
                    yield Reading(one.text, Kind.ENCODED, is_prose or one.is_prose)


def _is_prose(text: str) -> bool:
    words = _WORD.findall(text)
    letters = sum(one.isalpha() or one.isspace() for one in text)
    return len(words) >= _PROSE and letters >= _READABLE * len(text)
