"""The Markdown file carries the whole charter and nothing that anyone smuggled in."""

from __future__ import annotations

import yaml
from markdown_it import MarkdownIt

from charters.rendering import markdown
from charters.rendering.appendices import Annex, Approval, changed_items
from charters.rendering.escaping import inline, paragraphs
from interviews.answerset import AnswerState
from tests.builders.answers import consistent_answers, in_state, unknown, with_value
from tests.builders.charters import make_content, make_finding

HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(2)) ![i](//evil) | `c` **b**\n# Head\n- li"
)


def html_of(text: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def test_the_front_matter_names_what_the_file_is():
    text = markdown.render(
        make_content(project_name='A: "b" #c'), content_hash="ab12", watermark="draft"
    )
    head = yaml.safe_load(text.split("---\n")[1])

    assert head["schema"] == "uaip-charter/1"
    assert (head["charter"], head["revision"]) == ("UC-0001", 1)
    assert head["project"] == 'A: "b" #c'
    assert (head["content_hash"], head["watermark"]) == ("ab12", "draft")


def test_every_section_has_its_heading_and_the_decision_stands_second():
    heads = [
        line for line in markdown.render(make_content()).splitlines() if line.startswith("## ")
    ]

    assert [head.split(".")[0] for head in heads] == [f"## {number}" for number in range(1, 16)] + [
        "## Appendix B",
        "## Appendix C",
        "## Appendix D",
    ]


def test_nothing_that_a_person_typed_becomes_markup():
    answers = with_value(consistent_answers(), "S1-01", None, HOSTILE)
    answers = with_value(answers, "S5-04", (0, "risk"), HOSTILE)

    html = html_of(markdown.render(make_content(answers, project_name=HOSTILE)))

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "<h1>Head" not in html
    assert "<strong>b</strong>" not in html


def test_a_pipe_in_an_answer_does_not_add_a_column():
    answers = with_value(consistent_answers(), "S5-04", (0, "risk"), "a | b")
    lines = markdown.render(make_content(answers)).splitlines()
    row = next(line for line in lines if "a \\| b" in line)
    head = next(line for line in lines if line.startswith("| Ref | Principle"))

    assert row.replace("\\|", "").count("|") == head.count("|")


def test_text_reads_the_same_after_escaping():
    words = "1. First, 2 * 3 > 5 & #4 – a_b_c [x] ~y~ C:\\temp $5 `z` <i>"

    html = html_of(inline(words))

    assert (
        html.strip()
        == f"<p>{words.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</p>"
    )


def test_lines_stay_paragraphs():
    assert paragraphs("one\n\n\n  two") == "one\n\ntwo"


def test_sources_are_links_when_there_is_a_place_to_link_to():
    link = markdown.render(
        make_content(), link=lambda item, version: f"/a/{item}?v={version}&x=(1)"
    )

    assert "[S1-01](/a/S1-01?v=1&x=%281%29)" in link
    assert "[S1-01]" in markdown.render(make_content())
    assert "](/" not in markdown.render(make_content())


def test_unknown_and_escalated_answers_are_marked():
    answers = in_state(unknown(consistent_answers(), "S2-05"), AnswerState.ESCALATED, "S1-06")

    text = markdown.render(make_content(answers))

    assert "*(not known yet)* [S2-05]" in text
    assert "*(escalated)* [S1-06]" in text


def test_the_annex_of_governance_is_shown_when_it_is_passed_down():
    annex = {
        "decision": "REVISE",
        "headline": "F-9",
        "rules_fired": [{"rule": "F-9", "floor": "REVISE", "detail": "1 open BLOCKER"}],
        "conditions": [{"text": "Fix | it", "owner": None, "due_date": "2027-01-01"}],
    }

    text = markdown.render(make_content(findings=[make_finding()]), governance=annex)

    assert "**REVISE**" in text
    assert "| F-9 headline | REVISE | 1 open BLOCKER | — |" in text
    assert "Fix \\| it" in text


def test_the_watermark_stands_on_the_cover():
    assert "**DRAFT**" in markdown.render(make_content(), watermark="draft")
    assert "DRAFT" not in markdown.render(make_content())


def test_a_sample_is_cited_and_nothing_else_is():
    cited = markdown.render(make_content(source_note="AI Use Case Inventory 2024, entry 12."))
    section = cited.split("## 14. References")[1].split("## 15")[0]

    assert section.strip() == "- AI Use Case Inventory 2024, entry 12."
    assert "cites nothing" in markdown.render(make_content())


def test_the_appendices_list_every_score_and_every_change():
    before = make_content().model_dump(mode="json")
    now = make_content(unknown(consistent_answers(), "S2-05")).model_dump(mode="json")
    now["answers"]["S2-04"]["version"] = 3
    del now["answers"]["S3-07"]
    annex = Annex(previous_number=1, changes=changed_items(before, now))

    scores, log, _ = markdown.render(make_content(), annex=annex).split("## Appendix ")[1:]

    assert scores.count("\n| S") == len(before["answers"])
    assert "| S2-04 | Model measures | version 1 | version 3 |" in log
    assert "| version 1 | not asked |" in log


def test_approvals_are_open_until_somebody_rules():
    annex = Annex(approvals=(Approval("Committee", "", "not ruled yet", ""),))

    text = markdown.render(make_content(), annex=annex)

    assert "| Committee | — | not ruled yet | — |" in text.split("## 15. Approvals")[1]
