"""Gate rules of stage 5: is every risk named, handled, watched and stoppable."""

from __future__ import annotations

from interviews import risk
from interviews.answerset import AnswerState
from interviews.consistency.case import Case, Row, is_personal
from interviews.consistency.registry import rule
from interviews.consistency.risks import REGISTER, RegisteredRisk, computed_floor, level
from interviews.consistency.types import Hit, Severity
from interviews.consistency.wording import contains_all, fold, listed, says_no

STAGE_5 = (5, 5)
SERIOUS_LEVEL = 3
WATCH_FROM = 2
#: Practices of the screen as it ships; a site's own set may hold more, from a date on.
SCREENED = (
    "manipulation",
    "exploitation",
    "social_scoring",
    "crime_prediction",
    "face_scraping",
    "emotion_work_school",
    "biometric_categorisation",
    "live_biometric_id",
)


@rule(
    "G5-1",
    Severity.BLOCKER,
    stages=STAGE_5,
    needs=("S5-01",),
    completeness=True,
    title="The screen for prohibited practices is not complete",
    how_to_fix="Answer every row with yes, no or unsure.",
)
def screen_is_incomplete(case: Case) -> Hit | None:
    answers = case.value("S5-01") or {}
    open_codes = [
        code
        for code in _practices(case)
        if not isinstance(answers.get(code), dict)
        or answers[code].get("answer") not in ("yes", "no", "unsure")
    ]
    if not open_codes:
        return None
    names = ", ".join(code.replace("_", " ") for code in open_codes)
    return Hit(f"Not answered: {names}.", (), ("S5-01",))


def _practices(case: Case) -> tuple[str, ...]:
    """The practices that apply on the day."""
    if "S5-01" not in case.protocol:
        return SCREENED
    options = case.protocol.question("S5-01").fields[0].options
    return tuple(
        option.value
        for option in options
        if option.from_date is None or option.from_date <= case.as_of
    )


@rule(
    "G5-2",
    Severity.BLOCKER,
    stages=STAGE_5,
    needs=REGISTER,
    completeness=True,
    title="A principle has no risk and no accepted reason for that",
    how_to_fix="Add a risk for each principle, or say in detail why there is none; a bare denial "
    "is not accepted.",
)
def principle_is_not_covered(case: Case) -> Hit | None:
    bare = [
        (principle, key)
        for principle, key in risk.PRINCIPLE_QUESTIONS.items()
        if not case.rows(key) and not _is_denial_accepted(case, key)
    ]
    if not bare:
        return None
    names = ", ".join(risk.PRINCIPLE_NAMES[principle] for principle, _ in bare)
    quotes = tuple(case.quote_none(key) for _, key in bare if case.is_none(key))
    return Hit(
        f"No risk and no accepted reason for {names}.", quotes, tuple(key for _, key in bare)
    )


def _is_denial_accepted(case: Case, key: str) -> bool:
    pending = (AnswerState.DRAFT, AnswerState.SCORING)
    return case.is_none(key) and case.state(key) in (AnswerState.ACCEPTED, *pending)


@rule(
    "G5-3",
    Severity.BLOCKER,
    stages=STAGE_5,
    needs=("S5-09",),
    reads=REGISTER,
    completeness=True,
    title="A serious risk has no control",
    how_to_fix="Add a control that names the risk by its reference, or a row of kind accept with "
    "the person who approves it.",
)
def risk_has_no_control(case: Case) -> Hit | None:
    bare = [
        entry
        for entry in case.register
        if (entry.inherent or 0) >= SERIOUS_LEVEL and not _is_dealt_with(case, entry)
    ]
    if not bare:
        return None
    said = "; ".join(
        f"{entry.ref} ({entry.row.get('risk')}), level {entry.inherent}" for entry in bare
    )
    quotes = [
        case.quote(entry.key, entry.row, "risk", "severity", "likelihood") for entry in bare[:3]
    ]
    if case.controls:
        quotes.append(case.quote_rows("S5-09", case.controls, "control", "risk_ref"))
    return Hit(f"No control and no named acceptance: {said}.", tuple(quotes), ("S5-09",))


def _is_dealt_with(case: Case, entry: RegisteredRisk) -> bool:
    for row in case.controls:
        if not risk.names_risk(row.get("risk_ref"), entry.ref):
            continue
        if row.get("kind") != "accept" or str(row.get("approver") or "").strip():
            return True
    return False


def floors(case: Case) -> dict[str, int | None]:
    """What the controls leave of each principle, by our arithmetic."""
    return {
        principle: computed_floor(principle, case.register, case.controls, go_live=case.go_live)
        for principle in risk.PRINCIPLES
    }


