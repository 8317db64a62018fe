"""Fact sets with a few defects, and every way to act on them, written down once more by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from hypothesis import strategies as st

from governance.engine.counterfactuals.changes import COSTS
from tests.governance.engine_facts import calm_facts, controls, decided

Facts = dict[str, Any]
#: Most combinations of which all are tried.
MOST = 4_000


@dataclass(frozen=True)
class Step:
    """One value of one open fact: how far it goes, what it costs, what it does to the facts."""

    strength: tuple[int, ...]
    cost: int
    act: Callable[[Facts], None]


Lever = tuple[str, list[Step]]
Assignment = dict[str, Step]


def levers(facts: Facts) -> list[Lever]:
    """Every open fact with its finite domain, without "as it is"."""
    return [lever for lever in _all_levers(facts) if lever[1]]


def _all_levers(facts: Facts) -> Iterator[Lever]:
    for name, principle in facts["principles"].items():
        for number, risk in enumerate(principle["risks"]):
            for place, control in enumerate(risk["controls"]):
                steps = list(_of_control(control, (name, number, place)))
                yield f"/principles/{name}/risks/{number}/controls/{place}", steps
            new = [_new(name, number, *cuts) for cuts in product(range(3), repeat=2) if any(cuts)]
            yield f"/principles/{name}/risks/{number}/controls/-", new
    yield from _of_the_rest(facts)


def _of_control(control: Facts, at: tuple[str, int, int]) -> Iterator[Step]:
    cuts = max(control["cuts_severity_by"], control["cuts_likelihood_by"])
    is_tested = control["status"] == "tested" and control["evidence"].strip()
    if control["kind"] in ("transfer", "accept") or is_tested or not cuts:
        return
    name, number, place = at

    def found(facts: Facts) -> Facts:
        one: Facts = facts["principles"][name]["risks"][number]["controls"][place]
        return one

    if control["status"] == "planned":
        yield Step((1,), COSTS["control.build"], lambda f: found(f).update(status="built"))
    cost = {"planned": "test_planned", "built": "test_built", "tested": "record_evidence"}
    shown = {"status": "tested", "evidence": "shown"}
    yield Step((2,), COSTS[f"control.{cost[control['status']]}"], lambda f: found(f).update(shown))


def _new(name: str, number: int, severity: int, likelihood: int) -> Step:
    row = {"kind": "detect", "status": "tested", "evidence": "shown"}
    row |= {"cuts_severity_by": severity, "cuts_likelihood_by": likelihood}
    cost = COSTS["new_control"] + COSTS["new_control.step"] * (severity + likelihood)

    def act(facts: Facts) -> None:
        facts["principles"][name]["risks"][number]["controls"].append(row)

    return Step((severity, likelihood), cost, act)


def _of_the_rest(facts: Facts) -> Iterator[Lever]:
    def put(key: str, value: Any) -> Callable[[Facts], None]:
        return lambda f: f.__setitem__(key, value)

    score = facts["data_quality"]["overall_score"] or 0
    scores = ((1, 0.7, "good"), (2, 0.9, "excellent"))
    yield (
        "data_score",
        [
            Step(
                (n,),
                COSTS[f"data_score.{word}"],
                lambda f, to=to: f["data_quality"].update(overall_score=to),
            )
            for n, to, word in scores
            if score < to
        ],
    )
    unsure = [code for code, said in facts["prohibited"].items() if said == "unsure"]
    cleared = facts["prohibited"] | dict.fromkeys(unsure, "no")
    if unsure:
        cost = COSTS["legal_opinion"] * len(unsure)
        yield "legal_opinion", [Step((1,), cost, put("prohibited", cleared))]
    for key in ("override", "appeal"):
        if not facts[f"has_{key}"]:
            yield key, [Step((1,), COSTS[key], put(f"has_{key}", True))]
    if facts["automation_level"] is None or facts["automation_level"] > 3:
        yield "automation", [Step((1,), COSTS["automation"], put("automation_level", 3))]
    yield from _of_findings(facts, put)
    confidences = [(1, 0.5, "fair"), (2, 0.7, "good")]
    yield (
        "stage5_confidence",
        [
            Step((n,), COSTS[f"confidence.{word}"], put("stage5_confidence", to))
            for n, to, word in confidences
            if facts["stage5_confidence"] < to
        ],
    )
    if facts["feasibility"] == "NOT_FEASIBLE":
        yield "feasibility", [Step((1,), COSTS["feasibility"], put("feasibility", "LOW"))]
    if facts["acceptance"] is None:
        accepted = {"valid_until": "2027-11-21"}
        yield "acceptance", [Step((1,), COSTS["acceptance"], put("acceptance", accepted))]


def _of_findings(facts: Facts, put: Callable[..., Any]) -> Iterator[Lever]:
    for key, word in (("open_blockers", "blocker"), ("open_majors", "major")):
        count = len(facts[key])
        kept = {0, 2} if word == "major" else {0}
        yield (
            key,
            [
                Step((count - k,), COSTS[word] * (count - k), put(key, facts[key][:k]))
                for k in sorted(kept)
                if k < count
            ],
        )
    if facts["escalated"]:
        cost = COSTS["escalated"] * len(facts["escalated"])
        yield "escalated", [Step((1,), cost, put("escalated", []))]


def after(facts: Facts, assignment: Assignment) -> Facts:
    """The facts once all of it is done."""
    made = copy.deepcopy(facts)
    for step in assignment.values():
        step.act(made)
    return made


def all_assignments(facts: Facts) -> Iterator[Assignment]:
    """Every combination of values of the open facts."""
    open_facts = levers(facts)
    domains = [[None, *steps] for _, steps in open_facts]
    for picked in product(*domains):
        yield {name: step for (name, _), step in zip(open_facts, picked, strict=True) if step}


def is_within(some: Assignment, others: Assignment) -> bool:
    """Whether the others do everything that some do."""
    return all(
        name in others
        and all(a <= b for a, b in zip(step.strength, others[name].strength, strict=True))
        for name, step in some.items()
    )


def minimal_ways(facts: Facts) -> list[Assignment]:
    """By brute force: every minimal way to a better decision, cheapest first."""
    value = decided(facts).value
    reaching = [one for one in all_assignments(facts) if decided(after(facts, one)).value < value]
    reaching.sort(key=cost_of)
    minimal: list[Assignment] = []
    for one in reaching:
        # Whatever lies within it costs less, so it was seen before.
        if not any(is_within(other, one) for other in minimal):
            minimal.append(one)
    return minimal


def cost_of(assignment: Assignment) -> int:
    return sum(step.cost for step in assignment.values())


def combinations_of(facts: Facts) -> int:
    """How many combinations a brute force tries."""
    count = 1
    for _, steps in levers(facts):
        count *= 1 + len(steps)
    return count


_names = st.lists(st.sampled_from(["X-01", "X-02", "X-03"]), max_size=4, unique=True)
_risks = st.builds(
    lambda severity, likelihood, rows: {
        "ref": "R-01",
        "severity": severity,
        "likelihood": likelihood,
        "controls": rows,
    },
    st.integers(1, 5),
    st.integers(1, 5),
    st.lists(controls, max_size=2),
)
#: One to four defects of a project that is calm otherwise.
_defects: dict[str, st.SearchStrategy[Any]] = {
    "overall_score": st.sampled_from([None, 0.3, 0.75]),
    "prohibited": st.sampled_from([{"a": "unsure"}, {"a": "unsure", "b": "unsure"}]),
    "hiring": st.tuples(st.sampled_from([2, 4, None]), st.booleans(), st.booleans()),
    "open_blockers": _names,
    "open_majors": _names,
    "escalated": st.just(["S5-04"]),
    "stage5_confidence": st.sampled_from([0.3, 0.6]),
    "feasibility": st.just("NOT_FEASIBLE"),
    "acceptance": st.none(),
    "risk": st.tuples(st.sampled_from(["privacy", "fairness"]), _risks),
    "stated": st.tuples(*[st.sampled_from([1, 1, 2, 3, 4])] * 5),
}


@st.composite
def defective_facts(draw: st.DrawFn) -> Facts:
    """A project with a few defects and at most eight open facts."""
    facts = calm_facts()
    for name in draw(
        st.lists(st.sampled_from(sorted(_defects)), min_size=1, max_size=4, unique=True)
    ):
        value = draw(_defects[name])
        if name == "overall_score":
            facts["data_quality"]["overall_score"] = value
        elif name == "hiring":
            facts["high_risk_areas"] = ["employment"]
            facts["automation_level"], facts["has_override"], facts["has_appeal"] = value
        elif name == "risk":
            facts["principles"][value[0]]["risks"] = [value[1]]
        elif name == "stated":
            for principle, level in zip(facts["principles"].values(), value, strict=True):
                principle["stated"] = level
        else:
            facts[name] = value
    return facts
