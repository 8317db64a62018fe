"""Gate rules of stage 4: can the people who use it and are touched by it live with it."""

from __future__ import annotations

import re

from interviews.consistency.case import Case, Row
from interviews.consistency.registry import rule
from interviews.consistency.types import Hit, Severity
from interviews.consistency.wording import listed, one_names_the_other, says_no, shares_word

STAGE_4 = (4, 4)
PHASES = ("before", "during", "after")
AUTOMATIC_FROM = 4
REASON_SCOPES = frozenset({"case", "counterfactual"})
PLAIN_FORMS = frozenset({"reason_list", "example", "text"})
_ASSUMED = re.compile(r"assum|guess|suppos|imagin|no(body| one) (was )?asked", re.IGNORECASE)
_LOOKED = re.compile(
    r"interview|observ|survey|shadow|visit|workshop|talk|spoke|logs?\b|ticket|questionnaire|met\b",
    re.IGNORECASE,
)


@rule(
    "G4-1",
    Severity.BLOCKER,
    stages=STAGE_4,
    needs=("S4-01", "S4-03", "S4-04"),
    completeness=True,
    title="Users, their work or the degree of automation are not described",
    how_to_fix="Describe at least one group of users, a case before, during and after the "
    "output appears, and choose how much the machine decides.",
)
def work_is_not_described(case: Case) -> Hit | None:
    parts, quotes = [], []
    if not case.rows("S4-01") and not case.is_given_up("S4-01"):
        parts.append("No group of users is described.")
    phases = {row.get("phase") for row in case.rows("S4-03")}
    lacking = [phase for phase in PHASES if phase not in phases]
    if lacking and not case.is_given_up("S4-03"):
        parts.append(f"The walk through a case lacks: {', '.join(lacking)}.")
        if phases:
            quotes.append(case.quote_rows("S4-03", case.rows("S4-03"), "step", "phase"))
    if case.automation_level is None and not case.is_given_up("S4-04"):
        parts.append("It is not chosen how much the machine decides.")
    return Hit(" ".join(parts), tuple(quotes), ("S4-01", "S4-03", "S4-04")) if parts else None


@rule(
    "G4-2",
    Severity.MAJOR,
    stages=STAGE_4,
    needs=("S4-01",),
    title="Nobody has been asked",
    how_to_fix="Talk to or watch a few people of the most important group, and write how many.",
)
def nobody_was_asked(case: Case) -> Hit | None:
    rows = case.rows("S4-01")
    if not rows or not all(_is_assumed(row) for row in rows):
        return None
    return Hit(
        f"What is known about {listed(row.get('persona') for row in rows)} rests on assumption.",
        (case.quote_rows("S4-01", rows, "persona", "evidence"),),
    )


def _is_assumed(row: Row) -> bool:
    evidence = str(row.get("evidence") or "")
    return bool(_ASSUMED.search(evidence)) and not _LOOKED.search(evidence)


@rule(
    "G4-3",
    Severity.BLOCKER,
    stages=STAGE_4,
    needs=("S4-07", "S4-08"),
    reads=("S4-01", "S4-02"),
    title="Too little is explained for what is at stake",
    how_to_fix="Add to S4-08 what is missing: how it works overall, why this case, how sure it "
    "is, and a plain reason for the people affected.",
)
def too_little_is_explained(case: Case) -> Hit | None:
    if not case.is_serious:
        return None
    rows = case.rows("S4-08")
    lacking = {
        "how it works overall": not any(row.get("scope") == "overall" for row in rows),
        "why this case": not any(row.get("scope") in REASON_SCOPES for row in rows),
        "how sure it is": not any(row.get("confidence_shown") is True for row in rows),
        "a plain reason for the people affected": _affected_are_left_out(case, rows),
    }
    missing = [name for name, is_missing in lacking.items() if is_missing]
    if not missing:
        return None
    return Hit(
        f"One wrong answer is rated {case.text('S4-07', 'criticality')}, but nobody is told "
        f"{', '.join(missing)}.",
        (
            case.quote("S4-07", None, "criticality", "text"),
            case.quote_rows("S4-08", rows, "audience", "scope", "form"),
        ),
    )


def _affected_are_left_out(case: Case, rows: list[Row]) -> bool:
    """Whether affected people exist and none is given a reason in words."""
    groups = [str(row.get("group") or "") for row in case.rows("S4-02")]
    personas = [str(row.get("persona") or "") for row in case.rows("S4-01")]
    if not groups:
        return False
    for row in rows:
        audience = str(row.get("audience") or "")
        is_user = any(one_names_the_other(audience, persona) for persona in personas)
        is_affected = any(shares_word(audience, group) for group in groups) or (
            "affected" in audience.casefold()
        )
        gives_reason = row.get("scope") in REASON_SCOPES and row.get("form") in PLAIN_FORMS
        if gives_reason and is_affected and not is_user:
            return False
    return True


@rule(
    "G4-4",
    Severity.BLOCKER,
    stages=STAGE_4,
    needs=("S4-04", "S4-05", "S4-07"),
    title="A machine decides on serious matters and nobody can say no",
    how_to_fix="Name the roles that can override a result, or let a person approve each case.",
)
def nobody_can_override(case: Case) -> Hit | None:
    level = case.automation_level
    if not case.is_serious or level is None or level < AUTOMATIC_FROM:
        return None
    if case.value("S4-05", "override_roles"):
        return None
    return Hit(
        f"Automation level {level} with {case.text('S4-07', 'criticality')} consequences, and no "
        "role may override a result.",
        (
            case.quote("S4-07", None, "criticality", "text"),
            case.quote("S4-04", None, "automation_level", "text"),
            case.quote("S4-05", None, "override_steps", "override_roles", "appeal_channel"),
        ),
    )


@rule(
    "G4-5",
    Severity.MAJOR,
    stages=STAGE_4,
    needs=("S4-05", "S4-07"),
    title="People affected have no way to object",
    how_to_fix="Name a channel, who answers and within how many days.",
)
def nobody_can_object(case: Case) -> Hit | None:
    if not case.is_serious or not says_no(case.value("S4-05", "appeal_channel")):
        return None
    return Hit(
        f"A wrong answer is rated {case.text('S4-07', 'criticality')}, but people affected have "
        "no way to object.",
        (
            case.quote("S4-07", None, "criticality", "text"),
            case.quote("S4-05", None, "override_steps", "appeal_channel", "appeal_none_reason"),
        ),
    )


@rule(
    "G4-6",
    Severity.MAJOR,
    stages=STAGE_4,
    needs=("S4-11",),
    title="Nobody learns that it was wrong",
    how_to_fix="Give one signal an owner who reads it and a value at which you retrain.",
)
def feedback_goes_nowhere(case: Case) -> Hit | None:
    rows = case.rows("S4-11")
    if any(row.get("owner") and not says_no(row.get("retrain_trigger")) for row in rows):
        return None
    return Hit(
        "No signal has both someone who reads it and a value that leads to retraining.",
        (case.quote_rows("S4-11", rows, "signal", "owner", "retrain_trigger"),),
    )


@rule(
    "G4-7",
    Severity.MINOR,
    stages=STAGE_4,
    needs=("S4-09",),
    title="No accessibility level",
    how_to_fix="Choose a WCAG level, or say that no person sees it.",
)
def accessibility_is_open(case: Case) -> Hit | None:
    channel = case.value("S4-09", "channel")
    if channel in (None, "api") or case.value("S4-09", "accessibility"):
        return None
    return Hit(
        "People see the output, but no accessibility level is set.",
        (case.quote("S4-09", None, "channel", "text", "languages"),),
    )
