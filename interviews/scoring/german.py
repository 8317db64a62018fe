"""Tells German nouns from proper names: there both are written with a capital letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+")
#: Small words of German, and those of English and French that stand against them.
_GERMAN = frozenset({
    "aber", "als", "am", "auch", "auf", "aus", "bei", "beim", "bis", "das", "dass", "dem",
    "den", "der", "des", "die", "durch", "ein", "eine", "einem", "einen", "einer", "eines",
    "für", "gegen", "haben", "ihre", "im", "ist", "jede", "jeder", "kann", "kein", "keine",
    "können", "mit", "muss", "nach", "nicht", "noch", "nur", "oder", "ohne", "sein", "sich",
    "sie", "sind", "soll", "sollen", "und", "unter", "vom", "von", "vor", "weil", "wenn",
    "werden", "wie", "wird", "wurde", "wurden", "zu", "zum", "zur", "zwischen", "über",
})  # fmt: skip
_FOREIGN = frozenset({
    "a", "and", "are", "as", "at", "be", "been", "by", "can", "for", "from", "has", "have",
    "is", "it", "its", "may", "not", "of", "on", "or", "that", "the", "their", "they", "this",
    "to", "were", "which", "with", "would", "dans", "est", "et", "la",
    "le", "les", "par", "pour", "sur", "une",
})  # fmt: skip
#: In front of a noun; a name has none of them, bar the few of the list of brands.
_DETERMINER = re.compile(
    r"(?:d(?:as|ie|er|en|em|es)|(?:ein|kein|dies|jed|jen|welch|solch|manch|sämtlich|unser|ihr|sein)"
    r"(?:e[mnrs]?)?|all(?:e[mnrs]?)?|viele[nr]?|wenige[nr]?|einige[nrm]?|mehrere[nr]?|beide[nr]?"
    r"|am|im|vom|zum|zur|beim|ins|ans|pro|je|mehr|weniger|zwei|drei|vier|fünf|sechs|sieben|acht"
    r"|neun|zehn|elf|zwölf)"
)
_ADJECTIVE = re.compile(r"[^\W\d_A-ZÄÖÜ]{2,}e[mnrs]?")
#: A count, and no year: "46 Geräte", but not "seit 2025 Siemens ...".
_COUNT = re.compile(r"(?!(?:19|20)\d\d$)\d[\d.,]*")
#: Endings that make nouns, however the word begins; shorter words may be names (Jung, Denis).
_NOUN = re.compile(
    r"[^\W\d_]{2,}(?:[^\W\d_]{2}ung(?:en|s)?|heit(?:en)?|keit(?:en)?|schaft(?:en)?|[ts]ion(?:en)?|tät(?:en)?"
    r"|ismus|[^\W\d_]{2}nis(?:se[ns]?)?|[^\W\d_]tum(?:s|er)?|[^\W\d_]{2}ment(?:e[ns]?|s)?|innen)"
)
#: "automatische Prüfung", "verdeckte Schäden": what may open a sentence before its noun.
_OPENING_ADJECTIVE = re.compile(
    r"[^\W\d_]{2,}(?:isch|lich|ig|bar|los|voll|sam|haft|end|iert|iv|ell|al|är)(?:e[mnrs]?|ere[mnrs]?)?"
)
_ENDINGS = ("ern", "en", "er", "es", "e", "n", "s")
_SIGNS = frozenset("äöüß")
_UMLAUTS = str.maketrans("äöü", "aou")
#: Shorter heads, and these, also end names: Nordbank, Volkswagen, Neustadt.
_LEAST_HEAD = 4
_HEADS_OF_NAMES = frozenset({
    "bahn", "bank", "bau", "blick", "boden", "haus", "heim", "herr", "kern", "land", "licht",
    "mann", "markt", "mark", "punkt", "rang", "ring", "stadt", "stand", "stein", "weg", "welt",
    "werk", "wert", "wind", "wort", "zug",
})  # fmt: skip
#: Words in front of a noun that are looked at: a determiner, with adjectives between.
LOOK_BACK = 3
#: A name may go on there: "Nordwind Logistik", "Nordwind-Gruppe".
_GOES_ON = re.compile(r"(?P<by>[ \-–])(?P<next>[^\W\d_a-zäöüß]\w*)")


@dataclass(frozen=True)
class Place:
    """Where a word stands."""

    #: The words before it, the nearest last.
    before: tuple[str, ...] = ()
    #: What follows at once, up to the end of the next word.
    after: str = ""
    #: Whether it opens a sentence.
    is_first: bool = False


def is_german(sentence: str) -> bool:
    """Whether a sentence is German, by the small words that hold it together."""
    said = [word.lower() for word in _WORD.findall(sentence)]
    small = sum(word in _GERMAN for word in said)
    signs = sum(word not in _GERMAN and not _SIGNS.isdisjoint(word) for word in said)
    return small > 0 and small + signs >= 2 and small + signs > sum(w in _FOREIGN for w in said)


def is_noun(word: str, place: Place) -> bool:
    """Whether a word with a capital letter in a German sentence is likely no name.

    Where nothing speaks for a noun it counts as a name: rather a sentence too few than a
    company that nobody knows.
    """
    if is_known(word):
        return True
    if place.is_first:
        return word.lower() in _others() or _opens_as_adjective(word)
    return not _goes_on(place.after) and _is_determined(place.before)


def _goes_on(after: str) -> bool:
    match = _GOES_ON.match(after)
    return match is not None and (match["by"] != " " or not is_known(match["next"]))


@lru_cache(maxsize=8192)
def is_known(word: str) -> bool:
    """A noun of the house's list, in any case or number, or made of one."""
    lower = word.lower()
    if key(lower) in _nouns() or _NOUN.fullmatch(lower):
        return True
    return any(key(lower[start:]) in _heads() for start in range(3, len(lower) - _LEAST_HEAD + 1))


def key(word: str) -> str:
    """A noun without its ending and umlaut: Schaden, Schäden and Schadens are one."""
    plain = word.lower().translate(_UMLAUTS)
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            return plain[: -len(ending)]
    return plain


def _is_determined(before: tuple[str, ...]) -> bool:
    """ "die Säge", "mit einer neuen Säge", "46 Sägen"."""
    for word in reversed(before):
        if _DETERMINER.fullmatch(word.lower()) or _COUNT.fullmatch(word):
            return True
        if not _ADJECTIVE.fullmatch(word):
            return False
    return False


def _opens_as_adjective(word: str) -> bool:
    return _OPENING_ADJECTIVE.fullmatch(word.lower()) is not None


@cache
def _listed() -> tuple[str, ...]:
    path = Path(__file__).with_name("german.txt")
    return tuple(path.read_text(encoding="utf-8").split())


@cache
def _nouns() -> frozenset[str]:
    return frozenset(key(word) for word in _listed() if word[0].isupper())


@cache
def _heads() -> frozenset[str]:
    """Keys of nouns that end compounds."""
    names = {key(word) for word in _HEADS_OF_NAMES}
    long = {key(word) for word in _listed() if word[0].isupper() and len(word) >= _LEAST_HEAD}
    return frozenset(one for one in long if len(one) >= _LEAST_HEAD) - names


@cache
def _others() -> frozenset[str]:
    return frozenset(word for word in _listed() if word[0].islower())
