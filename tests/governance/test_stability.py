"""How firmly a decision stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from governance.engine import read_facts
from governance.engine.decision import DecisionValue
from governance.engine.stability import Noise, Stability, stability_of
from tests.governance.engine_facts import calm_facts, facts

FIRM = Noise(confidence=0, data_score=0, threshold=0)


def band(raw: dict[str, Any], noise: Noise | None = None) -> Stability:
    return stability_of(read_facts(raw), noise)


@settings(deadline=None, max_examples=30)
@given(facts)
def test_the_same_facts_give_the_same_band(raw):
    assert band(raw).to_json() == band(raw).to_json()


@settings(deadline=None, max_examples=30)
@given(facts)
def test_without_noise_every_decision_is_firm(raw):
    found = band(raw, FIRM)
    assert found.agreeing == found.draws == 100
    assert found.is_stable


@settings(deadline=None, max_examples=30)
@given(facts)
def test_every_draw_is_counted_and_each_flip_is_another_decision(raw):
    found = band(raw)
    assert sum(count for _, count in found.drawn) == found.draws
    assert all(flip.value != found.value for flip in found.flips)


@pytest.mark.parametrize("score", [0.7, 0.9])
def test_data_on_a_threshold_are_unstable(score):
    found = band(calm_facts(data_quality={"overall_score": score, "blocking_gaps": []}))
    assert not found.is_stable
    assert len(found.drawn) == 2


def test_a_confidence_on_its_threshold_is_unstable():
    assert not band(calm_facts(stage5_confidence=0.7)).is_stable


@pytest.mark.parametrize(
    "changes",
    [
        {"prohibited": {"social_scoring": "yes"}},
        {"open_blockers": 1},
        {"high_risk_areas": ["employment"], "automation_level": 5, "has_appeal": False},
    ],
)
def test_a_decision_by_rules_alone_is_entirely_firm(changes):
    found = band(calm_facts(**changes))
    assert found.agreeing == 100 and found.is_stable


def test_it_says_which_step_would_flip_it():
    found = band(calm_facts((2, 1, 1, 1, 1), data_quality={"overall_score": 0.72}))
    assert [(flip.text, flip.value) for flip in found.flips] == [
        ("the data quality score falls from 0.72 to 0.68", DecisionValue.REVISE),
        (
            "the remaining risk rises one level in human agency and oversight (now level 2)",
            DecisionValue.REVISE,
        ),
    ]
