"""Charts of a charter as plain SVG: no script, no inline style, readable in light and dark.

Each chart carries the table that says the same. Colors come from classes of charter.css;
the presentation attributes keep a chart legible where no style sheet is at hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from charters.particulars import Deliverables
from interviews.consistency.measures import say_duration
from interviews.consistency.ratings import DIMENSIONS
from interviews.deliverables import (
    DataQualityScorecard,
    EthicalRiskReport,
    MetricAlignmentMatrix,
)
from interviews.risk import LEVELS, inherent_level


class Svg(str):
    """Markup made here from escaped text; templates show it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True)
class Chart:
    svg: Svg
    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


ROW_HEIGHT = 28
LABEL_WIDTH = 112
BAR_WIDTH = 200
HIGHEST_RATING = 10
CELL = 40
GRID = CELL * len(LEVELS)
GRID_TOP = 42


def chart_named(name: str, made: Deliverables) -> Chart | None:
    """The chart of these deliverables; None where what it shows is not there yet."""
    match name:
        case "data_quality" if made.data_quality_scorecard:
            return data_quality(made.data_quality_scorecard)
        case "risk_matrix" if made.ethical_risk_report:
            return risk_matrix(made.ethical_risk_report)
        case "timing" if made.metric_alignment_matrix:
            return timing(made.metric_alignment_matrix)
    return None


def data_quality(card: DataQualityScorecard) -> Chart:
    """One bar per dimension, 0 to 10."""
    scores = [(name, card.dimension_scores.get(name)) for name in DIMENSIONS]
    parts = [
        part
        for number, (name, score) in enumerate(scores)
        for part in _bar(number * ROW_HEIGHT, name.capitalize(), score)
    ]
    rows = tuple(
        (name.capitalize(), "not rated" if score is None else str(score)) for name, score in scores
    )
    said = ", ".join(f"{name.lower()} {score}" for name, score in rows)
    size = (LABEL_WIDTH + BAR_WIDTH + 40, len(scores) * ROW_HEIGHT)
    return _chart(
        "data-quality",
        "Data quality by dimension",
        f"Lowest counted rating from 0 to 10 among critical sources: {said}.",
        size,
        parts,
        columns=("Dimension", "Rating"),
        rows=rows,
    )


def _bar(top: int, label: str, score: int | None) -> Iterable[str]:
    middle = top + ROW_HEIGHT // 2
    yield _text(LABEL_WIDTH - 8, middle + 4, label, anchor="end")
    yield _rect(LABEL_WIDTH, top + 6, BAR_WIDTH, 16, "chart-track", opacity=0.12)
    if score is not None:
        width = round(BAR_WIDTH * score / HIGHEST_RATING)
        yield _rect(LABEL_WIDTH, top + 6, width, 16, "chart-bar", opacity=0.7)
    shown = "–" if score is None else str(score)
    yield _text(LABEL_WIDTH + BAR_WIDTH + 8, middle + 4, shown, css="chart-value")


def risk_matrix(report: EthicalRiskReport) -> Chart:
    """How many risks stand in each cell of the 5 x 5 matrix, before and after controls."""
    rated = [risk for risk in report.risks if risk.ref in report.residual_by_risk]
    before = Counter((risk.severity, risk.likelihood) for risk in rated)
    left = report.residual_by_risk
    after = Counter((left[risk.ref].severity, left[risk.ref].likelihood) for risk in rated)
    parts = [*_grid(36, "Before controls", before), *_grid(36 + GRID + 60, "After controls", after)]
    rows = tuple(
        (
            risk.ref,
            f"{risk.severity} × {risk.likelihood} → {risk.inherent}",
            f"{left[risk.ref].severity} × {left[risk.ref].likelihood} → {left[risk.ref].level}",
        )
        for risk in rated
    )
    said = "; ".join(f"{ref} from {first} to {then}" for ref, first, then in rows)
    return _chart(
        "risk-matrix",
        "Risks before and after controls",
        f"Severity × likelihood → level, each from 1 to 5: {said or 'no risk is rated'}.",
        (36 + 2 * GRID + 68, GRID_TOP + GRID + 40),
        parts,
        columns=("Risk", "Before", "After"),
        rows=rows,
    )


