"""Facts that cannot be used are refused with every bad path; facts left out are read carefully."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from governance.engine import Thresholds, UnusableFacts, read_facts
from tests.governance.engine_facts import calm_facts, decided, risky_facts, rules


def bad_paths(raw):
    with pytest.raises(UnusableFacts) as refusal:
        read_facts(raw)
    return [path for path, _ in refusal.value.problems]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"as_of": "20261121"}, "as_of"),
        ({"as_of": 0}, "as_of"),
        ({"as_of": "2026-02-30"}, "as_of"),
        ({"go_live_date": "2027-06-01T00:00"}, "go_live_date"),
        ({"principles": []}, "principles"),
        ({"data_quality": {"overall_score": 1.1}}, "data_quality.overall_score"),
        ({"data_quality": {"overall_score": "0.9"}}, "data_quality.overall_score"),
        ({"data_quality": {"overall_score": float("nan")}}, "data_quality.overall_score"),
        ({"data_quality": {"blocking_gaps": -1}}, "data_quality.blocking_gaps"),
        ({"data_quality": {"blocking_gaps": [3]}}, "data_quality.blocking_gaps[0]"),
        ({"prohibited": {"crime_prediction": "maybe"}}, "prohibited.crime_prediction"),
        ({"prohibited": {"crime_prediction": None}}, "prohibited.crime_prediction"),
        ({"high_risk_areas": "hiring"}, "high_risk_areas"),
        ({"automation_level": 6}, "automation_level"),
        ({"automation_level": True}, "automation_level"),
        ({"has_override": "yes"}, "has_override"),
        ({"open_blockers": True}, "open_blockers"),
        ({"open_majors": ["X-01", ""]}, "open_majors[1]"),
        ({"stage5_confidence": -0.1}, "stage5_confidence"),
        ({"escalated": [4]}, "escalated[0]"),
        ({"feasibility": "high"}, "feasibility"),
        ({"acceptance": {"until": "2027-01-01"}}, "acceptance.until"),
        ({"config": {"halt": 6}}, "config.halt"),
        ({"config": {"monitor": 3}}, "config"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_fact_is_named_by_its_path(change, path):
    assert bad_paths(calm_facts(**change)) == [path]


def test_every_bad_path_is_named_at_once():
    raw = risky_facts(6, 2, {"kind": "hope", "status": "planned", "cuts_severity_by": 3})
    del raw["as_of"], raw["principles"]["fairness"]
    raw["principles"]["privacy"] = {}
    assert bad_paths(raw) == [
        "as_of",
        "principles.fairness",
        "principles.privacy",
        "principles.robustness.risks[0].controls[0].cuts_severity_by",
        "principles.robustness.risks[0].controls[0].kind",
        "principles.robustness.risks[0].severity",
    ]


@pytest.mark.parametrize("raw", [None, [], "facts", 7])
def test_something_that_is_no_object_is_refused_in_words(raw):
    with pytest.raises(UnusableFacts, match="must be an object"):
        read_facts(raw)


def test_what_is_left_out_takes_the_careful_value():
    least = {key: calm_facts((1, 2, 1, 1, 1))[key] for key in ("as_of", "principles")}
    assert rules(decided(least)) == ["F-7", "F-14"]
    assert rules(decided({**least, "high_risk_areas": ["hiring"]})) == ["F-3", "F-4", "F-7", "F-14"]


def test_evidence_may_be_a_plain_yes():
    control = {"kind": "prevent", "status": "tested", "cuts_severity_by": 2}
    with_it = decided(risky_facts(4, 3, {**control, "evidence": True}))
    without = decided(risky_facts(4, 3, {**control, "evidence": False}))
    assert (with_it.base.name, without.base.name) == ("PROCEED_WITH_MONITORING", "REVISE")


@pytest.mark.parametrize(
    "change",
    [
        {"monitor": 0},
        {"monitor": 3},
        {"revise": 4},
        {"committee": 5},
        {"halt": 6},
        {"breadth_count": -1},
        {"revise_below": 0.0},
        {"revise_below": 0.95},
        {"excellent": 1.01},
        {"confidence_revise_below": 0.8},
        {"major_revise": 0},
        {"hallt": 5},
    ],
)
def test_thresholds_out_of_order_are_refused(change):
    with pytest.raises(ValidationError):
        Thresholds(**change)


def test_the_default_thresholds_are_the_guides():
    levels = Thresholds().model_dump()
    assert (levels["halt"], levels["committee"], levels["revise"], levels["monitor"]) == (
        5,
        4,
        3,
        2,
    )
    assert (levels["breadth_count"], levels["major_revise"]) == (3, 3)
    assert (levels["revise_below"], levels["excellent"]) == (0.7, 0.9)
