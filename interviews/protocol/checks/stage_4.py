"""Plain checks of stage 4 answers: people, decisions, explanations and adoption.

What a gate or cross-stage rule looks at again is a warning here, so that an honest answer
about a weak plan can be given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from interviews.protocol.checks.check import Check
from interviews.protocol.checks.names import in_words, is_mentioned
from interviews.protocol.issues import Issue, warning
from interviews.protocol.lookup import column_of, field_of, number_of, numbered_rows, rows_of
from interviews.protocol.types import Question

Values = Mapping[str, Any]

PHASES = ("before", "during", "after")
#: Levels at which a person is meant to look before anything happens.
REVIEWED_LEVELS = (2, 3)
#: Nobody weighs a case in less (X-36).
SHORTEST_REVIEW_SECONDS = 10
#: A trigger cannot fire on labels that arrive later than this many reviews (X-42).
REVIEWS_PER_LABEL_DELAY = 3
CASE_SCOPES = frozenset({"case", "counterfactual"})
WORD_FORMS = frozenset({"reason_list", "text", "example"})
_ASSUMPTION = re.compile(r"\b(assum|guess|none|not asked)", re.IGNORECASE)
_DAYS = {"s": 1 / 86_400, "min": 1 / 1_440, "h": 1 / 24, "day": 1, "week": 7}


def someone_was_asked(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    evidence = [str(row.get("evidence") or "assumption") for row in rows_of(value)]
    if evidence and all(_ASSUMPTION.search(text) for text in evidence):
        yield warning(
            "",
            "Every group rests on an assumption. Talk to a few of these people or watch them work.",
        )


def needed_data_is_open_to_the_persona(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if row.get("needs_source_data") is True and row.get("data_access") == "none":
            yield warning(
                f"{path}.data_access",
                "They must see the data to act but have no access. Arrange access, or say how"
                " they act without it.",
            )


def journey_has_three_phases(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    phases = set(column_of(value, "phase"))
    missing = [phase for phase in PHASES if phase not in phases]
    if phases and missing:
        yield warning("", f"Add at least one step {in_words(missing)} the output appears.")


def review_leaves_time_to_think(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    seconds = number_of(value, "seconds_per_review")
    is_reviewed = number_of(value, "automation_level") in REVIEWED_LEVELS
    if is_reviewed and seconds is not None and seconds < SHORTEST_REVIEW_SECONDS:
        yield warning(
            "seconds_per_review",
            f"In {seconds:g} seconds nobody weighs a case. Plan more time, or choose a level"
            " without review.",
        )


def level_fits_reviewed_share(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    level, share = number_of(value, "automation_level"), number_of(value, "reviewed_share_pct")
    if level == 2 and share is not None and share < 100:
        yield warning(
            "reviewed_share_pct",
            "At level 2 a person approves every case. Choose level 3 if it is only some.",
        )
    if level == 5 and share:
        yield warning(
            "reviewed_share_pct",
            "At level 5 nobody checks. Choose level 4 if some cases are looked at afterwards.",
        )


def someone_can_override(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    if not field_of(value, "override_roles"):
        yield warning("override_roles", "Nobody can say no to the machine. Name a role that can.")


def appeal_or_a_reason(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    if not field_of(value, "appeal_channel") and not field_of(value, "appeal_none_reason"):
        yield warning(
            "appeal_channel",
            "Say how an affected person can object, or give the reason why there is no way.",
        )


def explanations_match_criticality(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rows = rows_of(value)
    criticality = str(field_of(values.get("S4-07"), "criticality", ""))
    missing = _missing_explanations(rows, criticality, values) if rows else []
    if missing:
        yield warning(
            "",
            f"You rated the criticality as {criticality} in S4-07. Add {in_words(missing)}.",
        )


def novices_get_plain_words(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    novices = [
        row.get("persona")
        for row in rows_of(values.get("S4-01"))
        if row.get("tech_skill") == "novice"
    ]
    rows = rows_of(value)
    for path, row in numbered_rows(value):
        audience = row.get("audience")
        if row.get("form") != "chart" or not is_mentioned(audience, novices):
            continue
        forms = {other.get("form") for other in rows if other.get("audience") == audience}
        if not forms & WORD_FORMS:
            yield warning(
                f"{path}.form",
                "This group is new to computers. Give the reasons in plain words as well.",
            )


def accessibility_is_set(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    channel = field_of(value, "channel")
    if channel and channel != "api" and not field_of(value, "accessibility"):
        yield warning(
            "accessibility",
            "People use it directly. Choose an accessibility level, e.g. WCAG 2.2 AA.",
        )


def offline_fits_serving(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    is_live = field_of(values.get("S3-03"), "serving_mode") in ("on_request", "streaming")
    if field_of(value, "offline_needed") is True and is_live:
        yield warning(
            "offline_needed",
            "In S3-03 the model answers live, which needs a connection. Say in the error rule"
            " what people see without one.",
        )


def feedback_has_owner_and_trigger(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rows = rows_of(value)
    if rows and not any(row.get("owner") and row.get("retrain_trigger") for row in rows):
        yield warning(
            "",
            "No signal has both a reader and a value at which you retrain. Complete at least one.",
        )


def retraining_waits_for_labels(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    delay = _days(
        field_of(values.get("S3-06"), "label_delay") or field_of(values.get("S1-08"), "label_delay")
    )
    for path, row in numbered_rows(value):
        every = number_of(row, "review_every_days")
        if (
            delay
            and every
            and row.get("retrain_trigger")
            and delay > every * REVIEWS_PER_LABEL_DELAY
        ):
            yield warning(
                f"{path}.review_every_days",
                f"The right answers arrive only after about {delay:.0f} days. Read this signal less"
                " often, or pick one that is known sooner.",
            )


def first_test_lies_ahead(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    start = field_of(field_of(value, "first_test"), "start")
    # ISO days sort as text.
    if isinstance(start, str) and start < as_of.isoformat():
        yield warning("first_test.start", "This date is past. Give the day on which it will start.")


def _missing_explanations(
    rows: list[Mapping[str, Any]], criticality: str, values: Values
) -> list[str]:
    """What the minimum for that criticality still lacks, in plain words."""
    cases = [row for row in rows if row.get("scope") in CASE_SCOPES]
    has_overall = any(row.get("scope") == "overall" for row in rows)
    shows_confidence = any(row.get("confidence_shown") is True for row in rows)
    is_told = any(row.get("form") in WORD_FORMS and _is_outsider(row, values) for row in cases)
    wanted = {"medium": 1, "high": 4, "critical": 4}.get(criticality, 0)
    minimum = (
        (bool(cases), "why a case came out as it did"),
        (has_overall, "how it works overall"),
        (shows_confidence, "how sure the system is"),
        (is_told, "a plain reason for the people affected"),
    )
    return [what for is_there, what in minimum[:wanted] if not is_there]


def _is_outsider(row: Mapping[str, Any], values: Values) -> bool:
    """Whether an audience is somebody affected, or at least nobody who works with it."""
    audience = row.get("audience")
    if is_mentioned(audience, column_of(values.get("S4-02"), "group")):
        return True
    return not is_mentioned(audience, column_of(values.get("S4-01"), "persona"))


def _days(duration: Any) -> float | None:
    amount, factor = number_of(duration, "value"), _DAYS.get(field_of(duration, "unit", ""))
    return None if amount is None or factor is None else amount * factor


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        someone_was_asked,
        needed_data_is_open_to_the_persona,
        journey_has_three_phases,
        review_leaves_time_to_think,
        level_fits_reviewed_share,
        someone_can_override,
        appeal_or_a_reason,
        explanations_match_criticality,
        novices_get_plain_words,
        accessibility_is_set,
        offline_fits_serving,
        feedback_has_owner_and_trigger,
        retraining_waits_for_labels,
        first_test_lies_ahead,
    )
}
