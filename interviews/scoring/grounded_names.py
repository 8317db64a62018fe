"""Proper names in a text, told from ordinary words by how they are written, and which are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from interviews.scoring import german
from interviews.scoring.lexicon import general_lists
from interviews.scoring.words import stem

_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}|\b(?:https?://|www\.)\S{1,500}"
    r"|(?<![\w-])\w[\w-]{0,62}\.(?:com|org|net|eu|gov|io)\b"
)
_WORD = re.compile(r"[^\W_](?:[^\W_]|['’](?=[^\W\d_]))*")
#: Blanks and quotation marks between the end of a sentence and the next word.
_LOOK_BACK = 12
_START = re.compile(r"(?:\A|[.!?:;…]\s|[\n(\[\"“„«•*]|[-–—]\s)[\s\"“„«(\[*•-]*$")
#: Digits with these are figures, not names: "30min", "10k", "3rd".
_FIGURE = re.compile(
    r"\d+(?:st|nd|rd|th|k|m|s|h|x|am|pm|ms|min|mins|sec|hr|hrs|km|kg|g|gb|mb|tb|bn|mn|days?|weeks?|months?"
    r"|years?|hours?|minutes?)?$",
    re.IGNORECASE,
)
_CONTRACTED = re.compile("'(?:re|ll|ve|d|s)$")
#: Written with capitals by everybody, whoever is meant.
_FREE = frozenset({"i", "i'm", "i'd", "i'll", "i've", "ai", "ki", "ok", "it"})
#: In the house's word lists, but somebody's all the same.
_BRANDS = frozenset({
    "accenture", "adidas", "adobe", "airbus", "aldi", "allianz", "amazon", "apple", "atos",
    "audi", "azure", "basf", "bahn", "bayer", "bosch", "capgemini", "continental", "daimler",
    "databricks", "deloitte", "ericsson", "excel", "facebook", "ford", "google", "hitachi",
    "huawei", "ibm", "infineon", "intel", "jira", "kafka", "lidl", "lufthansa", "mercedes",
    "meta", "microsoft", "mistral", "nokia", "nvidia", "oracle", "palantir", "philips",
    "porsche", "salesforce", "samsung", "sap", "servicenow", "sharepoint", "siemens",
    "snowflake", "sony", "tableau", "telekom", "tesla", "thales", "toyota", "vodafone",
    "volkswagen", "workday",
})  # fmt: skip
_ENDINGS = (
    "ing", "ed", "ly", "tion", "sion", "ment", "ness", "ity", "ance", "ence", "ies", "ers", "ors",
    "ists", "able", "ible", "ful", "less", "ous", "ive", "ship", "ism", "age", "ures", "ings",
    "tions", "ments", "ives", "ical", "ity", "ages",
)  # fmt: skip


@dataclass(frozen=True)
class Names:
    """The words of the sources, as names are looked up in them."""

    words: frozenset[str]
    #: Words that never stand in lower case in the sources: they are names there as well.
    only_capital: frozenset[str]
    #: Words with a capital letter without their German endings.
    german: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    text: str


def names_of(text: str) -> Names:
    """Every word of the sources, and which of them follow each other."""
    written = [match.group() for match in _WORD.finditer(text)]
    known = [_key(word) for word in written]
    lower = {_key(word) for word in written if word[0].islower()}
    return Names(
        words=frozenset(known),
        only_capital=frozenset(known) - lower,
        german=frozenset(german.key(word) for word in written if word[0].isupper()),
        pairs=frozenset(zip(known, known[1:], strict=False)),
        text=text.casefold(),
    )


def missing_names(text: str, held: Names) -> list[str]:
    """The proper names, abbreviations and addresses of a text that the sources do not hold."""
    found = [
        match.group()
        for match in _ADDRESS.finditer(text)
        if match.group().casefold().rstrip(".,;)") not in held.text
    ]
    text = _ADDRESS.sub(lambda match: " " * len(match.group()), text)
    is_german = german.is_german(text)
    previous: tuple[int, str, str] | None = None
    for start, word, place in _names(text):
        key = _key(word)
        is_held = key in held.words or (is_german and _is_german_noun(word, place, held))
        if not is_held:
            found.append(word)
        elif previous and previous[0] + 1 == start and _is_new_pair(previous[1], key, held):
            pair = (previous[2], word)
            if not (is_german and any(map(german.is_known, pair))):
                found.append(" ".join(pair))
        previous = (start + len(word), key, word)
    return found


def _is_new_pair(first: str, second: str, held: Names) -> bool:
    """A first name of one person and a last name of another make nobody of the sources."""
    both_names = first in held.only_capital and second in held.only_capital
    return both_names and (first, second) not in held.pairs


def _is_german_noun(word: str, place: german.Place, held: Names) -> bool:
    """Whether a word, of a German sentence, has its capital letter only for being a noun."""
    if not word.isalpha() or not word[1:].islower() or word.lower() in _BRANDS:
        return False
    return german.key(word) in held.german or german.is_noun(word, place)


def _names(text: str) -> Iterator[tuple[int, str, german.Place]]:
    """Where each name begins, the name, and what stands around it."""
    words = list(_WORD.finditer(text))
    for number, match in enumerate(words):
        word, is_first = match.group(), _is_start(text, match.start())
        if _is_name(word, is_first=is_first):
            before = tuple(one.group() for one in words[max(0, number - german.LOOK_BACK) : number])
            after = text[match.end() : words[number + 1].end()] if number + 1 < len(words) else ""
            yield match.start(), word, german.Place(before, after, is_first=is_first)


def _is_start(text: str, place: int) -> bool:
    """Whether a sentence, a line or a quotation begins there."""
    return _START.search(text, max(0, place - _LOOK_BACK), place) is not None


def _is_name(word: str, *, is_first: bool) -> bool:
    if len(word) == 1 or word.casefold() in _FREE or _FIGURE.match(word):
        return False
    if any(map(str.isdigit, word)) and any(map(str.isalpha, word)):
        return True
    letters = re.sub(r"['’]s?$", "", word)
    if sum(letter.isupper() for letter in letters) > 1:
        return True
    if not word[0].isupper():
        return any(letter.isupper() for letter in word)
    return not (is_first and is_ordinary(word))


@cache
def _openers() -> frozenset[str]:
    """Words that often open a sentence, in English, German and French."""
    path = Path(__file__).with_name("openers.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


@cache
def _ordinary() -> frozenset[str]:
    """Words of the house's own lists: none of them names anybody."""
    lists = general_lists().values()
    entries = (part for words in lists for entry in words for part in entry.split("_"))
    return frozenset(stem(entry.strip("=*")) for entry in entries if entry.strip("=*")) | frozenset(
        map(stem, _openers())
    )


def is_ordinary(word: str) -> bool:
    """Whether a word that opens a sentence is likely to be no name."""
    lower = _CONTRACTED.sub("", word.lower().replace("’", "'"))
    if lower in _BRANDS:
        return False
    if lower in _openers() or stem(lower) in _ordinary():
        return True
    return len(lower) > 5 and lower.endswith(_ENDINGS)


def _key(word: str) -> str:
    """Case, a possessive and a plural make no other name."""
    return stem(word.casefold().replace("’", "'"))
