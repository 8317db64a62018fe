"""The question bank: what ships, and what a faulty stage file says about itself."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviews.protocol import catalogue
from interviews.protocol.catalogue import ProtocolFault, load, visible_questions

FIELD = {"name": "text", "kind": "long_text", "label": "Your answer"}
ELEMENT = {"id": "what", "weight": 10, "required": True, "means": "An event.", "ask": "What?"}
QUESTION = {
    "key": "Q-01",
    "slug": "problem",
    "title": "Problem",
    "ask": "What goes wrong?",
    "why": "It opens the charter.",
    "input": "text",
    "minutes": 1,
    "fields": [FIELD],
    "rubric": [ELEMENT],
    "vague": "Much.",
    "strong": "Nine letters a day are late.",
}
CHOICE = {"name": "mood", "kind": "choice", "label": "Mood", "options": ["good", "bad"]}
TABLE = {"name": "rows", "kind": "table", "label": "Rows", "columns": [FIELD]}


def stage(**changes: Any) -> dict[str, Any]:
    """A stage of one question with these keys of the question changed; None takes one out."""
    question = {**copy.deepcopy(QUESTION), **changes}
    question = {key: value for key, value in question.items() if value is not None}
    return {
        "stage": 1,
        "name": "One",
        "minutes": 5,
        "intro": "Hello.",
        "deliverable": "problem_statement",
        "groups": [{"key": "first", "title": "First", "questions": [question]}],
    }


def written(folder: Path, content: Any, name: str = "stage_1.yaml") -> Path:
    text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def fault_of(folder: Path, content: Any) -> str:
    with pytest.raises(ProtocolFault) as caught:
        load(written(folder, content))
    return str(caught.value)


@pytest.fixture(scope="module")
def shipped():
    return catalogue.default_protocol()


def test_the_shipped_set_has_58_questions_in_five_stages(shipped):
    assert shipped.version == "uaip/1"
    assert [len(stage.questions) for stage in shipped.stages] == [12, 10, 10, 12, 14]
    assert [len(stage.groups) for stage in shipped.stages] == [4, 4, 4, 4, 5]


def test_the_suggested_minutes_of_questions_add_up_to_their_stage(shipped):
    for stage in shipped.stages:
        assert sum(question.minutes for question in stage.questions) == pytest.approx(stage.minutes)


def test_every_question_shows_a_weak_and_a_strong_example(shipped):
    assert all(question.vague and question.strong for question in shipped.questions)
    assert all(len(question.ask) <= 500 for question in shipped.questions)


def test_every_rubric_weighs_ten(shipped):
    for question in shipped.questions:
        if question.rubric:
            assert sum(element.weight for element in question.rubric) == 10, question.key


def test_every_answer_fills_the_deliverable_of_some_stage(shipped):
    kinds = {stage.deliverable for stage in shipped.stages}
    for question in shipped.questions:
        assert question.fills, question.key
        assert {target.split(".")[0] for target in question.fills} <= kinds, question.key


def test_a_question_builds_on_earlier_questions_only(shipped):
    order = {key: number for number, key in enumerate(shipped.keys)}
    for question in shipped.questions:
        assert all(order[key] < order[question.key] for key in question.depends_on), question.key


def test_yes_and_no_stay_words(shipped):
    column = shipped.question("S1-07").table.column("available_at_prediction")
    assert [option.value for option in column.options] == ["yes", "no", "unsure"]


@pytest.mark.parametrize(
    ("origin", "is_asked"), [("must_be_annotated", True), ("recorded_outcome", False)]
)
def test_the_labelling_plan_is_asked_only_when_labels_must_be_made(shipped, origin, is_asked):
    asked = visible_questions(shipped, {"S3-06": {"origin": origin}}, stage=3)
    assert ("S3-07" in [question.key for question in asked]) is is_asked


def test_the_labelling_plan_stays_hidden_until_the_origin_is_known(shipped):
    assert "S3-07" not in [question.key for question in visible_questions(shipped, {})]


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"titel": "x"}, "titel", 'Did you mean "title"'),
        ({"why": None}, "why", "is missing"),
        ({"ask": "x" * 501}, "ask", "501 characters"),
        ({"ask": 5}, "ask", "must be text"),
        ({"minutes": "long"}, "minutes", "must be a number"),
        ({"input": "essay"}, "input", "must be one of"),
        ({"slug": "Not Snake"}, "slug", "lower_snake_case"),
        ({"checks": ["two_in_two_oot"]}, "checks", 'Did you mean "two_in_two_out"'),
        ({"depends_on": ["Q-99"]}, "depends_on", 'no question "Q-99"'),
        ({"unknown_allowed": "perhaps"}, "unknown_allowed", "true or false"),
        ({"rubric": [{**ELEMENT, "weight": 9}]}, "rubric.weight", "add up to 9"),
        ({"rubric": [{**ELEMENT, "weight": "3"}]}, "rubric.what.weight", "whole number"),
        ({"rubric": [{**ELEMENT, "ask": "x" * 2001}]}, "rubric.what.ask", "2001 characters"),
        ({"rubric": [{**ELEMENT, "means": " "}]}, "rubric.what.means", "is empty"),
        ({"rubric": [{**ELEMENT, "weight": 5}] * 2}, "rubric.what", "taken already"),
        ({"fields": []}, "fields", "is empty"),
        ({"fields": [{**FIELD, "name": "words"}]}, "fields", 'field named "text"'),
        ({"fields": [{**FIELD, "min_lenght": 3}]}, "fields.text.min_lenght", "min_length"),
        ({"fields": [{**FIELD, "max_length": -1, "min_length": 2}]}, "fields.text.min_length", ""),
    ],
)
def test_a_fault_names_file_item_and_key(tmp_path, changes, place, words):
    message = fault_of(tmp_path, stage(**changes))
    assert message.startswith(f"stage_1.yaml: Q-01: {place}: ")
    assert words in message


@pytest.mark.parametrize(
    ("field", "place", "words"),
    [
        ({**CHOICE, "options": []}, "fields.mood.options", "needs options"),
        ({**CHOICE, "options": ["a", "a"]}, "fields.mood.options.a", "taken already"),
        ({**CHOICE, "kind": "text"}, "fields.mood.options", "means nothing"),
        (
            {**CHOICE, "options": [], "options_from": ["Q-7", "x"]},
            "fields.mood.options_from",
            "Q-7",
        ),
        (
            {**CHOICE, "options": [], "options_from": {"question": "Q-01", "field": "moods"}},
            "fields.mood.options_from",
            'Did you mean "mood"',
        ),
        (
            {**CHOICE, "show_when": {"field": "text", "values": []}},
            "fields.mood.show_when.values",
            "at least one",
        ),
        (
            {**CHOICE, "show_when": {"field": "moon", "values": ["x"]}},
            "fields.mood.show_when.field",
            "moon",
        ),
        ({**TABLE, "preset_from": "nowhere"}, "fields.rows.preset_from", "no preset"),
        ({**TABLE, "preset_rows": [{"txt": 1}]}, "fields.rows.preset_rows", "not a column"),
        ({**TABLE, "columns": [TABLE]}, "fields.rows.columns.rows.kind", "inside another"),
        ({**TABLE, "columns": []}, "fields.rows.columns", "needs it"),
        ({"name": "level", "kind": "rating", "label": "L"}, "fields.level.minimum", "rating needs"),
    ],
)
def test_a_fault_in_a_field_names_the_field(tmp_path, field, place, words):
    message = fault_of(tmp_path, stage(input="form", fields=[FIELD, field]))
    assert message.startswith(f"stage_1.yaml: Q-01: {place}: ")
    assert words in message


def test_a_condition_must_name_values_that_can_be_chosen(tmp_path):
    shown = {**FIELD, "name": "more", "show_when": {"field": "mood", "values": ["godo"]}}
    message = fault_of(tmp_path, stage(input="form", fields=[CHOICE, shown]))
    assert 'Q-01: fields.more.show_when.values: "godo"' in message
    assert 'Did you mean "good"?' in message


def test_a_question_cannot_wait_for_an_answer_nobody_gives(tmp_path):
    condition = {"question": "Q-77", "field": "mood", "values": ["good"]}
    assert "Q-01: show_when: there is no question" in fault_of(tmp_path, stage(show_when=condition))


def test_two_questions_cannot_share_a_key(tmp_path):
    content = stage()
    content["groups"][0]["questions"] *= 2
    assert 'The question key "Q-01" is taken already' in fault_of(tmp_path, content)


def test_two_files_cannot_be_the_same_stage(tmp_path):
    written(tmp_path, stage(), "stage_2.yaml")
    assert "stage_2.yaml: stage: " in fault_of(tmp_path, stage())


def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path):
    message = fault_of(tmp_path, "stage: 1\nname: One\nname: Two\n")
    assert message == 'stage_1.yaml: is not usable YAML: line 3: the key "name" stands twice'


@pytest.mark.parametrize("content", ["- a list", "stage: [", "just words", "stage: one", "\x00"])
def test_a_file_that_is_no_stage_is_a_fault_and_no_crash(tmp_path, content):
    assert fault_of(tmp_path, content).startswith("stage_1.yaml: ")


def test_an_unknown_deliverable_is_refused(tmp_path):
    assert "deliverable" in fault_of(tmp_path, {**stage(), "deliverable": "poem"})


def test_an_empty_folder_is_a_fault(tmp_path):
    with pytest.raises(ProtocolFault, match="holds no stage"):
        load(tmp_path)


def test_another_folder_is_another_question_set(tmp_path):
    written(tmp_path, stage(title="Our problem"))
    written(tmp_path, {"version": "acme/3"}, "protocol.yaml")
    catalogue.configure(tmp_path)
    try:
        protocol = catalogue.default_protocol()
        assert (protocol.version, protocol.keys) == ("acme/3", ("Q-01",))
        assert protocol.question("Q-01").title == "Our problem"
    finally:
        catalogue.configure(None)
    assert "S1-01" in catalogue.default_protocol()


def test_plain_tokens_get_a_readable_label(tmp_path):
    field = {**CHOICE, "options": ["service_quality", {"value": "db", "label": "Data base"}]}
    protocol = load(written(tmp_path, stage(input="form", fields=[field])))
    labels = [option.label for option in protocol.question("Q-01").field("mood").options]
    assert labels == ["Service quality", "Data base"]


def test_questions_may_share_a_rubric_through_an_anchor(tmp_path):
    content = stage()
    content["shared"] = content["groups"][0]["questions"][0]["rubric"]
    assert load(written(tmp_path, content)).question("Q-01").element("what").weight == 10
