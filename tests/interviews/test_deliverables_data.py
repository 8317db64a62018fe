"""The data quality scorecard counts the weakest critical source and nothing it cannot know."""

from __future__ import annotations

import pytest

from interviews.answerset import AnswerSet
from interviews.consistency.ratings import DIMENSIONS, counted_rating
from interviews.deliverables import DataQualityScorecard, build
from interviews.deliverables.data_quality_scorecard import band, fair_maturity
from tests.builders.answers import accepted, consistent_answers, with_row, with_value


def card(answers: AnswerSet) -> DataQualityScorecard:
    made = build("data_quality_scorecard", answers)
    assert isinstance(made, DataQualityScorecard)
    return made


def ratings(source: str, rating: int, **changed: int) -> list[dict]:
    return [
        {
            "source": source,
            "dimension": name,
            "rating": changed.get(name, rating),
            "how_known": "measured",
        }
        for name in DIMENSIONS
    ]


def rated(*rows: list[dict], critical: dict[str, bool]) -> AnswerSet:
    sources = [
        {"name": name, "critical": is_critical, "access_status": "granted"}
        for name, is_critical in critical.items()
    ]
    flat = [row for group in rows for row in group]
    return AnswerSet({"S3-01": accepted("S3-01", sources), "S3-04": accepted("S3-04", flat)})


@pytest.mark.parametrize(
    ("rating", "how_known", "counts"),
    [(9, "measured", 9), (9, "estimated", 7), (6, "estimated", 6), (8, "not_checked", 5)],
)
def test_a_rating_that_nobody_measured_counts_for_less(rating, how_known, counts):
    assert counted_rating({"rating": rating, "how_known": how_known}) == counts


def test_the_lowest_rating_among_critical_sources_is_the_score():
    answers = rated(ratings("A", 9), ratings("B", 8, accuracy=4), critical={"A": True, "B": True})

    assert card(answers).dimension_scores == {**dict.fromkeys(DIMENSIONS, 8), "accuracy": 4}
    assert card(answers).overall_score == pytest.approx((8 * 5 + 4) / 60, abs=1e-4)


def test_a_source_that_is_not_critical_does_not_count():
    answers = rated(ratings("A", 9), ratings("B", 1), critical={"A": True, "B": False})

    assert card(answers).overall_score == 0.9


def test_a_source_is_found_whatever_the_case_of_its_name():
    assert (
        card(rated(ratings("return ARCHIVE ", 7), critical={"Return archive": True})).band == "good"
    )


def test_there_is_no_overall_score_while_a_critical_source_is_not_rated_in_full():
    answers = rated(ratings("A", 9), ratings("B", 9)[:5], critical={"A": True, "B": True})

    assert "integrity" not in card(answers).dimension_scores
    assert card(answers).overall_score is None
    assert card(answers).band is None


@pytest.mark.parametrize(
    ("overall", "name"),
    [
        (0.9, "excellent"),
        (0.8999, "good"),
        (0.7, "good"),
        (0.6999, "fair"),
        (0.5, "fair"),
        (0.49, "poor"),
    ],
)
def test_the_bands_begin_where_the_guide_says(overall, name):
    assert band(overall) == name


@pytest.mark.parametrize(
    ("given", "maturity"),
    [
        (["full", "full", "full", "none"], "high"),
        (["full", "partial", "partial", "none"], "medium"),
        (["full", "full", "none", "none"], "low"),
        ([None, None, None, None], None),
    ],
)
def test_stewardship_maturity_follows_the_four_answers(given, maturity):
    assert fair_maturity(given) == maturity


def test_labels_times_price_is_the_total_cost():
    assert card(consistent_answers()).label_strategy.plan.total_cost == 7_200


def test_a_plan_left_over_from_another_origin_does_not_count():
    answers = with_value(consistent_answers(), "S3-06", "origin", "recorded_outcome")

    assert card(answers).label_strategy.plan is None


def test_good_data_that_may_be_used_is_ready():
    assert card(rated(ratings("A", 8), critical={"A": True})).data_readiness == "ready"


def test_a_blocking_gap_or_a_pending_permission_is_work_to_do():
    ready = rated(ratings("A", 8), critical={"A": True})
    blocked = AnswerSet({**ready, "S3-05": accepted("S3-05", [{"gap": "x", "severity": "blocks"}])})
    pending = with_value(ready, "S3-01", (0, "access_status"), "requested")

    assert card(blocked).data_readiness == "ready_with_work"
    assert [gap.gap for gap in card(blocked).blocking_gaps] == ["x"]
    assert card(pending).data_readiness == "ready_with_work"


def test_poor_data_or_a_refusal_is_not_ready():
    refused = with_value(consistent_answers(), "S3-01", (0, "access_status"), "refused")

    assert card(rated(ratings("A", 4), critical={"A": True})).data_readiness == "not_ready"
    assert card(refused).data_readiness == "not_ready"


def test_a_refused_source_that_is_not_critical_only_means_work():
    row = {"name": "extra", "critical": False, "access_status": "refused"}
    answers = with_row(rated(ratings("A", 8), critical={"A": True}), "S3-01", row)

    assert card(answers).data_readiness == "ready_with_work"
