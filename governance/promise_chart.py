"""The readings of one promise against its target, as plain SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from charters.rendering.charts import Svg

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 60, 620, 16, 184


def draw(readings: Sequence[tuple[date, float]], *, target: float, unit: str) -> Svg | None:
    """A line through the readings and a dashed one at the target; None without a reading.

    ``readings`` are days with figures, in any order. The table beside it says the same.
    """
    if not readings:
        return None
    points = sorted(readings)
    figures = [figure for _, figure in points] + [target]
    low, high = min(figures), max(figures)
    room = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    low, high = low - room, high + room
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()

    def x(day: date) -> float:
        share = (day.toordinal() - first) / (last - first) if last > first else 0.5
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def y(figure: float) -> float:
        return round(BOTTOM - (figure - low) / (high - low) * (BOTTOM - TOP), 1)

    line = " ".join(f"{x(day)},{y(figure)}" for day, figure in points)
    words = f"{len(points)} readings from {points[0][0]} to {points[-1][0]}; target {target:g}"
    parts = [
        f'<svg class="chart chart-promise" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" aria-label="{escape(f"{words} {unit}".strip())}">',
        f'<line class="promise-target" x1="{LEFT}" x2="{RIGHT}" y1="{y(target)}" y2="{y(target)}" '
        'stroke="currentColor" stroke-dasharray="6 4"/>',
        _text(LEFT - 8, y(target) + 4, f"{target:g}", anchor="end"),
        f'<polyline class="promise-line" points="{line}" fill="none" stroke="currentColor" '
        'stroke-width="2"/>',
        *(
            f'<circle class="promise-point" cx="{x(day)}" cy="{y(figure)}" r="4" '
            f'fill="currentColor"><title>{figure:g} on {day}</title></circle>'
            for day, figure in points
        ),
        _text(LEFT, HEIGHT - 12, str(points[0][0]), anchor="start"),
    ]
    if last > first:
        parts.append(_text(RIGHT, HEIGHT - 12, str(points[-1][0]), anchor="end"))
    return Svg("".join([*parts, "</svg>"]))


def _text(x: float, y: float, words: str, *, anchor: str) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="12" fill="currentColor">'
        f"{escape(words)}</text>"
    )
