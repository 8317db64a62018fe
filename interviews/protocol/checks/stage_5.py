"""Plain checks of stage 5 answers: screening, risk register, countermeasures and aftercare.

What a gate, cross-stage or governance rule looks at again is a warning here, so that an
honest answer about a risky project can be given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from interviews.protocol.checks.check import Check
from interviews.protocol.checks.names import in_words, plain
from interviews.protocol.checks.register import (
    all_refs,
    computed_levels,
    day_of,
    go_live_day,
    rated_risks,
)
from interviews.protocol.issues import Issue, error, incomplete, warning
from interviews.protocol.lookup import column_of, field_of, number_of, numbered_rows, rows_of
from interviews.protocol.presets import PERSONAL_CATEGORIES
from interviews.protocol.types import Question
from interviews.risk import LEVEL_NAMES, PRINCIPLE_NAMES, PRINCIPLE_QUESTIONS, PRINCIPLES, refs_in

Values = Mapping[str, Any]

HIGH_STAKES = frozenset({"high", "critical"})
SHORTEST_REASON = 40
#: From this level on a risk needs a control or a named acceptance (G5-3).
SERIOUS = 3
#: From this level on a principle must be watched (G5-5).
WATCHED = 2
#: From this level on the machine decides before anyone looks (X-29).
AUTOMATIC = 4


def none_stands_alone(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    areas = field_of(value, "areas", [])
    if "none" in areas and len(areas) > 1:
        yield error("areas", "None cannot stand beside an area. Take one of them away.")


def none_needs_a_reason_when_stakes_are_high(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    criticality = field_of(values.get("S4-07"), "criticality")
    reason = str(field_of(value, "text", "")).strip()
    if field_of(value, "areas", []) != ["none"] or criticality not in HIGH_STAKES:
        return
    if len(reason) < SHORTEST_REASON:
        yield incomplete(
            "text",
            f"In S4-07 one wrong answer can do {criticality} harm. Say in a sentence or two why"
            " none of these areas applies.",
        )


def not_needed_says_why(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if row.get("status") == "not_needed" and not row.get("result"):
            yield incomplete(f"{path}.result", "Say why this assessment is not needed.")


def assessment_dates_fit(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        day, status = day_of(row.get("date")), row.get("status")
        if day and status == "done" and day > as_of:
            yield warning(f"{path}.date", "It is done, yet its date lies ahead. Correct one.")
        if day and status == "planned" and day < as_of:
            yield warning(f"{path}.date", "It is planned, yet its date is past. Give a new date.")


def personal_data_is_assessed(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    is_covered = any(
        row.get("assessment") == "data_protection" and row.get("status") != "not_needed"
        for row in rows_of(value)
    )
    if _has_personal_data(values) and not is_covered:
        yield warning(
            "",
            "The project uses personal data. Plan a data protection assessment and add its row.",
        )


def risk_refs_differ(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    others = [key for key in PRINCIPLE_QUESTIONS.values() if key != question.key]
    taken = {plain(ref) for key in others for ref in column_of(values.get(key), "ref")}
    for path, row in numbered_rows(value):
        ref = plain(row.get("ref"))
        if ref and ref in taken:
            yield error(
                f"{path}.ref",
                f"{row['ref']} names another risk already. Leave it empty to get a new one.",
            )
        taken.add(ref)


def automation_shows_in_human_agency(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    level = number_of(values.get("S4-04"), "automation_level") or 0
    highest = max((risk.level for risk in rated_risks({question.key: value})), default=0)
    if value and level >= AUTOMATIC and highest < SERIOUS:
        yield warning(
            "",
            "In S4-04 the machine decides before anyone looks. Add the risk that follows from"
            " that, with a rating that fits.",
        )


def personal_data_shows_in_privacy(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    if field_of(value, "none") and _has_personal_data(values):
        yield warning(
            "", "You listed personal data in stages 1 or 3. Add at least one risk to those people."
        )


def protected_inputs_show_in_fairness(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    marked = [
        str(row.get("name"))
        for row in rows_of(values.get("S1-07"))
        if row.get("protected_or_proxy") in ("protected_attribute", "likely_proxy")
    ]
    if field_of(value, "none") and marked:
        yield warning(
            "",
            f"In S1-07 you marked {in_words(marked)} as protected or as a stand-in."
            " Add the risk for that group.",
        )


def risk_ref_is_known(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    refs = all_refs(values)
    known = {name for ref in refs for name in refs_in(ref)}
    for path, row in numbered_rows(value):
        if known and set(refs_in(row.get("risk_ref"))) - known:
            yield error(
                f"{path}.risk_ref",
                f"There is no risk {row['risk_ref']}. Use one of {in_words(refs)}.",
            )


def every_serious_risk_has_a_control(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    covered = {name for given in column_of(value, "risk_ref") for name in refs_in(given)}
    for risk in rated_risks(values):
        if risk.level >= SERIOUS and not covered.intersection(refs_in(risk.ref)):
            yield warning(
                "",
                f"{risk.ref} is rated {risk.level} {LEVEL_NAMES[risk.level]}. Add what you do about"
                " it, or accept it with a name.",
            )


def accepted_risk_names_an_approver(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if row.get("kind") == "accept" and not row.get("approver"):
            yield warning(f"{path}.approver", "Say who approves that this risk is accepted.")


def tested_control_shows_evidence(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if row.get("status") == "tested" and not row.get("evidence"):
            yield warning(
                f"{path}.evidence", "Without evidence it counts as built only. Add the test result."
            )


def control_dates_fit(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    go_live = day_of(go_live_day(values))
    for path, row in numbered_rows(value):
        due, status = day_of(row.get("due_date")), row.get("status", "planned")
        if due is None or status != "planned":
            continue
        if due < as_of:
            yield warning(f"{path}.due_date", "This date is past. Give a new one.")
        elif go_live is not None and due >= go_live:
            yield warning(
                f"{path}.due_date",
                f"It is due only when the system is live ({go_live.isoformat()}). An earlier date"
                " lets it lower the risk.",
            )


def no_rating_below_our_calculation(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for principle, floor in computed_levels(values).items():
        stated = number_of(value, principle)
        if stated is not None and stated < floor:
            yield warning(
                principle,
                f"By the register and its countermeasures {floor} {LEVEL_NAMES[floor]} is left."
                " Rate it at least that high, or correct the register.",
            )


def acceptance_lies_ahead(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    until = day_of(field_of(value, "valid_until"))
    if until is not None and until < as_of:
        yield warning("valid_until", "This acceptance has ended. Give a date that lies ahead.")


def every_open_principle_is_watched(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rows = rows_of(value)
    watched = {plain(text) for text in column_of(value, "principle_or_risk")}
    computed = computed_levels(values)
    for principle in PRINCIPLES if rows else ():
        stated = number_of(values.get("S5-10"), principle) or 0
        is_open = max(stated, computed.get(principle, 0)) >= WATCHED
        if is_open and not _is_watched(principle, watched, values):
            yield warning(
                "",
                f"Risk is left under {PRINCIPLE_NAMES[principle]}. Add a figure that watches it.",
            )


def someone_can_stop_it(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    if not field_of(value, "who_can_stop"):
        yield warning("who_can_stop", "Name the role that may switch it off.")
    if not field_of(value, "stop_triggers"):
        yield warning("stop_triggers", "Say which event or figure makes you switch it off.")


def _has_personal_data(values: Values) -> bool:
    marks = column_of(values.get("S1-07"), "personal_data")
    return not PERSONAL_CATEGORIES.isdisjoint([*marks, *column_of(values.get("S3-10"), "category")])


def _is_watched(principle: str, watched: set[str], values: Values) -> bool:
    """Whether a row names the principle, or one of its risks."""
    names = {plain(principle), PRINCIPLE_NAMES[principle]}
    refs = {plain(risk.ref) for risk in rated_risks(values) if risk.principle == principle}
    return any(text in refs or any(name in text for name in names) for text in watched)


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        none_stands_alone,
        none_needs_a_reason_when_stakes_are_high,
        not_needed_says_why,
        assessment_dates_fit,
        personal_data_is_assessed,
        risk_refs_differ,
        automation_shows_in_human_agency,
        personal_data_shows_in_privacy,
        protected_inputs_show_in_fairness,
        risk_ref_is_known,
        every_serious_risk_has_a_control,
        accepted_risk_names_an_approver,
        tested_control_shows_evidence,
        control_dates_fit,
        no_rating_below_our_calculation,
        acceptance_lies_ahead,
        every_open_principle_is_watched,
        someone_can_stop_it,
    )
}
