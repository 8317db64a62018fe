"""Every pack filled from one charter's answers. The same input gives the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from governance.crosswalk.answers import Answers
from governance.crosswalk.impact import level_from
from governance.crosswalk.rows import CrosswalkRow, Framework, Level, Outcome, State
from governance.crosswalk.showing import Shown, shows_all
from governance.crosswalk.situation import NO, YES, Situation, situation_of
from governance.crosswalk.triage import Triaged, triage
from governance.rulepacks.schema import Pack, Requirement

#: Whether a requirement concerns this system, and the sentence when it does not or nobody knows.
Concerns = Callable[[Requirement], tuple[bool | None, str]]
NOBODY_KNOWS = "Whether this applies is not known yet: answer what the gates above ask for."


def crosswalk_of(
    answers: Mapping[str, Any],
    *,
    as_of: date,
    packs: Iterable[Pack],
    details: Mapping[str, Any] | None = None,
) -> tuple[Framework, ...]:
    """``answers`` as ``content["answers"]`` holds them; ``as_of`` is the day that decides."""
    known = Answers(answers, details)
    return tuple(_framework(pack, known, as_of) for pack in packs)


def _framework(pack: Pack, answers: Answers, as_of: date) -> Framework:
    triaged: Triaged | None = None
    level: Level | None = None
    concerns: Concerns = _everybody
    begins: date | None = None
    if pack.triage is not None:
        situation = situation_of(answers)
        triaged = triage(pack.triage, situation, as_of=as_of)
        concerns = _by_triage(triaged, situation)
        begins = _high_risk_from(triaged.outcomes)
    if pack.scale is not None:
        level = level_from(pack.scale, answers)
        concerns = _by_level(level, answers)
    rows = tuple(_row(pack, one, answers, concerns, as_of, begins) for one in pack.requirements)
    return Framework(
        id=pack.id,
        title=pack.title,
        version=pack.version,
        as_of=pack.as_of,
        source=pack.source,
        about=pack.about,
        unconfirmed=pack.unconfirmed,
        rows=rows,
        gates=triaged.gates if triaged else (),
        outcomes=triaged.outcomes if triaged else (),
        level=level,
    )


def _row(
    pack: Pack,
    requirement: Requirement,
    answers: Answers,
    concerns: Concerns,
    as_of: date,
    high_risk_from: date | None,
) -> CrosswalkRow:
    shown, items = _judged(requirement, answers, concerns)
    begins = requirement.applies_from
    if high_risk_from is not None and "high_risk" in requirement.only_for:
        begins = max(begins, high_risk_from)
    return CrosswalkRow(
        framework=pack.id,
        id=requirement.id,
        theme=pack.themes[requirement.theme],
        requirement=requirement.text,
        state=shown.state,
        evidence=items,
        gap=shown.gap,
        citation=requirement.citation,
        pack_version=pack.version,
        as_of=requirement.as_of,
        applies_from=begins,
        is_in_force=begins <= as_of,
        status=requirement.status,
        source=requirement.source,
    )


def _judged(
    requirement: Requirement, answers: Answers, concerns: Concerns
) -> tuple[Shown, tuple[str, ...]]:
    does, why = concerns(requirement)
    if does is False:
        return Shown(State.OUT_OF_SCOPE, why), ()
    if does is None:
        return Shown(State.UNKNOWN, why), ()
    if requirement.outside:
        # It concerns this very system, and yet no answer can show it: somebody has to look.
        state = State.UNKNOWN if requirement.only_for else State.OUT_OF_SCOPE
        return Shown(state, requirement.outside), ()
    items = dict.fromkeys(check.item for check in requirement.shown_by)
    known = tuple(item for item in items if answers.is_known(item))
    return shows_all(requirement.shown_by, answers), known


def _everybody(requirement: Requirement) -> tuple[bool | None, str]:
    return True, ""


def _by_triage(triaged: Triaged, situation: Situation) -> Concerns:
    gates = {gate.key: gate.result for gate in triaged.gates}
    classes = {
        "high_risk": _is_high_risk(triaged),
        "excepted": triaged.has("excepted") or (None if _is_open(triaged, "exception") else False),
        "provider": _has_role(situation, "provider"),
        "deployer": _has_role(situation, "deployer"),
    }

    def is_so(token: str) -> bool | None:
        if token in classes:
            return classes[token]
        return {"applies": True, "unknown": None}.get(gates.get(f"tell:{token}", ""), False)

    def concerns(requirement: Requirement) -> tuple[bool | None, str]:
        if triaged.has("out_of_scope"):
            return False, "The Act does not apply to this system, by the gates above."
        said = [is_so(token) for token in requirement.only_for]
        if False in said:
            return False, "It does not concern this system, by the gates above."
        return (None, NOBODY_KNOWS) if None in said else (True, "")

    return concerns


def _is_high_risk(triaged: Triaged) -> bool | None:
    if triaged.has("high_risk"):
        return True
    return None if triaged.has("perhaps_high_risk") or _is_open(triaged, "area:") else False


def _is_open(triaged: Triaged, key: str) -> bool:
    return any(one.result == "unknown" and one.key.startswith(key) for one in triaged.gates)


def _has_role(situation: Situation, role: str) -> bool | None:
    return None if situation.role is None else situation.role in (role, "both")


def _high_risk_from(outcomes: Iterable[Outcome]) -> date | None:
    """The first day of the rules for high-risk systems, by what makes this one high-risk."""
    dates = [one.applies_from for one in outcomes if one.code == "high_risk" and one.applies_from]
    return min(dates, default=None)


def _by_level(level: Level, answers: Answers) -> Concerns:
    federal = answers.details.get("canada_federal")
    possible = {f"level_{number}" for number in level.levels}

    def concerns(requirement: Requirement) -> tuple[bool | None, str]:
        if federal == NO:
            return False, "The Directive binds federal institutions of Canada only."
        wanted = set(requirement.only_for)
        if wanted and not wanted & possible:
            return False, "Not asked for at the levels that are possible here."
        if federal != YES:
            return None, "Say whether a federal institution of Canada uses it."
        if wanted and not possible <= wanted:
            return None, "The level is not known yet: enter the points of the official tool."
        return True, ""

    return concerns
