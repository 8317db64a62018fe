"""The AI Act's gates in their order: golden cases, several of them the Act's own examples."""

from __future__ import annotations

from datetime import date

import pytest

from governance.crosswalk.rows import Result, State
from tests.builders.crosswalks import PLAIN, classes, framework, project

FREED = {
    "profiling": "no",
    "material_influence": "no",
    "ground": "narrow_task",
    "reason": "The fields of a form are read off, nobody is assessed by it.",
}


def test_rating_citizens_for_rewards_is_a_prohibited_practice() -> None:
    citizens = project(practised={"social_scoring": "yes"})
    assert "prohibited 5(1)(c)" in classes(citizens, PLAIN)
    gate = gate_of(citizens, "practice:social_scoring")
    assert gate.result is Result.APPLIES
    assert "lawyer" in gate.detail


def gate_of(answers, key, details=PLAIN, **more):
    gates = framework("eu-ai-act", answers, details, **more).gates
    return next(one for one in gates if one.key == key)


def test_ranking_applicants_is_high_risk_and_profiling_leaves_no_exception() -> None:
    details = PLAIN | FREED | {"uses": ["recruitment"], "profiling": "yes"}
    ranking = project(areas=("hiring",))
    assert classes(ranking, details) == {"high_risk 4(a)"}
    refused = gate_of(ranking, "exception", details)
    assert refused.result is Result.NO
    assert "profiles people" in refused.detail


@pytest.mark.parametrize(
    ("area", "use", "ground", "point"),
    [
        # Application documents into fields, and finding duplicates among applications.
        ("hiring", "recruitment", "narrow_task", "4(a)"),
        # Polishing the language of a document that was finished before.
        ("justice_elections", "judicial_assistance", "improves_finished", "8(a)"),
        # Looking afterwards at a teacher's pattern of grades.
        ("education", "learning_outcomes", "detects_patterns", "3(b)"),
    ],
)
def test_the_acts_own_examples_are_excepted_and_must_be_written_down(
    area: str, use: str, ground: str, point: str
) -> None:
    details = PLAIN | FREED | {"uses": [use], "ground": ground}
    answers = project(areas=(area,))
    assert classes(answers, details) == {f"excepted {point}"}
    assert "Art. 6(4)" in gate_of(answers, "exception", details).detail
    rows = {row.id: row for row in framework("eu-ai-act", answers, details).rows}
    assert rows["Art. 6(4)"].state is State.MET
    unwritten = framework("eu-ai-act", answers, details | {"reason": ""})
    assert next(row for row in unwritten.rows if row.id == "Art. 6(4)").state is State.GAP


def test_the_same_tool_that_scores_the_teacher_is_refused_the_exception() -> None:
    details = PLAIN | FREED | {"uses": ["learning_outcomes"], "ground": "detects_patterns"}
    answers = project(areas=("education",))
    assert classes(answers, details | {"profiling": "yes"}) == {"high_risk 3(b)"}
    assert classes(answers, details | {"material_influence": "yes"}) == {"high_risk 3(b)"}


def test_a_machine_that_settles_cases_itself_is_refused_the_exception() -> None:
    details = PLAIN | FREED | {"uses": ["recruitment"]}
    answers = project(areas=("hiring",), automation_level=5)
    assert classes(answers, details) == {"high_risk 4(a)"}


@pytest.mark.parametrize(
    ("area", "use"),
    [
        ("biometrics", "verification"),  # Face unlock is no remote identification.
        ("essential_services", "fraud_detection"),  # Card fraud is no creditworthiness.
        ("essential_services", "other_insurance"),  # Motor is no life or health insurance.
        ("biometrics", "fatigue_detection"),  # A tired driver shows no emotion.
    ],
)
def test_what_the_act_leaves_out_is_not_high_risk(area: str, use: str) -> None:
    assert classes(project(areas=(area,)), PLAIN | {"uses": [use]}) == {"none"}


def test_the_mood_of_a_call_center_agent_is_prohibited() -> None:
    moods = project(practised={"emotion_work_school": "yes"})
    assert classes(moods, PLAIN) == {"prohibited 5(1)(f)", "transparency 50(3)"}


def test_a_shop_chatbot_tells_people_that_it_is_one() -> None:
    bot = project(archetype="natural_language_processing", subtask="question_answering")
    assert classes(bot, PLAIN | {"talks_to_people": "yes"}) == {"transparency 50(1)"}
    assert classes(bot, PLAIN | {"talks_to_people": "obvious"}) == {"none"}


