"""Stages 3 to 5 ask what they must: every item, weight, option and dated practice."""

from __future__ import annotations

from datetime import date

import pytest

from interviews.protocol.catalogue import default_protocol, is_visible
from interviews.protocol.checks import CHECKS, stage_3, stage_4, stage_5
from interviews.protocol.values import clean
from interviews.risk import PRINCIPLES
from tests.protocol.asking import every_field, fields_of, item, late_questions, tokens

#: key: slug, then every rubric element with its weight; a star marks what must be there.
ITEMS = {
    "S3-01": (
        "data_sources",
        "counts_and_history*3 owner_and_access*3 freshness2 maps_to_features*2",
    ),
    "S3-02": (
        "coverage_and_balance",
        "counts_per_outcome*4 compared_with_use*3 thin_groups_named3",
    ),
    "S3-03": ("training_vs_live_path", "same_transformations*4 live_path_exists*4 point_in_time2"),
    "S3-04": ("quality_ratings", "number_in_evidence*4 method_or_query3 problem_named2 fix1"),
    "S3-05": ("data_gaps", "specific_gap*3 consequence2 plan_with_date*3 workaround2"),
    "S3-06": ("label_origin", "precise_definition*4 origin_named*3 bias_considered3"),
    "S3-07": (
        "labelling_plan",
        "volume_reasoned*3 budget_and_time*3 quality_control*3 annotator_fit1",
    ),
    "S3-08": ("fair_principles", "evidence_each*6 fix_for_gaps4"),
    "S3-09": ("infrastructure", "capacity_numbers*4 gap_and_cost*4 owner_or_team2"),
    "S3-10": ("data_rights", "category_right*3 basis_with_reason*4 retention2 transfer1"),
    "S4-01": (
        "personas",
        "real_role*3 goal_and_frustration*3 evidence_stated*2 skill_use_authority2",
    ),
    "S4-02": ("affected_people", "groups_named*4 effect_concrete*3 vulnerability_considered3"),
    "S4-03": ("journey", "three_phases*4 touchpoints*2 decision_point_marked*2 friction2"),
    "S4-04": ("automation_level", "who_decides*4 review_time_realistic*3 trigger_for_human3"),
    "S4-05": ("override_and_appeal", "override_possible*4 appeal_route*3 time_limits2 logged1"),
    "S4-06": ("failure_points", "realistic_failures*4 plan_b*4 detection2"),
    "S4-07": ("criticality", "worst_case_honest*6 reversibility2 rules_named2"),
    "S4-08": (
        "explanation_needs",
        "audience_specific*4 purpose_of_explanation*3 form_fits_skill*3",
    ),
    "S4-09": (
        "interface_requirements",
        "channel_in_workflow*4 speed_reasoned2 accessibility*2 error_behaviour2",
    ),
    "S4-10": (
        "unintended_consequences",
        "plausible_mechanism*4 group_named*2 safeguard_concrete*3 not_only_accuracy1",
    ),
    "S4-11": ("feedback_loop", "channel*3 reviewer_and_rhythm*3 trigger_measurable*4"),
    "S4-12": ("rollout_and_training", "small_first_step*4 training2 stop_rule*4"),
    "S5-01": ("prohibited_screen", "facts_to_judge*10"),
    "S5-02": ("high_risk_area", "reason*10"),
    "S5-03": ("assessments_done", "named_framework*4 status_and_owner*4 finding2"),
    **{
        key: (
            slug,
            "specific_event*3 mechanism*2 harmed_group*2 ratings_justified*2 evidence1",
        )
        for key, slug in {
            "S5-04": "human_agency_risks",
            "S5-05": "robustness_risks",
            "S5-06": "privacy_risks",
            "S5-07": "transparency_risks",
            "S5-08": "fairness_risks",
        }.items()
    },
    "S5-09": (
        "mitigations",
        "specific_control*3 owner_and_date*2 reduces_named_risk*2 evidence_or_test2 cost1",
    ),
    "S5-10": ("residual_ratings", "reason_refers_to_controls*6 uncertainty_named4"),
    "S5-11": ("risk_acceptance", "accountable_person*5 conditions3 expiry*2"),
    "S5-12": (
        "monitoring_plan",
        "threshold_numeric*3 rhythm_and_owner*3 action_on_breach*3 covers_subgroups1",
    ),
    "S5-13": ("drift_and_failure", "drift_test*3 retrain_trigger*3 rollback*2 abuse_watch2"),
    "S5-14": ("audit_and_stop_rule", "stop_trigger*4 authority*3 time_limit2 independent_audit1"),
}

