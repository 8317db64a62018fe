"""The needs that one lever or a few meet: screening, oversight, data, findings, acceptance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from governance.engine.counterfactuals.changes import (
    COSTS,
    Change,
    Need,
    Obstacle,
    Replacement,
)
from governance.engine.decision import DecisionValue
from governance.engine.facts import Facts
from governance.engine.floors import FEASIBILITY_ITEMS, MOSTLY_AUTOMATIC, RISK_ITEMS, listed

#: How long an acceptance that is recorded now is taken to run.
ACCEPTED_FOR = timedelta(days=365)
STAGE_5 = "stage-5"

PROCEED = DecisionValue.PROCEED
REVISE = DecisionValue.REVISE
COMMITTEE = DecisionValue.SUBMIT_TO_COMMITTEE
Found = Iterator[Need | Obstacle]


def single_needs(
    facts: Facts, target: DecisionValue
) -> tuple[tuple[Need, ...], tuple[Obstacle, ...]]:
    """What is not met yet beside the risks, and what stands in the way for good."""
    found = [one for look in _LOOKS for one in look(facts, target)]
    return (
        tuple(one for one in found if not isinstance(one, Obstacle)),
        tuple(one for one in found if isinstance(one, Obstacle)),
    )


def acceptance(facts: Facts) -> Change | None:
    """Somebody accepts the remaining risk; None where that holds already."""
    until = facts.acceptance.valid_until if facts.acceptance else None
    if until is not None and until >= facts.as_of:
        return None
    ends = facts.as_of + min(ACCEPTED_FOR, date.max - facts.as_of)
    value = {"valid_until": ends.isoformat(), "accepted_by": _accepted_by(facts)}
    return _change(
        "acceptance",
        1,
        COSTS["acceptance"],
        "Have an accountable person accept the remaining risk, with an end date that lies ahead.",
        ("S5-11",),
        ("/acceptance", value),
    )


def _accepted_by(facts: Facts) -> str:
    return facts.acceptance.accepted_by if facts.acceptance else ""


def _change(
    lever: str,
    strength: int,
    cost: int,
    text: str,
    sources: tuple[str, ...],
    *replaces: tuple[str, Any],
) -> Change:
    made = tuple(Replacement(path, value) for path, value in replaces)
    return Change(lever, (strength,), cost, text, sources, made)


def _only(*changes: Change) -> Need:
    """A need with one way to meet it."""
    return (changes,)


def _screening(facts: Facts, target: DecisionValue) -> Found:
    practised, unsure = facts.screened("yes"), facts.screened("unsure")
    if practised:
        yield Obstacle(
            f"A prohibited practice was answered yes ({listed(practised)}). No control helps: "
            "only dropping the practice does.",
            ("S5-01",),
        )
    if unsure and target < COMMITTEE:
        yield _only(
            _change(
                "legal_opinion",
                1,
                COSTS["legal_opinion"] * len(unsure),
                f"Obtain a written legal opinion that {listed(unsure)} does not apply. If it "
                "does, the decision is HALT.",
                ("S5-01",),
                *((f"/prohibited/{code}", "no") for code in unsure),
            )
        )


def _areas(facts: Facts, target: DecisionValue) -> Found:
    if facts.areas and target < DecisionValue.PROCEED_WITH_MONITORING:
        yield Obstacle(
            f"The project touches a high-risk area ({listed(facts.areas)}), which is always "
            "monitored.",
            ("S5-02",),
        )
    level = facts.automation_level
    is_automatic = level is None or level >= MOSTLY_AUTOMATIC
    ways = tuple(_ways_out_for_people(facts))
    if facts.areas and is_automatic and ways and target < COMMITTEE:
        below = MOSTLY_AUTOMATIC - 1
        by_people = _change(
            "automation",
            1,
            COSTS["automation"],
            f"Have people look at each outcome before it takes effect (automation level {below}).",
            ("S4-04",),
            ("/automation_level", below),
        )
        yield (ways, (by_people,))


def _ways_out_for_people(facts: Facts) -> Iterator[Change]:
    if not facts.has_override:
        text = "Name who can override an outcome, and how."
        yield _change("override", 1, COSTS["override"], text, ("S4-05",), ("/has_override", True))
    if not facts.has_appeal:
        text = "Open a way to object for the people affected."
        yield _change("appeal", 1, COSTS["appeal"], text, ("S4-05",), ("/has_appeal", True))


def _data(facts: Facts, target: DecisionValue) -> Found:
    score, config = facts.data_quality.overall_score, facts.config
    known = -1.0 if score is None else score
    steps = {REVISE: None, DecisionValue.PROCEED_WITH_MONITORING: "good", PROCEED: "excellent"}
    step = steps.get(target)
    needed = config.excellent if step == "excellent" else config.revise_below
    if step and known < needed:
        yield _only(
            _change(
                "data_score",
                2 if step == "excellent" else 1,
                COSTS[f"data_score.{step}"],
                f"Do the data work that brings the quality score to at least {needed:g}, and "
                "measure it again.",
                ("S3-04",),
                ("/data_quality/overall_score", needed),
            )
        )
    gaps = facts.data_quality.blocking_gaps
    if step and gaps:
        count = len(gaps) if isinstance(gaps, tuple) else int(gaps)
        what = "the blocking data gap" if count == 1 else "the blocking data gaps"
        cost = COSTS["blocking_gap"] * count
        closed: tuple[str, Any] = ("/data_quality/blocking_gaps", [])
        yield _only(_change("blocking_gaps", 1, cost, f"Close {what}.", ("S3-05",), closed))


def _blockers(facts: Facts, target: DecisionValue) -> Found:
    given = facts.open_blockers
    if not given or target >= REVISE:
        return
    yield _only(_findings("open_blockers", "BLOCKER", given, keep=0))


def _majors(facts: Facts, target: DecisionValue) -> Found:
    given, limit = facts.open_majors, facts.config.major_revise
    count = given if isinstance(given, int) else len(given)
    if target < DecisionValue.PROCEED_WITH_MONITORING and count:
        yield _only(_findings("open_majors", "MAJOR", given, keep=0))
    elif target < REVISE and count >= limit:
        yield _only(_findings("open_majors", "MAJOR", given, keep=limit - 1))


def _findings(key: str, severity: str, given: tuple[str, ...] | int, *, keep: int) -> Change:
    """Closes all findings but so many."""
    names = () if isinstance(given, int) else tuple(sorted(given))
    count = given if isinstance(given, int) else len(given)
    to_close = count - keep
    what = f"the open {severity}" if count == 1 else f"{to_close} of the {count} open {severity}s"
    if to_close == count > 1:
        what = f"all {count} open {severity}s"
    shown = f" ({', '.join(dict.fromkeys(names))})" if names else ""
    return _change(
        key,
        to_close,
        COSTS["blocker" if severity == "BLOCKER" else "major"] * to_close,
        f"Resolve {what}{shown}: correct the answers, or have a reviewer waive them.",
        tuple(dict.fromkeys(names)),
        (f"/{key}", keep if isinstance(given, int) else list(names[:keep])),
    )


def _confidence(facts: Facts, target: DecisionValue) -> Found:
    given, config = facts.stage5_confidence, facts.config
    needed = {
        DecisionValue.PROCEED_WITH_MONITORING: config.confidence_revise_below,
        PROCEED: config.confidence_monitor_below,
    }.get(target)
    if given is not None and needed is not None and given < needed:
        step = "good" if target == PROCEED else "fair"
        yield _only(
            _change(
                "stage5_confidence",
                2 if target == PROCEED else 1,
                COSTS[f"confidence.{step}"],
                "Give the answers that stage 5 left open or could not get accepted, until its "
                f"confidence is at least {needed:g}.",
                (STAGE_5,),
                ("/stage5_confidence", needed),
            )
        )
    escalated = tuple(sorted(set(facts.escalated) & set(RISK_ITEMS)))
    if escalated and target == PROCEED:
        rest = sorted(set(facts.escalated) - set(RISK_ITEMS))
        yield _only(
            _change(
                "escalated",
                1,
                COSTS["escalated"] * len(escalated),
                f"Settle the escalated answers {', '.join(escalated)}: give the missing facts, or "
                "have a reviewer resolve them.",
                escalated,
                ("/escalated", rest),
            )
        )


def _feasibility(facts: Facts, target: DecisionValue) -> Found:
    if facts.feasibility == "NOT_FEASIBLE" and target < REVISE:
        text = "Remove what makes the project not feasible; the charter names the reasons."
        yield _only(
            _change(
                "feasibility",
                1,
                COSTS["feasibility"],
                text,
                FEASIBILITY_ITEMS,
                ("/feasibility", "LOW"),
            )
        )


_LOOKS: tuple[Callable[[Facts, DecisionValue], Found], ...] = (
    _screening,
    _areas,
    _data,
    _blockers,
    _majors,
    _confidence,
    _feasibility,
)
