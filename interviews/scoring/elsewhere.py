"""Tells a text about another world (a recipe, a match, a family story) from one about work.

A canteen cooks and a club plays, so words of other worlds alone say nothing; what counts is whether
roles, systems and rules go with them, and whether the text is worded as answers are.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from interviews.scoring.signals import Reading
from interviews.scoring.topics import Fit
from interviews.scoring.words import stem

#: Word lists of other worlds.
_WORLDS = (
    "kitchen", "sport", "leisure", "home", "markets", "tales", "letters", "outdoors",
)  # fmt: skip
#: Word lists of whoever works somewhere, by some rule, with some system, or plans one.
_WORK = ("role", "system", "law", "owner", "project")
_OLD_YEAR = re.compile(
    r"\b(?:in|of|until|between|from|since|by|around|and) (?:1[0-8]\d\d|19[0-4]\d)\b(?! ?[%€$£]| [a-z]+s\b)"
)
_MINE = frozenset(["my", "me", "mine", "myself"])
#: Fitted to labelled answers whose wording was not learned (tests/scoring/data/README.md), then
#: rounded.
_START, _FOREIGN, _AT_WORK, _PRIVATE, _OLD = 10.0, 2.1, -0.7, 1.25, 1.5
_FAMILIAR, _GRAMMAR, _RELATIVE, _MARGIN, _LENGTH = -2.4, 2.0, -3.4, -2.8, -0.9
_MOST, _MOST_PRIVATE = 4, 2
#: What is taken for a text that learned wording says nothing about.
_USUAL_MARGIN, _USUAL_SHARE = 7.0, 0.8


@dataclass(frozen=True)
class World:
    """Where a text is at home."""

    #: Different words of other worlds.
    foreign: int
    #: Different words of work.
    work: int
    #: Years before anybody could have kept the records.
    old_years: int
    #: How often the writer speaks of what is theirs alone.
    private: int
    #: Words altogether.
    length: int

    def distance(self, familiar: float | None, grammar_share: float, fit: Fit) -> float:
        """From 0 for a text about work to 1 for one about something else.

        ``familiar`` is the share of words seen in labelled answers, None where that says nothing.
        """
        if not (self.foreign or self.private or self.old_years):
            return 0.0
        is_known = familiar is not None and math.isfinite(fit.margin)
        share = familiar if familiar is not None and is_known else _USUAL_SHARE
        lead = max(0.0, fit.margin) if is_known else _USUAL_MARGIN
        total = (
            _START
            + _FOREIGN * min(self.foreign, _MOST)
            + _AT_WORK * min(self.work, _MOST)
            + _PRIVATE * min(self.private, _MOST_PRIVATE)
            + _OLD * min(self.old_years, 1)
            + _FAMILIAR * share
            + _GRAMMAR * grammar_share
            + _RELATIVE * min(1.0, fit.relative)
            + _MARGIN * math.log1p(lead)
            + _LENGTH * math.log1p(self.length)
        )
        return 1 / (1 + math.exp(-total))


def look_around(reading: Reading) -> World:
    """Count the words of work and of other worlds in the sentences that count."""
    stems = {word.start: stem(word.text) for word in reading.content}
    foreign = _found(reading, _WORLDS, stems)
    return World(
        foreign=len(foreign),
        work=len(_found(reading, _WORK, stems) - foreign),
        old_years=len(_OLD_YEAR.findall(reading.text)),
        private=sum(word.text in _MINE for word in reading.words),
        length=len(reading.words),
    )


def _found(reading: Reading, names: tuple[str, ...], stems: dict[int, str]) -> set[str]:
    """The different words that any of the lists holds."""
    return {
        stems[hit[0]] for name in names for hit in reading.hits.get(name, ()) if hit[0] in stems
    }