#: key: the names that rules read, columns for tables and fields for forms.
NAMES = {
    "S3-01": "name kind owner records size_gb history_months refresh_hours lag_hours"
    " access_method access_status covers_features critical",
    "S3-02": "target_examples rarest_class_share_pct class_counts groups_missing_or_thin text",
    "S3-03": "serving_mode live_refresh_hours same_pipeline history_as_known_then text",
    "S3-04": "source dimension rating evidence how_known known_problem fix fix_due",
    "S3-05": "gap needed_for severity obtainable cost lead_time_weeks interim_workaround owner",
    "S3-06": "origin definition label_delay known_bias",
    "S3-07": "labels_needed cost_per_label total_cost weeks annotators"
    " double_labelled_pct agreement_measure agreement_target qa_process text",
    "S3-08": "findable accessible interoperable reusable evidence fix",
    "S3-09": "area today ready gap cost lead_time_weeks",
    "S3-10": "data category lawful_basis basis_reason retention_days leaves_region must_stay"
    " deidentified deletion_possible",
    "S4-01": "persona relation people goals frustrations tech_skill use authority data_access"
    " needs_source_data evidence",
    "S4-02": "group effect people_per_year vulnerable know_about_it say_in_design",
    "S4-03": "phase step actor touchpoint pain_point good_result",
    "S4-04": "automation_level reviewed_share_pct seconds_per_review text",
    "S4-05": "override_roles override_steps override_logged appeal_channel appeal_none_reason"
    " appeal_days notice_given",
    "S4-06": "failure effect noticed_by plan_b max_outage_hours",
    "S4-07": "criticality text regulations",
    "S4-08": "audience scope form purpose max_items confidence_shown technique",
    "S4-09": "channel response_ms accessibility languages offline_needed error_message_rule text",
    "S4-10": "consequence group mechanism severity likelihood safeguard",
    "S4-11": "signal type collection review_every_days owner retrain_trigger",
    "S4-12": "first_test training_hours champion stop_rule",
    "S5-01": "practices",
    "S5-02": "areas role text",
    "S5-03": "assessment status date owner result",
    "S5-09": "risk_ref control kind owner approver due_date cost status cuts_severity_by"
    " cuts_likelihood_by evidence",
    "S5-10": "human_agency robustness privacy transparency fairness text",
    "S5-11": "accepted_by role conditions valid_until",
    "S5-12": "metric principle_or_risk every_days comparator threshold owner action",
    "S5-13": "drift_test retrain_trigger rollback_minutes fallback attack_watch",
    "S5-14": "audit_every_days auditor stop_triggers who_can_stop max_hours_to_stop"
    " incident_report_to",
}
REGISTER = ("S5-04", "S5-05", "S5-06", "S5-07", "S5-08")
NO_UNKNOWN = ("S5-01", *REGISTER, "S5-09", "S5-10")
STANDING_PRACTICES = [
    "manipulation",
    "exploitation",
    "social_scoring",
    "crime_prediction",
    "face_scraping",
    "emotion_work_school",
    "biometric_categorisation",
    "live_biometric_id",
]


