"""Rows and values that earlier answers already give, so that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from interviews.protocol.lookup import column_of, field_of, rows_of
from interviews.protocol.types import Question

Values = Mapping[str, Any]
#: Canonical values by question key -> rows to start a table with.
Preset = Callable[[Values], list[dict[str, Any]]]

DIMENSIONS = ("accuracy", "completeness", "consistency", "timeliness", "validity", "integrity")
#: Categories of S3-10 that speak about people.
PERSONAL_CATEGORIES = frozenset(
    {"personal", "special_category", "children", "location", "financial"}
)


def critical_sources_by_dimension(values: Values) -> list[dict[str, Any]]:
    """Six rows, one per quality dimension, for every critical source of S3-01."""
    critical = [row["name"] for row in rows_of(values.get("S3-01")) if _is_critical(row)]
    return [
        {"source": source, "dimension": dimension}
        for source in critical
        for dimension in DIMENSIONS
    ]


def _is_critical(row: Mapping[str, Any]) -> bool:
    return row.get("critical") in (True, "yes") and bool(row.get("name"))


def kpi_from_desired_outcome(values: Values) -> list[dict[str, Any]]:
    """The first business figure of S2-01, as the desired outcome of S1-03 names it."""
    outcome = values.get("S1-03")
    name = field_of(outcome, "metric_name")
    if not name:
        return []
    row = {
        "name": name,
        "direction": field_of(outcome, "direction"),
        "target_date": field_of(outcome, "target_date"),
        "is_primary": True,
    }
    return [_filled(row)]


def pathway_per_kpi(values: Values) -> list[dict[str, Any]]:
    """One chain for every business figure, from the primary model measure."""
    metric = next(
        (
            row.get("metric_name") or row.get("metric")
            for row in rows_of(values.get("S2-04"))
            if row.get("role") == "primary"
        ),
        None,
    )
    names = column_of(values.get("S2-01"), "name")
    return [_filled({"model_metric": metric, "kpi": name}) for name in names]


def rights_from_features(values: Values) -> list[dict[str, Any]]:
    """The data of S1-07 that is about people, for S3-10."""
    return [
        {"data": row["name"], "category": row["personal_data"]}
        for row in rows_of(values.get("S1-07"))
        if row.get("name") and row.get("personal_data") in ("personal", "special_category")
    ]


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


#: What a stage file may name under ``preset_from``.
PRESETS: dict[str, Preset] = {
    preset.__name__: preset
    for preset in (
        critical_sources_by_dimension,
        kpi_from_desired_outcome,
        pathway_per_kpi,
        rights_from_features,
    )
}


def regulations_from_constraints(values: Values) -> list[str] | None:
    """The laws named in S1-11, for S4-07."""
    rows = rows_of(values.get("S1-11"))
    named = [
        row["detail"] for row in rows if row.get("kind") == "law_regulation" and "detail" in row
    ]
    return list(dict.fromkeys(named)) or None


def label_delay_from_target(values: Values) -> Any:
    """When the true answer is known, as S1-08 says, for S3-06."""
    return field_of(values.get("S1-08"), "label_delay")


#: Fields of forms that an earlier answer fills: (question key, field) -> function.
FIELD_PREFILLS: dict[tuple[str, str], Callable[[Values], Any]] = {
    ("S3-06", "label_delay"): label_delay_from_target,
    ("S4-07", "regulations"): regulations_from_constraints,
}


def prefill(question: Question, values: Values) -> Any | None:
    """What earlier answers already say about this question, in canonical shape; or None.

    It is a start for the person to edit, so required parts may still be missing.
    """
    if question.is_table:
        return _rows(question.table.preset_rows, question.table.preset_from, values) or None
    if question.input != "form":
        return None
    found: dict[str, Any] = {}
    for field in question.fields:
        if field.kind == "table":
            value: Any = _rows(field.preset_rows, field.preset_from, values)
        else:
            fill = FIELD_PREFILLS.get((question.key, field.name))
            value = fill(values) if fill else None
        if value:
            found[field.name] = value
    return found or None


def _rows(fixed: tuple[dict[str, Any], ...], computed: str, values: Values) -> list[dict[str, Any]]:
    rows = PRESETS[computed](values) if computed else []
    return [dict(row) for row in (*fixed, *rows)]
