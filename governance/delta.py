"""What differs between two decided revisions: what a re-review has to look at, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance import material
from interviews.protocol import values
from interviews.protocol.types import Protocol
from interviews.risk import PRINCIPLES

Json = Mapping[str, Any]


@dataclass(frozen=True)
class AnswerChange:
    """One item whose answer is another; texts as people read them, "" where there was none."""

    key: str
    title: str
    before: str
    after: str
    is_material: bool


@dataclass(frozen=True)
class FigureChange:
    """A score or level that moved. ``name`` is "score S1-01", "residual privacy",
    "confidence 5" or "data quality"; None = there was none."""

    name: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        if self.before is None or self.after is None:
            return None
        return round(self.after - self.before, 4)


@dataclass(frozen=True)
class RuleChange:
    """A rule that fires on one side alone."""

    rule: str
    floor: str
    detail: str


@dataclass(frozen=True)
class Delta:
    """Everything that differs; ``is_empty`` where nothing does."""

    decision_before: str
    decision_after: str
    answers: tuple[AnswerChange, ...] = ()
    figures: tuple[FigureChange, ...] = ()
    rules_new: tuple[RuleChange, ...] = ()
    rules_gone: tuple[RuleChange, ...] = ()
    #: Rule ids of findings that stand on one side alone.
    findings_new: tuple[str, ...] = ()
    findings_gone: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        parts = (self.answers, self.figures, self.rules_new, self.rules_gone)
        found = any(parts) or bool(self.findings_new or self.findings_gone)
        return not found and self.decision_before == self.decision_after


def between(
    before: Json, after: Json, *, outcome_before: Json, outcome_after: Json, protocol: Protocol
) -> Delta:
    """What differs between two contents and the engine's output on each."""
    fired_before, fired_after = _fired(outcome_before), _fired(outcome_after)
    standing_before, standing_after = _standing(before), _standing(after)
    return Delta(
        decision_before=str(outcome_before.get("decision", "")),
        decision_after=str(outcome_after.get("decision", "")),
        answers=_answers(before, after, protocol),
        figures=_figures(before, after),
        rules_new=tuple(one for rule, one in fired_after.items() if rule not in fired_before),
        rules_gone=tuple(one for rule, one in fired_before.items() if rule not in fired_after),
        findings_new=tuple(sorted(standing_after - standing_before)),
        findings_gone=tuple(sorted(standing_before - standing_after)),
    )


def _answers(before: Json, after: Json, protocol: Protocol) -> tuple[AnswerChange, ...]:
    old, new = before["answers"], after["answers"]
    meant = set(material.changed_items(before, after))
    found = []
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        if _value(one) == _value(other):
            continue
        title = str((other or one)["title"])
        texts = (_text(protocol, key, one), _text(protocol, key, other))
        found.append(AnswerChange(key, title, *texts, is_material=key in meant))
    return tuple(found)


def _value(answer: Json | None) -> Any:
    return answer["value"] if answer else None


def _text(protocol: Protocol, key: str, answer: Json | None) -> str:
    value = _value(answer)
    if value is None:
        return ""
    return values.display(protocol.question(key), value) if key in protocol else values.plain(value)


def _figures(before: Json, after: Json) -> tuple[FigureChange, ...]:
    old, new = _all_figures(before), _all_figures(after)
    return tuple(
        FigureChange(name, old.get(name), new.get(name))
        for name in [*new, *(name for name in old if name not in new)]
        if old.get(name) != new.get(name)
    )


def _all_figures(content: Json) -> dict[str, float | None]:
    """Every score and level of a content, by name."""
    found: dict[str, float | None] = {"data quality": content.get("data_quality_score")}
    report = content["deliverables"].get("ethical_risk_report") or {}
    residual = report.get("residual_by_principle") or {}
    for name in PRINCIPLES:
        found[f"residual {name}"] = (residual.get(name) or {}).get("final")
    for stage, level in content.get("confidence", {}).items():
        found[f"confidence {stage}"] = level
    for key, answer in content["answers"].items():
        found[f"score {key}"] = answer["score"]
    return found


def _fired(outcome: Json) -> dict[str, RuleChange]:
    return {
        fired["rule"]: RuleChange(fired["rule"], fired["floor"], fired["detail"])
        for fired in outcome.get("rules_fired", ())
    }


def _standing(content: Json) -> set[str]:
    """Rule ids of findings that are neither fixed nor waived."""
    findings = content["consistency_report"]["findings"]
    return {one["rule_id"] for one in findings if one["state"] not in ("fixed", "waived")}
