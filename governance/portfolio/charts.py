"""Pictures of a whole portfolio: counts in, figures out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from governance.portfolio import words
from governance.portfolio.svg import (
    Figure,
    Line,
    Link,
    drawing,
    linked,
    rect,
    rule,
    text,
    ticks,
)
from interviews.risk import LEVELS, inherent_level

CELL, LEFT, TOP = 58, 74, 12


def risk_matrix(counts: Mapping[tuple[int, int], int], unplaced: int, *, link: Link) -> Figure:
    """How many cases have their worst remaining risk in each cell of severity and likelihood."""
    title = "Where the worst remaining risks stand"
    placed = sum(counts.values())
    said = f"{words.cases(placed)} by severity and likelihood of the worst risk after its controls."
    lines: list[Line] = [
        ((str(severity), str(likelihood), str(counts[severity, likelihood])), "")
        for severity, likelihood in sorted(counts, reverse=True)
    ]
    lines = [(cells, link(severity=cells[0], likelihood=cells[1])) for cells, _ in lines]
    notes: tuple[str, ...] = ()
    if unplaced:
        notes = (
            f"{words.cases(unplaced)} stated a level without a risk behind it and stand in no cell.",
        )
    return Figure(
        "risks", title, said, ("Severity", "Likelihood", "Cases"), tuple(lines),
        drawing("risks", title, said, (LEFT + 5 * CELL + 8, TOP + 5 * CELL + 44), _matrix(counts, link))
        if placed else None,
        "No case has been decided yet: a charter's decision puts it here.", notes,
    )  # fmt: skip


def _matrix(counts: Mapping[tuple[int, int], int], link: Link) -> Iterable[str]:
    middle = TOP + 5 * CELL / 2
    yield (
        f'<text class="figure-axis" x="14" y="{middle:g}" text-anchor="middle" fill="currentColor" '
        f'transform="rotate(-90 14 {middle:g})">Severity →</text>'
    )
    for severity in LEVELS:
        # The severest row stands on top, as on every risk matrix.
        y = float(TOP + (len(LEVELS) - severity) * CELL)
        yield text(LEFT - 12, y + CELL / 2 + 4, str(severity), anchor="end")
        for likelihood in LEVELS:
            x = LEFT + (likelihood - 1) * CELL
            yield _cell(x, y, severity, likelihood, counts.get((severity, likelihood), 0), link)
    for likelihood in LEVELS:
        middle = LEFT + (likelihood - 1) * CELL + CELL / 2
        yield text(middle, TOP + 5 * CELL + 18, str(likelihood), anchor="middle")
    bottom = TOP + 5 * CELL + 38
    yield text(LEFT + 5 * CELL / 2, bottom, "Likelihood →", anchor="middle", css="figure-axis")


def _cell(x: float, y: float, severity: int, likelihood: int, count: int, link: Link) -> str:
    level = inherent_level(severity, likelihood)
    box = rect(
        x + 2, y + 2, CELL - 4, CELL - 4, f"risk-level-{level}", opacity=level * 0.1, round_=4
    )
    if not count:
        return box
    said = f"Severity {severity}, likelihood {likelihood}: {words.cases(count)}"
    number = text(x + CELL / 2, y + CELL / 2 + 6, f"{count:,}", anchor="middle", css="figure-count")
    return linked(link(severity=severity, likelihood=likelihood), said, [box, number])


# --- Time -----------------------------------------------------------------------------------------

MOST_MONTHS = 24
CHART_WIDTH, CHART_HEIGHT = 640, 220
AXIS = 44


def months_between(first: date, last: date) -> list[date]:
    """The first day of each month from the one to the other, the latest two years at most."""
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        found.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found[-MOST_MONTHS:]


def decisions_over_time(
    counts: Mapping[tuple[date, str], int], *, link: Callable[[date, str], str]
) -> Figure:
    """Decisions of each month, by what was decided; a case counts with its latest decision."""
    title = "Decisions over time"
    kinds = list(words.DECISIONS)
    days = sorted({month for month, _ in counts})
    months = months_between(days[0], days[-1]) if days else []
    earlier = sum(count for (month, _), count in counts.items() if month < months[0]) if days else 0
    said = f"Latest decision of {words.cases(sum(counts.values()))}, by month."
    lines: list[Line] = [
        ((f"{month:%b %Y}", words.DECISIONS[kind][0], str(counts[month, kind])), link(month, kind))
        for month in months
        for kind in kinds
        if counts.get((month, kind))
    ]
    size = (AXIS + CHART_WIDTH + 8, CHART_HEIGHT + 66)
    return Figure(
        "decisions", title, said, ("Month", "Decision", "Cases"), tuple(lines),
        drawing("decisions", title, said, size, _columns(months, counts, link)) if days else None,
        "No charter has been submitted yet: its decision begins the row of months.",
        (f"{words.cases(earlier)} before {months[0]:%B %Y} are not drawn.",) if earlier else (),
        is_wide=True,
    )  # fmt: skip


def _columns(
    months: Sequence[date],
    counts: Mapping[tuple[date, str], int],
    link: Callable[[date, str], str],
) -> Iterable[str]:
    totals = [sum(counts.get((month, kind), 0) for kind in words.DECISIONS) for month in months]
    marks = ticks(max(totals))
    scale = (CHART_HEIGHT - 24) / marks[-1]
    for mark in marks:
        y = CHART_HEIGHT - mark * scale
        yield rule(AXIS, y, AXIS + CHART_WIDTH, y)
        yield text(AXIS - 8, y + 4, f"{mark:g}", anchor="end", css="figure-axis")
    step = CHART_WIDTH / max(len(months), 6)
    wide = min(step - 6, 48)
    every = 1 if len(months) <= 12 else 2
    for number, (month, total) in enumerate(zip(months, totals, strict=True)):
        x = AXIS + number * step + (step - wide) / 2
        yield from _column(x, wide, month, counts, scale, link)
        if total:
            top = CHART_HEIGHT - total * scale - 6
            yield text(x + wide / 2, top, f"{total:,}", anchor="middle", css="figure-small")
        if number % every == 0:
            label = f"{month:%b}"
            yield text(x + wide / 2, CHART_HEIGHT + 18, label, anchor="middle", css="figure-small")
            if number == 0 or month.month == 1 or (every == 2 and month.month == 2):
                year = text(
                    x + wide / 2,
                    CHART_HEIGHT + 33,
                    str(month.year),
                    anchor="middle",
                    css="figure-small",
                )
                yield year
    yield from _legend([(f"decision-{kind}", said) for kind, (said, _) in words.DECISIONS.items()])


def _column(
    x: float,
    wide: float,
    month: date,
    counts: Mapping[tuple[date, str], int],
    scale: float,
    link: Callable[[date, str], str],
) -> Iterable[str]:
    y = float(CHART_HEIGHT)
    for kind, (said, _) in words.DECISIONS.items():
        count = counts.get((month, kind), 0)
        if count:
            y -= count * scale
            box = rect(x, y, wide, max(count * scale - 1, 1), f"decision-{kind}")
            yield linked(link(month, kind), f"{month:%B %Y}, {said}: {words.cases(count)}", [box])


def _legend(entries: Sequence[tuple[str, str]]) -> Iterable[str]:
    x, y = float(AXIS), CHART_HEIGHT + 56.0
    for css, said in entries:
        needed = 26 + 7.2 * len(said)
        if x + needed > AXIS + CHART_WIDTH:
            x, y = float(AXIS), y + 22
        yield rect(x, y - 10, 12, 12, css, round_=2)
        yield text(x + 18, y, said, css="figure-small")
        x += needed