def test_an_undressing_app_is_prohibited_from_december() -> None:
    app = project(
        practised={"intimate_imagery": "yes"}, archetype="computer_vision", subtask="segmentation"
    )
    assert classes(app, PLAIN) == {"prohibited_later 5(1)(ba)"}
    gate = gate_of(app, "practice:intimate_imagery")
    assert (gate.result, gate.applies_from) == (Result.LATER, date(2026, 12, 2))
    assert classes(app, PLAIN, as_of=date(2026, 12, 2)) == {"prohibited 5(1)(ba)"}


def test_a_weather_model_has_no_duty_of_a_class() -> None:
    weather = project(archetype="time_series_forecasting")
    assert classes(weather, {"in_eu": "yes", "exclusion": "none"}) == {"none"}


def test_without_any_answer_it_is_unknown_and_never_minimal() -> None:
    assert classes({}) == {"unknown"}
    states = {row.state for row in framework("eu-ai-act", {}).rows}
    assert State.MET not in states
    assert classes({}, PLAIN) == {"unknown"}


def test_whether_it_is_in_scope_has_to_be_said() -> None:
    weather = project(archetype="time_series_forecasting")
    assert classes(weather) == {"unknown"}
    assert classes(weather, {"in_eu": "no"}) == {"out_of_scope"}
    assert classes(weather, PLAIN | {"exclusion": "military"}) == {"out_of_scope"}


def test_an_area_without_its_use_is_perhaps_high_risk() -> None:
    hiring = project(areas=("hiring",))
    assert classes(hiring, PLAIN) == {"perhaps_high_risk 4", "unknown"}
    assert gate_of(hiring, "area:hiring").asks == ("uses",)


def test_high_risk_and_a_duty_to_tell_people_hold_at_once() -> None:
    answers = project(
        areas=("hiring",), archetype="natural_language_processing", subtask="generation"
    )
    details = PLAIN | {"uses": ["recruitment"], "profiling": "yes", "talks_to_people": "yes"}
    details |= {"synthetic_content": "yes", "deep_fake_or_public_text": "no"}
    expected = {"high_risk 4(a)", "transparency 50(1)", "transparency 50(2)"}
    assert classes(answers, details) == expected


def test_the_exception_never_frees_a_product() -> None:
    answers = project(areas=("product_safety", "hiring"))
    details = PLAIN | FREED | {"uses": ["recruitment"], "product_route": "third_party"}
    assert classes(answers, details) == {"excepted 4(a)", "high_risk 6(1)"}


@pytest.mark.parametrize("route", ["no_third_party", "assistance_only", "other_product"])
def test_other_products_are_not_high_risk_by_their_route(route: str) -> None:
    answers = project(areas=("product_safety",))
    assert classes(answers, PLAIN | {"product_route": route}) == {"none"}


def test_unsure_asks_for_a_legal_opinion() -> None:
    unsure = project(practised={"exploitation": "unsure"})
    assert classes(unsure, PLAIN) == {"perhaps_prohibited 5(1)(b)", "unknown"}


def test_words_of_a_text_are_never_looked_for() -> None:
    """A project that talks of social scoring in its text and answers no is not prohibited."""
    words = {"S1-01": {"value": "Social scoring of citizens", "state": "accepted", "title": ""}}
    assert classes(project() | words, PLAIN) == {"none"}


def test_gates_come_in_the_order_of_the_act() -> None:
    keys = [gate.key.partition(":")[0] for gate in framework("eu-ai-act", project(), PLAIN).gates]
    assert list(dict.fromkeys(keys)) == [
        "scope",
        "practice",
        "product",
        "area",
        "exception",
        "tell",
    ]


def test_rules_for_products_begin_later_than_those_for_areas() -> None:
    product = project(areas=("product_safety",))
    found = framework("eu-ai-act", product, PLAIN | {"product_route": "third_party"})
    row = next(one for one in found.rows if one.id == "Art. 9")
    assert (row.applies_from, row.is_in_force) == (date(2028, 8, 2), False)
    area = framework("eu-ai-act", project(areas=("hiring",)), PLAIN | {"uses": ["recruitment"]})
    assert next(one for one in area.rows if one.id == "Art. 9").applies_from == date(2027, 12, 2)
