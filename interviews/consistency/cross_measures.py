"""Cross rules on what is measured: does the yardstick fit the task, the aim and the harm."""

from __future__ import annotations

from interviews.consistency.archetypes import (
    CAN_DO_WITHOUT_LABELS,
    archetype_name,
    fits_metric,
    suitable_families,
)
from interviews.consistency.case import Case, Row, family, metric_name
from interviews.consistency.measures import number, say_number
from interviews.consistency.metrics import (
    COUNT_FALSE_ALARMS,
    COUNT_MISSES,
    NEED_TRUTH,
    is_percent,
)
from interviews.consistency.registry import rule
from interviews.consistency.types import Hit, Severity
from interviews.consistency.wording import contains_all, fold, listed, shares_word

METRIC_FIELDS = ("metric", "metric_name", "role", "comparator", "threshold", "unit")
_TRUTH_SET = ("label", "annotat", "verified", "confirmed", "checked", "known", "inspected", "truth")


@rule(
    "X-01",
    Severity.BLOCKER,
    stages=(1, 2),
    needs=("S1-09", "S2-04"),
    title="The main model measure does not suit the task",
    how_to_fix="Choose a primary measure that suits the task, or correct the kind of task.",
)
def measure_does_not_suit_task(case: Case) -> Hit | None:
    row, task = case.primary_metric, case.archetype
    if row is None or not task or fits_metric(task, metric_name(row), subtask=case.subtask):
        return None
    suitable = ", ".join(sorted(suitable_families(task, case.subtask))).replace("_", " ")
    return Hit(
        f"{case.measure(row)} does not tell a good model from a bad one when the task is "
        f"{archetype_name(task, case.subtask)}.",
        (
            case.quote("S1-09", None, "archetype", "subtask", "text"),
            case.quote("S2-04", row, *METRIC_FIELDS),
        ),
        how_to_fix=f"Make one of these the primary measure: {suitable}; or correct the kind of "
        "task in S1-09.",
    )


@rule(
    "X-03",
    Severity.MAJOR,
    stages=(1, 2),
    needs=("S1-03", "S2-01"),
    title="The main business figure is not the one you set out to change",
    how_to_fix="Use the same figure and direction in S1-03 and as the main figure of S2-01, or "
    "explain in S2-01 how one follows from the other.",
)
def figure_is_not_the_aim(case: Case) -> Hit | None:
    kpi = case.primary_kpi
    if kpi is None:
        return None
    aim, name = case.text("S1-03", "metric_name"), str(kpi.get("name") or "")
    said = f"{name} {kpi.get('definition') or ''}"
    parts = []
    if aim and name and not shares_word(aim, said) and fold(aim) not in fold(said):
        parts.append(f'You set out to change "{aim}", but the main figure is "{name}".')
    directions = case.value("S1-03", "direction"), kpi.get("direction")
    if all(directions) and directions[0] != directions[1]:
        parts.append(
            f'The outcome should go {directions[0]}, but "{name}" should go {directions[1]}.'
        )
    if not parts:
        return None
    return Hit(
        " ".join(parts),
        (
            case.quote("S1-03", None, "text", "metric_name", "direction"),
            case.quote("S2-01", kpi, "name", "direction", "definition"),
        ),
    )


@rule(
    "X-04",
    Severity.BLOCKER,
    stages=(1, 2),
    needs=("S1-05",),
    reads=("S1-09", "S2-04"),
    title="No error is tolerated, and a model is sometimes wrong",
    how_to_fix="Solve it with fixed rules, let a person review every answer and tolerate rare "
    "errors, or narrow the task to what must never be wrong.",
)
def no_error_is_tolerated(case: Case) -> Hit | None:
    if case.value("S1-05", "error_tolerance") != "none":
        return None
    tolerance = case.quote("S1-05", None, "error_tolerance", "text")
    row = case.primary_metric
    threshold = number(row.get("threshold")) if row else None
    kind = family(row) if row else None
    if row and kind and kind.is_share and kind.higher_is_better and threshold is not None:
        whole = 100.0 if is_percent(row.get("unit")) else 1.0
        if threshold < whole:
            return Hit(
                f"No error is tolerated, yet a model with {case.measure(row)} of "
                f"{say_number(threshold)} would be accepted.",
                (tolerance, case.quote("S2-04", row, *METRIC_FIELDS)),
            )
    if not case.archetype:
        return None
    return Hit(
        f"No error is tolerated, yet {archetype_name(case.archetype, case.subtask)} learns from "
        "examples and is sometimes wrong.",
        (tolerance, case.quote("S1-09", None, "archetype", "text")),
    )


