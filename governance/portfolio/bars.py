"""Pictures made of lying bars: reviews that wait, promises, what language models cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from governance.portfolio import words
from governance.portfolio.asked import AGES
from governance.portfolio.svg import (
    NO_DEPARTMENT,
    OTHERS,
    Figure,
    Line,
    Link,
    drawing,
    linked,
    of_department,
    rect,
    shortened,
    text,
)

BAR_LEFT, BAR_WIDTH, ROW = 150, 260, 32


def bars(
    rows: Sequence[tuple[str, Sequence[tuple[str, float, str, str]], str]],
) -> tuple[tuple[float, float], list[str]]:
    """Stacked bars lying: (label, [(class, value, words, link)], total in words) each."""
    # The rest of many departments would dwarf each of them: it stands there in words alone.
    sums = [sum(value for _, value, _, _ in parts) for label, parts, _ in rows if label != OTHERS]
    highest = max(sums, default=0)
    scale = BAR_WIDTH / highest if highest else 0
    drawn: list[str] = []
    for number, (label, parts, total) in enumerate(rows):
        y = number * ROW + 4
        drawn.append(text(BAR_LEFT - 10, y + 16, shortened(label, 18), anchor="end"))
        x = float(BAR_LEFT)
        for css, value, said, url in parts:
            if value and label != OTHERS:
                box = rect(x, y, max(value * scale - 1, 1.5), ROW - 10, css, round_=2)
                drawn.append(linked(url, said, [box]))
                x += value * scale
        drawn.append(text(x + 6, y + 16, total, css="figure-value"))
    return (BAR_LEFT + BAR_WIDTH + 130, len(rows) * ROW + 4), drawn


def ageing(counts: Mapping[int, tuple[int, int]], *, link: Link) -> Figure:
    """Open reviews by how long they have been open; (in time, overdue) by first day of the bucket."""
    title = "Reviews that wait"
    total = sum(map(sum, counts.values()))
    late = sum(overdue for _, overdue in counts.values())
    said = f"{total:,} open review{'' if total == 1 else 's'} by age; {late:,} overdue."
    rows, lines = [], []
    for first in AGES:
        in_time, overdue = counts.get(first, (0, 0))
        label = words.age_words(first)
        parts = [
            (
                "bar-note",
                in_time,
                f"{label}: {in_time:,} in time of {words.cases(in_time + overdue)}",
                link(age=first),
            ),
            (
                "bar-bad",
                overdue,
                f"{label}, overdue: {words.cases(overdue)}",
                link(age=first, overdue="yes"),
            ),
        ]
        shown = f"{in_time + overdue:,}" + (f", {overdue:,} overdue" if overdue else "")
        rows.append((label, parts, shown))
        lines.append(((label, str(in_time), str(overdue)), link(age=first)))
    size, drawn = bars(rows)
    return Figure(
        "ageing", title, said, ("Open for", "In time", "Overdue"), tuple(lines),
        drawing("ageing", title, said, size, drawn) if total else None,
        "No review is open: nobody waits for a ruling.",
    )  # fmt: skip


def promises(rows: Sequence[tuple[str, int, int, int]], *, link: Link) -> Figure:
    """What was promised: (department, kept, broken, pending) each, the largest first."""
    title = "Promises kept"
    kept = sum(one[1] for one in rows)
    broken = sum(one[2] for one in rows)
    share = f", {kept * 100 // (kept + broken)} % of those due" if kept + broken else ""
    said = f"{kept:,} kept and {broken:,} broken{share}, by department."
    drawn_rows = [
        (
            label or NO_DEPARTMENT,
            [
                (
                    "bar-good",
                    good,
                    f"{label}: {good:,} kept",
                    of_department(link, label, promises="kept"),
                ),
                (
                    "bar-bad",
                    bad,
                    f"{label}: {bad:,} broken",
                    of_department(link, label, promises="broken"),
                ),
                (
                    "bar-idle",
                    open_,
                    f"{label}: {open_:,} still to be kept",
                    of_department(link, label),
                ),
            ],
            f"{good:,} kept" + (f", {bad:,} broken" if bad else ""),
        )
        for label, good, bad, open_ in rows
    ]
    lines: tuple[Line, ...] = tuple(
        ((label or NO_DEPARTMENT, str(good), str(bad), str(open_)), of_department(link, label))
        for label, good, bad, open_ in rows
    )
    size, drawn = bars(drawn_rows)
    columns = ("Department", "Kept", "Broken", "Still to be kept")
    return Figure(
        "promises", title, said, columns, lines,
        drawing("promises", title, said, size, drawn) if rows else None,
        "Nothing has been promised yet: an approval with conditions begins it.",
    )  # fmt: skip


def costs(rows: Sequence[tuple[str, float]], currency: str, *, link: Link) -> Figure:
    """What language models cost, by department."""
    title = "Cost of language models"
    total = sum(cost for _, cost in rows)
    said = f"{total:,.2f} {currency} in all, by department."
    found = [
        (
            label or NO_DEPARTMENT,
            [
                (
                    "bar-accent",
                    cost,
                    f"{label}: {cost:,.2f} {currency}",
                    of_department(link, label, order="-cost"),
                )
            ],
            f"{cost:,.2f}",
        )
        for label, cost in rows
    ]
    lines: tuple[Line, ...] = tuple(
        ((label or NO_DEPARTMENT, f"{cost:.2f}"), of_department(link, label))
        for label, cost in rows
    )
    size, drawn = bars(found)
    return Figure(
        "costs", title, said, ("Department", f"Cost in {currency}"), lines,
        drawing("costs", title, said, size, drawn) if total else None,
        "No language model has been paid for these cases.",
    )  # fmt: skip
