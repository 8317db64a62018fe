"""Answers that were made from the example, and answers that only have its form."""

from __future__ import annotations

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.scoring import offline, rubric
from tests.scoring import measure

PROTOCOL = default_protocol()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (
            "S2-07",
            "At most 5 % fewer plays if 25 % or more of recommended songs come from local bands;"
            " under 25 % the music director turns the ranking off.",
        ),
        (
            "S3-05",
            "No soil-moisture probes on 55 % of fields (hurts); EUR 60 each, 9 weeks, growers'"
            " co-op; until then a rain proxy, which over-warns by around 12 %.",
        ),
    ],
)
def test_the_example_in_another_trade_is_a_copy(key: str, text: str) -> None:
    assert offline.judge(PROTOCOL.question(key), text).copied_example


def test_a_calculation_in_the_form_of_the_example_is_no_copy() -> None:
    question = PROTOCOL.question("S2-03")
    text = (
        "6,200 spoilt loaves a week × EUR 0.90 × 52 × 10/20/30 % avoided = EUR 29 k / 58 k / 87 k"
        " a year; build 70 k, running 11 k a year."
    )
    judgement = offline.judge(question, text)
    assert not judgement.copied_example
    assert rubric.score(question, judgement, threshold=measure.threshold(question)) >= 7.5
