"""Finds the fields of a form or table that were filled without saying anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from interviews.scoring.answertext import AnswerText, Row
from interviews.scoring.substance import is_placeholder, is_repetitive
from interviews.scoring.words import plain

#: Longest cell that a promise or a pointer elsewhere can empty as a whole.
_SHORT = 14
#: Cells of fewer words repeat for good reasons: an owner, a system, a place.
_REPEATED_WORDS, _REPEATED_CELLS = 4, 3
_DECIDED = (
    r"(?:defin|decid|determin|agreed|discuss|confirm|clarif|specif|complet|fill|add|provid|describ"
    r"|document|writ|work|set|chosen|name|assign|announc|advis|done|suppl|establish|settl|finali"
    r"|detail|elaborat|found|see|fix|align|identif|evaluat|consider|address|plan|review|deliver)\w*"
)
_LATER = re.compile(
    rf"\b(?:to|will|shall|must|can|needs? to|should) (?:\w+ )?be (?:\w+ )?{_DECIDED}"
    rf"|\b(?:we|i|they|the team|someone)(?: will|'ll| shall| still (?:have|need) to) (?:\w+ )?{_DECIDED}"
    r"|\bnot (?:yet )?(?:known|defined|decided|clear|available|determined|agreed|sure)\b"
    r"|\b(?:later|soon|tbd|tba|tbc|to follow|will follow|to come|coming soon|in due course|at a later"
    r"|under discussion|in (?:preparation|progress|discussion|clarification)|up for discussion)\b"
    r"|\bwork in progress\b|\bonce (?:it is )?(?:known|available|decided)\b|\bdepends\b"
    r"|\b(?:noch offen|folgt|wird (?:noch|später|nachgereicht)|zu klären|später|à définir|à déterminer"
    r"|plus tard|por definir|da definire)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"^\W*(?:please )?(?:see|refer to|cf|as (?:in|per|above|before|discussed|agreed|described|stated)"
    r"|same (?:as|here)|like above|ask|check|look at|attached|siehe|wie (?:oben|besprochen)|voir)\b"
    r"|\b(?:is|are|can be found) (?:in|under) the (?:attach\w*|appendix|annex|document\w*|wiki|slides?)\b",
    re.IGNORECASE,
)
#: Most words of a name: of a figure, a field, a system.
_NAME = 2
#: What may stand in an optional field for "there is none".
_NOTHING = frozenset(["none", "no", "na", "n", "a", "nil", "nothing", "unknown", "yes", "keine"])

IsLoose = Callable[[str], bool]


def is_hollow(cell: str, is_loose: IsLoose) -> bool:
    """Whether a field's own words say nothing: a placeholder, a promise, a pointer, talk."""
    words = plain(cell)
    if not words:
        return True
    has_figure = any(word[0].isdigit() for word in words)
    if not has_figure and (is_placeholder(cell) or _is_babble(words)):
        return True
    if not has_figure and len(words) <= _SHORT and _puts_off(cell):
        return True
    if is_repetitive(words):
        return True
    return len(words) >= 3 and not has_figure and is_loose(cell)


def _is_babble(words: list[str]) -> bool:
    """One letter, or one word over and over."""
    if all(len(word) == 1 and word.isascii() for word in words):
        return True
    return len(words) >= 2 and len(set(words)) == 1


def _puts_off(cell: str) -> bool:
    """Whether a short text without a name only says later, or elsewhere."""
    if any(word[:1].isupper() for word in cell.split()[1:]):
        return False
    return _LATER.search(cell) is not None or _ELSEWHERE.search(cell) is not None


@dataclass
class _Tally:
    """How many free fields say something, and how many do not."""

    filled: int = 0
    hollow: int = 0
    prose: int = 0
    hollow_prose: int = 0
    #: Fields that need not be filled, with "none" or the like in them.
    denied: int = 0

    def add(self, row: Row, name: str, *, is_hollow: bool, is_nothing: bool) -> None:
        # "None" may be the right answer to what need not be filled.
        if is_nothing and name not in row.required:
            self.denied += 1
            return
        self.filled += 1
        self.hollow += is_hollow
        if name in row.prose:
            self.prose += 1
            self.hollow_prose += is_hollow

    @property
    def is_mostly_hollow(self) -> bool:
        empty = self.hollow + self.denied
        return (
            self.hollow * 2 > self.filled
            or self.hollow_prose * 2 > self.prose
            or (empty >= _REPEATED_CELLS and empty * 3 > (self.filled + self.denied) * 2)
        )


def without_hollow(answer: AnswerText, is_loose: IsLoose) -> tuple[AnswerText, bool]:
    """The answer with its hollow fields emptied, and whether that were most of them."""
    empty = _repeated(answer.rows)
    known: dict[str, bool] = {}
    tally = _Tally()
    rows: list[Row] = []
    for row in answer.rows:
        cells = dict(row.cells)
        for name in sorted(row.free & set(cells)):
            text = cells[name]
            if not text:
                continue
            if text not in known:
                known[text] = _normal(text) in empty or is_hollow(text, is_loose)
            is_nothing = set(plain(text)) <= _NOTHING
            tally.add(row, name, is_hollow=known[text], is_nothing=is_nothing)
            if known[text]:
                cells[name] = ""
        rows.append(replace(row, cells=cells))
    if not any(known.values()):
        return answer, False
    return replace(answer, rows=tuple(_with_first_rows(rows))), tally.is_mostly_hollow


def _with_first_rows(rows: list[Row]) -> Iterable[Row]:
    """A card shows the first row of each of its tables; where that is empty, so is the card."""
    firsts: dict[str, Row] = {}
    for row in rows:
        if row.table:
            firsts.setdefault(row.table, row)
    for row in rows:
        if row.table or not firsts:
            yield row
        else:
            shown = {name: _own_text(first) for name, first in firsts.items()}
            yield replace(row, cells={**row.cells, **shown})


def _own_text(row: Row) -> str:
    own = any(row.cells.get(name) for name in row.free)
    return row.text if own or not row.free else ""


def _repeated(rows: tuple[Row, ...]) -> frozenset[str]:
    """Texts that fill several fields alike."""
    places: Counter[str] = Counter()
    columns: dict[str, set[str]] = {}
    for row in rows:
        for name in row.free:
            text = _normal(row.cells.get(name, ""))
            if text.count(" ") + 1 >= _REPEATED_WORDS:
                places[text] += 1
                columns.setdefault(text, set()).add(f"{row.table}.{name}")
    total = sum(places.values())
    return frozenset(
        text
        for text, count in places.items()
        if len(columns[text]) > 1 and (count >= _REPEATED_CELLS or count * 2 >= total)
    )


def _normal(text: str) -> str:
    return " ".join(plain(text))


def own_words_of(answer: AnswerText) -> str:
    """Only what the person wrote in free fields, row by row; names of one or two words are none."""
    return "\n".join(
        cell
        for row in answer.rows
        for name, cell in row.cells.items()
        if name in row.free and len(cell.split()) > _NAME
    )