def _grid(left: int, title: str, counts: Counter) -> Iterable[str]:
    yield _text(left + GRID // 2, 13, title, anchor="middle", css="chart-heading")
    yield _text(left - 26, 34, "Severity ↑", css="chart-axis")
    for severity in LEVELS:
        # The severest row stands on top, as on every risk matrix.
        top = GRID_TOP + (len(LEVELS) - severity) * CELL
        yield _text(left - 10, top + CELL // 2 + 4, str(severity), anchor="middle")
        for likelihood in LEVELS:
            x = left + (likelihood - 1) * CELL
            yield from _cell(x, top, severity, likelihood, counts[severity, likelihood])
    for likelihood in LEVELS:
        x = left + (likelihood - 1) * CELL + CELL // 2
        yield _text(x, GRID_TOP + GRID + 16, str(likelihood), anchor="middle")
    yield _text(left + GRID // 2, GRID_TOP + GRID + 34, "Likelihood →", anchor="middle")


def _cell(x: int, y: int, severity: int, likelihood: int, count: int) -> Iterable[str]:
    level = inherent_level(severity, likelihood)
    yield _rect(x + 1, y + 1, CELL - 2, CELL - 2, f"risk-level-{level}", opacity=level * 0.1)
    if count:
        yield _text(
            x + CELL // 2, y + CELL // 2 + 5, str(count), anchor="middle", css="chart-count"
        )


TIMING_PARTS = (
    ("data_latency_s", "Data ready", "timing-data", 0.75),
    ("prediction_latency_s", "Model answers", "timing-model", 0.55),
    ("human_reaction_s", "People react", "timing-people", 0.35),
    ("margin_s", "Margin", "timing-margin", 0.12),
)
TIMING_WIDTH = 352


def timing(matrix: MetricAlignmentMatrix) -> Chart | None:
    """How the action window is spent; None while a duration is missing."""
    found = matrix.timing
    if found is None or found.margin_s is None or found.action_window_s is None:
        return None
    spans = [(name, css, getattr(found, key), shade) for key, name, css, shade in TIMING_PARTS]
    whole = max(found.action_window_s, found.action_window_s - min(found.margin_s, 0)) or 1
    rows = tuple((name, say_duration(span)) for name, _, span, _ in spans)
    rows += (("Action window", say_duration(found.action_window_s)),)
    said = ", ".join(f"{name.lower()} {span}" for name, span in rows)
    is_late = found.margin_s <= 0
    end = "The answer comes too late." if is_late else "The answer comes in time."
    return _chart(
        "timing",
        "Time to act",
        f"{said}. {end}",
        (TIMING_WIDTH, 112),
        [*_spans(spans, whole), *_window_end(found.action_window_s / whole), *_legend(spans)],
        columns=("Part", "Duration"),
        rows=rows,
    )


def _spans(spans: list[tuple[str, str, float, float]], whole: float) -> Iterable[str]:
    x = 0.0
    for _, css, span, shade in spans:
        width = TIMING_WIDTH * max(0.0, span) / whole
        if width:
            # A second in an hour would vanish; a thin line still shows that it is there.
            yield _rect(round(x, 1), 8, max(round(width, 1), 1.5), 28, css, opacity=shade)
        x += width


def _legend(spans: list[tuple[str, str, float, float]]) -> Iterable[str]:
    for number, (name, css, _, shade) in enumerate(spans):
        x, y = (number % 2) * TIMING_WIDTH // 2, 74 + (number // 2) * 22
        yield _rect(x, y, 12, 12, css, opacity=shade)
        yield _text(x + 20, y + 11, name)


def _window_end(share: float) -> Iterable[str]:
    x = round(min(TIMING_WIDTH * share, TIMING_WIDTH - 1), 1)
    yield (
        f'<line class="chart-limit" x1="{x}" y1="2" x2="{x}" y2="42" '
        'stroke="currentColor" stroke-width="2"/>'
    )
    anchor = "end" if share > 0.5 else "start"
    yield _text(x, 60, "Too late from here", anchor=anchor)


def _chart(
    key: str,
    title: str,
    description: str,
    size: tuple[int, int],
    parts: Iterable[str],
    *,
    columns: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
) -> Chart:
    width, height = size
    svg = (
        f'<svg class="chart chart-{key}" role="img" viewBox="0 0 {width} {height}" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="13" '
        f'aria-labelledby="chart-{key}-title chart-{key}-desc">'
        f'<title id="chart-{key}-title">{escape(title)}</title>'
        f'<desc id="chart-{key}-desc">{escape(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )
    return Chart(Svg(svg), title, description, columns, rows)


def _rect(x: float, y: float, width: float, height: float, css: str, *, opacity: float) -> str:
    return (
        f'<rect class="{css}" x="{x}" y="{y}" width="{width}" height="{height}" '
        f'fill="currentColor" fill-opacity="{opacity:.2f}"/>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", css: str = "chart-label") -> str:
    return (
        f'<text class="{css}" x="{x}" y="{y}" text-anchor="{anchor}" '
        f'fill="currentColor">{escape(text)}</text>'
    )
