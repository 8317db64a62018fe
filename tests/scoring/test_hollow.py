"""Forms and tables that were filled in without saying anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.protocol.types import Field, Question
from interviews.scoring import offline
from interviews.scoring.bank import default_bank
from interviews.scoring.hollow import is_hollow
from tests.scoring import measure

PROTOCOL = default_protocol()
SAMPLE = Path(__file__).parents[2] / "interviews" / "samples" / "energy_wizard.json"
FILLERS = (
    "to be defined later", "to be decided", "will be agreed with the team later", "tbd", "x", "n/a",
    "blah blah", "see document", "asdf jkl", "not yet known", "work in progress",
)  # fmt: skip
#: Their required fields are choices and numbers; "n/a" may be right in the only other one.
MAY_PASS = {"n/a": {"S3-03", "S4-04"}}
ROW = {
    "name": "dwell_s", "meaning": "seconds at the stop", "data_type": "number",
    "source_system": "vehicle GPS", "available_at_prediction": "yes", "essential": True,
    "access_latency_ms": 400, "personal_data": "none", "protected_or_proxy": "no",
}  # fmt: skip


def refilled(fields: Sequence[Field], held: dict[str, Any], filler: str) -> dict[str, Any]:
    """A card or row with the filler in every free field."""
    by_name = {field.name: field for field in fields}
    return {name: _refilled(by_name.get(name), value, filler) for name, value in held.items()}


def _refilled(field: Field | None, value: Any, filler: str) -> Any:
    if field is None:
        return value
    if field.kind in ("text", "long_text"):
        return filler
    if field.kind == "list":
        return [filler for _item in value]
    if field.kind == "group":
        return refilled(field.columns, value, filler)
    if field.kind == "table" and isinstance(value, list):
        return [refilled(field.columns, row, filler) for row in value]
    return value


def structured_answers() -> list[tuple[Question, Any]]:
    """The sample's accepted forms and tables."""
    answers = json.loads(SAMPLE.read_text(encoding="utf-8"))["answers"]
    found = [(PROTOCOL.question(key), _last(answer)) for key, answer in answers.items()]
    forms = [(q, a) for q, a in found if q.scored and not isinstance(a, str)]
    return [(q, a) for q, a in forms if _passes(q, a)]


def _last(answer: Any) -> Any:
    return answer["attempts"][-1] if isinstance(answer, dict) and "attempts" in answer else answer


def _passes(question: Question, answer: Any) -> bool:
    return measure.score(question, answer) >= measure.threshold(question)


def _filled_with(question: Question, answer: Any, filler: str) -> Any:
    if isinstance(answer, list):
        return [refilled(question.table.columns, row, filler) for row in answer]
    return refilled(question.fields, answer, filler)


@pytest.mark.parametrize("filler", FILLERS)
def test_forms_and_tables_filled_with_nothing_are_not_accepted(filler: str) -> None:
    answers = structured_answers()
    passed = {q.key for q, a in answers if _passes(q, _filled_with(q, a, filler))}
    assert len(answers) >= 45
    assert passed <= MAY_PASS.get(filler, set())


@pytest.mark.parametrize("filler", FILLERS)
def test_a_filler_says_nothing(filler: str) -> None:
    assert is_hollow(filler, default_bank().is_loose)


@pytest.mark.parametrize(
    "text", ["Library services", "nightly export from SAP", "M. Okafor", "37 of 40", "wcag_2_2_aa"]
)
def test_a_short_name_says_something(text: str) -> None:
    assert not is_hollow(text, default_bank().is_loose)


def test_a_form_with_hollow_prose_scores_two_at_most() -> None:
    answer = {"metric_name": "Accuracy", "direction": "up", "target_date": "2027-12-31"}
    question = PROTOCOL.question("S1-03")
    assert measure.score(question, answer | {"text": "to be defined later"}) <= 2


def test_the_name_of_a_figure_is_no_observable_change() -> None:
    answer = {"metric_name": "Accuracy", "direction": "up", "target_date": "2027-12-31"}
    judgement = offline.judge(PROTOCOL.question("S1-03"), answer)
    assert {e.id: e.verdict for e in judgement.elements}["observable_change"] == "absent"


def test_variables_without_meaning_and_source_are_not_accepted() -> None:
    question = PROTOCOL.question("S1-07")
    bare = {name: held for name, held in ROW.items() if name not in ("meaning", "source_system")}
    assert _passes(question, [ROW])
    assert not _passes(question, [bare, bare | {"name": "load_kg"}])


def test_an_output_without_meaning_is_not_accepted() -> None:
    question = PROTOCOL.question("S1-08")
    answer = dict(next(a for q, a in structured_answers() if q.key == "S1-08"))
    answer.pop("meaning")
    assert not _passes(question, answer)


def test_one_text_in_several_fields_counts_in_none() -> None:
    same = "Our night team at the depot"
    rows = [{"gap": same, "severity": "hurts", "obtainable": "yes", "lead_time_weeks": 4,
             "owner": same, "interim_workaround": same}]  # fmt: skip
    assert offline.judge(PROTOCOL.question("S3-05"), rows).is_placeholder


def test_no_workaround_in_one_field_does_not_empty_the_answer() -> None:
    row = {"gap": "No leaf-wetness sensors on 60 % of plots", "severity": "hurts",
           "obtainable": "yes", "lead_time_weeks": 11, "owner": "farm co-op",
           "interim_workaround": "none"}  # fmt: skip
    assert not offline.judge(PROTOCOL.question("S3-05"), [row]).is_placeholder
