"""A charter says nothing that no answer says, and shows what nobody knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from charters.content import CharterContent, json_schema
from charters.sections.cells import cell, share
from charters.statements import Paragraph, Statement, StatementList
from interviews.answerset import AnswerSet, AnswerState
from interviews.protocol.types import Field, Option
from tests.builders.answers import consistent_answers, in_state, unknown, with_value, without
from tests.builders.charters import make_content, make_finding
from tests.charters.evidence import Unsupported, numbers, statements, unsupported_numbers

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "uaip-charter-1.schema.json"


def everything_said(content: CharterContent) -> list[str]:
    return [text for texts, _ in statements(content) for text in texts]


def section(content: CharterContent, number: int):
    return next(part for part in content.sections if part.number == number)


def spoiled() -> CharterContent:
    answers = in_state(
        unknown(consistent_answers(), "S2-05", "S3-05"), AnswerState.ESCALATED, "S1-06"
    )
    confidence = {"1": 0.95, "2": 0.9, "3": 0.9, "4": 1.0, "5": None}
    return make_content(answers, findings=[make_finding()], confidence=confidence)


@pytest.mark.parametrize("content", [make_content, spoiled, lambda: make_content(AnswerSet())])
def test_every_statement_names_its_sources(content):
    found = list(statements(content()))

    assert len(found) > 60
    assert all(sources for _, sources in found)


@pytest.mark.parametrize("content", [make_content, spoiled, lambda: make_content(AnswerSet())])
def test_every_number_stands_in_a_source_or_is_computed(content):
    assert unsupported_numbers(content()) == []


def test_an_invented_number_is_found_out():
    content = make_content()
    invented = Statement(text="We save 4,711 hours.", sources=content.executive_summary[0].sources)
    lying = content.model_copy(update={"executive_summary": [invented]})

    assert unsupported_numbers(lying) == [Unsupported("We save 4,711 hours.", 4711.0)]


def test_numbers_are_read_as_people_write_them():
    assert numbers("R-01 by 1 Oct 2027: 12,500 of 2.5 (S1-01, X-11, F1)") == {1, 2027, 12500, 2.5}
    assert numbers("2027-10-01") == {2027, 10, 1}


def test_a_statement_without_a_source_cannot_be_written():
    with pytest.raises(ValidationError):
        Statement(text="Trust me.", sources=[])


def test_every_answer_stands_in_the_sections_on_its_stage():
    content = make_content()
    cited = {
        source.item
        for part in content.sections
        if 3 <= part.number <= 9
        for _, sources in statements(part.blocks)
        for source in sources
    }

    assert cited == set(content.answers)


def test_the_sections_stand_in_the_order_of_the_guide():
    assert [part.number for part in make_content().sections] == [1, *range(3, 14)]


def test_the_summary_keeps_within_250_words_whatever_people_write():
    answers = with_value(consistent_answers(), "S1-01", None, "Nobody knows why. " * 400)
    answers = with_value(answers, "S2-01", (0, "name"), "figure " * 300)

    words = " ".join(line.text for line in make_content(answers).executive_summary).split()

    assert 40 < len(words) <= 250


def test_people_are_quoted_word_for_word():
    words = "First line.\nSecond *line* with <b>marks</b> & 12 % more."

    content = make_content(with_value(consistent_answers(), "S1-01", None, words))

    assert words in everything_said(content)


def test_an_unknown_answer_is_shown_with_its_owner_and_date():
    content = spoiled()
    said = next(text for text in everything_said(content) if text.startswith("Not known yet"))
    item = next(row for row in content.open_items if row.item == "S2-05")

    assert "Head of lending finds out by 15 Jan 2027." in said
    assert (item.kind, item.owner, item.due_date.isoformat()) == (
        "unknown",
        "Head of lending",
        "2027-01-15",
    )


def test_an_absent_answer_is_unknown_and_belongs_to_nobody():
    content = make_content(without(consistent_answers(), "S2-07"))

    assert content.answers["S2-07"].state == "unknown"
    assert content.answers["S2-07"].unknown_owner == "not supplied"
    assert any("Nobody has been named" in text for text in everything_said(content))


def test_an_escalated_answer_is_shown_and_marked():
    content = spoiled()
    noted = [
        line
        for block in section(content, 4).blocks
        if isinstance(block, Paragraph)
        for line in block.statements
        if line.note == "escalated"
    ]

    assert len(noted) >= 2
    assert ("S1-06", "escalated") in [(row.item, row.kind) for row in content.open_items]


def test_a_hidden_question_is_no_part_of_the_charter():
    answers = with_value(consistent_answers(), "S3-06", "origin", "recorded_outcome")

    assert "S3-07" not in make_content(answers).answers


def test_success_factors_are_five_to_eight_and_start_with_the_main_figure():
    factors = make_content().critical_success_factors

    assert 5 <= len(factors) <= 8
    assert "from 16 to 6" in factors[0].text


def test_major_risks_are_ranked_by_what_is_left_of_them():
    answers = with_value(consistent_answers(), "S5-08", (0, "severity"), 5)
    risks = make_content(answers, findings=[make_finding()]).major_risks

    left = [risk.residual or 0 for risk in risks]

    assert left == sorted(left, reverse=True)
    assert risks[0].text.startswith("R-05")
    assert risks[-1].text.startswith("X-11")


def test_weak_data_is_a_major_risk():
    answers = with_value(consistent_answers(), "S3-04", (0, "rating"), 5)

    assert any(risk.area == "Data quality" for risk in make_content(answers).major_risks)


def test_the_timeline_is_planned_back_from_go_live_without_gaps():
    phases = make_content().timeline
    before = [phase for phase in phases if phase.end_week <= 0]

    assert before[-1].end_week == 0
    assert all(one.end_week == two.start_week for one, two in zip(before, before[1:], strict=False))
    assert before[0].start_week == -41


def test_without_a_go_live_date_there_is_no_timeline():
    content = make_content(without(consistent_answers(), "S1-11"))

    assert content.timeline == []
    assert any("No go-live date is known" in text for text in everything_said(content))


def test_a_built_control_is_to_be_tested_before_go_live():
    found = make_content().recommendations

    assert any(row.action.startswith("Test the control for R-01") for row in found.before_go_live)
    assert not any("R-02" in row.action for row in found.before_go_live)


def test_every_reason_that_limits_feasibility_is_listed():
    answers = with_value(consistent_answers(), "S1-05", "error_tolerance", "none")
    answers = with_value(answers, "S3-07", "weeks", 90)
    content = make_content(answers, findings=[make_finding()])
    listed = next(block for block in section(content, 1).blocks if isinstance(block, StatementList))

    assert [line.text for line in listed.items] == [row.text for row in content.feasibility_reasons]
    assert len(listed.items) == 3


def test_the_quality_of_the_answers_is_counted_stage_by_stage():
    stages = spoiled().quality_summary.stages

    assert [(row.unknown_count, row.escalated_count) for row in stages] == [
        (0, 1),
        (1, 0),
        (1, 0),
        (0, 0),
        (0, 0),
    ]
    assert (stages[0].mean_score, stages[0].confidence) == (8.3, 0.95)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("yes_no", False, "No"),
        ("money", 12500, "12,500 EUR"),
        ("percent", 0.5, "0.5 %"),
        ("number", 1_000_000.25, "1,000,000.25 t"),
        ("date", "2027-10-01", "1 Oct 2027"),
        ("duration", {"value": 3, "unit": "week"}, "3 weeks"),
        ("list", ["one", "two"], "one, two"),
        ("text", "", "—"),
        ("number", None, "—"),
    ],
)
def test_a_value_reads_as_people_write_it(kind, value, shown):
    field = Field(name="x", kind=kind, label="X", unit="t" if kind == "number" else "")

    assert cell(field, value, currency="EUR") == shown


def test_a_token_is_shown_by_its_label():
    field = Field("x", "choice", "X", options=(Option("db_query", "Database query"),))

    assert cell(field, "db_query") == "Database query"


def test_measures_stand_in_the_table_of_links_by_name():
    blocks = [block for section in make_content().sections for block in section.blocks]
    (table,) = [
        block
        for block in blocks
        if getattr(block, "title", "") == "Business figures and model measures"
    ]

    assert table.columns == ["Business figure", "Recall", "Precision"]


@pytest.mark.parametrize(("score", "shown"), [(0.6999, "0.69"), (0.7, "0.70"), (None, "—")])
def test_a_share_never_reads_higher_than_it_is(score, shown):
    assert share(score) == shown


def test_an_open_blocker_makes_the_answers_inconsistent_until_it_is_waived():
    blocker = make_finding("X-01", "BLOCKER", state="carried", reason="We know.")

    report = make_content(findings=[blocker]).consistency_report
    waived = make_content(findings=[{**blocker, "state": "waived"}]).consistency_report

    assert (report.is_consistent, waived.is_consistent) == (False, True)
    assert report.findings[0].reason == "We know."


def test_the_same_session_gives_the_same_content():
    assert make_content() == make_content()


def test_the_content_survives_json_unchanged():
    content = spoiled()

    assert CharterContent.model_validate_json(content.model_dump_json()) == content


def test_the_content_holds_nothing_that_governance_decides():
    assert "governance" not in json.dumps(sorted(CharterContent.model_fields))
    assert "decision" not in CharterContent.model_fields


def test_all_facts_of_the_decision_can_be_read_from_the_content():
    content = spoiled()
    made = content.deliverables

    assert made.problem_statement.go_live_date.isoformat() == "2027-09-01"
    assert made.data_quality_scorecard.overall_score == 0.8
    assert made.ethical_risk_report.controls_of("R-02")[0].as_control.is_tested
    assert made.user_context.decision_process.has_appeal
    assert [row.rule_id for row in content.consistency_report.findings if row.is_open] == ["X-11"]
    assert content.confidence["5"] is None
    assert [key for key, row in content.answers.items() if row.state == "escalated"] == ["S1-06"]
    assert made.ethical_risk_report.acceptance.valid_until.isoformat() == "2028-09-30"


def test_the_published_schema_is_the_one_that_the_code_writes():
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_schema()
