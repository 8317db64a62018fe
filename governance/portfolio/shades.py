"""Pictures made of shaded cells: how cases scored, who does which kind of task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from governance.portfolio import words
from governance.portfolio.svg import (
    NO_DEPARTMENT,
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

BUCKETS = ((0, "0–5"), (5, "5–6"), (6, "6–7"), (7, "7–8"), (8, "8–9"), (9, "9–10"))
SHADE_WIDTH, SHADE_HEIGHT, SHADE_LEFT = 56, 36, 78


def scores_by_stage(
    counts: Mapping[tuple[int, int], int], means: Mapping[int, float], *, link: Link
) -> Figure:
    """How many cases scored how well in each stage: (stage, bucket) -> cases."""
    title = "Scores by stage"
    said = "Mean score of the answers of each case, 0 to 10: " + (
        ", ".join(f"stage {stage} {mean:.1f}" for stage, mean in sorted(means.items()))
        or "none yet"
    )
    highest = max(counts.values(), default=0)
    parts = [
        text(
            SHADE_LEFT + (place + 0.5) * SHADE_WIDTH, 14, label, anchor="middle", css="figure-small"
        )
        for place, (_, label) in enumerate(BUCKETS)
    ]
    right = SHADE_LEFT + len(BUCKETS) * SHADE_WIDTH
    parts.append(text(right + 34, 14, "mean", anchor="middle", css="figure-small"))
    for stage in range(1, 6):
        y = 22 + (stage - 1) * SHADE_HEIGHT
        parts.append(text(SHADE_LEFT - 12, y + 22, f"Stage {stage}", anchor="end"))
        for place, (low, label) in enumerate(BUCKETS):
            count = counts.get((stage, low), 0)
            said_cell = f"Stage {stage}, {label}: {words.cases(count)}"
            url = link(score=f"{stage}:{low}")
            parts.append(
                _shade(SHADE_LEFT + place * SHADE_WIDTH, y, count, highest, said_cell, url)
            )
        mean = f"{means[stage]:.1f}" if stage in means else "–"
        parts.append(text(right + 34, y + 22, mean, anchor="middle", css="figure-value"))
    lines: tuple[Line, ...] = tuple(
        (
            (
                f"Stage {stage}",
                *(str(counts.get((stage, low), 0)) for low, _ in BUCKETS),
                f"{means[stage]:.1f}" if stage in means else "",
            ),
            "",
        )
        for stage in range(1, 6)
    )
    return Figure(
        "scores", title, f"{said}.", ("Stage", *(label for _, label in BUCKETS), "Mean"), lines,
        drawing("scores", title, said, (right + 68, 26 + 5 * SHADE_HEIGHT), parts) if highest else None,
        "No answer has been scored yet.",
    )  # fmt: skip


def _shade(x: float, y: float, count: int, highest: int, said: str, url: str) -> str:
    strength = 0.08 + 0.62 * count / highest if count else 0.04
    box = rect(x + 1, y + 1, SHADE_WIDTH - 2, SHADE_HEIGHT - 2, "shade", opacity=strength, round_=3)
    if not count:
        return box
    css = "figure-count is-strong" if strength > 0.45 else "figure-count"
    number = text(
        x + SHADE_WIDTH / 2, y + SHADE_HEIGHT / 2 + 5, f"{count:,}", anchor="middle", css=css
    )
    return linked(url, said, [box, number])


def kinds_by_department(
    counts: Mapping[tuple[str, str], int],
    departments: Sequence[str],
    kinds: Sequence[tuple[str, str]],
    *,
    link: Link,
) -> Figure:
    """Which department does which kind of task: (department, kind) -> cases."""
    title = "Kinds of task by department"
    said = f"{words.cases(sum(counts.values()))} by department and kind of task."
    highest = max(counts.values(), default=0)
    left, head = 150, 104
    parts = []
    for place, (_, label) in enumerate(kinds):
        x = left + (place + 0.5) * SHADE_WIDTH
        parts.append(
            f'<text class="figure-small" x="{x:g}" y="{head - 8}" fill="currentColor" '
            f'transform="rotate(-35 {x:g} {head - 8})">{escape(shortened(label, 20))}</text>'
        )
    lines: list[Line] = []
    for number, department in enumerate(departments):
        y = head + number * SHADE_HEIGHT
        name = department or NO_DEPARTMENT
        parts.append(text(left - 10, y + 22, shortened(name, 18), anchor="end"))
        for place, (kind, label) in enumerate(kinds):
            count = counts.get((department, kind), 0)
            url = of_department(link, department, archetype=kind) if kind else ""
            x = left + place * SHADE_WIDTH
            parts.append(
                _shade(x, y, count, highest, f"{name}, {label}: {words.cases(count)}", url)
            )
            if count:
                lines.append(((name, label, str(count)), url))
    size = (left + len(kinds) * SHADE_WIDTH + 70, head + len(departments) * SHADE_HEIGHT + 4)
    return Figure(
        "kinds", title, said, ("Department", "Kind of task", "Cases"), tuple(lines),
        drawing("kinds", title, said, size, parts) if highest else None,
        "No case says yet what kind of task it is.",
    )  # fmt: skip
