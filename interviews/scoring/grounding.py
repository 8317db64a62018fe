"""Which figures, dates and names of a sentence its sources do not hold: what a model made up."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from interviews.scoring.grounded_dates import Day, cut_dates, is_held
from interviews.scoring.grounded_figures import Figures, figures_of, missing_figures
from interviews.scoring.grounded_names import Names, missing_names, names_of


@dataclass(frozen=True)
class Grounds:
    """Everything that sentences may draw on."""

    figures: Figures
    dates: frozenset[Day]
    names: Names


def ungrounded(sentence: str, sources: Sequence[str]) -> list[str]:
    """The numbers, dates and proper names of a sentence that no source holds, as written.

    A figure keeps its unit: "20 days" does not hold "20 %" or "20 weeks". Notation is free:
    "1,200", "1200" and "1.2 thousand" are one figure, "3 March 2026" and "2026-03-03" one date.
    """
    held = _grounds(tuple(sources))
    # Superscripts, full-width digits and the like are figures as well.
    dates, rest = cut_dates(unicodedata.normalize("NFKC", sentence))
    found = [
        written for written, days in dates if not is_held(days, held.dates, held.figures.years)
    ]
    found += missing_figures(rest, held.figures)
    found += missing_names(rest, held.names)
    return list(dict.fromkeys(found))


@lru_cache(maxsize=64)
def _grounds(sources: tuple[str, ...]) -> Grounds:
    text = unicodedata.normalize("NFKC", "\n".join(sources))
    dates, rest = cut_dates(text)
    days = frozenset(day for _, readings in dates for day in readings)
    return Grounds(figures_of(rest, days), days, names_of(text))