@pytest.mark.parametrize(
    ("number", "name", "minutes", "count"),
    [
        (3, "Data Assessment", 12, 10),
        (4, "User Impact", 13, 12),
        (5, "Ethical Risk", 15, 14),
    ],
)
def test_a_stage_asks_all_its_items_in_the_time_it_promises(number, name, minutes, count):
    stage = default_protocol().stage(number)
    assert (stage.name, stage.minutes, len(stage.questions)) == (name, minutes, count)
    assert sum(question.minutes for question in stage.questions) == minutes


def test_the_groups_of_the_late_stages_are_four_four_and_five():
    counts = [len(default_protocol().stage(number).groups) for number in (3, 4, 5)]
    assert counts == [4, 4, 5]


def test_the_items_come_in_the_order_of_their_keys():
    assert [question.key for question in late_questions()] == list(ITEMS)


@pytest.mark.parametrize("key", ITEMS)
def test_an_item_is_judged_by_the_elements_it_promises(key):
    slug, elements = ITEMS[key]
    found = [
        f"{element.id}{'*' if element.required else ''}{element.weight}"
        for element in item(key).rubric
    ]
    assert (item(key).slug, " ".join(found)) == (slug, elements)


@pytest.mark.parametrize("key", ITEMS)
def test_the_weights_of_an_item_add_up_to_ten(key):
    assert sum(element.weight for element in item(key).rubric) == 10


@pytest.mark.parametrize("key", ITEMS)
def test_every_element_asks_the_person_one_question(key):
    for element in item(key).rubric:
        assert element.ask.endswith("?"), element.id
        assert element.means.endswith("."), element.id


@pytest.mark.parametrize("key", NAMES)
def test_an_item_offers_the_names_that_rules_read(key):
    assert [field.name for field in fields_of(item(key))] == NAMES[key].split()


def test_the_five_cards_of_the_register_share_columns_and_the_cap_on_denials():
    names = "ref risk how_it_happens who_is_harmed severity likelihood evidence evidence_note"
    for key in REGISTER:
        question = item(key)
        assert [column.name for column in question.table.columns] == names.split()
        assert (question.none_cap, question.table.none_allowed) == (4, True)


def test_every_register_card_prompts_for_its_own_topics():
    helps = {item(key).table.help for key in REGISTER}
    assert len(helps) == len(REGISTER)
    assert all(text.startswith("Think of:") for text in helps)


def test_unknown_is_allowed_everywhere_but_on_the_items_the_decision_rests_on():
    refused = [question.key for question in late_questions() if not question.unknown_allowed]
    assert refused == list(NO_UNKNOWN)


def test_only_the_screening_and_the_areas_are_complete_without_a_score():
    unscored = [question.key for question in late_questions() if not question.scored]
    assert unscored == ["S5-01", "S5-02"]


@pytest.mark.parametrize(
    ("origin", "is_asked"),
    [
        ("must_be_annotated", True),
        ("rules_weak_labels", True),
        ("recorded_outcome", False),
        ("past_human_decisions", False),
        ("simulated", False),
        ("none_needed", False),
    ],
)
def test_the_labelling_plan_is_asked_only_where_labels_must_be_made(origin, is_asked):
    assert is_visible(item("S3-07"), {"S3-06": {"origin": origin}}) is is_asked


def test_the_labelling_plan_is_the_only_conditional_item():
    conditional = [question.key for question in late_questions() if question.show_when]
    assert conditional == ["S3-07"]


def test_the_screening_lists_the_eight_standing_practices_first():
    standing = [option for option in item("S5-01").fields[0].options if option.from_date is None]
    assert [option.value for option in standing] == STANDING_PRACTICES
    assert item("S5-01").input == "screening"


def test_two_practices_join_the_screening_on_2_december_2026():
    dated = {
        option.value: option.from_date
        for option in item("S5-01").fields[0].options
        if option.from_date is not None
    }
    day = date(2026, 12, 2)
    assert dated == {"intimate_imagery": day, "child_abuse_material": day}


