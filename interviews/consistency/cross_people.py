"""Cross rules on people: can those who work with it and are touched by it do as promised."""

from __future__ import annotations

import re

from interviews.consistency.case import Case, Row
from interviews.consistency.measures import number, say_number, total
from interviews.consistency.registry import rule
from interviews.consistency.risks import REGISTER
from interviews.consistency.stage_4 import AUTOMATIC_FROM, PLAIN_FORMS
from interviews.consistency.types import Hit, Severity
from interviews.consistency.wording import listed, one_names_the_other, shares_word

_EXPLAINS_OVERFLOW = re.compile(
    r"\btop \d|\brest\b|\brank|\bpriorit|\bqueue|\bremain|\bwait|\bnext (day|night|run|week)|\bsample",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"shap|lime\b|attribut|salien|heat ?map|importance|gradient|attention", re.IGNORECASE
)
_OVERRIDE = re.compile(
    r"overrid|overrul|human (review|check|approv|decision|in the loop)|manual (review|check)"
    r"|can (reverse|reject|refuse|correct)|reviewed by|second (look|reader|person)",
    re.IGNORECASE,
)
_LOW_SEVERITY = 2
_LOW_LEVEL = 2
_GROUP_WORDS = re.compile(
    r"subgroup|per (group|gender|sex|age|region)|by (group|gender|sex|age|region)"
    r"|\bgap\b|parity|disparate|fairness|\bratio\b.*(group|women|men|age)",
    re.IGNORECASE,
)


@rule(
    "X-11",
    Severity.MAJOR,
    stages=(2, 4),
    reads=("S1-08", "S2-10", "S4-01", "S4-04"),
    title="More work than people can do",
    how_to_fix="Show fewer cases, add people, or say in S2-10 which cases come first and what "
    "happens to the rest.",
)
def work_exceeds_capacity(case: Case) -> Hit | None:
    parts, quotes = [], []
    expected, capacity = (
        case.number("S2-10", name) for name in ("expected_outputs_per_day", "capacity_per_day")
    )
    is_explained = _EXPLAINS_OVERFLOW.search(case.text("S2-10"))
    if expected is not None and capacity is not None and expected > capacity and not is_explained:
        parts.append(
            f"{say_number(expected)} outputs a day are expected, {say_number(capacity)} can be "
            "handled."
        )
        names = ("text", "expected_outputs_per_day", "capacity_per_day")
        quotes.append(case.quote("S2-10", None, *names))
    load = _review_load(case)
    if load is not None:
        hours, people = load
        available = people * case.config.productive_hours_per_day
        if hours > available:
            parts.append(
                f"Reviews need {say_number(round(hours, 1))} h a day; {say_number(people)} people "
                f"have {say_number(round(available, 1))} h."
            )
            quotes += [
                case.quote("S1-08", None, "name", "volume_per_day"),
                case.quote("S4-04", None, "text", "reviewed_share_pct", "seconds_per_review"),
                case.quote_rows("S4-01", case.rows("S4-01"), "persona", "people"),
            ]
    return Hit(" ".join(parts), tuple(quotes)) if parts else None


def _review_load(case: Case) -> tuple[float, float] | None:
    """Hours of review a day, and the people who share them."""
    volume = case.number("S1-08", "volume_per_day")
    share = case.number("S4-04", "reviewed_share_pct")
    pace = case.number("S4-04", "seconds_per_review")
    rows = case.rows("S4-01")
    workers = [row for row in rows if row.get("relation") != "supervisor"] or rows
    is_counted = workers and all(number(row.get("people")) is not None for row in workers)
    if volume is None or share is None or pace is None or not is_counted:
        return None
    hours = volume * share / 100 * pace / 3_600
    return hours, total(number(row.get("people")) for row in workers)


