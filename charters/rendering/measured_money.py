"""Figures that are money because their unit is a currency: what their fields hold may be hours too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: In any spelling; the rarer ones in capitals alone, as they stand for other things too.
CODES = (
    "EUR|USD|GBP|CHF|JPY|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BRL|ZAR|KRW|SGD|NZD|MXN|"
    "(?-i:AED|ARS|BDT|BGN|BHD|CLP|EGP|ETB|GHS|HKD|IDR|ILS|IQD|IRR|ISK|JOD|KES|KWD|KZT|LBP|LKR|"
    "MYR|NGN|NPR|OMR|PKR|QAR|RSD|RUB|SAR|THB|TWD|TZS|UAH|UGX|UYU|UZS|VND|XAF|XOF|ZMW)"
)
SIGNS = "[€$£¥₹₩₽₺₦₫₴₱₪฿]"
WORDS = (
    "euros?|dollars?|pounds?|francs?|franken|cents?|pence|yen|yuan|renminbi|rupees?|pesos?|zlotys?|"
    "zł|kr|kron(?:or|er|en|a|e)|r(?:o?u)bles?|rubel|baht|shekels?|dirhams?|dinars?|riyals?|forints?|"
    "(?-i:S?Fr|Rs)"
)
#: Before a code or a sign: "kEUR", "TEUR", "M€".
THOUSANDS = "(?:[ktm]|bn|mio|mrd)?"
#: Blanks of every width, and what typed text sets around a figure: "**5,000** EUR".
_GAP = r"[\s\u200b*_`]{0,4}"
_SCALE = (
    r"(?:\s?(?:k|m|bn|tn|hundred|thousand|tausend|million(?:en|s)?|milliarden?|billion(?:en|s)?|"
    r"trillion|lakhs?|crores?|mio\.?|mln\.?|mrd\.?|tsd\.?)\b\.?){0,2}"
)
#: Read once from its first digit on, never again from within: thousands of digits would else take
#: minutes. Of groups no more than the longest amount has.
_FIGURE = r"[-–]?(?<!\d)\d++(?:[.,'’\u00a0\u2007\u2009\u200a\u202f ]++\d++){0,12}+"
#: Also "20.000,-".
_MONEY = rf"{_FIGURE}(?:[.,][-–—]{{1,2}})?{_SCALE}"
#: The first of two: "from 120 to 90 EUR".
_BEFORE = rf"(?:{_MONEY}\s?(?:to|and|or|bis|und|–|-)\s?)?"
#: Between a figure and what it is counted in: "5000 per year in EUR".
_EACH = r"(?:\s(?:per|a|an|each|every|pro|im|je|p\.)\s?\w[\w.]{0,20})?\sin\s"
#: "US", "Hong Kong", "Swiss".
_WHOSE = r"(?:(?-i:[A-Z])[\w.]{0,12}[-\s]){0,2}"
_SPELT = (
    "half(?: an?)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|"
    "forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion"
)
#: An amount in a text, whatever stands first: the figure or what it is counted in.
AMOUNT = re.compile(
    rf"(?:(?<![^\W_]){THOUSANDS}(?:{CODES})[:=~]?{_GAP}|{SIGNS}{_GAP}"
    rf"|\b(?:(?:{WORDS})|(?-i:S?Fr|Rs)\.)[:=~ \u00a0]{{1,3}}){_BEFORE}{_MONEY}"
    rf"|{_BEFORE}{_MONEY}(?:{_EACH}|{_GAP})(?:{THOUSANDS}(?:(?:{CODES})\b|{SIGNS})|{_WHOSE}(?:{WORDS})\b)"
    rf"|\b(?:(?:{_SPELT})[\s-]){{1,8}}(?:(?:{CODES}|{_WHOSE}(?:{WORDS}))\b|{SIGNS})",
    re.IGNORECASE,
)
_CURRENCY = re.compile(rf"\b(?:{THOUSANDS}(?:{CODES})|{WORDS})\b|{SIGNS}", re.IGNORECASE)
EMPTY = ("", "—")
UNIT, OF_UNIT = "unit", "_unit"
#: Figures of a row that has one unit for all of them.
FIGURES = frozenset({"baseline_value", "target_value", "amount", "threshold"})
UNIT_LABEL = "Unit"
FIGURE_COLUMNS = frozenset({"Today", "Target", "Amount", "Threshold", "Best alternative reaches"})


def is_currency(unit: object) -> bool:
    """Whether it says what money is counted in: "USD", "€ per case"."""
    return isinstance(unit, str) and bool(_CURRENCY.search(unit))


def named(value: Any) -> frozenset[str]:
    """Fields whose own unit says so, wherever they stand; elsewhere they stand without it."""
    if isinstance(value, list):
        return frozenset[str]().union(*map(named, value))
    if not isinstance(value, Mapping):
        return frozenset()
    return (money_fields(value) - FIGURES).union(*map(named, value.values()))


def money_fields(row: Mapping[str, Any]) -> frozenset[str]:
    """Fields of this row that hold money by its units."""
    units = [name for name, value in row.items() if is_currency(value)]
    found = {name.removesuffix(OF_UNIT) for name in units if name.endswith(OF_UNIT)}
    return frozenset(found | (FIGURES if UNIT in units else frozenset()))


def amounts(value: Any) -> Iterator[Any]:
    """Every such figure, however deep."""
    if isinstance(value, Mapping):
        for name in money_fields(value):
            yield value.get(name)
        for inner in value.values():
            yield from amounts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from amounts(inner)


def hidden_cells(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> set[tuple[int, int]]:
    """(row, column) of the figures of a laid-out table that are money by their unit.

    The unit stands in a column of its own or, where label stands beside answer, in the row below.
    """
    if UNIT_LABEL in columns:
        at = columns.index(UNIT_LABEL)
        return {
            (row, column)
            for row, cells in enumerate(rows)
            if at < len(cells) and is_currency(cells[at])
            for column in range(min(len(columns), len(cells)))
            if columns[column] in FIGURE_COLUMNS and cells[column] not in EMPTY
        }
    return {
        (row - 1, 1)
        for row, cells in enumerate(rows)
        if row and len(cells) == 2 and cells[0] == UNIT_LABEL and is_currency(cells[1])
    }
