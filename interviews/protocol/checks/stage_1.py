"""Plain checks of stage 1 answers: the problem, the alternatives, what goes in and comes out.

What a gate or cross-stage rule looks at again is a warning here, so that an honest answer
about a weak idea can be given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from interviews.protocol.checks.check import Check
from interviews.protocol.checks.names import plain
from interviews.protocol.issues import Issue, error, incomplete, warning
from interviews.protocol.lookup import field_of, number_of, numbered_rows, rows_of
from interviews.protocol.types import Question

Values = Mapping[str, Any]

#: Slower than this is too slow while somebody waits (G1-4).
SLOW_MS = 1_000
#: Alternatives that need no software.
WITHOUT_SOFTWARE = frozenset({"process_change", "more_staff", "do_nothing"})
CATEGORICAL = frozenset({"category", "multi_label", "ordinal"})
NUMERIC = frozenset({"number", "interval"})
SUBTASKS = {
    "natural_language_processing": frozenset(
        {"text_classification", "extraction", "generation", "question_answering", "retrieval"}
    ),
    "computer_vision": frozenset(
        {"image_classification", "detection", "segmentation", "ocr", "tracking"}
    ),
}
_TECHNOLOGY = re.compile(
    r"\b(chatgpt|gpt-?\d|openai|copilot|gemini|claude|llama|watson|sagemaker|azure|llms?|"
    r"neural net(work)?s?|deep learning|machine learning|random forests?|xgboost|transformers?|"
    r"gradient boosting|large language models?|chatbots?)\b",
    re.IGNORECASE,
)


def problem_names_no_technology(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    found = _TECHNOLOGY.search(value) if isinstance(value, str) else None
    if found:
        yield warning(
            "", f'"{found.group()}" is a technology. Describe the problem as it is without it.'
        )


def value_at_stake_or_reason(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    has_value = number_of(value, "value_at_stake") is not None
    if not has_value and not field_of(value, "value_at_stake_none"):
        yield incomplete(
            "value_at_stake",
            "Give the value at stake per year, or say why money cannot express it.",
        )
    if has_value and not field_of(value, "currency"):
        yield incomplete("currency", "Choose the currency; it holds for every amount you give.")


def target_date_not_past(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    if _is_past(field_of(value, "target_date"), as_of):
        yield warning("target_date", "This date has passed. Check the year.")


def two_alternatives_one_not_software(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rows = rows_of(value)
    if len(rows) < 2:
        yield warning("", "Add a second alternative; doing nothing is one, too.")
    elif not any(row.get("kind") in WITHOUT_SOFTWARE for row in rows):
        yield warning("", "Add one alternative that needs no software, such as a changed process.")


def one_baseline_alternative(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    marked = [path for path, row in numbered_rows(value) if row.get("is_baseline") is True]
    for path in marked[1:]:
        yield error(f"{path}.is_baseline", "Only one alternative can be the best so far.")


def zero_tolerance_needs_plain_logic(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    if field_of(value, "error_tolerance") == "none":
        yield warning(
            "error_tolerance",
            "A learned model is sometimes wrong. If no error is acceptable, use fixed logic.",
        )


def feature_names_unique(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    yield from _repeated_names(value)


def latency_set_where_available(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        is_there = row.get("available_at_prediction") == "yes"
        if is_there and number_of(row, "access_latency_ms") is None:
            yield incomplete(
                f"{path}.access_latency_ms", "Say how many milliseconds it takes to fetch this."
            )


def slow_or_manual_features(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if (number_of(row, "access_latency_ms") or 0) > SLOW_MS:
            yield warning(
                f"{path}.access_latency_ms", "More than a second is slow if somebody waits for it."
            )
        if row.get("access_method") == "manual":
            yield warning(
                f"{path}.access_method", "Fetched by hand: plan who does it every single time."
            )


def categories_listed(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    listed = field_of(value, "possible_values", [])
    if field_of(value, "output_type") in CATEGORICAL and len(listed) < 2:
        yield incomplete("possible_values", "List the values that can come out, at least two.")


def unit_when_numeric(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    if field_of(value, "output_type") in NUMERIC and not field_of(value, "unit"):
        yield incomplete("unit", "Name the unit of the number.")


def horizon_named(question: Question, value: Any, values: Values, as_of: date) -> Iterator[Issue]:
    if field_of(value, "horizon") is None:
        yield warning(
            "horizon", "Say how far it looks ahead before you finish this part; 0 is an answer."
        )


def subtask_fits_archetype(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    archetype, subtask = field_of(value, "archetype"), field_of(value, "subtask")
    fitting = SUBTASKS.get(str(archetype))
    if fitting and subtask and subtask not in fitting:
        yield error("subtask", f"Choose a subtask of this kind: {', '.join(sorted(fitting))}.")


def two_in_two_out(question: Question, value: Any, values: Values, as_of: date) -> Iterator[Issue]:
    sides = [row.get("side") for row in rows_of(value)]
    for side in ("in", "out"):
        missing = 2 - sides.count(side)
        if missing > 0:
            yield incomplete("", f'Name at least two things that are "{side}"; {missing} missing.')


def budget_and_deadline_rows(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rows = numbered_rows(value)
    for kind, part, missing in (("budget", "amount", "an amount"), ("deadline", "date", "a date")):
        own = [(path, row) for path, row in rows if row.get("kind") == kind]
        if not own:
            yield warning("", f"Add a {kind} row; if none is set, say so and why.")
        elif all(row.get(part) is None for _, row in own):
            yield warning(f"{own[0][0]}.{part}", f"Give {missing}, so that plans can be compared.")


def deadline_not_past(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if row.get("kind") == "deadline" and _is_past(row.get("date"), as_of):
            yield warning(f"{path}.date", "This date has passed. Check the year.")


def case_shares_at_most_all(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    total = sum(number_of(row, "share_pct") or 0 for row in rows_of(value, "cases"))
    if total > 100:
        yield error("cases", f"The shares add up to {total:g} %, more than all cases.")


def _is_past(found: Any, as_of: date) -> bool:
    # ISO dates sort like the days they name.
    return isinstance(found, str) and found < as_of.isoformat()


def _repeated_names(value: Any) -> Iterator[Issue]:
    seen: set[str] = set()
    for path, row in numbered_rows(value):
        name = plain(row.get("name"))
        if name and name in seen:
            yield error(f"{path}.name", f"{row['name']} stands twice. Give each row its own name.")
        seen.add(name)


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        problem_names_no_technology,
        value_at_stake_or_reason,
        target_date_not_past,
        two_alternatives_one_not_software,
        one_baseline_alternative,
        zero_tolerance_needs_plain_logic,
        feature_names_unique,
        latency_set_where_available,
        slow_or_manual_features,
        categories_listed,
        unit_when_numeric,
        horizon_named,
        subtask_fits_archetype,
        two_in_two_out,
        budget_and_deadline_rows,
        deadline_not_past,
        case_shares_at_most_all,
    )
}
