"""Dates in a text, in the notations that people use, and whether another text holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Year, month and day; None where it was not said.
Day = tuple[int | None, int | None, int | None]
#: A date as written, with every day it may mean (3/4/2026 is two).
Written = tuple[str, tuple[Day, ...]]

_NAMES = (
    ("january", "jan", "januar", "jänner", "janvier"),
    ("february", "feb", "februar", "février"),
    ("march", "mar", "märz", "mars"),
    ("april", "apr", "avril"),
    ("may", "mai"),
    ("june", "jun", "juni", "juin"),
    ("july", "jul", "juli", "juillet"),
    ("august", "aug", "août"),
    ("september", "sep", "sept", "septembre"),
    ("october", "oct", "oktober", "okt", "octobre"),
    ("november", "nov", "novembre"),
    ("december", "dec", "dezember", "dez", "décembre"),
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names}
_MONTH = r"\b(?P<m>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?<![\d.,])(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.)?"
_YEAR = r"(?P<y>(?:19|20)\d\d)\b"
#: "May", "March" and "Mars" are words of their own; these in front make them months.
_BEFORE = (
    r"(?:in|by|until|till|since|from|of|during|before|after|each|every|early|mid|late|end|and|to"
    r"|im|bis|ab|seit|en|depuis|avant)"
)


def _match(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(pattern, flags)


_SHAPES: tuple[re.Pattern[str], ...] = (
    _match(r"(?<![\w-])(?P<y>(?:19|20)\d\d)-(?P<n>\d{1,2})(?:-(?P<d>\d{1,2}))?(?![\w-])"),
    _match(r"(?<![\w./])(?P<a>\d{1,2})(?P<by>[./])(?P<b>\d{1,2})(?P=by)(?P<y>\d{4})(?![\w/])"),
    _match(_DAY + r"\s+(?:of\s+|de\s+)?" + _MONTH + r"(?:,?\s+" + _YEAR + r")?"),
    _match(
        _MONTH + r"\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\d%.,:]\d|\d|\s*%)(?:,?\s+" + _YEAR + ")?"
    ),
    _match(_MONTH + r",?\s+(?:of\s+)?" + _YEAR),
    re.compile(
        r"(?:(?<=^)|(?<=\s)|(?<=\())(?P<m>"
        + "|".join(name.capitalize() for name in _MONTHS if len(name) > 4 and name != "march")
        + r")\b"
    ),
    re.compile(
        r"\b(?i:" + _BEFORE + r")[ -](?P<m>March|May|Mai|Mars|June|July|Juni|Juli|Juin|Août)\b"
    ),
)


def cut_dates(text: str) -> tuple[list[Written], str]:
    """Every date of a text, and the text with the dates blanked out."""
    found: list[tuple[int, Written]] = []
    for shape in _SHAPES:
        for match in shape.finditer(text):
            days = tuple(_readings(match))
            if not days:
                continue
            start = match.start("m") if _is_bare(match) else match.start()
            found.append((start, (text[start : match.end()].strip(), days)))
            text = text[:start] + " " * (match.end() - start) + text[match.end() :]
    found.sort(key=lambda entry: entry[0])
    return [written for _, written in found], text


def _is_bare(match: re.Match[str]) -> bool:
    return set(match.groupdict()) == {"m"}


def _readings(match: re.Match[str]) -> Iterable[Day]:
    """The days that a match can mean; none when it is no date at all."""
    parts = match.groupdict()

    def get(name: str) -> int | None:
        return int(parts[name]) if parts.get(name) else None

    year, day = get("y"), get("d")
    if "a" in parts:
        first, second = get("a"), get("b")
        pairs = {(second, first), (first, second)}
        candidates: list[Day] = [(year, month, held) for month, held in sorted(pairs)]
    elif "n" in parts:
        candidates = [(year, get("n"), day)]
    else:
        candidates = [(year, _MONTHS[parts["m"].lower()], day)]
    return [
        (y, m, d)
        for y, m, d in candidates
        if (m is None or 1 <= m <= 12) and (d is None or 1 <= d <= 31)
    ]


def is_held(days: Iterable[Day], held: frozenset[Day], years: frozenset[int]) -> bool:
    """Whether one of the readings is said, at least as exactly, by the sources.

    A year may come from elsewhere in the sources where they speak of one year only.
    """
    for year, month, day in days:
        for other in held:
            is_same_year = year in (None, other[0]) or (other[0] is None and years == {year})
            if is_same_year and month in (None, other[1]) and day in (None, other[2]):
                return True
    return False
