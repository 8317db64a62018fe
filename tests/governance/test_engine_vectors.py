"""The decision table, row by row, and the places where its words had to be read closely."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from governance import engine
from governance.engine import ENGINE_VERSION
from tests.governance.engine_facts import (
    GO_LIVE,
    calm_facts,
    control,
    decided,
    risky_facts,
    rules,
)

CALM = (1, 1, 1, 1, 1)
UNSURE = {"social_scoring": "unsure"}


def data(score):
    return {"overall_score": score, "blocking_gaps": []}


VECTORS = [
    ("row 1", calm_facts(CALM, data_quality=data(0.93)), "PROCEED", "base"),
    ("row 2", calm_facts(CALM, data_quality=data(0.85)), "PROCEED_WITH_MONITORING", "F-8"),
    ("row 3", calm_facts((1, 2, 1, 1, 1)), "PROCEED_WITH_MONITORING", "base"),
    ("row 4", calm_facts((1, 3, 1, 1, 1)), "REVISE", "base"),
    ("row 5", calm_facts((3, 3, 1, 1, 3)), "SUBMIT_TO_COMMITTEE", "F-6"),
    ("row 6", calm_facts((1, 1, 1, 1, 4), data_quality=data(0.4)), "SUBMIT_TO_COMMITTEE", "base"),
    ("row 7", calm_facts((4, 4, 4, 1, 1)), "SUBMIT_TO_COMMITTEE", "base"),
    ("row 8", calm_facts((1, 5, 1, 1, 1)), "HALT", "base"),
    ("row 9", calm_facts(CALM, prohibited={"social_scoring": "yes"}), "HALT", "F-1"),
    ("row 10", calm_facts(CALM, prohibited=UNSURE), "SUBMIT_TO_COMMITTEE", "F-2"),
    (
        "row 11",
        calm_facts(CALM, high_risk_areas=["essential_services"], automation_level=2),
        "PROCEED_WITH_MONITORING",
        "F-3",
    ),
    (
        "row 12",
        calm_facts(CALM, high_risk_areas=["hiring"], automation_level=5, has_appeal=False),
        "SUBMIT_TO_COMMITTEE",
        "F-4",
    ),
    ("row 13", calm_facts((2, 1, 1, 1, 1), open_blockers=["X-01"]), "REVISE", "F-9"),
    (
        "row 14",
        calm_facts((2, 2, 2, 2, 2), open_majors=["X-02", "X-03", "X-05"]),
        "REVISE",
        "F-10",
    ),
    ("row 15", calm_facts(CALM, stage5_confidence=0.45), "REVISE", "F-12"),
    (
        "row 16",
        calm_facts((1, 2, 1, 1, 1), acceptance={"valid_until": "2026-11-20"}),
        "REVISE",
        "F-14",
    ),
    ("row 17", risky_facts(5, 5, control("tested", 2)), "REVISE", "base"),
    ("row 18", risky_facts(5, 5, control("planned", 1)), "SUBMIT_TO_COMMITTEE", "base"),
    ("row 19", risky_facts(4, 5, control("planned", 1)), "SUBMIT_TO_COMMITTEE", "F-5"),
    ("poor data", calm_facts(CALM, data_quality=data(0.69)), "REVISE", "F-7"),
    ("no data score", calm_facts(CALM, data_quality={}), "REVISE", "F-7"),
    ("one MAJOR", calm_facts(CALM, open_majors=["X-02"]), "PROCEED_WITH_MONITORING", "F-11"),
    ("not feasible", calm_facts(CALM, feasibility="NOT_FEASIBLE"), "REVISE", "F-13"),
]


@pytest.mark.parametrize(
    ("raw", "value", "headline"),
    [vector[1:] for vector in VECTORS],
    ids=[vector[0] for vector in VECTORS],
)
def test_every_row_of_the_table_decides_as_written(raw, value, headline):
    answer = decided(raw).to_json()
    assert (answer["decision"], answer["headline"]) == (value, headline)


def test_every_floor_headlines_one_row():
    headlines = {headline for *_, headline in VECTORS}
    assert headlines == {"base", *(f"F-{number}" for number in range(1, 15))}


@pytest.mark.parametrize(
    ("changes", "fired"),
    [
        ({"data_quality": data(0.70)}, ["F-8"]),
        ({"data_quality": data(0.90)}, []),
        ({"data_quality": data(0.0)}, ["F-7"]),
        ({"data_quality": {"overall_score": 0.95, "blocking_gaps": ["labels"]}}, ["F-7"]),
        ({"data_quality": {"overall_score": 0.95, "blocking_gaps": True}}, ["F-7"]),
        ({"data_quality": {"overall_score": 0.95, "blocking_gaps": 2}}, ["F-7"]),
        ({"data_quality": {"overall_score": 0.85, "blocking_gaps": ["x"]}}, ["F-7", "F-8"]),
        ({"open_majors": 2}, ["F-11"]),
        ({"open_majors": 3}, ["F-10"]),
        ({"open_blockers": 1}, ["F-9"]),
        ({"stage5_confidence": 0.7}, []),
        ({"stage5_confidence": 0.5}, ["F-12"]),
        ({"stage5_confidence": None}, []),
        ({"escalated": ["S5-03", "S5-11", "S1-01"]}, []),
        ({"escalated": ["S5-04"]}, ["F-12"]),
        ({"escalated": ["S5-10"]}, ["F-12"]),
        ({"high_risk_areas": ["none"], "automation_level": 5, "has_appeal": False}, []),
        ({"high_risk_areas": ["hiring"], "automation_level": 5}, ["F-3"]),
        ({"high_risk_areas": ["hiring"], "automation_level": 3, "has_appeal": False}, ["F-3"]),
        (
            {"high_risk_areas": ["hiring"], "automation_level": 4, "has_appeal": False},
            ["F-3", "F-4"],
        ),
        (
            {"high_risk_areas": ["hiring"], "automation_level": None, "has_override": False},
            ["F-3", "F-4"],
        ),
        ({"acceptance": None}, []),
        ({"prohibited": {"a": "yes", "b": "unsure"}}, ["F-1", "F-2"]),
    ],
)
def test_a_floor_fires_exactly_at_its_edge(changes, fired):
    assert rules(decided(calm_facts(**changes))) == fired


@pytest.mark.parametrize(
    ("acceptance", "fired"),
    [
        (None, ["F-14"]),
        ({"valid_until": None}, ["F-14"]),
        ({"valid_until": "2026-11-20"}, ["F-14"]),
        ({"valid_until": "2026-11-21"}, []),
    ],
)
def test_an_acceptance_counts_through_its_last_day(acceptance, fired):
    assert rules(decided(calm_facts((1, 2, 1, 1, 1), acceptance=acceptance))) == fired


@pytest.mark.parametrize(
    ("facts", "fired"),
    [
        (risky_facts(5, 5, control("planned", 1)), []),  # residual 4: the base says it already
        (risky_facts(5, 5, control("tested", 2)), []),  # nothing rests on a promise
        (risky_facts(4, 5, control("tested", 1)), []),
        (risky_facts(4, 5, control("tested", 1, evidence=" ")), ["F-5"]),
        (risky_facts(4, 5, control("built", 1)), ["F-5"]),
        (risky_facts(4, 4, control("built", 1)), []),  # inherent 4
        (risky_facts(4, 5, control("planned", 1, due_date=GO_LIVE)), []),  # residual 5
    ],
)
def test_f5_fires_when_only_untested_controls_keep_the_committee_away(facts, fired):
    assert rules(decided(facts)) == fired


def test_the_breadth_floor_can_be_switched_off():
    facts = calm_facts((3, 3, 3, 1, 1), config={"breadth_count": 0})
    assert decided(facts).to_json()["decision"] == "REVISE"


def test_a_site_may_move_the_thresholds():
    facts = calm_facts((1, 4, 1, 1, 1), config={"halt": 4, "committee": 3, "revise": 2})
    refused = decided({**facts, "config": {**facts["config"], "monitor": 1}})
    assert refused.to_json()["decision"] == "HALT"


def test_the_output_has_the_keys_of_the_contract():
    answer = decided(calm_facts((1, 4, 1, 1, 1), open_majors=["X-09", "X-02"])).to_json()
    assert list(answer) == [
        "decision",
        "base",
        "headline",
        "rules_fired",
        "conditions",
        "engine_version",
        "as_of",
    ]
    assert (answer["base"], answer["as_of"]) == ("SUBMIT_TO_COMMITTEE", "2026-11-21")
    assert answer["engine_version"] == ENGINE_VERSION == "uaip-engine/1"
    assert answer["rules_fired"] == [
        {
            "rule": "F-11",
            "floor": "PROCEED_WITH_MONITORING",
            "detail": "2 open MAJOR: X-02, X-09.",
            "sources": ["X-02", "X-09"],
        }
    ]


def test_fired_rules_are_listed_from_f1_to_f14():
    facts = calm_facts(
        (3, 3, 3, 1, 1),
        prohibited={"a": "yes", "b": "unsure"},
        high_risk_areas=["hiring"],
        automation_level=None,
        has_appeal=False,
        data_quality={},
        open_blockers=1,
        open_majors=9,
        escalated=["S5-04"],
        feasibility="NOT_FEASIBLE",
        acceptance=None,
    )
    numbers = [int(rule.removeprefix("F-")) for rule in rules(decided(facts))]
    assert numbers == [1, 2, 3, 4, 6, 7, 9, 10, 12, 13, 14]


def test_each_floor_and_each_raised_principle_asks_for_one_action():
    decision = decided(calm_facts((1, 2, 1, 3, 1), open_majors=1, feasibility="NOT_FEASIBLE"))
    assert [condition.source_rule for condition in decision.conditions] == [
        "F-11",
        "F-13",
        "base",
        "base",
    ]
    assert all(c.text.endswith(".") and c.owner for c in decision.conditions)
    assert "robustness" in decision.conditions[2].text
    assert "transparency" in decision.conditions[3].text


def test_a_condition_names_the_owner_of_the_control_where_one_is_known():
    decision = decided(risky_facts(4, 5, control("built", 1, owner="M. Okafor")))
    assert [condition.owner for condition in decision.conditions] == ["M. Okafor", "M. Okafor"]


def test_a_condition_names_a_role_where_nobody_is_known():
    decision = decided(risky_facts(4, 5, control("built", 1)))
    assert [condition.owner for condition in decision.conditions] == [
        "Risk owner",
        "Technical lead",
    ]


def test_due_dates_count_from_as_of_and_stop_at_go_live():
    facts = calm_facts(feasibility="NOT_FEASIBLE", data_quality=data(0.8))
    soon = decided({**facts, "go_live_date": "2026-12-01"}).conditions
    later = decided(facts).conditions
    assert [str(condition.due_date) for condition in soon] == ["2027-02-19", "2026-12-01"]
    assert [str(condition.due_date) for condition in later] == ["2027-02-19", "2027-01-20"]


def test_the_last_day_of_the_calendar_still_gets_a_due_date():
    decision = decided(calm_facts(as_of="9999-12-31", open_blockers=1))
    assert str(decision.conditions[0].due_date) == "9999-12-31"


def test_the_engine_imports_neither_django_nor_a_clock():
    root = Path(engine.__file__).parents[2]
    pure = [*root.glob("governance/engine/*.py"), root / "interviews/risk.py"]
    imported = set()
    for module in [*pure, root / "charters/canonical.py"]:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported.update(alias.name for alias in node.names)
    ours = {
        name for name in imported if name.split(".")[0] in ("governance", "charters", "interviews")
    }
    assert {name for name in ours if not name.startswith("governance.engine")} == {
        "charters.canonical",
        "interviews.risk",
    }
    assert not {name for name in imported if name.split(".")[0] in ("django", "time", "random")}
