"""The consistent set spoiled by one contradiction each, for every cross-stage rule."""

from __future__ import annotations

from typing import Any

from interviews.answerset import AnswerSet, AnswerState
from tests.builders.answers import consistent_answers, in_state, with_row, with_value

ANSWERS = consistent_answers()
REGISTER = ("S5-04", "S5-05", "S5-06", "S5-07", "S5-08")


def changed(*changes: tuple[str, Any, Any]) -> AnswerSet:
    """The set with several values changed."""
    answers = ANSWERS
    for key, field, value in changes:
        answers = with_value(answers, key, field, value)
    return answers


def _weeks(count: int) -> dict:
    return {"value": count, "unit": "week"}


def _mild_register() -> AnswerSet:
    return changed(*((key, (0, "severity"), 2) for key in REGISTER))


def _overriding_control() -> AnswerSet:
    control = "The technician can overrule each suggestion"
    answers = with_value(ANSWERS, "S5-09", (0, "control"), control)
    return with_value(answers, "S4-05", "override_logged", False)


def _deleting_control() -> AnswerSet:
    row = {
        "risk_ref": "R-03",
        "control": "Delete loan counts after 90 days",
        "kind": "prevent",
        "owner": "city IT",
        "due_date": "2027-05-01",
        "status": "planned",
        "cuts_severity_by": 0,
        "cuts_likelihood_by": 0,
    }
    answers = with_row(ANSWERS, "S5-09", row)
    return with_value(answers, "S3-10", (1, "deletion_possible"), False)


#: Rule id -> the set with that one contradiction, and the other rules that it must wake.
SPOILED: dict[str, tuple[AnswerSet, set[str]]] = {
    "X-01": (
        changed(
            ("S2-04", (0, "metric"), "rmse"),
            ("S2-04", (0, "comparator"), "<="),
            ("S2-04", (0, "threshold"), 0.3),
            ("S5-12", (0, "metric"), "RMSE on opened tools"),
        ),
        set(),
    ),
    "X-03": (changed(("S1-03", "metric_name", "Visitor satisfaction")), set()),
    "X-04": (changed(("S1-05", "error_tolerance", "none")), set()),
    "X-05": (
        changed(
            ("S2-04", (0, "metric"), "accuracy"),
            ("S5-12", (0, "metric"), "Accuracy on opened tools"),
            ("S3-02", "rarest_class_share_pct", 4),
        ),
        set(),
    ),
    "X-06": (changed(("S2-01", (0, "target_date"), "2027-12-01")), set()),
    "X-07": (changed(("S3-07", "weeks", 40)), set()),
    "X-08": (changed(("S3-01", (2, "lag_hours"), 400)), set()),
    "X-09": (changed(("S3-01", (0, "lag_hours"), 3.9), ("S1-07", (0, "max_age_hours"), 4)), set()),
    "X-10": (changed(("S3-01", (0, "refresh_hours"), 6)), set()),
    "X-11": (changed(("S2-10", "expected_outputs_per_day", 90)), set()),
    "X-12": (changed(("S2-08", "duration", {"value": 2, "unit": "day"})), set()),
    "X-13": (changed(("S3-02", "class_counts", [{"class": "worn", "count": 0}])), set()),
    "X-14": (
        changed(
            ("S1-08", "output_type", "binary"),
            ("S1-09", "archetype", "anomaly_detection"),
            ("S3-06", "origin", "none_needed"),
        ),
        set(),
    ),
    "X-15": (changed(("S2-03", "cost_build", 400_000)), set()),
    "X-16": (changed(("S3-07", "cost_per_label", 5)), set()),
    "X-17": (changed(("S2-03", "benefit_low", 9_000)), set()),
    "X-18": (
        changed(
            ("S2-04", None, [{**ANSWERS["S2-04"].value[1], "role": "primary"}]),
        ),
        set(),
    ),
    "X-19": (changed(("S3-02", ("groups_missing_or_thin", 0, "group"), "adult members")), set()),
    "X-20": (changed(("S3-03", "history_as_known_then", "no")), set()),
    "X-22": (changed(("S1-08", "horizon", _weeks(20))), set()),
    "X-23": (changed(("S4-01", (1, "data_access"), "none")), set()),
    "X-24": (changed(("S4-09", "offline_needed", True)), set()),
    "X-25": (changed(("S4-08", (1, "form"), "chart")), set()),
    "X-28": (_mild_register(), set()),
    "X-29": (
        changed(("S4-04", "automation_level", 4), ("S5-04", (0, "likelihood"), 1)),
        set(),
    ),
    "X-30": (changed(("S3-10", None, ANSWERS["S3-10"].value[:1])), set()),
    "X-31": (
        changed(
            ("S1-07", (2, "protected_or_proxy"), "likely_proxy"),
            ("S5-08", None, {"none": "Loan counts say nothing about who somebody is."}),
            ("S2-04", (0, "evaluated_on"), "6,000 returns of spring 2027"),
            ("S5-12", (4, "principle_or_risk"), "flags"),
            ("S5-10", "fairness", 1),
        ),
        set(),
    ),
    "X-32": (changed(("S4-02", (0, "group"), "Neighbours with noise complaints")), {"G4-3"}),
    "X-34": (changed(("S5-09", (1, "evidence"), "")), set()),
    "X-35": (changed(("S5-09", (0, "cost"), 95_000)), set()),
    "X-36": (_overriding_control(), set()),
    "X-37": (_deleting_control(), set()),
    "X-39": (changed(("S5-12", (1, "metric"), "Tools set aside a day")), set()),
    "X-40": (in_state(ANSWERS, AnswerState.ESCALATED, *list(ANSWERS)[:12]), set()),
    "X-42": (changed(("S4-11", (0, "review_every_days"), 0.5)), set()),
    "X-43": (changed(("S3-10", (1, "leaves_region"), "Singapore")), set()),
}