@rule(
    "X-05",
    Severity.MAJOR,
    stages=(1, 2),
    needs=("S2-04", "S3-02"),
    title="Plain accuracy hides the rare outcome",
    how_to_fix="Use a measure that looks at the rare outcome: recall, precision, F1 or PR-AUC.",
)
def accuracy_hides_rare_class(case: Case) -> Hit | None:
    row = case.primary_metric
    share = case.number("S3-02", "rarest_class_share_pct")
    kind = family(row) if row else None
    if kind is None or kind.name != "accuracy" or share is None:
        return None
    if share >= case.config.rare_class_pct:
        return None
    return Hit(
        f"The rarest outcome is {say_number(share)} % of the data: a model that never finds it "
        f"is still {say_number(100 - share)} % accurate.",
        (
            case.quote("S2-04", row, *METRIC_FIELDS),
            case.quote("S3-02", None, "rarest_class_share_pct", "text"),
        ),
    )


@rule(
    "X-14",
    Severity.MAJOR,
    stages=(1, 3),
    needs=("S1-09", "S3-06"),
    reads=("S2-04",),
    title="Right answers are needed, and none are planned",
    how_to_fix="Say where right answers come from, at least for a sample to test on, or use a "
    "measure that does without them.",
)
def right_answers_are_missing(case: Case) -> Hit | None:
    task = case.archetype
    if not task or case.value("S3-06", "origin") != "none_needed":
        return None
    learn = case.quote("S1-09", None, "archetype", "text")
    labels = case.quote("S3-06", None, "origin", "definition")
    if task not in CAN_DO_WITHOUT_LABELS:
        return Hit(
            f"{archetype_name(task).capitalize()} needs right answers, but S3-06 says that none "
            "are needed.",
            (learn, labels),
        )
    rows = [row for row in case.metrics if _counts_right_answers(row)]
    if not rows:
        return None
    return Hit(
        f"{listed(case.measure(row) for row in rows)} can only be computed where the right answer "
        "is known, and no such set is named.",
        (labels, case.quote_rows("S2-04", rows, "metric", "threshold", "evaluated_on")),
        also=("S1-09",),
    )


def _counts_right_answers(row: Row) -> bool:
    kind = family(row)
    tested_on = str(row.get("evaluated_on") or "").casefold()
    has_truth = any(word in tested_on for word in _TRUTH_SET)
    return kind is not None and kind.name in NEED_TRUTH and not has_truth


@rule(
    "X-18",
    Severity.MAJOR,
    stages=(2, 2),
    needs=("S2-04", "S2-05"),
    title="The measure counts the cheaper mistake",
    how_to_fix="Add a threshold for the dearer mistake: recall for misses, precision for false "
    "alarms.",
)
def measure_counts_cheaper_mistake(case: Case) -> Hit | None:
    dearer = dearer_mistake(case)
    row = case.primary_metric
    kind = family(row) if row else None
    if row is None or kind is None or dearer is None:
        return None
    counted, wanted = (
        (COUNT_FALSE_ALARMS, COUNT_MISSES)
        if dearer == "miss"
        else (COUNT_MISSES, COUNT_FALSE_ALARMS)
    )
    others = {found.name for found in map(family, case.metrics) if found is not None}
    if kind.name not in counted or others & wanted:
        return None
    names = {"miss": "a miss", "false_alarm": "a false alarm"}
    return Hit(
        f"{names[dearer].capitalize()} is the dearer mistake, but {case.measure(row)} only counts "
        f"{names['false_alarm' if dearer == 'miss' else 'miss']}.",
        (
            case.quote("S2-04", row, *METRIC_FIELDS),
            case.quote("S2-05", None, "text", "false_alarm_cost", "miss_cost", "preferred_error"),
        ),
    )


def dearer_mistake(case: Case) -> str | None:
    """Which mistake costs more: by figures in one unit, else by which one people prefer."""
    alarm, miss = (case.number("S2-05", name) for name in ("false_alarm_cost", "miss_cost"))
    units = [fold(case.value("S2-05", f"{name}_cost_unit")) for name in ("false_alarm", "miss")]
    if alarm is not None and miss is not None and units[0] == units[1] and alarm != miss:
        return "miss" if miss > alarm else "false_alarm"
    preferred = case.value("S2-05", "preferred_error")
    return {"false_alarm": "miss", "miss": "false_alarm"}.get(str(preferred))


@rule(
    "X-39",
    Severity.MAJOR,
    stages=(2, 5),
    needs=("S2-04", "S5-12"),
    title="A measure that must hold is not watched live",
    how_to_fix="Add the measure to S5-12 with a rhythm, a value and a person who acts.",
)
def measure_is_not_watched(case: Case) -> Hit | None:
    watched = [str(row.get("metric") or "") for row in case.rows("S5-12")]
    bare = [
        row
        for row in case.metrics
        if row.get("role") in ("primary", "guardrail") and not _is_watched(row, watched)
    ]
    if not bare:
        return None
    return Hit(
        f"{listed(case.measure(row) for row in bare)} must hold, but live monitoring does not "
        "read it.",
        (
            case.quote_rows("S2-04", bare, "metric", "role", "threshold"),
            case.quote_rows("S5-12", case.rows("S5-12"), "metric"),
        ),
    )


def _is_watched(row: Row, watched: list[str]) -> bool:
    name, kind = metric_name(row), family(row)
    return any(
        contains_all(other, name) or (kind is not None and family({"metric": other}) == kind)
        for other in watched
    )
