"""What would change a decision: minimal, cheapest first, and never a lower rating."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings

from governance.engine import Facts, decide, read_facts
from governance.engine.counterfactuals import WaysOut, apply_changes, patched, ways_out
from governance.engine.counterfactuals.changes import taken_back
from governance.engine.counterfactuals.search import unrated_where_borne_out
from governance.engine.decision import DecisionValue
from tests.governance import actionable
from tests.governance.engine_facts import calm_facts, control, decided, facts, risky_facts

PROCEED = DecisionValue.PROCEED
MONITORED = DecisionValue.PROCEED_WITH_MONITORING
REVISE = DecisionValue.REVISE
COMMITTEE = DecisionValue.SUBMIT_TO_COMMITTEE
HALT = DecisionValue.HALT


def found(raw: dict[str, Any]) -> WaysOut:
    return ways_out(read_facts(raw))


def levers(way: Any) -> list[str]:
    return sorted(change.lever for change in way.changes)


@settings(deadline=None, max_examples=150)
@given(actionable.defective_facts())
def test_it_finds_what_trying_everything_finds(raw):
    assume(actionable.combinations_of(raw) <= actionable.MOST)
    expected = actionable.minimal_ways(raw)
    seen = found(raw)
    assert [way.cost for way in seen.ways] == [actionable.cost_of(one) for one in expected[:5]]
    assert seen.is_best or bool(seen.ways) == bool(expected)
    for way in seen.ways:
        strengths = {change.lever: change.strength for change in way.changes}
        assert strengths in [{k: s.strength for k, s in one.items()} for one in expected]


@settings(deadline=None)
@given(facts)
def test_a_set_yields_what_it_says_and_no_part_of_it_does(raw):
    given_facts = read_facts(raw)
    result = ways_out(given_facts)
    before = decide(given_facts).value
    for way in result.ways:
        assert decide(apply_changes(given_facts, way.changes)).value == way.yields < before
        assert way.yields <= result.target
        for one in way.changes:
            rest = [change for change in way.changes if change is not one]
            assert decide(apply_changes(given_facts, rest)).value == before
            applied = apply_changes(given_facts, way.changes)
            assert taken_back(applied, one, given_facts) == apply_changes(given_facts, rest)


@settings(deadline=None)
@given(facts)
def test_nothing_but_what_people_can_do_is_ever_offered(raw):
    forbidden = (
        "severity",
        "likelihood",
        "stated",
        "high_risk_areas",
        "as_of",
        "config",
        "go_live",
    )
    for way in found(raw).ways:
        for change in way.changes:
            for one in change.replaces:
                assert not any(part in forbidden for part in one.path.split("/"))
                assert not one.path.endswith("/risks")
            practices = [one for one in change.replaces if one.path.startswith("/prohibited/")]
            codes = [one.path.rsplit("/", 1)[1] for one in practices]
            assert all(raw["prohibited"][code] == "unsure" for code in codes)


@settings(deadline=None)
@given(facts)
def test_the_cheapest_come_first_and_never_more_than_five(raw):
    costs = [way.cost for way in found(raw).ways]
    assert costs == sorted(costs) and len(costs) <= 5


@settings(deadline=None)
@given(facts)
def test_either_there_is_a_way_or_it_is_said_why_not(raw):
    result = found(raw)
    assert result.is_best or bool(result.ways) != bool(result.obstacles)


@settings(deadline=None)
@given(facts)
def test_the_same_facts_give_the_same_answer(raw):
    one, other = found(raw).to_json(), found(json.loads(json.dumps(raw))).to_json()
    assert one == other


@settings(deadline=None)
@given(facts)
def test_before_rating_again_there_is_always_something_to_do(raw):
    """Never a lower rating by itself, and none where people rated higher than the risks say."""
    given_facts = read_facts(raw)
    result = ways_out(given_facts)
    unrated = unrated_where_borne_out(given_facts)
    assert decide(unrated).value == decide(given_facts).value
    assert not (result.ways and result.if_rated_again)
    for way in result.if_rated_again:
        assert way.changes
        assert decide(apply_changes(unrated, way.changes)).value == way.yields < result.value
        paths = [one.path for change in way.changes for one in change.replaces]
        assert not any("stated" in path for path in paths)


def test_a_rating_that_the_risks_bear_out_says_what_to_do_before_rating_again():
    raw = risky_facts(4, 4, control("planned", 2, due_date=None, evidence=""))
    raw["principles"]["robustness"]["stated"] = 4
    result = found(raw)
    assert result.ways == () and result.obstacles[0].sources == ("S5-10",)
    assert result.if_rated_again[0].changes[0].text.startswith("Build the prevent control")


def test_a_rating_above_what_the_risks_say_is_not_talked_down():
    raw = risky_facts(2, 2)
    raw["principles"]["robustness"]["stated"] = 4
    assert found(raw).if_rated_again == ()


def test_only_dropping_a_prohibited_practice_helps():
    result = found(calm_facts(prohibited={"social_scoring": "yes"}, acceptance=None))
    assert result.ways == () and result.target is None
    assert "only dropping the practice" in result.obstacles[0].text


def test_nothing_is_better_than_proceed():
    result = found(calm_facts())
    assert result.is_best and result.ways == () == result.obstacles


def test_a_missing_acceptance_is_recorded_in_one_step():
    result = found(calm_facts((2, 1, 1, 1, 1), acceptance=None))
    assert result.value == REVISE and result.target == MONITORED
    assert [levers(way) for way in result.ways] == [["acceptance"]]
    assert result.ways[0].changes[0].sources == ("S5-11",)


def test_a_high_risk_area_stays_monitored():
    result = found(calm_facts(high_risk_areas=["employment"]))
    assert result.ways == () and "always monitored" in result.obstacles[0].text


def test_a_level_that_people_stated_is_an_obstacle_and_no_lever():
    result = found(calm_facts((1, 4, 1, 1, 1)))
    assert result.ways == ()
    assert result.obstacles[0].sources == ("S5-10",)


def test_a_planned_control_is_tested_rather_than_another_added():
    raw = risky_facts(4, 4, control("planned", 2, due_date=None, evidence=""))
    result = found(raw)
    assert result.value == COMMITTEE
    assert result.ways[0].changes[0].text.startswith("Build the prevent control of R-01")
    assert all("likelihood" not in one.path for one in result.ways[0].changes[0].replaces)


def test_a_risk_that_rests_on_untested_controls_asks_for_the_test():
    """Row 18 of the vectors with cuts for later: F-5 holds until the control is tested."""
    raw = risky_facts(5, 4, control("built", 2))
    result = found(raw)
    assert result.value == COMMITTEE
    assert result.ways[0].changes[0].text.startswith("Test the prevent control")
    assert result.ways[0].yields <= REVISE


def test_people_choose_between_oversight_and_ways_to_object():
    raw = calm_facts(
        high_risk_areas=["employment"], automation_level=5, has_override=False, has_appeal=False
    )
    result = found(raw)
    assert [levers(way) for way in result.ways] == [["automation"], ["appeal", "override"]]
    assert result.target == MONITORED


def test_a_broad_picture_offers_each_principle_that_can_be_brought_down():
    raw = calm_facts()
    for name in ("human_agency", "privacy", "fairness"):
        risk = {"ref": f"R-{name}", "severity": 3, "likelihood": 3, "controls": []}
        raw["principles"][name]["risks"] = [risk]
    result = found(raw)
    assert result.value == COMMITTEE and result.target == REVISE
    assert len(result.ways) == 5
    assert all(len(way.changes) == 1 for way in result.ways)


def test_the_patch_of_a_set_holds_for_plain_json_too():
    raw = read_facts(risky_facts(4, 4)).model_dump(mode="json")
    way = ways_out(read_facts(raw)).ways[0]
    assert decided(patched(raw, way.changes)).value == way.yields
    assert raw["principles"]["robustness"]["risks"][0]["controls"] == []


def test_a_register_of_sixty_risks_is_searched_in_few_steps():
    raw = calm_facts()
    rows = [control("planned", 2, due_date=None, evidence="") for _ in range(6)]
    for name in raw["principles"]:
        risk = {"severity": 5, "likelihood": 5, "controls": rows}
        raw["principles"][name]["risks"] = [{**risk, "ref": f"{name}-{i}"} for i in range(12)]
    result = ways_out(Facts.model_validate(raw))
    assert result.value == HALT and len(result.ways) == 5
