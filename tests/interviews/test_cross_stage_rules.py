"""Each cross-stage rule speaks when two answers contradict each other, and shows both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviews.answerset import AnswerSet
from interviews.consistency.registry import rule
from interviews.consistency.rules import BY_ID, JUDGED, RULES
from interviews.consistency.types import Severity
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import with_value, without_field
from tests.builders.contradictions import ANSWERS, SPOILED, changed
from tests.builders.rules import findings

ALL_STAGES = (1, 2, 3, 4, 5)

#: The tables of gate rules and cross rules (kind D), by severity.
BLOCKERS = """G1-1 G1-2 G1-3 G1-5 G2-1 G2-2 G2-4 G2-6 G3-1 G3-2 G3-5 G3-7 G4-1 G4-3 G4-4
    G5-1 G5-2 G5-3 G5-4 G5-6 X-01 X-04 X-07 X-08 X-09 X-15 X-28 X-29 X-30"""
MAJORS = """G1-4 G1-6 G1-7 G1-8 G2-3 G2-5 G2-8 G3-3 G3-4 G3-6 G4-2 G4-5 G4-6 G5-5 G5-7
    X-03 X-05 X-06 X-10 X-11 X-12 X-13 X-14 X-16 X-17 X-18 X-19 X-20 X-23 X-24 X-25 X-31
    X-32 X-34 X-35 X-36 X-37 X-39 X-40 X-43"""
MINORS = "G1-9 G2-7 G3-8 G4-7 X-22 X-42"
TABLE = {
    rule_id: severity
    for severity, ids in (("BLOCKER", BLOCKERS), ("MAJOR", MAJORS), ("MINOR", MINORS))
    for rule_id in ids.split()
}
COMPLETENESS = {"G1-1", "G1-2", "G2-1", "G2-4", "G3-1", "G4-1", "G5-1", "G5-2", "G5-3", "G5-4"}
#: What an empty column alone contradicts: (item, column) -> rules.
FROM_GAPS = {
    # An input of which nobody says how old it may be has to be fresh.
    ("S1-07", "max_age_hours"): {"X-09", "X-10"},
    ("S2-04", "metric"): {"X-39"},
    ("S3-10", "data"): {"X-30"},
    ("S5-04", "who_is_harmed"): {"X-32"},
    ("S5-09", "evidence"): {"X-34"},
    ("S5-12", "metric"): {"X-39"},
}
#: Rules of one item, or of figures about all items: there is no second answer to quote.
ONE_SIDED = {"X-11", "X-17", "X-34", "X-40", "X-43"}


@pytest.mark.parametrize("rule_id", SPOILED)
def test_a_contradiction_wakes_its_rule_and_no_other(rule_id: str) -> None:
    answers, companions = SPOILED[rule_id]
    assert set(findings(answers, closing=ALL_STAGES)) == {rule_id} | companions


@pytest.mark.parametrize("rule_id", SPOILED)
def test_a_contradiction_shows_both_sides(rule_id: str) -> None:
    finding = findings(SPOILED[rule_id][0], closing=ALL_STAGES)[rule_id]
    assert not finding.completeness
    assert finding.message.endswith(".") and finding.how_to_fix.endswith(".")
    assert finding.answer_ids and all(0 < len(quote.text) <= 200 for quote in finding.quotes)
    quoted = {quote.answer_id for quote in finding.quotes}
    assert quoted <= set(finding.answer_ids) and quoted <= set(BY_ID[rule_id].reads)
    assert rule_id in ONE_SIDED or len(quoted) >= 2


def test_every_rule_of_the_tables_is_here_with_its_severity() -> None:
    assert {entry.id: entry.severity.value for entry in RULES} == TABLE
    assert {entry.id for entry in RULES if entry.completeness} == COMPLETENESS
    assert set(SPOILED) == {rule_id for rule_id in TABLE if rule_id.startswith("X-")}


def test_judged_rules_are_left_to_the_judged_pass() -> None:
    numbered = {f"X-{n:02d}" for n in range(1, 45)}
    assert numbered == set(JUDGED) | {entry.id for entry in RULES if entry.id[0] == "X"}
    assert not set(JUDGED) & set(BY_ID)


def test_every_rule_reads_items_that_exist() -> None:
    for entry in RULES:
        assert set(entry.reads) <= set(default_protocol().keys), entry.id
        assert entry.kind == "D" and (entry.reads or entry.id == "X-40")


def test_a_rule_reads_no_item_that_it_does_not_declare() -> None:
    source = Path(__file__).parents[2] / "interviews" / "consistency"
    for module in source.glob("cross_*.py"):
        named = set(re.findall(r'"(S\d-\d\d)"', module.read_text(encoding="utf-8")))
        declared = {
            key
            for entry in RULES
            if entry.look.__module__.endswith(module.stem)
            for key in entry.reads
        }
        assert named <= declared, module.name


def test_a_rule_id_is_taken_once() -> None:
    with pytest.raises(ValueError, match="not a new rule id"):
        rule("X-01", Severity.MAJOR, stages=(1, 2), title="", how_to_fix="")


def test_a_cross_rule_belongs_to_the_gate_of_its_later_stage() -> None:
    assert findings(SPOILED["X-09"][0])["X-09"].gate == 3
    assert findings(SPOILED["X-34"][0])["X-34"].gate == 5


def test_quotes_are_the_words_of_the_answer() -> None:
    finding = findings(SPOILED["X-03"][0])["X-03"]
    assert finding.quotes[0].text.startswith("Defective tools lent on fall from 16 to 6 per 1,000")
    assert finding.quotes[1].text.startswith("Defective tools lent per 1,000 loans")


def test_a_hidden_plan_is_not_read() -> None:
    hidden = changed(("S3-06", "origin", "recorded_outcome"), ("S3-07", "weeks", 400))
    assert findings(hidden) == {}


def _cross(answers: AnswerSet) -> set[str]:
    return {rule_id for rule_id in findings(answers) if rule_id.startswith("X-")}


@pytest.mark.parametrize("key", sorted(ANSWERS))
def test_what_was_left_empty_contradicts_nothing_by_itself(key: str) -> None:
    value = ANSWERS[key].value
    if isinstance(value, dict):
        for field in value:
            assert _cross(without_field(ANSWERS, key, field)) == set(), field
    for column in {name for row in value for name in row} if isinstance(value, list) else ():
        bare = [{name: row[name] for name in row if name != column} for row in value]
        spoken = _cross(with_value(ANSWERS, key, None, bare))
        assert spoken == FROM_GAPS.get((key, column), set()), column


def test_a_long_text_does_not_push_the_figures_out_of_a_quote() -> None:
    wordy = with_value(SPOILED["X-18"][0], "S2-05", "text", "A miss is dear. " * 60)
    (quote,) = [q for q in findings(wordy)["X-18"].quotes if q.answer_id == "S2-05"]
    assert len(quote.text) <= 200 and "Cost of a miss: 180;" in quote.text
