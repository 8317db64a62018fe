"""Charts are plain SVG: named for everyone, without scripts or inline styles."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from charters.rendering import charts
from charters.rendering.page import charter_page
from interviews.answerset import AnswerSet
from interviews.deliverables import build
from tests.builders.answers import consistent_answers, with_value, without_field
from tests.builders.charters import make_content


class Drawing(HTMLParser):
    """The elements of an SVG: tag, attributes and text."""

    def __init__(self, svg: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict, str]] = []
        self.open_tags: list[str] = []
        self.feed(svg)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), ""))
        self.open_tags.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag

    def handle_data(self, data):
        tag, attributes, text = self.found[-1]
        self.found[-1] = (tag, attributes, text + data)

    def all(self, tag: str) -> list[tuple[dict, str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def drawn(kind: str, answers: AnswerSet | None = None) -> charts.Chart:
    deliverable, draw = {
        "quality": ("data_quality_scorecard", charts.data_quality),
        "risk": ("ethical_risk_report", charts.risk_matrix),
        "timing": ("metric_alignment_matrix", charts.timing),
    }[kind]
    return draw(build(deliverable, answers or consistent_answers()))


def texts(chart: charts.Chart) -> list[str]:
    return [text for _, text in Drawing(chart.svg).all("text")]


@pytest.mark.parametrize("kind", ["quality", "risk", "timing"])
def test_a_chart_is_named_and_described_for_those_who_cannot_see_it(kind):
    drawing = Drawing(drawn(kind).svg)
    [(attributes, _)] = drawing.all("svg")
    [(title, name)], [(description, said)] = drawing.all("title"), drawing.all("desc")

    assert attributes["role"] == "img"
    assert name and said
    assert attributes["aria-labelledby"].split() == [title["id"], description["id"]]


@pytest.mark.parametrize("kind", ["quality", "risk", "timing"])
def test_a_chart_passes_a_strict_content_security_policy(kind):
    svg = drawn(kind).svg

    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href=", svg)


@pytest.mark.parametrize("kind", ["quality", "risk", "timing"])
def test_a_chart_takes_its_colors_from_the_page(kind):
    assert set(re.findall(r'fill="([^"]+)"', drawn(kind).svg)) == {"currentColor"}


@pytest.mark.parametrize("kind", ["quality", "risk", "timing"])
def test_a_chart_has_a_table_that_says_the_same(kind):
    chart = drawn(kind)

    assert chart.rows
    assert all(len(row) == len(chart.columns) for row in chart.rows)
    assert all(
        cell.casefold() in chart.description.casefold() for row in chart.rows for cell in row
    )


def test_the_matrix_counts_each_rated_risk_once_before_and_once_after():
    chart = drawn("risk")
    drawing = Drawing(chart.svg)
    counts = [int(text) for it, text in drawing.all("text") if it["class"] == "chart-count"]

    assert sum(counts) == 2 * len(chart.rows) == 10


def test_a_dimension_that_is_not_rated_is_said_to_be_so():
    answers = with_value(consistent_answers(), "S3-04", None, [])

    assert "–" in texts(drawn("quality", answers))
    assert "accuracy not rated" in drawn("quality", answers).description


def test_a_late_answer_shows_where_the_window_ends():
    late = with_value(consistent_answers(), "S2-09", "action_window", {"value": 5, "unit": "min"})

    assert "The answer comes too late." in drawn("timing", late).description
    assert "in time" in drawn("timing").description


def test_there_is_no_timing_bar_while_a_duration_is_missing():
    assert drawn("timing", without_field(consistent_answers(), "S2-09", "action_window")) is None


def test_what_people_typed_is_escaped_in_a_chart():
    answers = with_value(consistent_answers(), "S5-04", (0, "ref"), "<b>&\"'")

    svg = drawn("risk", answers).svg

    assert "<b>" not in svg
    assert Drawing(svg).open_tags == []


def test_the_page_shows_each_figure_as_a_drawing_with_its_table():
    page = charter_page(make_content(), link=lambda item, version: f"/{item}/{version}")
    figures = [block for part in page.sections for block in part.blocks if block.kind == "figure"]

    assert [figure.chart.title for figure in figures] == [
        "Time to act",
        "Data quality by dimension",
        "Risks before and after controls",
    ]
    assert all(figure.rows and figure.columns for figure in figures)


def test_the_page_links_each_source_at_its_version_and_counts_long_lists():
    page = charter_page(make_content(), link=lambda item, version: f"/{item}/{version}")
    first = page.summary.blocks[0].statements[0].marks
    confidence = next(fact for fact in page.facts if fact.key == "confidence").marks

    assert [mark.url for mark in first.shown] == ["/S1-01/1"]
    assert (confidence.shown, confidence.count > 50) == ((), True)
