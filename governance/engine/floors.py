"""The fourteen floors: conditions that raise a decision to at least the value shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from governance.engine.decision import DecisionValue, FiredRule
from governance.engine.levels import Picture
from interviews.risk import CRITICAL, PRINCIPLE_NAMES

#: From this automation level on, people see an outcome at most as an exception.
MOSTLY_AUTOMATIC = 4
#: From this level on somebody has to accept the remaining risk by name (F-14).
NEEDS_ACCEPTANCE = 2

STAGE_5_ITEMS = tuple(f"S5-{number:02d}" for number in range(1, 15))
#: The risk register, its controls and its ratings: escalated answers here count for F-12.
RISK_ITEMS = STAGE_5_ITEMS[3:10]
#: The items that can make a project not feasible.
FEASIBILITY_ITEMS = ("S1-05", "S1-07", "S2-09", "S3-01", "S3-06")


@dataclass(frozen=True)
class Floor:
    """One row of the decision table."""

    rule: str
    value: DecisionValue
    test: Callable[[Picture], FiredRule | None]


def fired_floors(picture: Picture) -> tuple[FiredRule, ...]:
    """Every floor that fires, in the order F-1 to F-14."""
    found = ((floor, floor.test(picture)) for floor in FLOORS)
    return tuple(
        replace(fired, rule=floor.rule, floor=max(floor.value, fired.floor))
        for floor, fired in found
        if fired is not None
    )


def listed(names: tuple[str, ...]) -> str:
    """Tokens as a person reads them: "essential services, hiring"."""
    return ", ".join(name.replace("_", " ") for name in names)


def _fires(
    detail: str,
    sources: tuple[str, ...],
    subject: str = "",
    *,
    owner: str = "",
    at_least: DecisionValue = DecisionValue.PROCEED,
) -> FiredRule:
    """A firing; the table adds the rule's id and the value of its row."""
    return FiredRule("", at_least, detail, sources, subject, owner)


def _prohibited(picture: Picture) -> FiredRule | None:
    codes = picture.facts.screened("yes")
    if not codes:
        return None
    return _fires(f"Prohibited practice answered yes: {listed(codes)}.", ("S5-01",), listed(codes))


def _perhaps_prohibited(picture: Picture) -> FiredRule | None:
    codes = picture.facts.screened("unsure")
    if not codes:
        return None
    detail = f"Prohibited practice answered unsure: {listed(codes)}."
    return _fires(detail, ("S5-01",), listed(codes))


def _high_risk(picture: Picture) -> FiredRule | None:
    areas = picture.facts.areas
    if not areas:
        return None
    return _fires(f"High-risk area: {listed(areas)}.", ("S5-02",), listed(areas))


def _automatic_without_way_out(picture: Picture) -> FiredRule | None:
    facts = picture.facts
    level = facts.automation_level
    ways = (("an override", facts.has_override), ("an appeal route", facts.has_appeal))
    missing = " and ".join(way for way, is_there in ways if not is_there)
    if not facts.areas or not missing:
        return None
    if level is not None and level < MOSTLY_AUTOMATIC:
        return None
    # An unknown level counts as full automation: nobody has said that people decide.
    said = "an unknown automation level" if level is None else f"automation level {level}"
    detail = f"High-risk area ({listed(facts.areas)}) with {said} and without {missing}."
    return _fires(detail, ("S4-04", "S4-05", "S5-02"), missing)


def _rests_on_untested_controls(picture: Picture) -> FiredRule | None:
    committee = picture.facts.config.committee
    found = [
        (principle, risk)
        for principle in picture.principles
        for risk in principle.risks
        if risk.inherent == CRITICAL and risk.residual.level < committee <= risk.tested.level
    ]
    if not found:
        return None
    details = "; ".join(
        f"{risk.name}: inherent 5, residual {risk.residual.level}, "
        f"but {risk.tested.level} on tested controls alone"
        for _, risk in found
    )
    questions = tuple(dict.fromkeys(principle.question for principle, _ in found))
    names = ", ".join(dict.fromkeys(risk.name for _, risk in found))
    owners = sorted({owner for _, risk in found for owner in risk.owners})
    return _fires(f"{details}.", (*questions, "S5-09"), names, owner=", ".join(owners))


def _broad(picture: Picture) -> FiredRule | None:
    config = picture.facts.config
    raised = picture.at_least(config.revise)
    if config.breadth_count == 0 or len(raised) < config.breadth_count:
        return None
    names = "; ".join(PRINCIPLE_NAMES[principle.principle] for principle in raised)
    detail = f"{len(raised)} principles at level {config.revise} or above: {names}."
    return _fires(detail, (*(principle.question for principle in raised), "S5-10"), names)


def _poor_data(picture: Picture) -> FiredRule | None:
    low, gaps = _data_shortfall(picture), _blocking_gaps(picture)
    if not low and not gaps:
        return None
    details = ([f"{low}."] if low else []) + ([f"Blocking data gaps: {gaps}."] if gaps else [])
    needed = picture.facts.config.revise_below
    actions = [f"raise the data quality score to at least {needed:g}"] if low else []
    actions += [f"close the blocking data gaps ({gaps})"] if gaps else []
    sources = (("S3-04",) if low else ()) + (("S3-05",) if gaps else ())
    return _fires(" ".join(details), sources, " and ".join(actions))


