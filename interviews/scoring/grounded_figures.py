"""Numbers in a text with their units, in figures and in words, and which of them are missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from interviews.scoring.grounded_dates import Day

_SCALES = {
    "k": 1000, "thousand": 1000, "tausend": 1000, "mille": 1000, "tsd": 1000,
    "million": 10**6, "millions": 10**6, "millionen": 10**6, "mn": 10**6, "mio": 10**6,
    "billion": 10**9, "billions": 10**9, "bn": 10**9, "mrd": 10**9, "milliarden": 10**9,
    "hundred": 100, "hundert": 100,
}  # fmt: skip
_UNITS = {
    "second": "s seconds sec secs second sekunde sekunden seconde secondes",
    "minute": "min mins minute minutes minuten",
    "hour": "h hr hrs hour hours stunde stunden heure heures",
    "day": "day days tag tage tagen jour jours",
    "week": "week weeks woche wochen semaine semaines",
    "month": "month months monat monate monaten mois",
    "quarter": "quarter quarters quartal quartale",
    "year": "year years jahr jahre jahren an ans",
    "percent": "% percent pct prozent pourcent",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_CURRENCIES = {
    "EUR": "€ eur euro euros", "USD": "$ usd dollar dollars", "GBP": "£ gbp pounds",
    "CHF": "chf franken francs", "JPY": "¥ jpy yen", "SEK": "sek", "NOK": "nok", "DKK": "dkk",
    "PLN": "pln", "CZK": "czk", "INR": "₹ inr rupees", "CAD": "cad", "AUD": "aud", "CNY": "cny",
}  # fmt: skip
_CURRENCY_OF = {word: code for code, words in _CURRENCIES.items() for word in words.split()}
_WORDS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "dozen": 12, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
    "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "dreizehn": 13,
    "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18,
    "neunzehn": 19, "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60,
    "siebzig": 70, "achtzig": 80, "neunzig": 90, "dutzend": 12, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "dix": 10, "douze": 12,
}  # fmt: skip
_ONES = {
    "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9,
}  # fmt: skip
_TENS = [word for word in _WORDS if word.endswith(("zig", "ßig"))]
# German says both in one word: einundzwanzig, zweihundert.
_WORDS |= {f"{one}und{ten}": n + _WORDS[ten] for one, n in _ONES.items() for ten in _TENS}
_WORDS |= {
    f"{one}{many}": n * _SCALES[many] for one, n in _ONES.items() for many in ("hundert", "tausend")
}
#: Said without a figure: the same word, or one of these figures, must be in the sources.
_SHARES = {
    "half": "0.5 50", "halve": "0.5 50", "halves": "0.5 50", "halved": "0.5 50",
    "halving": "0.5 50", "hälfte": "0.5 50", "moitié": "0.5 50",
    "twice": "2", "double": "2", "doubles": "2", "doubled": "2", "doubling": "2",
    "triple": "3", "tripled": "3", "tenfold": "10", "dozens": "", "hundreds": "",
    "thousands": "", "millions": "", "billions": "", "majority": "", "doppelt": "2",
    "verdoppelt": "2", "verdoppeln": "2", "doppelte": "2", "halbiert": "0.5 50",
    "halbieren": "0.5 50", "dreifach": "3", "dreifache": "3", "zehnfach": "10", "drittel": "",
    "viertel": "25", "fünftel": "20", "zehntel": "10", "hunderte": "", "tausende": "",
    "dutzende": "", "mehrheit": "",
}  # fmt: skip
_ROOTS = {"halve": "half", "halves": "half", "halved": "half", "halving": "half"}
_FRACTION = re.compile(
    r"\b(?:a|one|two|three)[ -](thirds?|quarters?|fifths?|tenths?)(?=\s+of\b|\b)", re.IGNORECASE
)
_VERBATIM = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}(?!\w)|(?<!\w)\d{1,2}:\d{2}(?!\w)")
_DIGITS = r"\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_FIGURE = re.compile(
    r"(?<![\w])(?P<sign>[€$£¥₹]\s?)?(?P<n>" + _DIGITS + r")(?:st|nd|rd|th)?"
    r"(?P<after>\s?[%€$£¥₹]|\s?-?[^\W\d_]+)?",
)
_RANGE = re.compile(r"\s*(?:-|–|to|and|bis|à|or)\s*$", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(?:[€$£¥₹]|[A-Z]{3})\s?$")
_WORD = re.compile(r"[^\W\d_]+")
#: What a bare number of a form or table may turn out to be.
_BARE, _OTHER = "", "other"


@dataclass(frozen=True)
class Figure:
    """One number as written, every value it may mean, and what it counts."""

    written: str
    values: frozenset[Decimal]
    unit: str = _BARE


@dataclass(frozen=True)
class Figures:
    """The numbers of a text."""

    units: dict[Decimal, frozenset[str]]
    years: frozenset[int]
    currencies: frozenset[str]
    words: frozenset[str]
    verbatim: frozenset[str]

    def hold(self, figure: Figure) -> bool:
        """Whether the same number stands here, of the same kind."""
        for value in figure.values:
            units = self.units.get(value)
            if units is not None and _is_same_kind(figure.unit, units):
                return True
        return False


def _is_same_kind(unit: str, held: frozenset[str]) -> bool:
    """A number without a unit may be any; a share is never a count of something."""
    if unit in held or _BARE in held:
        return True
    if unit in (_BARE, _OTHER):
        return bool(held)
    return unit != "percent" and _OTHER in held


def figures_of(text: str, dates: Iterable[Day] = ()) -> Figures:
    """All numbers of the sources; the years of their dates count as numbers too."""
    units: dict[Decimal, set[str]] = {}
    for figure in [*_figures(text), *_worded(text)]:
        for value in figure.values:
            units.setdefault(value, set()).add(figure.unit)
    years = {year for year, _, _ in dates if year is not None}
    for year in years:
        units.setdefault(Decimal(year), set()).add(_BARE)
    years |= {int(value) for value in units if value == int(value) and 1900 <= value < 2100}
    return Figures(
        {value: frozenset(held) for value, held in units.items()},
        frozenset(years),
        frozenset(code for code, _ in _currencies(text)),
        frozenset(word.lower() for word in _WORD.findall(text)),
        frozenset(_plain(match.group()) for match in _VERBATIM.finditer(text)),
    )


def missing_figures(text: str, held: Figures) -> list[str]:
    """The numbers, shares and currencies of a text that the sources do not hold."""
    found = [
        match.group()
        for match in _VERBATIM.finditer(text)
        if _plain(match.group()) not in held.verbatim
    ]
    found += [figure.written for figure in _figures(text) if not held.hold(figure)]
    found += [figure.written for figure in _worded(text) if not held.hold(figure)]
    found += [word for word in _shares(text) if not _is_share_held(word, held)]
    found += [written for code, written in _currencies(text) if code not in held.currencies]
    return found


def _plain(written: str) -> str:
    return written.lstrip("0")


def _figures(text: str) -> list[Figure]:
    """Numbers in digits; a range gives its unit to both ends."""
    text = _VERBATIM.sub(lambda match: " " * len(match.group()), text)
    found: list[tuple[int, int, Figure]] = []
    for match in _FIGURE.finditer(text):
        after = (match["after"] or "").strip(" \u00a0-").lower()
        if after and _is_identifier(match, after):
            continue
        scale = _SCALES.get(after)
        if after == "m" and _MONEY_BEFORE.search(
            text, max(0, match.start("n") - 5), match.start("n")
        ):
            scale = 10**6
        unit = _unit(after) if scale is None else _BARE
        values = frozenset(value * (scale or 1) for value in _values(match["n"]))
        written = match.group() if after in _UNIT_OF or scale else match["n"]
        found.append((match.start("n"), match.end("n"), Figure(written.strip(), values, unit)))
    return list(_with_range_units(text, found))


def _with_range_units(text: str, found: list[tuple[int, int, Figure]]) -> Iterator[Figure]:
    for place, (_, end, figure) in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        if following and figure.unit in (_BARE, _OTHER):
            between = text[end : following[0]]
            if _RANGE.match(between):
                figure = Figure(figure.written, figure.values, following[2].unit)
        yield figure


def _is_identifier(match: re.Match[str], after: str) -> bool:
    """ "4x4" and "27001A" are names, "30min" and "10k" are figures."""
    is_glued = not match["after"][0].isspace() and after[0].isalpha()
    return (
        is_glued
        and match["after"][0] != "-"
        and after not in _UNIT_OF
        and (
            after not in _SCALES
            and after not in ("x", "am", "pm", "m", "km", "kg", "g", "gb", "mb", "tb", "ms")
        )
    )


def _unit(after: str) -> str:
    if not after or after in _CURRENCY_OF:
        return _BARE
    return _UNIT_OF.get(after, _OTHER)


def _values(digits: str) -> set[Decimal]:
    """What the digits may mean: 1.200 is 1.2 or 1200, 1,200 is 1200."""
    compact = re.sub(r"['’\u00a0\u202f ]", "", digits)
    marks = [mark for mark in compact if mark in ".,"]
    if not marks:
        return {Decimal(compact)}
    head, _, tail = compact.rpartition(marks[-1])
    whole = head.replace(",", "").replace(".", "")
    as_decimal, as_whole = Decimal(f"{whole}.{tail}"), Decimal(whole + tail)
    if len(set(marks)) > 1:
        return {as_decimal}
    if len(marks) > 1:
        return {as_whole}
    if len(tail) != 3 or whole == "0":
        return {as_decimal}
    return {as_whole} if marks[0] == "," else {as_whole, as_decimal}


def _worded(text: str) -> Iterator[Figure]:
    """Numbers in words: "twelve", "twenty-five", "two hundred"."""
    words = list(_WORD.finditer(text))
    place = 0
    while place < len(words):
        value = _WORDS.get(words[place].group().lower())
        first = place
        place += 1
        if value is None:
            continue
        while place < len(words):
            word = words[place].group().lower()
            if value % 10 == 0 and value >= 20 and 0 < _WORDS.get(word, 0) < 10:
                value += _WORDS[word]
            elif word in _SCALES and len(word) > 2:
                value *= _SCALES[word]
            elif value % 100 == 0 and value and _WORDS.get(word, 0) > 0:
                value += _WORDS[word]
            elif not (word == "and" and value % 100 == 0 and value):
                break
            place += 1
        unit = _UNIT_OF.get(words[place].group().lower(), _OTHER) if place < len(words) else _BARE
        written = text[words[first].start() : words[place - 1].end()]
        yield Figure(written, frozenset({Decimal(value)}), unit)


def _shares(text: str) -> list[str]:
    found = [match.group() for match in _WORD.finditer(text) if match.group().lower() in _SHARES]
    return found + [match.group(1) for match in _FRACTION.finditer(text)]


def _is_share_held(word: str, held: Figures) -> bool:
    word = word.lower()
    if word in held.words or _ROOTS.get(word, word) in held.words or word + "s" in held.words:
        return True
    return any(Decimal(value) in held.units for value in _SHARES.get(word, "").split())


def _currencies(text: str) -> Iterator[tuple[str, str]]:
    """Currency signs, and codes or words beside a figure."""
    for match in re.finditer(r"[€$£¥₹]", text):
        yield _CURRENCY_OF[match.group()], match.group()
    for match in _WORD.finditer(text):
        code = _CURRENCY_OF.get(match.group().lower())
        if code is not None:
            yield code, match.group()
