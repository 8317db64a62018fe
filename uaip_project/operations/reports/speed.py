"""How fast pages are answered: percentiles of the metrics, beside the report before."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from prometheus_client.parser import text_string_to_metric_families

from uaip_project.operations import exposition
from uaip_project.operations.reports import kept
from uaip_project.operations.reports.document import Report, Section, compared

FAMILY = "http_request_duration_seconds"
SLOW_SECONDS = 2.0
#: So much more than in the report before is a step that somebody should explain.
STEP = 1.5
Buckets = dict[float, float]


def make(*, at: datetime) -> Report:
    """Since the counting began; the month before is the report before."""
    buckets = durations()
    figures = {}
    rows, problems = [], []
    for name in sorted(buckets):
        count = max(buckets[name].values())
        half, most = quantile(buckets[name], 0.5), quantile(buckets[name], 0.95)
        rows.append([name, f"{count:,.0f}", f"{half:.3f}", f"{most:.3f}"])
        if most > SLOW_SECONDS:
            problems.append(
                f"{name}: one request in twenty takes longer than {SLOW_SECONDS:.0f} s."
            )
    whole = _together(buckets)
    if whole:
        figures = {"requests": max(whole.values()), "p50": quantile(whole, 0.5)}
        figures["p95"] = quantile(whole, 0.95)
    before = kept.figures_before("performance", at)
    problems += steps(figures, before)
    columns = ["Route", "Requests", "Half within (s)", "95 % within (s)"]
    sections = [
        Section("Pages and operations", [], columns, rows[:60], problems),
        compared(figures, before, before_is="the report before"),
    ]
    return Report("performance", "Performance report", f"until {at:%-d %B %Y}", sections, figures)


def durations() -> dict[str, Buckets]:
    """Method and route -> upper edge -> how many were no slower."""
    found: dict[str, Buckets] = defaultdict(lambda: defaultdict(float))
    for family in text_string_to_metric_families(exposition.text().decode()):
        if not family.name.endswith(FAMILY):
            continue
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                route = sample.labels.get("endpoint") or sample.labels.get("path") or ""
                name = f"{sample.labels.get('method', '')} {route}".strip()
                found[name][float(sample.labels["le"])] += sample.value
    return {name: dict(one) for name, one in found.items() if max(one.values())}


def _together(buckets: dict[str, Buckets]) -> Buckets:
    whole: Buckets = defaultdict(float)
    for one in buckets.values():
        for edge, count in one.items():
            whole[edge] += count
    return dict(whole)


def quantile(buckets: Buckets, share: float) -> float:
    """Within which time that share was answered, in seconds; between two edges in a straight line."""
    edges = sorted(buckets)
    wanted = share * buckets[edges[-1]]
    below, reached = 0.0, 0.0
    for edge in edges:
        if buckets[edge] >= wanted:
            if edge == float("inf"):
                return below
            inside = buckets[edge] - reached
            return below + (edge - below) * ((wanted - reached) / inside if inside else 1.0)
        below, reached = edge, buckets[edge]
    return below


def steps(figures: dict[str, float], before: dict[str, float]) -> list[str]:
    """Percentiles that rose by half or more since the report before."""
    return [
        f"{name} rose from {before[name]:.3f} s to {figures[name]:.3f} s."
        for name in ("p50", "p95")
        if before.get(name) and figures.get(name, 0.0) >= STEP * before[name]
    ]