@pytest.mark.parametrize(("day", "missing"), [(1, 0), (2, 2)])
def test_a_dated_practice_is_asked_from_its_first_day_on(day, missing):
    answers = dict.fromkeys(STANDING_PRACTICES, "no")
    cleaned = clean(item("S5-01"), answers, as_of=date(2026, 12, day))
    assert len(cleaned.incomplete) == missing


def test_every_quality_shows_its_question_and_its_anchors():
    dimension = item("S3-04").table.column("dimension")
    assert len(dimension.options) == 6
    for option in dimension.options:
        assert "?" in option.help
        assert all(step in option.help for step in ("0-3:", "4-5:", "6-7:", "8-9:", "10:"))


def test_ratings_start_from_the_critical_sources():
    rows = item("S3-04").table
    assert rows.preset_from == "critical_sources_by_dimension"
    assert rows.column("source").options_from == ("S3-01", "name")


def test_the_six_platform_areas_are_there_from_the_start():
    rows = item("S3-09").table
    assert [row["area"] for row in rows.preset_rows] == list(stage_3.AREAS)
    assert tokens("S3-09", "area") == list(stage_3.AREAS)


def test_side_effects_and_failures_need_two_rows_and_gaps_may_be_denied():
    assert [item(key).table.min_rows for key in ("S4-06", "S4-10")] == [2, 2]
    assert item("S3-05").table.none_allowed


def test_every_label_and_help_is_short_enough_to_read():
    for question in late_questions():
        for field in every_field(question):
            assert 0 < len(field.label) <= 70, (question.key, field.name)
            assert len(field.help) <= 300, (question.key, field.name)


def test_every_check_of_the_late_stages_is_used_and_known():
    named = {name for question in late_questions() for name in question.checks}
    written = {*stage_3.CHECKS, *stage_4.CHECKS, *stage_5.CHECKS}
    assert named == written
    assert written <= set(CHECKS)


RISK = {"risk": "Late braking", "severity": 5, "likelihood": 2}


@pytest.mark.parametrize(
    ("key", "weak"),
    [
        ("S3-04", [{"source": "A", "dimension": "accuracy", "rating": 2, "how_known": "sampled"}]),
        ("S3-06", {"origin": "none_needed"}),
        ("S3-07", {"labels_needed": 9_000}),
        ("S3-09", [{"area": "serving", "ready": "no"}]),
        ("S3-10", [{"data": "Traces", "category": "location", "lawful_basis": "unknown"}]),
        ("S4-01", [{"persona": "Clerks", "evidence": "assumption"}]),
        ("S4-03", [{"phase": "before", "step": "She opens the file."}]),
        ("S4-05", {"notice_given": False}),
        ("S4-08", [{"audience": "Clerks", "scope": "none"}]),
        ("S4-09", {"channel": "web"}),
        ("S4-11", [{"signal": "Complaints"}]),
        ("S5-03", [{"assessment": "security", "status": "planned"}]),
        ("S5-04", {"none": "It only gives advice."}),
        ("S5-06", {"none": "All data is encrypted."}),
        ("S5-09", [{"risk_ref": "R-01", "control": "We accept it.", "kind": "accept"}]),
        ("S5-10", dict.fromkeys(PRINCIPLES, 1)),
        ("S5-11", {"accepted_by": "M. Okafor", "valid_until": "2020-01-01"}),
        ("S5-14", {"auditor": "Outside firm"}),
    ],
)
def test_a_weak_plan_can_be_submitted_because_its_gate_judges_it(key, weak):
    earlier = {
        "S1-07": [{"name": "home_address", "personal_data": "personal"}],
        "S1-09": {"archetype": "classification"},
        "S3-01": [{"name": "A", "critical": True}, {"name": "B", "critical": True}],
        "S4-04": {"automation_level": 5},
        "S4-07": {"criticality": "critical"},
        "S5-05": [RISK],
    }
    cleaned = clean(item(key), weak, values=earlier, as_of=date(2026, 11, 21))
    assert cleaned.is_complete, cleaned.issues
    assert cleaned.warnings
