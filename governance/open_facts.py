"""Which of the engine's facts are still open in a charter's content, and between what they lie.

An answer settles its facts when it is accepted or escalated. Everything else, "I don't know yet"
included, can still become the best or the worst of its domain; so can a hidden question while the
one that hides it is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from governance.engine.facts import AcceptanceFacts, ControlFacts, Facts, RiskFacts
from governance.engine.range import Between, OpenFact
from governance.facts import OPEN_STATES, WATCHED_ITEMS
from interviews.consistency.confidence import ACCEPTED, ESCALATED, UNSETTLED
from interviews.consistency.judged import JUDGED_RULES, JudgedRule
from interviews.consistency.rules import RULES
from interviews.consistency.types import Rule, Severity
from interviews.protocol.types import Protocol
from interviews.risk import PRINCIPLE_QUESTIONS, PRINCIPLES

SETTLED = frozenset({"accepted", "escalated"})
REGISTER = tuple(PRINCIPLE_QUESTIONS.values())
CONTROLS, RATINGS, GO_LIVE = "S5-09", "S5-10", "S1-11"
#: What NOT_FEASIBLE can come of (charters.feasibility).
FEASIBILITY_ITEMS = ("S1-05", "S1-07", "S1-09", "S2-09", "S3-01", "S3-06", "S3-07")

#: One risk for each level, from the mildest to the worst, without controls.
ANY_RISK = tuple(RiskFacts(severity=level, likelihood=level) for level in (1, 2, 3, 4, 5))
#: What controls can do at most, less and less.
ANY_CONTROL = (
    (
        ControlFacts(
            kind="prevent",
            status="tested",
            evidence="shown",
            cuts_severity_by=2,
            cuts_likelihood_by=2,
        ),
    ),
    (
        ControlFacts(
            kind="prevent",
            status="tested",
            evidence="shown",
            cuts_severity_by=1,
            cuts_likelihood_by=1,
        ),
    ),
    (ControlFacts(kind="prevent", status="built", cuts_severity_by=1, cuts_likelihood_by=1),),
    (),
)
UNNAMED = "not answered yet"
ACCEPTED_LONG = AcceptanceFacts(valid_until=date.max)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Openness:
    """The facts that are known, and the open ones with their domains."""

    known: Facts
    open_facts: tuple[OpenFact, ...]
    #: Every open question, in the order of the protocol.
    items: tuple[str, ...]


def openness_of(content: Json, facts: dict[str, Any], *, protocol: Protocol) -> Openness:
    """``content`` is a charter's content, ``facts`` what facts_so_far reads from it."""
    look = _Look(content, protocol, facts)
    return Openness(look.known, tuple(look.all_open()), look.open_items)


