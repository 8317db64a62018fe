"""The cheapest ways to bring one risk down by its controls: the minimal ones, cheapest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product

from governance.engine.counterfactuals.changes import (
    COSTS,
    Change,
    Changes,
    Replacement,
    goes_no_further,
    order_of,
)
from governance.engine.facts import ControlFacts, RiskFacts
from interviews.risk import (
    CRITICAL,
    CUTTING_KINDS,
    MATRIX,
    PRINCIPLE_QUESTIONS,
    TESTED_LIMIT,
    inherent_level,
)

#: Alternatives looked at for each missing cut, and kept for each risk. The five cheapest ways out
#: of a decision use no alternative that is dearer than five others for the same cut.
MOST_ALTERNATIVES = 6
#: Severity and likelihood cut by all controls, then by the tested ones alone.
Cuts = tuple[int, int, int, int]
CUT_STEPS = range(TESTED_LIMIT + 1)
RECORDED = "evidence recorded"


@dataclass(frozen=True)
class Ceiling:
    """Where a risk has to end: after all controls, and (F-5) after the tested ones alone."""

    residual: int
    tested: int | None = None


@dataclass(frozen=True)
class Option:
    """A change with the cuts that its control then provides."""

    change: Change
    cuts: Cuts


@dataclass(frozen=True)
class RiskPlace:
    """A risk with its place in the facts."""

    principle: str
    position: int
    risk: RiskFacts
    go_live: date | None

    @property
    def path(self) -> str:
        return f"/principles/{self.principle}/risks/{self.position}"

    @property
    def is_critical(self) -> bool:
        """Of the highest level before any control (F-5)."""
        return inherent_level(self.risk.severity, self.risk.likelihood) == CRITICAL

    @property
    def question(self) -> str:
        """The item that holds it."""
        return PRINCIPLE_QUESTIONS[self.principle]

    @property
    def name(self) -> str:
        risk = self.risk
        return risk.ref or f"the risk of severity {risk.severity}, likelihood {risk.likelihood}"


def ways_down(place: RiskPlace, ceiling: Ceiling) -> tuple[Changes, ...]:
    """Minimal sets of changes to controls; ((),) if it is low enough, () if nothing helps."""
    present, risk = _present(place), place.risk
    if _is_enough(present, risk.severity, risk.likelihood, ceiling):
        return ((),)
    options = sorted(_options(place), key=lambda option: order_of((option.change,)))
    found = {
        chosen
        for goal in _goals(risk.severity, risk.likelihood, ceiling)
        for chosen in _reaching(goal, present, options, {})
    }
    minimal = [one for one in found if not any(o != one and goes_no_further(o, one) for o in found)]
    return tuple(sorted(minimal, key=order_of)[:MOST_ALTERNATIVES])


def _is_enough(cuts: Cuts, severity: int, likelihood: int, ceiling: Ceiling) -> bool:
    if _level(severity - cuts[0], likelihood - cuts[1]) > ceiling.residual:
        return False
    tested = _level(severity - cuts[2], likelihood - cuts[3])
    return ceiling.tested is None or tested <= ceiling.tested


def _level(severity: int, likelihood: int) -> int:
    return MATRIX[max(1, severity) - 1][max(1, likelihood) - 1]


@cache
def _goals(severity: int, likelihood: int, ceiling: Ceiling) -> tuple[Cuts, ...]:
    """The smallest cuts that are enough; none of them holds another."""
    enough = [
        cuts
        for cuts in product(CUT_STEPS, CUT_STEPS, CUT_STEPS, CUT_STEPS)
        if _is_enough(cuts, severity, likelihood, ceiling)
        # What tested controls cut, all controls cut.
        and cuts[2] <= cuts[0]
        and cuts[3] <= cuts[1]
    ]
    return tuple(cuts for cuts in enough if not any(o != cuts and _covers(cuts, o) for o in enough))


def _covers(cuts: Cuts, needed: Cuts) -> bool:
    return all(has >= needs for has, needs in zip(cuts, needed, strict=True))


def _reaching(
    goal: Cuts, cuts: Cuts, options: Sequence[Option], chosen: dict[str, Change]
) -> Iterator[Changes]:
    """Sets that provide every cut of the goal, tested cuts first: they count as any cut, too."""
    missing = next((i for i in (2, 3, 0, 1) if cuts[i] < goal[i]), None)
    if missing is None:
        yield tuple(chosen[lever] for lever in sorted(chosen))
        return
    helpful = [
        option
        for option in options
        if option.cuts[missing] >= goal[missing] and _is_more(option.change, chosen)
    ]
    for option in helpful[:MOST_ALTERNATIVES]:
        more = {**chosen, option.change.lever: option.change}
        yield from _reaching(goal, _max(cuts, option.cuts), options, more)


def _is_more(change: Change, chosen: dict[str, Change]) -> bool:
    before = chosen.get(change.lever)
    return before is None or (before != change and before.goes_no_further_than(change))


def _max(one: Cuts, other: Cuts) -> Cuts:
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _cuts(control: ControlFacts, go_live: date | None) -> Cuts:
    """What one control provides as it stands."""
    read = control.control()
    limit = read.limit(go_live)
    severity, likelihood = min(read.cuts_severity_by, limit), min(read.cuts_likelihood_by, limit)
    tested = (severity, likelihood) if read.is_tested else (0, 0)
    return (severity, likelihood, *tested)


def _present(place: RiskPlace) -> Cuts:
    cuts: Cuts = (0, 0, 0, 0)
    for control in place.risk.controls:
        cuts = _max(cuts, _cuts(control, place.go_live))
    return cuts


def _options(place: RiskPlace) -> Iterator[Option]:
    for position, control in enumerate(place.risk.controls):
        if control.kind in CUTTING_KINDS and not control.control().is_tested:
            yield from _further(place, position, control)
    for severity, likelihood in product(CUT_STEPS, repeat=2):
        if severity or likelihood:
            yield _new_control(place, severity, likelihood)


def _further(place: RiskPlace, position: int, control: ControlFacts) -> Iterator[Option]:
    """A control that exists, taken further: built, then tested with evidence. A date alone is no
    step: a promise to build is not offered as a way to a better decision."""
    lever = f"{place.path}/controls/{position}"
    named = f"the {control.kind.replace('_', ' ')} control of {place.name}"
    if control.owner.strip():
        named += f" ({control.owner.strip()})"
    if control.status == "planned":
        built = control.model_copy(update={"status": "built"})
        change = Change(
            lever,
            (1,),
            COSTS["control.build"],
            f"Build {named}.",
            ("S5-09",),
            (Replacement(f"{lever}/status", "built"),),
        )
        yield Option(change, _cuts(built, place.go_live))
    deed = {"planned": "test_planned", "built": "test_built", "tested": "record_evidence"}
    begin = "Record the evidence for" if control.status == "tested" else "Test"
    end = "." if control.status == "tested" else " and record the evidence."
    evidence = control.evidence if control.evidence.strip() else RECORDED
    tested = control.model_copy(update={"status": "tested", "evidence": evidence})
    change = Change(
        lever,
        (2,),
        COSTS[f"control.{deed[control.status]}"],
        f"{begin} {named}{end}",
        ("S5-09",),
        (Replacement(f"{lever}/status", "tested"), Replacement(f"{lever}/evidence", evidence)),
    )
    yield Option(change, _cuts(tested, place.go_live))


def _new_control(place: RiskPlace, severity: int, likelihood: int) -> Option:
    """One more control, tested; what it cuts has to be shown by its evidence."""
    lever = f"{place.path}/controls/-"
    steps = [
        f"{what} by {cut}"
        for what, cut in (("severity", severity), ("likelihood", likelihood))
        if cut
    ]
    row = {
        "kind": "prevent" if likelihood else "limit_harm",
        "status": "tested",
        "evidence": RECORDED,
        "cuts_severity_by": severity,
        "cuts_likelihood_by": likelihood,
    }
    change = Change(
        lever,
        (severity, likelihood),
        COSTS["new_control"] + COSTS["new_control.step"] * (severity + likelihood),
        f"Add a control for {place.name} whose test shows that it lowers {' and '.join(steps)}.",
        ("S5-09",),
        (Replacement(lever, row),),
    )
    return Option(change, (severity, likelihood, severity, likelihood))
