"""What must be made, bought and closed before go-live: its cost and its weeks, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from interviews.consistency.measures import number, total

#: Origins of labels (S3-06) that call for a labelling plan (S3-07).
LABELS_TO_MAKE = frozenset({"must_be_annotated", "rules_weak_labels"})


def lacks_labels(origin: Any, labels_needed: Any) -> bool:
    """Whether right answers have to be made and no plan makes any."""
    return origin in LABELS_TO_MAKE and not number(labels_needed)


def is_gap_to_close(severity: Any, obtainable: Any) -> bool:
    """A gap that the project means to close before it can work as planned."""
    return severity != "nice_to_have" and obtainable != "no"


def is_missing(ready: Any) -> bool:
    """Technology that has to be bought or built."""
    return ready != "yes"


def labelling_cost(plan: Mapping[str, Any]) -> float | None:
    """Labels times their price; the total that was given where one of the two is not."""
    count, price = (number(plan.get(name)) for name in ("labels_needed", "cost_per_label"))
    if count is None or price is None:
        return number(plan.get("total_cost"))
    return round(count * price, 2)


def costs(
    *,
    building: float | None,
    labelling: float | None,
    gaps: Iterable[float | None],
    technology: Iterable[float | None],
) -> dict[str, float]:
    """Everything to be paid until go-live as far as it is known, by kind."""
    amounts = {
        "building": building,
        "labelling": labelling,
        "closing gaps": total(gaps),
        "technology": total(technology),
    }
    return {kind: amount for kind, amount in amounts.items() if amount}


def lead_times(
    *,
    labelling: float | None,
    gaps: Iterable[float | None],
    technology: Iterable[float | None],
) -> dict[str, float]:
    """Weeks of each kind of work that must come first.

    Work of one kind runs side by side, so its longest lead time counts; the kinds follow
    each other.
    """
    weeks = {
        "labelling": labelling or 0.0,
        "closing gaps": _longest(gaps),
        "technology": _longest(technology),
    }
    return {kind: count for kind, count in weeks.items() if count}


def _longest(weeks: Iterable[float | None]) -> float:
    return max((count or 0.0 for count in weeks), default=0.0)