@dataclass(frozen=True)
class _Look:
    content: Json
    protocol: Protocol
    facts: dict[str, Any]

    @cached_property
    def open_items(self) -> tuple[str, ...]:
        return tuple(key for key in self.protocol.keys if self._is_open(key))

    @cached_property
    def _open(self) -> frozenset[str]:
        return frozenset(self.open_items)

    def _is_open(self, key: str) -> bool:
        answer = self.content["answers"].get(key)
        if answer is not None:
            return answer["state"] not in SETTLED
        condition = self.protocol.question(key).show_when
        # Hidden for good once the answer that hides it is settled.
        return bool(condition and condition.question and self._is_open(condition.question))

    def held_by(self, *items: str) -> tuple[str, ...]:
        """Those of the questions that are open."""
        return tuple(item for item in items if item in self._open)

    @cached_property
    def known(self) -> Facts:
        """Valid facts; what stands in the place of an open one does not matter."""
        filled = {
            name: found or {"stated": 1, "risks": []}
            for name, found in self.facts["principles"].items()
        }
        known = Facts.model_validate({**self.facts, "principles": filled})
        is_certain = self._is_not_feasible
        return known.model_copy(update={"feasibility": "NOT_FEASIBLE"}) if is_certain else known

    @cached_property
    def _is_not_feasible(self) -> bool:
        return any(
            reason["level"] == "NOT_FEASIBLE"
            and not self.held_by(*(source["item"] for source in reason["sources"]))
            for reason in self.content["feasibility_reasons"]
        )

    def all_open(self) -> Iterator[OpenFact]:
        for fact in (
            *self._single_facts(),
            *self._data(),
            *self._risks(),
            *self._ratings(),
            *self._findings(),
            *self._confidence(),
        ):
            if fact.items:
                yield fact

    def _single_facts(self) -> Iterator[OpenFact]:
        for path, values, item in (
            ("go_live_date", (date.max, None), GO_LIVE),
            ("prohibited", ({}, {UNNAMED: "unsure"}, {UNNAMED: "yes"}), "S5-01"),
            ("high_risk_areas", ((), (UNNAMED,)), "S5-02"),
            ("automation_level", (1, 5), "S4-04"),
            ("has_override", (True, False), "S4-05"),
            ("has_appeal", (True, False), "S4-05"),
            ("acceptance", (ACCEPTED_LONG, None), "S5-11"),
        ):
            yield OpenFact((path,), values, self.held_by(item))
        if not self._is_not_feasible:
            held = self.held_by(*FEASIBILITY_ITEMS)
            yield OpenFact(("feasibility",), ("HIGH", "NOT_FEASIBLE"), held)
        known = self.known.escalated
        watched = self.held_by(*sorted(WATCHED_ITEMS))
        yield OpenFact(("escalated",), (known, (*known, *watched[:1])), watched)

    def _data(self) -> Iterator[OpenFact]:
        floor = self.known.config.revise_below
        path = ("data_quality", "overall_score")
        yield OpenFact(path, (1.0, floor, None), self.held_by("S3-04", "S3-01"))
        yield OpenFact(("data_quality", "blocking_gaps"), ((), 1), self.held_by("S3-05"))

    def _risks(self) -> Iterator[OpenFact]:
        """Refs count through all five registers, so controls are known when all are."""
        held = self.held_by(*REGISTER, CONTROLS)
        for name in PRINCIPLES:
            item, path = PRINCIPLE_QUESTIONS[name], ("principles", name, "risks")
            others = tuple(one for one in held if one != item)
            if item in self._open:
                values = tuple((risk,) for risk in ANY_RISK)
                after = {item: tuple(_under_any_control((risk,)) for risk in ANY_RISK)}
                yield OpenFact(path, values, (item, *others), after if others else {})
            elif held:
                risks = getattr(self.known.principles, name).risks
                values = tuple(_under(risks, controls) for controls in ANY_CONTROL)
                yield OpenFact(path, values, held if risks else ())

    def _ratings(self) -> Iterator[OpenFact]:
        for name in PRINCIPLES:
            is_missing = self.facts["principles"][name] is None
            held = (RATINGS,) if is_missing else self.held_by(RATINGS)
            yield OpenFact(("principles", name, "stated"), (1, 2, 3, 4, 5), held)

    def _findings(self) -> Iterator[OpenFact]:
        limit = self.known.config.major_revise
        for key, severity, cross_only in (
            ("open_blockers", "BLOCKER", False),
            ("open_majors", "MAJOR", True),
        ):
            certain, perhaps, held = self._counted(severity, cross_only)
            most = certain + perhaps
            steps = {certain, *(step for step in (1, limit) if certain < step <= most)}
            yield OpenFact((key,), tuple(sorted(steps)), held if perhaps else ())

    def _counted(self, severity: str, cross_only: bool) -> tuple[int, int, tuple[str, ...]]:
        """Findings that stand whatever comes, those that may come, and what they wait for."""
        rules: list[Rule | JudgedRule] = [*RULES, *JUDGED_RULES]
        # A rule that names no answers looks at all of them.
        waiting = {rule.id: self.held_by(*(rule.reads or self.protocol.keys)) for rule in rules}
        certain = [
            one
            for one in self.content["consistency_report"]["findings"]
            if one["severity"] == severity
            and one["state"] in OPEN_STATES
            and _is_counted(one["rule_id"], cross_only)
            and not waiting.get(one["rule_id"])
        ]
        # What is a BLOCKER by the table may turn out as a MAJOR of the case at hand.
        perhaps = [
            rule.id
            for rule in rules
            if rule.severity in (severity, Severity.BLOCKER)
            and waiting[rule.id]
            and _is_counted(rule.id, cross_only)
        ]
        awaited = {item for rule_id in perhaps for item in waiting[rule_id]}
        held = tuple(item for item in self.open_items if item in awaited)
        return len(certain), len(perhaps), held

    def _confidence(self) -> Iterator[OpenFact]:
        keys = [question.key for question in self.protocol.stage(5).questions]
        best = worst = 0.0
        for key in keys:
            answer = self.content["answers"].get(key)
            if key in self._open or answer is None or answer["is_provisional"]:
                best, worst = best + ACCEPTED, worst + UNSETTLED
            else:
                weight = ESCALATED if answer["state"] == "escalated" else ACCEPTED
                best, worst = best + weight, worst + weight
        config = self.known.config
        ends = round(best / len(keys), 4), round(worst / len(keys), 4)
        between = (config.confidence_monitor_below, config.confidence_revise_below)
        values = (ends[0], *(one for one in between if ends[1] < one < ends[0]), ends[1])
        held = self.held_by(*keys)
        yield OpenFact(("stage5_confidence",), values, held)


def _is_counted(rule_id: str, cross_only: bool) -> bool:
    return rule_id.startswith("X-") or not cross_only


def _under(risks: tuple[RiskFacts, ...], controls: tuple[ControlFacts, ...]) -> Any:
    return tuple(risk.model_copy(update={"controls": controls}) for risk in risks)


def _under_any_control(risks: tuple[RiskFacts, ...]) -> Between:
    return Between(_under(risks, ANY_CONTROL[0]), _under(risks, ANY_CONTROL[-1]))
