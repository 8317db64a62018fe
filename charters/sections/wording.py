"""Short sentences from stored fields: people's words cut at a sentence, measures by name."""

from __future__ import annotations

import re

from charters.sections.cells import EMPTY, day, figure
from charters.sections.record import Record
from interviews.deliverables.metric_alignment_matrix import BusinessKpi, ModelMetric

COMPARATORS = {">=": "at least", "≥": "at least", ">": "above", "<=": "at most", "≤": "at most"}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def lead(text: str, limit: int) -> str:
    """The first whole sentences within ``limit`` words; else the first words and "…"."""
    kept: list[str] = []
    for sentence in _SENTENCE_END.split(text.strip()):
        if word_count(" ".join([*kept, sentence])) > limit:
            break
        kept.append(sentence)
    return " ".join(kept) if kept else " ".join(text.split()[: limit - 1]) + " …"


def word_count(text: str) -> int:
    return len(text.split())


def ended(text: str) -> str:
    """The text with a full stop where it has no end yet."""
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?", "…")) else f"{stripped}."


def kpi_target(kpi: BusinessKpi) -> str:
    """ "Picks per paid hour: from 71 to 82 count/h by 31 Mar 2027"."""
    start, goal = figure(kpi.baseline_value), figure(kpi.target_value, kpi.unit)
    by_when = f" by {day(kpi.target_date)}" if kpi.target_date else ""
    return f"{kpi.name}: from {start} to {goal}{by_when}"


def metric_label(record: Record, metric: ModelMetric) -> str:
    """What people read for a measure: "PR-AUC" for the token pr_auc."""
    return measure_name(record, metric.metric)


def measure_name(record: Record, token: str) -> str:
    """ "PR-AUC" for pr_auc; the words that people typed for a measure of their own."""
    return record.protocol.question("S2-04").table.column("metric").option_label(token)


def metric_bar(record: Record, metric: ModelMetric) -> str:
    """ "Recall at least 0.9"."""
    comparator = COMPARATORS.get(metric.comparator or "", metric.comparator or "")
    bar = figure(metric.threshold, metric.unit)
    name = metric_label(record, metric)
    return name if bar == EMPTY else f"{name} {comparator} {bar}".replace("  ", " ")
