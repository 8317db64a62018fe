"""What holds for every fact set: worse facts never give a milder decision, and order is nothing."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from governance.engine import DecisionValue, canonical_bytes
from interviews.risk import PRINCIPLES
from tests.governance.engine_facts import calm_facts, decided, facts, principles, rules

STATUS_BELOW = {"tested": "built", "built": "planned", "planned": "planned"}


def never_milder(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert decided(after).value >= decided(before).value


def with_risk(data: st.DataObject, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A copy of the facts that has a controlled risk, and that risk, to be changed."""
    changed = copy.deepcopy(raw)
    name = data.draw(st.sampled_from(PRINCIPLES))
    drawn = data.draw(principles.filter(lambda given: any(r["controls"] for r in given["risks"])))
    changed["principles"][name] = drawn
    return changed, next(risk for risk in drawn["risks"] if risk["controls"])


def shuffled(data: st.DataObject, value: Any) -> Any:
    """The same facts with keys and rows in another order."""
    if isinstance(value, dict):
        keys = data.draw(st.permutations(list(value)))
        return {key: shuffled(data, value[key]) for key in keys}
    if isinstance(value, list):
        return [shuffled(data, item) for item in data.draw(st.permutations(value))]
    return value


@given(facts, st.data())
def test_a_more_severe_or_more_likely_risk_never_softens_the_decision(raw, data):
    before, _ = with_risk(data, raw)
    after = copy.deepcopy(before)
    risk = data.draw(st.sampled_from([r for p in after["principles"].values() for r in p["risks"]]))
    key = data.draw(st.sampled_from(["severity", "likelihood"]))
    risk[key] = data.draw(st.integers(risk[key], 5))
    never_milder(before, after)


@given(facts, st.sampled_from(PRINCIPLES), st.integers(1, 5))
def test_a_higher_stated_level_never_softens_the_decision(raw, name, level):
    after = copy.deepcopy(raw)
    after["principles"][name]["stated"] = max(level, raw["principles"][name]["stated"])
    never_milder(raw, after)


@given(facts)
def test_the_decision_is_the_strictest_of_base_and_floors(raw):
    decision = decided(raw)
    floors = [fired.floor for fired in decision.rules_fired]
    assert decision.value == max([decision.base, *floors])
    assert decision.headline == "base" or decision.base < decision.value


@given(facts)
def test_no_mitigation_lowers_a_prohibited_practice(raw):
    decision = decided({**raw, "prohibited": {**raw["prohibited"], "crime_prediction": "yes"}})
    assert decision.value == DecisionValue.HALT
    assert rules(decision)[0] == "F-1"


@given(facts, st.data())
def test_a_weaker_control_never_softens_the_decision(raw, data):
    before, _ = with_risk(data, raw)
    after = copy.deepcopy(before)
    controls = [c for p in after["principles"].values() for r in p["risks"] for c in r["controls"]]
    control = data.draw(st.sampled_from(controls))
    weaker = {
        "status": STATUS_BELOW[control["status"]],
        "evidence": "",
        "due_date": None,
        "kind": "accept",
        "cuts_severity_by": 0,
        "cuts_likelihood_by": max(0, control["cuts_likelihood_by"] - 1),
    }
    key = data.draw(st.sampled_from(sorted(weaker)))
    control[key] = weaker[key]
    never_milder(before, after)


@given(facts, st.data())
def test_a_dropped_control_never_softens_the_decision(raw, data):
    before, risk = with_risk(data, raw)
    unchanged = copy.deepcopy(before)
    risk["controls"].pop()
    never_milder(unchanged, before)


@given(facts, st.sampled_from(["open_blockers", "open_majors"]))
def test_another_finding_never_softens_the_decision(raw, key):
    given_before = raw[key]
    more = given_before + (1 if isinstance(given_before, int) else ["X-40"])
    never_milder(raw, {**raw, key: more})


@given(facts, st.sampled_from(["S5-04", "S5-07", "S5-10", "S2-01"]))
def test_another_escalated_answer_never_softens_the_decision(raw, key):
    never_milder(raw, {**raw, "escalated": [*raw["escalated"], key]})


@given(facts, st.sampled_from(["manipulation", "exploitation"]), st.booleans())
def test_a_worse_screening_answer_never_softens_the_decision(raw, code, is_yes):
    worst = "yes" if is_yes or raw["prohibited"].get(code) == "yes" else "unsure"
    never_milder(raw, {**raw, "prohibited": {**raw["prohibited"], code: worst}})


@given(facts)
def test_a_removed_acceptance_never_softens_the_decision(raw):
    never_milder(raw, {**raw, "acceptance": None})


@given(facts)
def test_an_unknown_go_live_never_softens_the_decision(raw):
    never_milder(raw, {**raw, "go_live_date": None})


@given(facts, st.sampled_from(["has_override", "has_appeal"]))
def test_a_missing_way_out_never_softens_the_decision(raw, key):
    never_milder(raw, {**raw, key: False})


@given(facts, st.floats(0, 1))
def test_worse_data_never_softens_the_decision(raw, score):
    worse = min(score, raw["data_quality"]["overall_score"] or 0)
    never_milder(raw, {**raw, "data_quality": {**raw["data_quality"], "overall_score": worse}})


@given(facts, st.data())
def test_the_same_facts_in_any_order_give_the_same_bytes(raw, data):
    one = canonical_bytes(decided(raw).to_json())
    other = canonical_bytes(decided(shuffled(data, raw)).to_json())
    assert one == other


@given(facts)
def test_every_floor_and_every_raised_principle_has_one_condition(raw):
    decision = decided(raw)
    sources = [condition.source_rule for condition in decision.conditions]
    assert [source for source in sources if source != "base"] == rules(decision)
    assert all(condition.owner and condition.text for condition in decision.conditions)
    assert all(condition.due_date >= decision.as_of for condition in decision.conditions)


def test_the_order_of_equally_bad_risks_changes_nothing():
    one, other = calm_facts(acceptance=None), calm_facts(acceptance=None)
    rows = [{"ref": ref, "severity": 4, "likelihood": 3} for ref in ("R-01", "R-02")]
    one["principles"]["privacy"]["risks"] = rows
    other["principles"]["privacy"]["risks"] = rows[::-1]
    assert canonical_bytes(decided(one).to_json()) == canonical_bytes(decided(other).to_json())
