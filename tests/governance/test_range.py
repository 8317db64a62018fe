"""Between which decisions a project lies while facts are open."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.engine import read_facts
from governance.engine.altering import value_of, with_fact
from governance.engine.decision import DecisionValue
from governance.engine.facts import AcceptanceFacts
from governance.engine.range import Between, OpenFact, interval_of, range_of
from tests.governance.engine_facts import calm_facts, facts

ACCEPTED = AcceptanceFacts.model_validate({"valid_until": "2999-01-01"})
#: Facts with their domains, best first; the questions are invented.
OPEN = (
    OpenFact(("prohibited",), ({}, {"manipulation": "unsure"}, {"manipulation": "yes"}), ("Q1",)),
    OpenFact(("high_risk_areas",), ((), ("employment",)), ("Q2",)),
    OpenFact(("data_quality", "overall_score"), (1.0, 0.75, None), ("Q3",)),
    OpenFact(("automation_level",), (1, 4), ("Q4",)),
    OpenFact(("has_override",), (True, False), ("Q5",)),
    OpenFact(("has_appeal",), (True, False), ("Q5",)),
    OpenFact(("acceptance",), (ACCEPTED, None), ("Q6",)),
    OpenFact(("principles", "privacy", "stated"), (1, 2, 3, 4, 5), ("Q7",)),
    OpenFact(("principles", "fairness", "stated"), (1, 2, 3, 4, 5), ("Q7",)),
    OpenFact(("open_majors",), (0, 1, 3), ("Q8", "Q3")),
    OpenFact(("feasibility",), ("HIGH", "NOT_FEASIBLE"), ("Q9",)),
)
some_open = st.lists(st.sampled_from(OPEN), max_size=5, unique_by=lambda fact: fact.path)


def all_values(known: Any, open_facts: list[OpenFact]) -> list[DecisionValue]:
    """The decision at every combination of what is open."""
    found = []
    for values in product(*(fact.values for fact in open_facts)):
        tried = known
        for fact, value in zip(open_facts, values, strict=True):
            tried = with_fact(tried, fact.path, value)
        found.append(value_of(tried))
    return found


@settings(deadline=None, max_examples=60)
@given(facts, some_open)
def test_the_ends_are_the_best_and_the_worst_of_trying_everything(raw, open_facts):
    known = read_facts(raw)
    values = all_values(known, open_facts)
    interval = interval_of(known, open_facts)
    assert (interval.best, interval.worst) == (min(values), max(values))


@settings(deadline=None, max_examples=60)
@given(facts, some_open, st.data())
def test_settling_a_fact_never_widens_the_range(raw, open_facts, data):
    known = read_facts(raw)
    before = interval_of(known, open_facts)
    while open_facts:
        settled = open_facts.pop(data.draw(st.integers(0, len(open_facts) - 1)))
        known = with_fact(known, settled.path, data.draw(st.sampled_from(settled.values)))
        now = interval_of(known, open_facts)
        assert before.best <= now.best <= now.worst <= before.worst
        before = now


def narrowing(known: Any, open_facts: list[OpenFact], item: str) -> tuple[int, int]:
    """By brute force: least and most that answering one question takes off the width."""
    mine = [fact for fact in open_facts if fact.items == (item,)]
    rest = [fact for fact in open_facts if fact.items != (item,)]
    widths = []
    for values in product(*(fact.values for fact in mine)):
        tried = known
        for fact, value in zip(mine, values, strict=True):
            tried = with_fact(tried, fact.path, value)
        found = all_values(tried, rest)
        widths.append(max(found) - min(found))
    now = all_values(known, open_facts)
    width = max(now) - min(now)
    return width - max(widths), width - min(widths)


@settings(deadline=None, max_examples=40)
@given(facts, some_open)
def test_the_first_question_narrows_most_in_the_worst_case(raw, open_facts):
    known = read_facts(raw)
    questions = range_of(known, open_facts).questions
    found = [narrowing(known, open_facts, one.item) for one in questions]
    assert [(one.at_least, one.at_most) for one in questions] == found
    assert found == sorted(found, reverse=True)


def test_a_settled_range_asks_nothing():
    found = range_of(read_facts(calm_facts(prohibited={"manipulation": "yes"})), OPEN[1:])
    assert found.interval.is_settled and found.questions == ()
    assert found.interval.best == DecisionValue.HALT


def test_of_equal_questions_the_one_asked_first_leads():
    known = read_facts(calm_facts())
    open_facts = [
        OpenFact(("open_blockers",), (0, 1), ("S1-02",)),
        OpenFact(("feasibility",), ("HIGH", "NOT_FEASIBLE"), ("S1-01",)),
    ]
    asked = range_of(known, open_facts, order=("S1-02", "S1-01")).questions
    assert [one.item for one in asked] == ["S1-02", "S1-01"]


def test_a_question_that_leaves_a_fact_open_takes_off_what_it_can():
    known = read_facts(calm_facts())
    after = {"S5-06": (Between(1, 1), Between(3, 5))}
    stated = OpenFact(("principles", "privacy", "stated"), (1, 5), ("S5-06", "S5-09"), after)
    found = {one.item: one for one in range_of(known, [stated]).questions}
    assert (found["S5-06"].at_least, found["S5-06"].at_most) == (2, 4)
    assert (found["S5-09"].at_least, found["S5-09"].at_most) == (0, 0)
