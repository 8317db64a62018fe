"""Gate rules of stage 3: is the data there, good enough and allowed."""

from __future__ import annotations

from interviews.answerset import AnswerState
from interviews.consistency.archetypes import CAN_DO_WITHOUT_LABELS, archetype_name
from interviews.consistency.case import Case, Row, is_personal
from interviews.consistency.measures import day, number, say_number
from interviews.consistency.ratings import (
    DIMENSIONS,
    counted_rating,
    dimension_scores,
    overall_score,
    rated_dimensions,
)
from interviews.consistency.registry import rule
from interviews.consistency.types import Hit, Severity
from interviews.consistency.wording import listed, same_name
from interviews.consistency.work import lacks_labels

STAGE_3 = (3, 3)
POOR_RATING = 4
MIDDLING_RATING = 5
FAIR_PRINCIPLES = ("findable", "accessible", "interoperable", "reusable")


def critical_ratings(case: Case) -> list[Row]:
    """The rows of S3-04 that rate a critical source."""
    names = [row.get("name") for row in case.critical_sources]
    return [
        row
        for row in case.rows("S3-04")
        if any(same_name(row.get("source"), name) for name in names)
    ]


@rule(
    "G3-1",
    Severity.BLOCKER,
    stages=STAGE_3,
    needs=("S3-01", "S3-04"),
    completeness=True,
    title="A critical source is not rated in full",
    how_to_fix="Mark the sources without which the model cannot work as critical, and rate all "
    "six qualities of each.",
)
def source_is_not_rated(case: Case) -> Hit | None:
    if case.is_given_up("S3-01"):
        return None
    if case.has("S3-01") and not case.critical_sources:
        return Hit(
            "No source is marked as critical, so nothing is rated.",
            (case.quote_rows("S3-01", case.sources, "name", "critical"),),
        )
    if case.is_given_up("S3-04"):
        return None
    ratings = critical_ratings(case)
    parts = []
    for source in case.critical_sources:
        rated = rated_dimensions(source.get("name"), ratings)
        lacking = [name for name in DIMENSIONS if name not in rated]
        if lacking:
            parts.append(f'"{source.get("name")}" has no rating for {", ".join(lacking)}.')
    if not parts:
        if case.has("S3-01"):
            return None
        parts = ["No source is listed."]
    return Hit(
        " ".join(parts),
        (case.quote_rows("S3-01", case.critical_sources, "name", "critical"),)
        if case.critical_sources
        else (),
        ("S3-01", "S3-04"),
    )


@rule(
    "G3-2",
    Severity.BLOCKER,
    stages=STAGE_3,
    needs=("S3-01", "S3-04"),
    title="Poor data on a critical source, and no dated fix",
    how_to_fix="Say what will be done about it and by which date, or do without the source.",
)
def poor_data_has_no_fix(case: Case) -> Hit | None:
    rows = [
        row
        for row in critical_ratings(case)
        if _is_rated_below(row, POOR_RATING) and not (row.get("fix") and day(row.get("fix_due")))
    ]
    if not rows:
        return None
    said = ", ".join(
        f"{row.get('dimension')} of {row.get('source')}: {_rated(row)}" for row in rows
    )
    return Hit(
        f"Rated below {POOR_RATING} without a dated fix: {said}.",
        (case.quote_rows("S3-04", rows, "source", "dimension", "rating", "evidence", "fix"),),
    )


def _is_rated_below(row: Row, limit: float) -> bool:
    rating = counted_rating(row)
    return rating is not None and rating < limit


def _rated(row: Row) -> str:
    rating = counted_rating(row)
    return f"{say_number(rating)} of 10" if rating is not None else "not rated"


@rule(
    "G3-3",
    Severity.MAJOR,
    stages=STAGE_3,
    needs=("S3-01", "S3-04"),
    title="Middling data on a critical source",
    how_to_fix="Measure the quality if it was only estimated, and plan what lifts it above 5.",
)
def data_is_middling(case: Case) -> Hit | None:
    rows = [
        row
        for row in critical_ratings(case)
        if not _is_rated_below(row, POOR_RATING) and _is_rated_below(row, MIDDLING_RATING + 1)
    ]
    if not rows:
        return None
    said = ", ".join(
        f"{row.get('dimension')} of {row.get('source')}: {_rated(row)}" for row in rows
    )
    return Hit(
        f"Counts for {POOR_RATING} to {MIDDLING_RATING} only: {said}. "
        "What is estimated counts for 7 at most, what was not checked for 5.",
        (case.quote_rows("S3-04", rows, "source", "dimension", "rating", "how_known"),),
    )


@rule(
    "G3-4",
    Severity.MAJOR,
    stages=STAGE_3,
    needs=("S3-01", "S3-04"),
    title="The data is not good enough overall",
    how_to_fix="Lift the lowest qualities first: the overall score is the mean of the six.",
)
def data_is_poor_overall(case: Case) -> Hit | None:
    names = [row.get("name") for row in case.critical_sources]
    score = overall_score(dimension_scores(names, case.rows("S3-04")))
    floor = case.config.data_quality_threshold
    if score is None or score >= floor:
        return None
    low = " Below 0.50 the project is rated as hardly feasible."
    worst = min(critical_ratings(case), key=lambda row: counted_rating(row) or 0)
    return Hit(
        f"Overall data quality is {score:.2f}; {floor:.2f} is needed."
        f"{low if score < case.config.poor_data_quality else ''}",
        (case.quote("S3-04", worst, "source", "dimension", "rating", "evidence"),),
    )


