"""The parts of a piece that are written as nobody types, each read alone.

What stands around them in a sentence would otherwise outweigh a few hidden words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from interviews.scoring.screening.disguises import cut, unspaced
from interviews.scoring.screening.folding import fold

_UNSEEN = "\u00ad\u034f\u180e\u200b-\u200f\u2060-\u2064\ufeff"
_TAGGED = re.compile("[\U000e0020-\U000e007e]{4,1200}")
#: A word with something unseen inside, or in letters from elsewhere.
_UNSEEN_WORD = re.compile(
    f"[^\\s{_UNSEEN}]{{0,40}}[A-Za-z][{_UNSEEN}]{{1,8}}[A-Za-z ]?[^\\s]{{0,400}}"
)
_ELSEWHERE_WORD = re.compile(
    "\\S{0,40}[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7cb]{2}\\S{0,40}"
)
_STRUCK_WORD = re.compile(
    "\\S{0,40}[A-Za-z][\u0300-\u036f\u0489]{1,9}[A-Za-z][\u0300-\u036f]\\S{0,40}"
)
_MIXED_WORD = re.compile(
    "\\b(?=[^\\W\\d_]{0,24}[A-Za-z])(?=[^\\W\\d_]{0,24}[\u0391-\u03c9\u0400-\u04ff])[^\\W\\d_]{3,24}\\b"
)
_ESCAPED_WORD = re.compile(r"\S{0,40}(?:%[0-9a-fA-F]{2}\S{0,40}){2,40}")
#: Letters one by one; wider gaps stand between words.
_SINGLE = re.compile(
    r"(?<![^\W_])[^\W\d_](?:[ ._*|~/-]{1,6}[^\W\d_](?![^\W_])){6,400}|(?<![^\W_])(?:[^\W\d_]-){1,20}[^\W\d_](?: (?:[^\W\d_]-){1,20}[^\W\d_]){1,60}"
)
_GAP = re.compile(r"\s?_\s?|[.]{2,}|[ ._*|~/-]{3,6}| - |(?<=-\w) (?=\w-)")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
#: The words of orders from behind.
_BACKWARDS = frozenset(
    [
        "erongi",
        "tegrof",
        "dragersid",
        "piks",
        "evig",
        "drawa",
        "tnarg",
        "erocs",
        "serocs",
        "kram",
        "skram",
        "etar",
        "gnitar",
        "edarg",
        "mumixam",
        "tsehgih",
        "lluf",
        "ssap",
        "tpecca",
        "evorppa",
        "rotaulave",
        "redarg",
        "rerocs",
        "reweiver",
        "rewsna",
        "srewsna",
        "selur",
        "snoitcurtsni",
        "stniop",
        "airetirc",
        "tpmorp",
        "cirbur",
        "tcefrep",
        "wohs",
        "laever",
        "tnirp",
        "metsys",
        "suoiverp",
        "snoitseuq",
        "puwollof",
        "gnihton",
        "esaelp",
        "etelpmoc",
        "tnellecxe",
        "eton",
        "siht",
        "ruoy",
    ]
)
_JOINED = re.compile(r"[^\W_]{1,20}(?:_[^\W_]{1,20}){4,40}")
#: So many odd words are no accident, nor is one so long.
_FEW, _LONG = 3, 12


def runs(piece: str) -> Iterator[str]:
    """What the odd parts of a piece say, folded; nothing for what keyboards write."""
    if not piece.isascii():
        yield from _tagged(piece)
        for shape in (_UNSEEN_WORD, _ELSEWHERE_WORD, _STRUCK_WORD, _MIXED_WORD):
            found = shape.findall(piece)
            if len(found) >= _FEW or (found and len(found[0]) > _LONG):
                yield fold(" ".join(found))
    if "%" in piece:
        yield from (fold(unquote(one, errors="ignore")) for one in _ESCAPED_WORD.findall(piece))
    for match in _SINGLE.finditer(piece):
        yield _joined(match.group())
    if "_" in piece:
        yield from (fold(one.replace("_", " ")) for one in _JOINED.findall(piece))
    yield from _backwards(fold(piece))


def _tagged(piece: str) -> Iterator[str]:
    for match in _TAGGED.finditer(piece):
        yield "".join(chr(ord(one) - 0xE0000) for one in match.group()).lower()


def _joined(run: str) -> str:
    """Letters as words, by the gaps that are wider than the others."""
    parts = ["".join(_LETTER.findall(part)).lower() for part in _GAP.split(run)]
    if max(map(len, parts)) < _FEW:
        return fold(unspaced(run))
    return fold(" ".join(word for part in parts for word in _words(part)))


def _words(letters: str) -> tuple[str, ...]:
    return cut(letters) if len(letters) > _LONG else (letters,)


def _backwards(folded: str) -> Iterator[str]:
    words = list(_WORD.finditer(folded))
    odd = [place for place, one in enumerate(words) if one.group() in _BACKWARDS]
    if len(odd) >= _FEW:
        part = folded[
            words[max(0, odd[0] - 2)].start() : words[min(len(words), odd[-1] + 3) - 1].end()
        ]
        yield part[::-1]