def _data_shortfall(picture: Picture) -> str:
    score, needed = picture.facts.data_quality.overall_score, picture.facts.config.revise_below
    if score is None:
        return "There is no overall data quality score"
    return f"Data quality {score:g} is below {needed:g}" if score < needed else ""


def _blocking_gaps(picture: Picture) -> str:
    gaps = picture.facts.data_quality.blocking_gaps
    if isinstance(gaps, tuple):
        return listed(tuple(sorted(gaps)))
    # True says that there are some, a number how many.
    return "" if not gaps else "not named" if gaps is True else f"{gaps} not named"


def _fair_data(picture: Picture) -> FiredRule | None:
    score, config = picture.facts.data_quality.overall_score, picture.facts.config
    if score is None or not config.revise_below <= score < config.excellent:
        return None
    detail = f"Data quality {score:g} is below {config.excellent:g}."
    return _fires(detail, ("S3-04",), f"{config.excellent:g}")


def _open_blocker(picture: Picture) -> FiredRule | None:
    count, names = _findings(picture.facts.open_blockers)
    if count == 0:
        return None
    return _fires(f"{count} open BLOCKER: {_named(names)}.", names, _named(names, "BLOCKER"))


def _many_majors(picture: Picture) -> FiredRule | None:
    count, names = _findings(picture.facts.open_majors)
    limit = picture.facts.config.major_revise
    if count < limit:
        return None
    detail = f"{count} open MAJOR, {limit} or more: {_named(names)}."
    return _fires(detail, names, f"{_named(names, 'MAJOR')} until fewer than {limit} stay open")


def _some_majors(picture: Picture) -> FiredRule | None:
    count, names = _findings(picture.facts.open_majors)
    if not 1 <= count < picture.facts.config.major_revise:
        return None
    return _fires(f"{count} open MAJOR: {_named(names)}.", names, _named(names, "MAJOR"))


def _findings(given: tuple[str, ...] | int) -> tuple[int, tuple[str, ...]]:
    """How many are open, and their rule ids where they were given."""
    if isinstance(given, int):
        return given, ()
    return len(given), tuple(sorted(set(given)))


def _named(names: tuple[str, ...], severity: str = "") -> str:
    return ", ".join(names) or (f"every open {severity}" if severity else "not named")


def _unsure_about_risk(picture: Picture) -> FiredRule | None:
    facts, config = picture.facts, picture.facts.config
    confidence = facts.stage5_confidence
    escalated = tuple(sorted(set(facts.escalated) & set(RISK_ITEMS)))
    # Not given means not computed, which is not the same as low.
    is_low = confidence is not None and confidence < config.confidence_monitor_below
    is_very_low = confidence is not None and confidence < config.confidence_revise_below
    if not is_low and not escalated:
        return None
    limit = config.confidence_revise_below if is_very_low else config.confidence_monitor_below
    details = [f"Stage-5 confidence {confidence:g} is below {limit:g}."] if is_low else []
    details += [f"Escalated: {', '.join(escalated)}."] if escalated else []
    return _fires(
        " ".join(details),
        STAGE_5_ITEMS if is_low else escalated,
        f"the escalated answers {', '.join(escalated)}" if escalated else "what stage 5 left open",
        at_least=DecisionValue.REVISE if is_very_low else DecisionValue.PROCEED,
    )


def _not_feasible(picture: Picture) -> FiredRule | None:
    if picture.facts.feasibility != "NOT_FEASIBLE":
        return None
    return _fires("Overall feasibility is NOT_FEASIBLE.", FEASIBILITY_ITEMS)


def _nobody_accepts(picture: Picture) -> FiredRule | None:
    acceptance, today = picture.facts.acceptance, picture.facts.as_of
    until = acceptance.valid_until if acceptance else None
    # An acceptance is valid through its last day.
    if picture.highest < NEEDS_ACCEPTANCE or (until is not None and until >= today):
        return None
    ended = "is missing or has no end date" if until is None else f"ended on {until.isoformat()}"
    detail = f"The remaining risk is level {picture.highest} and its acceptance {ended}."
    owner = acceptance.accepted_by.strip() if acceptance else ""
    return _fires(detail, ("S5-11",), f"level {picture.highest}", owner=owner)


#: The decision table; the order is the order in which fired rules are listed.
FLOORS = (
    Floor("F-1", DecisionValue.HALT, _prohibited),
    Floor("F-2", DecisionValue.SUBMIT_TO_COMMITTEE, _perhaps_prohibited),
    Floor("F-3", DecisionValue.PROCEED_WITH_MONITORING, _high_risk),
    Floor("F-4", DecisionValue.SUBMIT_TO_COMMITTEE, _automatic_without_way_out),
    Floor("F-5", DecisionValue.SUBMIT_TO_COMMITTEE, _rests_on_untested_controls),
    Floor("F-6", DecisionValue.SUBMIT_TO_COMMITTEE, _broad),
    Floor("F-7", DecisionValue.REVISE, _poor_data),
    Floor("F-8", DecisionValue.PROCEED_WITH_MONITORING, _fair_data),
    Floor("F-9", DecisionValue.REVISE, _open_blocker),
    Floor("F-10", DecisionValue.REVISE, _many_majors),
    Floor("F-11", DecisionValue.PROCEED_WITH_MONITORING, _some_majors),
    Floor("F-12", DecisionValue.PROCEED_WITH_MONITORING, _unsure_about_risk),
    Floor("F-13", DecisionValue.REVISE, _not_feasible),
    Floor("F-14", DecisionValue.REVISE, _nobody_accepts),
)