@rule(
    "G3-5",
    Severity.BLOCKER,
    stages=STAGE_3,
    needs=("S1-09", "S3-06"),
    reads=("S3-07",),
    title="The model needs right answers and has none to learn from",
    how_to_fix="Say where the right answers come from, and plan the labelling if they must be made.",
)
def labels_have_no_origin(case: Case) -> Hit | None:
    origin, task = case.value("S3-06", "origin"), case.archetype
    learn = case.quote("S1-09", None, "archetype", "text")
    labels = case.quote("S3-06", None, "origin", "definition")
    if origin == "none_needed" and task and task not in CAN_DO_WITHOUT_LABELS:
        return Hit(
            f"{archetype_name(task).capitalize()} learns from right answers, yet none are said "
            "to be needed.",
            (learn, labels),
        )
    plan = case.label_plan
    if not lacks_labels(origin, (plan or {}).get("labels_needed")):
        return None
    if plan is not None:
        planned = case.quote("S3-07", None, "text", "labels_needed", "weeks")
        return Hit("Labels must be made, but the plan makes none.", (labels, planned))
    # A plan that is only not written yet is awaited until the stage is to be closed.
    if case.state("S3-07") != AnswerState.UNKNOWN and not (case.is_complete or 3 in case.closing):
        return None
    return Hit("Labels must be made, but there is no plan for it.", (labels,), ("S3-07",))


@rule(
    "G3-6",
    Severity.MAJOR,
    stages=STAGE_3,
    needs=("S3-07",),
    reads=("S3-06",),
    title="The labelling plan has holes",
    how_to_fix="Add the cost of a label (0 if it costs nothing), the weeks it takes, and how you "
    "check that labels are right: a share labelled twice, an agreement measure or a procedure.",
)
def labelling_plan_has_holes(case: Case) -> Hit | None:
    plan = case.label_plan
    if plan is None or not number(plan.get("labels_needed")):
        return None
    checks = ("double_labelled_pct", "agreement_measure", "qa_process")
    lacking = {
        "cost": case.labelling_cost is None,
        "time": number(plan.get("weeks")) is None,
        "check of quality": not any(plan.get(name) for name in checks),
    }
    holes = [name for name, is_missing in lacking.items() if is_missing]
    if not holes:
        return None
    return Hit(
        f"The plan for {say_number(plan['labels_needed'])} labels says nothing about "
        f"{' or '.join(holes)}.",
        (case.quote("S3-07", plan, "text", "labels_needed", "cost_per_label", "weeks", *checks),),
    )


@rule(
    "G3-7",
    Severity.BLOCKER,
    stages=STAGE_3,
    reads=("S3-01", "S3-10"),
    title="The data may not be used",
    how_to_fix="Get access from the owner of the source, or replace it; ask your data protection "
    "office for the legal footing of personal data.",
)
def data_may_not_be_used(case: Case) -> Hit | None:
    refused = [row for row in case.critical_sources if row.get("access_status") == "refused"]
    baseless = [
        row
        for row in case.rows("S3-10")
        if is_personal(row) and row.get("lawful_basis") == "unknown"
    ]
    parts, quotes = [], []
    if refused:
        parts.append(f"Access to {listed(row.get('name') for row in refused)} was refused.")
        quotes.append(case.quote_rows("S3-01", refused, "name", "access_status", "critical"))
    if baseless:
        parts.append(
            f"No legal footing is known for {listed(row.get('data') for row in baseless)}."
        )
        quotes.append(case.quote_rows("S3-10", baseless, "data", "category", "lawful_basis"))
    return Hit(" ".join(parts), tuple(quotes)) if parts else None


@rule(
    "G3-8",
    Severity.MINOR,
    stages=STAGE_3,
    reads=("S3-08", "S3-09"),
    title="Data is hard to reuse, or missing technology has no date",
    how_to_fix="Improve what is rated none in S3-08, and give a lead time for what is not ready.",
)
def stewardship_is_weak(case: Case) -> Hit | None:
    parts, quotes = [], []
    rated = [case.value("S3-08", name) for name in FAIR_PRINCIPLES]
    reached = sum(level in ("full", "partial") for level in rated)
    if all(rated) and reached < 3:
        parts.append(f"Only {reached} of 4 reuse principles are met at least in part.")
        quotes.append(case.quote("S3-08", None, "evidence", *FAIR_PRINCIPLES))
    undated = [
        row
        for row in case.rows("S3-09")
        if row.get("ready") == "no" and number(row.get("lead_time_weeks")) is None
    ]
    if undated:
        parts.append(
            f"Not ready and without a lead time: {listed(row.get('area') for row in undated)}."
        )
        quotes.append(case.quote_rows("S3-09", undated, "area", "ready", "today", "gap"))
    return Hit(" ".join(parts), tuple(quotes)) if parts else None
