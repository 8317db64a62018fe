"""Whether a business figure is SMART, and which chains of S2-06 lead to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from interviews.answerset import AnswerSet
from interviews.consistency.measures import day
from interviews.consistency.wording import one_names_the_other, same_name


def leads_to(named: Any, kpi: Any) -> bool:
    """Whether a chain that names a figure means this one; a longer spelling is accepted."""
    one, other = str(named or ""), str(kpi or "")
    return same_name(one, other) or one_names_the_other(one, other)


def smart_letters(
    kpi: Mapping[str, Any], answers: AnswerSet, pathways: Iterable[Mapping[str, Any]]
) -> dict[str, bool]:
    """The five letters of a KPI by code, in their order, and whether each is met."""
    realism = answers.get("S2-02")
    return {
        "specific": bool(kpi.get("definition")),
        "measurable": bool(kpi.get("unit") and kpi.get("data_source")),
        "achievable": realism is not None and realism.is_accepted,
        "relevant": any(leads_to(path.get("kpi"), kpi.get("name")) for path in pathways),
        "time_bound": day(kpi.get("target_date")) is not None,
    }
