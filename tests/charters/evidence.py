"""Checks that no statement of a charter holds a number that its sources do not hold."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from charters.content import CharterContent
from charters.particulars import Deliverables
from charters.statements import CharterPart, Source
from interviews.consistency.measures import say_duration

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?")
#: The digits of S1-01, R-02 and X-11 name something; they count nothing.
_ID = re.compile(r"\b[A-Za-z]+\d*-\d+\b")
#: A token spells the decimal of its label with a line: wcag_2_1_aa.
_TOKEN_DECIMAL = re.compile(r"(\d)_(\d)")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")

#: Fields that code computes from several answers; any statement may cite them.
COMPUTED = frozenset(
    [
        "payback_months",
        "net_3y",
        "ratio",
        "margin_s",
        "counted_rating",
        "dimension_scores",
        "overall_score",
        "total_cost",
        "inherent",
        "residual_by_risk",
        "residual_by_principle",
        "budget_total",
    ]
)


@dataclass(frozen=True)
class Unsupported:
    """A number that came from nowhere."""

    text: str
    number: float


def unsupported_numbers(content: CharterContent) -> list[Unsupported]:
    """Every number in a statement that neither its sources nor a computed figure holds."""
    figures = _charter_figures(content)
    said_by = {key: _answer_numbers(answer) for key, answer in content.answers.items()}
    return [
        Unsupported(text, number)
        for texts, sources in statements(content)
        for text in texts
        for number in numbers(text)
        if number not in figures
        and not any(number in said_by.get(source.item, ()) for source in sources)
    ]


def statements(part: Any) -> Iterator[tuple[list[str], list[Source]]]:
    """The texts of everything that names its sources, wherever it stands in the content."""
    if isinstance(part, list):
        for item in part:
            yield from statements(item)
    elif isinstance(part, CharterPart):
        sources = getattr(part, "sources", None)
        if sources is not None:
            yield _texts(part), sources
        for name in type(part).model_fields:
            yield from statements(getattr(part, name))


def _texts(part: CharterPart) -> list[str]:
    values = (getattr(part, name) for name in type(part).model_fields)
    texts: list[str] = []
    for value in values:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, list):
            texts += [item for item in value if isinstance(item, str)]
    return texts


def numbers(text: str) -> set[float]:
    """The numbers in a text, signs aside; a date gives its day, month and year."""
    found = {float(part) for match in _ISO_DATE.findall(text) for part in match}
    rest = _ID.sub(" ", _ISO_DATE.sub(" ", text))
    return found | {float(match.replace(",", "")) for match in _NUMBER.findall(rest)}


def _answer_numbers(answer: BaseModel) -> set[float]:
    held = answer.model_dump(mode="json")
    held.pop("attempts", None)
    return set(_numbers_in(held))


def _charter_figures(content: CharterContent) -> set[float]:
    figures = set(_computed(content.deliverables))
    for finding in content.consistency_report.findings:
        figures |= numbers(f"{finding.message} {finding.reason} {finding.how_to_fix}")
    for phase in content.timeline:
        figures |= {float(abs(phase.start_week)), float(abs(phase.end_week))}
    figures |= set(_numbers_in([content.overall_confidence, content.confidence]))
    figures |= set(_numbers_in([row.model_dump() for row in content.quality_summary.stages]))
    # Shares are shown with two decimals, cut.
    return figures | {math.floor(figure * 100 + 1e-9) / 100 for figure in figures}


def _computed(deliverables: Deliverables) -> Iterator[float]:
    yield from _computed_in(deliverables.model_dump(mode="json"))


def _computed_in(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name in COMPUTED:
                yield from _numbers_in(item)
            if str(name).endswith("_s") and isinstance(item, int | float):
                yield from numbers(say_duration(item))
            yield from _computed_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _computed_in(item)


def _numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield abs(float(value))
    elif isinstance(value, str | date):
        yield from numbers(_TOKEN_DECIMAL.sub(r"\1.\2", str(value)).replace("_", " "))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _numbers_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _numbers_in(item)