@rule(
    "X-23",
    Severity.MAJOR,
    stages=(3, 4),
    needs=("S3-01", "S4-01"),
    title="Someone must see the source data and may not",
    how_to_fix="Open the data to them, or put what they need beside the output.",
)
def user_cannot_see_source(case: Case) -> Hit | None:
    rows = [
        row
        for row in case.rows("S4-01")
        if row.get("needs_source_data") is True and row.get("data_access") == "none"
    ]
    if not rows:
        return None
    shown = case.critical_sources or case.sources
    return Hit(
        f"To act, {listed(row.get('persona') for row in rows)} must see the source data, and no "
        "access is given.",
        (
            case.quote_rows("S3-01", shown, "name", "owner"),
            case.quote_rows("S4-01", rows, "persona", "data_access", "needs_source_data"),
        ),
    )


@rule(
    "X-25",
    Severity.MAJOR,
    stages=(4, 4),
    needs=("S4-01", "S4-08"),
    title="Novices get a chart instead of words",
    how_to_fix="Add a reason in plain words or an example for this group.",
)
def novices_get_charts(case: Case) -> Hit | None:
    novices = [row for row in case.rows("S4-01") if row.get("tech_skill") == "novice"]
    bare = []
    for persona in novices:
        told = [row for row in case.rows("S4-08") if _is_for(row, persona)]
        has_words = any(row.get("form") in PLAIN_FORMS and not _is_attribution(row) for row in told)
        hard = [row for row in told if row.get("form") == "chart" or _is_attribution(row)]
        if hard and not has_words:
            bare.append((persona, hard))
    if not bare:
        return None
    return Hit(
        f"Novices ({listed(persona.get('persona') for persona, _ in bare)}) are shown charts or "
        "weights, but no reason in plain words.",
        (
            case.quote_rows("S4-01", [persona for persona, _ in bare], "persona", "tech_skill"),
            case.quote_rows(
                "S4-08", [row for _, rows in bare for row in rows], "audience", "form", "technique"
            ),
        ),
    )


def _is_for(row: Row, persona: Row) -> bool:
    return one_names_the_other(str(row.get("audience") or ""), str(persona.get("persona") or ""))


def _is_attribution(row: Row) -> bool:
    is_listed_in_words = row.get("form") in ("reason_list", "text", "example")
    return not is_listed_in_words and bool(_ATTRIBUTION.search(str(row.get("technique") or "")))


@rule(
    "X-28",
    Severity.BLOCKER,
    stages=(4, 5),
    needs=("S4-07", *REGISTER),
    title="Serious consequences, but only harmless risks",
    how_to_fix="Add the worst case of S4-07 to the register with its real severity, or correct "
    "the criticality.",
)
def worst_case_is_not_in_register(case: Case) -> Hit | None:
    severities = [entry.severity for entry in case.register if entry.severity is not None]
    highest = max(severities, default=0)
    if not case.is_serious or highest > _LOW_SEVERITY:
        return None
    worst = [entry for entry in case.register if entry.severity == highest][:1]
    quotes = [case.quote(entry.key, entry.row, "risk", "severity") for entry in worst]
    if not quotes:
        quotes = [case.quote_none(key) for key in REGISTER if case.is_none(key)][:1]
    criticality = case.text("S4-07", "criticality")
    said = f"no risk is above severity {highest}" if highest else "no risk is named"
    return Hit(
        f"One wrong answer is rated {criticality}, but {said}.",
        (case.quote("S4-07", None, "criticality", "text"), *quotes),
        also=REGISTER,
    )


@rule(
    "X-29",
    Severity.BLOCKER,
    stages=(4, 5),
    needs=("S4-04", "S5-04"),
    title="The machine decides, but loss of control is called small",
    how_to_fix="Rate human agency as it is when the machine decides, or let people decide more.",
)
def loss_of_control_is_played_down(case: Case) -> Hit | None:
    automation = case.automation_level
    if automation is None or automation < AUTOMATIC_FROM:
        return None
    entries = [entry for entry in case.register if entry.key == "S5-04"]
    highest = max((entry.inherent or 0 for entry in entries), default=0)
    if highest > _LOW_LEVEL:
        return None
    said = (
        case.quote_none("S5-04")
        if case.is_none("S5-04")
        else case.quote_rows(
            "S5-04", [entry.row for entry in entries], "risk", "severity", "likelihood"
        )
    )
    level = f"level {highest}" if highest else "no risk at all"
    return Hit(
        f"Automation level {automation} leaves cases without a person, but human agency is rated "
        f"{level}.",
        (case.quote("S4-04", None, "automation_level", "text"), said),
    )