@rule(
    "G5-4",
    Severity.BLOCKER,
    stages=STAGE_5,
    needs=("S5-09", "S5-10"),
    reads=(*REGISTER, "S1-11"),
    completeness=True,
    title="A remaining risk is not rated, or rated below the calculation",
    how_to_fix="Rate all five principles; you may rate higher than our calculation, not lower. "
    "To lower it, test a control and say how.",
)
def residual_is_too_low(case: Case) -> Hit | None:
    lowest, parts = floors(case), []
    for principle in risk.PRINCIPLES:
        stated, floor = level(case.value("S5-10", principle)), lowest[principle]
        name = risk.PRINCIPLE_NAMES[principle]
        if stated is None:
            parts.append(f"{name} is not rated".capitalize() + ".")
        elif floor is not None and stated < floor:
            parts.append(
                f"{name} is rated {stated}".capitalize() + f"; the controls leave {floor}."
            )
    if not parts:
        return None
    quotes = (case.quote("S5-10", None, "text", *risk.PRINCIPLES),) if case.has("S5-10") else ()
    return Hit(" ".join(parts), quotes, ("S5-10",))


@rule(
    "G5-5",
    Severity.MAJOR,
    stages=STAGE_5,
    needs=("S5-10", "S5-12"),
    reads=(*REGISTER, "S5-09", "S1-11"),
    title="A remaining risk is not watched",
    how_to_fix="Add a figure to S5-12 that watches over the principle, with a value at which "
    "someone acts.",
)
def remaining_risk_is_not_watched(case: Case) -> Hit | None:
    lowest, rows = floors(case), case.rows("S5-12")
    bare = {}
    for principle in risk.PRINCIPLES:
        final = max(level(case.value("S5-10", principle)) or 0, lowest[principle] or 0)
        if final >= WATCH_FROM and not any(watches(case, row, principle) for row in rows):
            bare[principle] = final
    if not bare:
        return None
    said = ", ".join(f"{risk.PRINCIPLE_NAMES[name]} (level {left})" for name, left in bare.items())
    return Hit(
        f"No figure watches over {said}.",
        (
            case.quote("S5-10", None, "text", *bare),
            case.quote_rows("S5-12", rows, "metric", "principle_or_risk"),
        ),
    )


def watches(case: Case, row: Row, principle: str) -> bool:
    """Whether a row of S5-12 is about a principle: by its name or by one of its risks."""
    said = str(row.get("principle_or_risk") or "")
    short = principle.replace("_", " ")
    if contains_all(said, short) or fold(said) in fold(risk.PRINCIPLE_NAMES[principle]) != "":
        return bool(said.strip())
    return any(
        risk.names_risk(said, entry.ref)
        or fold(entry.ref) in fold(said)
        or fold(said) == fold(entry.row.get("risk"))
        for entry in case.register
        if entry.principle == principle
    )


@rule(
    "G5-6",
    Severity.BLOCKER,
    stages=STAGE_5,
    needs=("S5-14",),
    title="Nobody can switch it off, or nobody knows when to",
    how_to_fix="Name a person or role who may stop it alone, and at least one event that "
    "makes them do it.",
)
def nobody_can_stop_it(case: Case) -> Hit | None:
    lacking = {
        "nobody may switch it off": says_no(case.value("S5-14", "who_can_stop")),
        "no event leads to switching it off": not case.value("S5-14", "stop_triggers"),
    }
    missing = [name for name, is_missing in lacking.items() if is_missing]
    if not missing:
        return None
    said = " and ".join(missing)
    return Hit(
        f"{said[0].upper()}{said[1:]}.",
        (case.quote("S5-14", None, "who_can_stop", "stop_triggers", "auditor"),),
    )


@rule(
    "G5-7",
    Severity.MAJOR,
    stages=STAGE_5,
    needs=("S5-03",),
    reads=("S1-07", "S3-10"),
    title="Personal data without a data protection assessment",
    how_to_fix="Plan a data protection assessment with an owner and a date.",
)
def personal_data_is_not_assessed(case: Case) -> Hit | None:
    rows = case.rows("S5-03")
    if any(
        row.get("assessment") == "data_protection" and row.get("status") in _UNDER_WAY
        for row in rows
    ):
        return None
    listed_data = [row for row in case.rows("S3-10") if is_personal(row)]
    if listed_data:
        names = listed(row.get("data") for row in listed_data)
        quote = case.quote_rows("S3-10", listed_data, "data", "category")
    elif case.personal_features and not case.rows("S3-10"):
        names = listed(row.get("name") for row in case.personal_features)
        quote = case.quote_rows("S1-07", case.personal_features, "name", "personal_data")
    else:
        return None
    return Hit(
        f"Data about people is used ({names}), but no data protection assessment is done or "
        "planned.",
        (quote, case.quote_rows("S5-03", rows, "assessment", "status", "result")),
    )


_UNDER_WAY = frozenset({"done", "running", "planned"})
