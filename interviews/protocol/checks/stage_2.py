"""Plain checks of stage 2 answers: figures, measures, money and time.

What a gate or cross-stage rule looks at again is a warning here, so that an honest answer
about a weak idea can be given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from interviews.protocol.checks.check import Check
from interviews.protocol.checks.names import plain
from interviews.protocol.durations import in_words, seconds_of
from interviews.protocol.issues import Issue, error, warning
from interviews.protocol.lookup import column_of, field_of, number_of, numbered_rows
from interviews.protocol.types import Question

Values = Mapping[str, Any]

#: A target that many times above or below today's value is a slip or a dream.
FAR = 10
#: Measures that lie between 0 and 1, or 0 and 100 %.
RATES = frozenset(
    [
        "accuracy",
        "balanced_accuracy",
        "precision",
        "recall",
        "specificity",
        "false_positive_rate",
        "f1",
        "pr_auc",
        "roc_auc",
        "brier",
        "calibration_error",
        "interval_coverage",
        "precision_at_k",
        "recall_at_k",
        "ndcg",
        "mrr",
        "map",
        "coverage",
        "span_f1",
        "exact_match",
        "factual_error_rate",
        "refusal_rate",
        "toxicity_rate",
        "map_iou",
        "iou",
        "dice",
        "idf1",
    ]
)
#: Measures that lie between -1 and 1.
SIGNED_RATES = frozenset({"mcc", "silhouette", "stability_ari"})
#: Errors, times and counts, which are never negative.
NEVER_NEGATIVE = frozenset(
    [
        "mae",
        "rmse",
        "mape",
        "wape",
        "mase",
        "quantile_loss",
        "log_loss",
        "davies_bouldin",
        "false_alarms_per_day",
        "time_to_detect",
        "character_error_rate",
        "word_error_rate",
        "perplexity",
        "rouge",
        "bleu",
    ]
)


def kpi_names_unique(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    seen: set[str] = set()
    for path, row in numbered_rows(value):
        name = plain(row.get("name"))
        if name and name in seen:
            yield error(
                f"{path}.name", f"{row['name']} stands twice. Give each figure its own name."
            )
        seen.add(name)


def exactly_one_primary_kpi(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    primary = [(path, row) for path, row in numbered_rows(value) if row.get("is_primary") is True]
    if len(primary) != 1:
        yield warning("", f"Mark exactly one main figure; {len(primary)} are marked.")
        return
    path, row = primary[0]
    for part in ("baseline_value", "target_value", "target_date", "data_source"):
        if row.get(part) is None:
            label = question.table.column(part).label
            yield warning(f"{path}.{part}", f'The main figure needs "{label}" to close this part.')


def kpi_target_beyond_baseline(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        today, target = number_of(row, "baseline_value"), number_of(row, "target_value")
        if today is None or target is None:
            continue
        direction = row.get("direction")
        is_wrong = (direction == "up" and target <= today) or (
            direction == "down" and target >= today
        )
        if is_wrong:
            yield warning(
                f"{path}.target_value", f"The figure should go {direction}; the target does not."
            )
        elif today and not 1 / FAR <= abs(target / today) <= FAR:
            yield warning(f"{path}.target_value", "More than ten times away from today. Check it.")


def kpi_target_dates_ahead(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        day = row.get("target_date")
        if isinstance(day, str) and day <= as_of.isoformat():
            yield warning(f"{path}.target_date", "The date must lie ahead. Check the year.")


def benefits_in_order(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    names = ("benefit_low", "benefit_expected", "benefit_high")
    given = [(name, number_of(value, name)) for name in names]
    known = [(name, amount) for name, amount in given if amount is not None]
    for (_, lower), (name, higher) in zip(known, known[1:], strict=False):
        if higher < lower:
            yield error(name, "Low, likely and high must rise in that order.")


def exactly_one_primary_metric(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    count = column_of(value, "role").count("primary")
    if count != 1:
        yield warning("", f"Give exactly one primary measure; there are {count}.")


def metric_thresholds_in_range(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        low, high = _range(row)
        for part in ("threshold", "baseline_value"):
            found = number_of(row, part)
            if found is None or low <= found <= high:
                continue
            label = question.table.column("metric").option_label(row.get("metric"))
            limit = f"from {low:g} to {high:g}" if high < float("inf") else f"at least {low:g}"
            yield warning(f"{path}.{part}", f"{label} is {limit}. Check the value and the unit.")


def _range(row: Mapping[str, Any]) -> tuple[float, float]:
    """The values that a measure can take in its unit."""
    metric, unit = row.get("metric"), str(row.get("unit") or "").casefold()
    scale = 100 if "%" in unit or "percent" in unit else 1
    if metric in RATES:
        return 0, scale
    if metric in SIGNED_RATES:
        return -scale, scale
    if metric in ("r2", "mota"):
        return float("-inf"), scale
    return (0 if metric in NEVER_NEGATIVE else float("-inf")), float("inf")


def error_costs_in_one_unit(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    units = [field_of(value, f"{name}_cost_unit") for name in ("false_alarm", "miss")]
    if all(units) and plain(units[0]) != plain(units[1]):
        yield warning("miss_cost_unit", "In one unit the two costs could be compared.")


def every_kpi_has_a_pathway(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    linked = {plain(name) for name in column_of(value, "kpi")}
    for name in column_of(values.get("S2-01"), "name"):
        if plain(name) not in linked:
            yield warning("", f"Add a chain for {name}; every business figure needs one.")


def time_margin_left(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    window = seconds_of(field_of(value, "action_window"))
    waits = [
        seconds_of(field_of(value, name))
        for name in ("data_latency", "prediction_latency", "human_reaction_time")
    ]
    if window is None or None in waits:
        return
    margin = window - sum(wait for wait in waits if wait is not None)
    if margin <= 0:
        yield warning(
            "action_window",
            f"{in_words(margin)} is left to act: the answer comes too late. Check the times.",
        )


def capacity_for_outputs(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    capacity = number_of(value, "capacity_per_day")
    expected = number_of(value, "expected_outputs_per_day")
    if capacity is not None and expected is not None and expected > capacity:
        yield warning(
            "capacity_per_day",
            f"{expected:g} answers a day, {capacity:g} can be handled. Say what becomes of the rest.",
        )


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        kpi_names_unique,
        exactly_one_primary_kpi,
        kpi_target_beyond_baseline,
        kpi_target_dates_ahead,
        benefits_in_order,
        exactly_one_primary_metric,
        metric_thresholds_in_range,
        error_costs_in_one_unit,
        every_kpi_has_a_pathway,
        time_margin_left,
        capacity_for_outputs,
    )
}