@rule(
    "X-31",
    Severity.MAJOR,
    stages=(1, 5),
    needs=("S1-07", "S2-04", "S5-08"),
    reads=("S5-12",),
    title="A protected attribute, and nobody looks at groups",
    how_to_fix="Add a fairness risk for the group, and a measure that compares groups.",
)
def groups_are_not_compared(case: Case) -> Hit | None:
    marked = [
        row
        for row in case.features
        if row.get("protected_or_proxy") in ("protected_attribute", "likely_proxy")
    ]
    if not marked or not case.is_none("S5-08") or _compares_groups(case):
        return None
    return Hit(
        f"Among the inputs are protected attributes or stand-ins for them "
        f"({listed(row.get('name') for row in marked)}), but there is no fairness risk and no "
        "measure compares groups.",
        (
            case.quote_rows("S1-07", marked, "name", "protected_or_proxy"),
            case.quote_none("S5-08"),
            case.quote_rows("S2-04", case.metrics, "metric", "evaluated_on"),
        ),
    )


def _compares_groups(case: Case) -> bool:
    said = [
        f"{row.get('metric')} {row.get('metric_name')} {row.get('evaluated_on')}"
        for row in case.metrics
    ]
    said += [f"{row.get('metric')} {row.get('principle_or_risk')}" for row in case.rows("S5-12")]
    return any(_GROUP_WORDS.search(text) for text in said)


@rule(
    "X-32",
    Severity.MAJOR,
    stages=(4, 5),
    needs=REGISTER,
    reads=("S4-02", "S4-10"),
    title="A group that is touched appears in no risk",
    how_to_fix="Name the group under who is harmed in S5-04 to S5-08, in the same words.",
)
def group_is_in_no_risk(case: Case) -> Hit | None:
    said = " ".join(entry.words for entry in case.register)
    bare = {
        key: [
            row
            for row in case.rows(key)
            if row.get("group") and not shares_word(str(row["group"]), said)
        ]
        for key in ("S4-02", "S4-10")
    }
    if not any(bare.values()):
        return None
    names = {"S4-02": ("group", "effect"), "S4-10": ("group", "consequence")}
    groups = dict.fromkeys(str(row["group"]) for rows in bare.values() for row in rows)
    quotes = [case.quote_rows(key, rows, *names[key]) for key, rows in bare.items() if rows]
    harmed = [entry for entry in case.register if entry.row.get("who_is_harmed")][:2]
    quotes += [case.quote(entry.key, entry.row, "who_is_harmed", "risk") for entry in harmed]
    return Hit(f"No risk names {listed(groups)} among those harmed.", tuple(quotes), also=REGISTER)


@rule(
    "X-36",
    Severity.MAJOR,
    stages=(4, 5),
    needs=("S5-09",),
    reads=("S4-04", "S4-05"),
    title="People are the safeguard, but cannot step in",
    how_to_fix="Name who may override and record each time, and give a review at least ten "
    "seconds, or choose another control.",
)
def people_cannot_step_in(case: Case) -> Hit | None:
    controls = [row for row in case.controls if _OVERRIDE.search(str(row.get("control") or ""))]
    if not controls:
        return None
    parts, quotes = [], []
    if case.has("S4-05"):
        lacking = {
            "no role may override": not case.value("S4-05", "override_roles"),
            "overrides are not recorded": case.value("S4-05", "override_logged") is not True,
        }
        parts += [name for name, is_missing in lacking.items() if is_missing]
        if parts:
            names = ("override_steps", "override_roles", "override_logged")
            quotes.append(case.quote("S4-05", None, *names))
    pace = case.number("S4-04", "seconds_per_review")
    if pace is not None and pace < case.config.min_review_seconds:
        parts.append(f"a review takes {say_number(pace)} s")
        quotes.append(case.quote("S4-04", None, "text", "seconds_per_review"))
    if not parts:
        return None
    return Hit(
        f"This control relies on people: {listed(row.get('control') for row in controls)}; but "
        f"{' and '.join(parts)}.",
        (*quotes, case.quote_rows("S5-09", controls, "control", "risk_ref")),
    )
