"""What an approved charter promises, read from its content and the ruling's conditions. Pure.

beyond.md names the idea: conditions, controls, measures of success and watched figures become
dated commitments with an owner and a measure.
"""

from __future__ import annotations

import hashlib
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

Json = Mapping[str, Any]

NOT_NAMED = "Nobody named"
#: Which way a measure of success is good (S2-01).
GOOD = {"up": "at_least", "down": "at_most"}
#: S5-12 says when to act; what is promised is that it need not be: "act when below" -> "at least".
ALARMS = {"<": "at_least", "<=": "above", ">": "at_most", ">=": "below"}
FIGURE = re.compile(r"-?\d+(?:[.,]\d+)?")
DONE = "done"
LARGEST = Decimal(10) ** 13
TESTS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}


@dataclass(frozen=True)
class Promise:
    """One commitment as the charter asks for it. ``key`` stays the same while it means the same."""

    key: str
    kind: str
    text: str
    owner: str
    comparator: str
    target: Decimal | None
    unit: str
    due_date: date | None
    cadence_days: int | None
    source_item: str


class Asked(Protocol):
    """A condition of a ruling."""

    text: str
    owner: str
    due_date: date


def promises_of(
    content: Json, conditions: Iterable[Asked], *, cadence_days: int
) -> tuple[Promise, ...]:
    """All promises, each key once. ``cadence_days`` is for figures that name none of their own."""
    parts = content["deliverables"]
    found = [
        *(_condition(one) for one in conditions),
        *_controls(parts.get("ethical_risk_report") or {}),
        *_measures(parts.get("metric_alignment_matrix") or {}, cadence_days),
        *_watched(parts.get("ethical_risk_report") or {}, cadence_days),
    ]
    return tuple({one.key: one for one in found}.values())


def _condition(asked: Asked) -> Promise:
    return Promise(
        key=_key("condition", asked.text),
        kind="condition",
        text=asked.text,
        owner=asked.owner or NOT_NAMED,
        comparator=DONE,
        target=None,
        unit="",
        due_date=asked.due_date,
        cadence_days=None,
        source_item="",
    )


def _controls(report: Json) -> Iterable[Promise]:
    """Controls that are not proven yet, by the date that the charter gives them."""
    for row in report.get("mitigations", ()):
        due = _date(row["due_date"])
        is_proven = row["status"] == "tested" and row["evidence"].strip()
        if is_proven or due is None or not row["control"].strip():
            continue
        yield Promise(
            key=_key("control", row["risk_ref"], row["control"]),
            kind="control",
            text=row["control"],
            owner=row["owner"].strip() or NOT_NAMED,
            comparator=DONE,
            target=None,
            unit="",
            due_date=due,
            cadence_days=None,
            source_item="S5-09",
        )


def _measures(matrix: Json, cadence_days: int) -> Iterable[Promise]:
    """Measures of success with a target and a direction: due at their target date."""
    for row in matrix.get("business_kpis", ()):
        comparator = GOOD.get(row["direction"] or "")
        target = _decimal(row["target_value"])
        if comparator is None or target is None or not row["name"].strip():
            continue
        yield Promise(
            key=_key("kpi", row["name"]),
            kind="kpi",
            text=row["name"],
            owner=row["owner"].strip() or NOT_NAMED,
            comparator=comparator,
            target=target,
            unit=row["unit"][:80],
            due_date=_date(row["target_date"]),
            cadence_days=_days(row["measure_every_days"]) or cadence_days,
            source_item="S2-01",
        )


def _watched(report: Json, cadence_days: int) -> Iterable[Promise]:
    """Figures that are watched in operation: they must hold from the first reading on.

    A limit without a number ("no complaint") is a deed that is confirmed again and again.
    """
    for row in report.get("monitoring_metrics", ()):
        comparator = ALARMS.get(row["comparator"] or "")
        number = FIGURE.search(row["threshold"])
        if not row["metric"].strip():
            continue
        is_figure = comparator is not None and number is not None
        yield Promise(
            key=_key("watch", row["metric"]),
            kind="watch",
            text=row["metric"] if is_figure else f"{row['metric']}: {row['threshold']}".strip(": "),
            owner=row["owner"].strip() or NOT_NAMED,
            comparator=comparator if is_figure and comparator else DONE,
            target=Decimal(number[0].replace(",", ".")) if is_figure and number else None,
            unit=_unit(row["threshold"], number) if is_figure else "",
            due_date=None,
            cadence_days=_days(row["every_days"]) or cadence_days,
            source_item="S5-12",
        )


def _unit(threshold: str, number: re.Match[str] | None) -> str:
    return threshold[number.end() :].strip()[:80] if number else ""


def _key(kind: str, *parts: str) -> str:
    """The same promise in other white space or case is the same promise."""
    said = "\n".join(" ".join(part.split()).casefold() for part in parts)
    return f"{kind}:{hashlib.sha256(said.encode()).hexdigest()[:40]}"


def _date(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _days(value: float | None) -> int | None:
    return max(1, round(value)) if value else None


def _decimal(value: float | None) -> Decimal | None:
    found = None if value is None else Decimal(str(value))
    return None if found is None or abs(found) >= LARGEST else found


def is_met(comparator: str, target: Decimal | None, value: Decimal) -> bool:
    """Whether a figure is on the good side of its target."""
    if target is None:
        return False
    return TESTS[comparator](value, target)
