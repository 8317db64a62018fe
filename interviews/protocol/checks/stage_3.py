"""Plain checks of stage 3 answers: sources, quality, gaps, labels, platform and rights.

What a gate or cross-stage rule looks at again is a warning here, so that an honest answer
about weak data can be given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from interviews.protocol.checks.check import Check
from interviews.protocol.checks.names import in_words, is_mentioned, plain
from interviews.protocol.issues import Issue, error, incomplete, warning
from interviews.protocol.lookup import (
    column_of,
    field_of,
    number_of,
    numbered_rows,
    rows_of,
)
from interviews.protocol.presets import DIMENSIONS, PERSONAL_CATEGORIES
from interviews.protocol.types import Question

Values = Mapping[str, Any]

#: A rating counts for no more than this, by how it is known.
RATING_CAPS = {"estimated": 7, "not_checked": 5}
#: From here on a rating must have been looked at.
HIGH_RATING = 9
#: Below this a critical source needs a dated fix (G3-2).
LOW_RATING = 4
AREAS = ("storage", "computing", "pipelines", "serving", "monitoring", "security")
#: Categories that are free to use or need no footing of their own.
FREE_CATEGORIES = frozenset({"none", "confidential"})
#: Archetypes that may learn without right answers.
UNLABELLED_ARCHETYPES = frozenset({"clustering", "anomaly_detection"})
_SECONDS = {"s": 1, "min": 60, "h": 3_600, "day": 86_400, "week": 604_800}
_STAYS = re.compile(r"^(no|none|never|not|stays?|does not|remains?)\b", re.IGNORECASE)


def one_source_is_critical(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rows = rows_of(value)
    if rows and not any(row.get("critical") is True for row in rows):
        yield error("", "Mark at least one source as critical: one the project cannot do without.")


def source_names_differ(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    seen: set[str] = set()
    for path, row in numbered_rows(value):
        name = plain(row.get("name"))
        if name and name in seen:
            yield error(
                f"{path}.name",
                f"{row['name']} stands twice. Give each source a name of its own.",
            )
        seen.add(name)


def every_feature_has_a_source(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rows = rows_of(value)
    covered = {plain(name) for row in rows for name in row.get("covers_features") or ()}
    for feature in rows_of(values.get("S1-07")) if rows else ():
        name = plain(feature.get("name"))
        # An input that is known not to be there needs no source.
        if not name or name in covered or feature.get("available_at_prediction") == "no":
            continue
        remark = incomplete if feature.get("essential") is True else warning
        yield remark(
            "",
            f"No source provides {feature['name']}. Tick it at a source,"
            " or add a source of the kind none yet.",
        )


def class_shares_agree(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    counts = [number_of(row, "count") or 0 for row in rows_of(value, "class_counts")]
    stated = number_of(value, "rarest_class_share_pct")
    if stated is None or len(counts) < 2 or not sum(counts):
        return
    counted = 100 * min(counts) / sum(counts)
    if abs(counted - stated) > max(1, counted / 5):
        yield warning(
            "rarest_class_share_pct",
            f"By your counts the rarest outcome makes up {counted:.1f} %. Correct one of the two.",
        )


def six_ratings_per_critical_source(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rated = {(plain(row.get("source")), row.get("dimension")) for row in rows_of(value)}
    for source in _critical_names(values):
        missing = [one for one in DIMENSIONS if (plain(source), one) not in rated]
        if missing and rated:
            yield warning("", f"Rate {source} on {in_words(missing)} as well.")


def high_rating_needs_a_look(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        rating = number_of(row, "rating") or 0
        if rating >= HIGH_RATING and row.get("how_known") == "not_checked":
            yield error(
                f"{path}.rating",
                f"A rating of {rating:g} needs a look at the data."
                " Check a sample, or rate it lower.",
            )


def unproven_rating_is_capped(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        rating, how = number_of(row, "rating") or 0, str(row.get("how_known"))
        cap = RATING_CAPS.get(how)
        if cap is not None and rating > cap:
            yield warning(
                f"{path}.rating",
                f"It counts as {cap}, because it is {how.replace('_', ' ')}."
                " Measure it to let it count in full.",
            )


def rated_once(question: Question, value: Any, values: Values, as_of: date) -> Iterator[Issue]:
    seen: set[tuple[str, Any]] = set()
    for path, row in numbered_rows(value):
        cell = (plain(row.get("source")), row.get("dimension"))
        if all(cell) and cell in seen:
            yield warning(
                f"{path}.dimension",
                f"{row['source']} is rated twice on {cell[1]}; the lower rating counts."
                " Remove one of them.",
            )
        seen.add(cell)


def low_rating_needs_a_dated_fix(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        rating = number_of(row, "rating")
        if rating is None or rating >= LOW_RATING or (row.get("fix") and row.get("fix_due")):
            continue
        yield warning(
            f"{path}.fix",
            "A rating below 4 stops this stage unless a fix is planned."
            " Say what will be done and by when.",
        )


def blocking_gap_needs_a_way_out(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        can_be_had = row.get("obtainable") in ("yes", "later")
        if row.get("severity") == "blocks" and can_be_had and row.get("lead_time_weeks") is None:
            yield warning(
                f"{path}.lead_time_weeks",
                "This gap blocks the project. Say how many weeks it takes to close it.",
            )


def labels_fit_the_task(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    archetype = field_of(values.get("S1-09"), "archetype")
    if field_of(value, "origin") != "none_needed" or archetype is None:
        return
    if archetype not in UNLABELLED_ARCHETYPES:
        yield warning(
            "origin",
            f"{str(archetype).replace('_', ' ').capitalize()} learns from right answers."
            " Say where they come from, or change the task in S1-09.",
        )


def label_delay_matches_target(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    here = _seconds(field_of(value, "label_delay"))
    before = _seconds(field_of(values.get("S1-08"), "label_delay"))
    if here is not None and before is not None and here != before:
        yield warning(
            "label_delay", "In S1-08 you gave another delay. Correct the one that is wrong."
        )


def labelling_cost_adds_up(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    labels, each = number_of(value, "labels_needed"), number_of(value, "cost_per_label")
    total = number_of(value, "total_cost")
    if labels is None or each is None or total is None:
        return
    if abs(labels * each - total) > max(1, 0.01 * labels * each):
        yield error(
            "total_cost",
            f"{labels:,.0f} labels at {each:g} come to {labels * each:,.2f}."
            " Correct the total, or leave it empty.",
        )


def labelling_plan_is_whole(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    has_quality_check = any(
        field_of(value, name) for name in ("double_labelled_pct", "agreement_measure", "qa_process")
    )
    for path, is_there, what in (
        ("cost_per_label", number_of(value, "cost_per_label") is not None, "what a label costs"),
        ("weeks", number_of(value, "weeks") is not None, "how many weeks it takes"),
        ("qa_process", has_quality_check, "how wrong labels are found"),
    ):
        if not is_there:
            yield warning(path, f"The plan does not say {what}. Add it.")


def six_areas_are_rated(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    rated = set(column_of(value, "area"))
    missing = [area for area in AREAS if area not in rated]
    if rated and missing:
        yield warning("", f"Say what is ready for {in_words(missing)} as well.")


def missing_area_needs_a_lead_time(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if row.get("ready") == "no" and row.get("lead_time_weeks") is None:
            yield warning(
                f"{path}.lead_time_weeks",
                "This is not ready. Say how many weeks it takes to get it.",
            )


def personal_features_are_listed(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    listed = column_of(value, "data")
    for feature in rows_of(values.get("S1-07")):
        is_personal = feature.get("personal_data") in ("personal", "special_category")
        if is_personal and not is_mentioned(feature.get("name"), listed):
            yield warning(
                "",
                f"You marked {feature.get('name')} as personal in S1-07. Add a row that names it.",
            )


def rights_row_names_a_footing(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        category = row.get("category")
        if category and category not in FREE_CATEGORIES and not row.get("lawful_basis"):
            yield incomplete(
                f"{path}.lawful_basis",
                "Choose the legal footing for this data; unknown is a possible answer.",
            )


def unknown_footing_for_personal_data(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if row.get("category") in PERSONAL_CATEGORIES and row.get("lawful_basis") == "unknown":
            yield warning(
                f"{path}.lawful_basis",
                "Personal data without a known legal footing stops this stage."
                " Ask your data protection officer.",
            )


def transfer_says_where(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        if plain(row.get("leaves_region")) in ("yes", "true", "unsure", "unknown"):
            yield warning(f"{path}.leaves_region", "Say to which country or region it goes.")


def transfer_against_must_stay(
    question: Question, value: Any, values: Values, as_of: date
) -> Iterator[Issue]:
    for path, row in numbered_rows(value):
        where = str(row.get("leaves_region") or "").strip()
        if row.get("must_stay") is True and where and not _STAYS.match(where):
            yield warning(
                f"{path}.leaves_region",
                f"This data must stay in the region, yet it goes to: {where}."
                " Keep it, or show what permits the transfer.",
            )


def _critical_names(values: Values) -> list[str]:
    rows = rows_of(values.get("S3-01"))
    return [str(row["name"]) for row in rows if row.get("critical") is True and row.get("name")]


def _seconds(duration: Any) -> float | None:
    amount, factor = number_of(duration, "value"), _SECONDS.get(field_of(duration, "unit", ""))
    return None if amount is None or factor is None else amount * factor


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        one_source_is_critical,
        source_names_differ,
        every_feature_has_a_source,
        class_shares_agree,
        six_ratings_per_critical_source,
        high_rating_needs_a_look,
        unproven_rating_is_capped,
        rated_once,
        low_rating_needs_a_dated_fix,
        blocking_gap_needs_a_way_out,
        labels_fit_the_task,
        label_delay_matches_target,
        labelling_cost_adds_up,
        labelling_plan_is_whole,
        six_areas_are_rated,
        missing_area_needs_a_lead_time,
        personal_features_are_listed,
        rights_row_names_a_footing,
        unknown_footing_for_personal_data,
        transfer_says_where,
        transfer_against_must_stay,
    )
}
