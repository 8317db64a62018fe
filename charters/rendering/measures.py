"""How wide a column must be, where a long word may break, and which way a text runs."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from charters.rendering.nodes import Grid

ZERO_WIDTH_SPACE = "\u200b"
SOFT_HYPHEN = "\u00ad"
#: Hyphenation finds places in ordinary words; longer ones are addresses, codes or mischief.
LONGEST_WORD = 24
_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_JOINT = re.compile(r"(?<=[/\\._\-=&?:;,+|@#])(?=[^\s/])")
#: What should stay on one line: a date, and a figure with its unit that is all there is.
_HELD = re.compile(
    r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b|\A[\d.,]+ \S{1,8}\Z"
)
#: Where a line may end: not within "R-01".
_END = re.compile(r"[ \t\n]+|(?<=[a-z]-)(?=[a-z])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
#: So many letters at the most count towards the width of a column.
LONGEST_CELL = 220
#: The rows of a table with so many columns are set one by one: no paper is wide enough.
TOO_WIDE = 9
#: A value longer than this gets the whole width in such a row.
LONG_VALUE = 70
#: A row that holds more letters may break over a page; shorter ones stay together.
LONG_ROW = 1400
#: Letters that the column of a table may hold, over the number of its columns.
LONG_CELL = 3600
#: What names a row stands out; a sentence in the first column does not name it.
NAME_LENGTH = 42
#: How wide letters are, where the usual one is 1.
NARROW, WIDE, CAPITAL = 0.6, 1.55, 1.2
LONGEST_HELD = 13
SHORT = 8
SIZES = ((4, 9.0), (6, 8.5), (8, 7.8), (10, 7.4))
SMALLEST = 6.9


def printable(text: str) -> str:
    """The text without characters that no paper shows and no XML file may hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def breakable(text: str, *, within: str = ZERO_WIDTH_SPACE) -> str:
    """The text with room to break inside words that no line could hold.

    ``within`` is put between letters, where a program can show a hyphen; behind a joint such as
    a slash the break shows nothing.
    """
    return _WORD.sub(lambda at: _broken(at[0], within), text)


def _broken(word: str, within: str) -> str:
    pieces = []
    for piece in _JOINT.split(word):
        parts = (piece[at : at + LONGEST_WORD] for at in range(0, len(piece), LONGEST_WORD))
        pieces.append(within.join(parts))
    return ZERO_WIDTH_SPACE.join(pieces)


def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def is_held(text: str) -> bool:
    """Whether it should stay on one line: an id, a date, a figure with its unit."""
    return len(text) <= SHORT and " " not in text or bool(_HELD.fullmatch(text))


def widths(grid: Grid) -> list[float]:
    """The share of each column, the sources' last: by what stands in it, within reason."""
    shares = [
        _share([column, *(row.cells[at] for row in grid.rows if at < len(row.cells))])
        for at, column in enumerate(grid.columns)
    ]
    if grid.has_sources:
        shares.append(4.6)
    return shares


def _share(texts: Sequence[str]) -> float:
    longest_word = max((len(word) for text in texts for word in _END.split(text)), default=1)
    most = max((min(len(text), LONGEST_CELL) for text in texts), default=1)
    mean = sum(min(len(text), LONGEST_CELL) for text in texts) / max(len(texts), 1)
    return round(
        max(min(longest_word, LONGEST_HELD) * 0.62, math.sqrt((most + 2 * mean) / 3) * 1.05, 2.4), 2
    )


def longest_words(grid: Grid) -> list[int]:
    """Letters of the longest word of each column, the sources' last."""
    columns = [
        [column, *(row.cells[at] for row in grid.rows if at < len(row.cells))]
        for at, column in enumerate(grid.columns)
    ]
    if grid.has_sources:
        columns.append(["Source"])
    return [_longest(texts) for texts in columns]


def _longest(texts: Sequence[str]) -> int:
    """Letters of the longest piece that should stay on one line; hyphens part longer ones."""
    held = (_HELD.sub(lambda at: at[0].replace(" ", "\u00a0"), text) for text in texts)
    found = max((_letters(piece) for text in held for piece in _END.split(text)), default=1)
    return max(1, min(math.ceil(found), LONGEST_HELD))


def _letters(word: str) -> float:
    """How many usual letters take as much room."""
    return sum(map(_letter, word))


def _letter(letter: str) -> float:
    if letter in "mwMW%@":
        return WIDE
    if letter in "fijlrtI.,:;'()|-\u00a0":
        return NARROW
    return CAPITAL if letter.isupper() else 1


def fitted(shares: Sequence[float], least: Sequence[float]) -> list[float]:
    """Widths that sum up to the same, in which narrow columns get at least what they need, as far
    as wider ones can spare it.
    """
    lacking = sum(max(0.0, need - have) for have, need in zip(shares, least, strict=True))
    spare = sum(max(0.0, have - need) for have, need in zip(shares, least, strict=True))
    moved = min(lacking, spare)
    gets, gives = moved / (lacking or 1), moved / (spare or 1)
    return [
        have + (need - have) * (gets if have < need else gives)
        for have, need in zip(shares, least, strict=True)
    ]


def type_size(grid: Grid) -> float:
    """Points; smaller type for more columns."""
    count = len(grid.columns)
    return next((size for most, size in SIZES if count <= most), SMALLEST)


def is_records(grid: Grid) -> bool:
    """Whether the rows are shown one by one, each with its labels."""
    return len(grid.columns) >= TOO_WIDE


def is_first_bold(grid: Grid) -> bool:
    """Whether the first column names the rows."""
    lengths = [len(row.cells[0]) for row in grid.rows if row.cells]
    return len(grid.columns) > 1 and sum(lengths) <= NAME_LENGTH * max(len(lengths), 1)


def may_break(cells: Sequence[str]) -> bool:
    """Whether a row is so tall that it may have to break over a page."""
    lengths = [len(cell) + 40 * cell.count("\n") for cell in cells]
    return sum(lengths) > LONG_ROW or max(lengths, default=0) > LONG_CELL / max(len(cells), 1)
