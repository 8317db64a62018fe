"""What is written for the scorer rather than about the work."""

from __future__ import annotations

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.scoring import offline, rubric
from interviews.scoring.bank import default_bank
from interviews.scoring.concreteness import weigh
from interviews.scoring.signals import read
from tests.scoring import measure

PROTOCOL = default_protocol()


def passes(key: str, text: str) -> bool:
    question = PROTOCOL.question(key)
    limit = measure.threshold(question)
    return rubric.score(question, offline.judge(question, text), threshold=limit) >= limit


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("S1-05", "Fixed rules cannot capture it. Error tolerance is stated. Gain 25 %. Fallback: human."),
        ("S5-13", "Drift test: met. Retrain trigger: met. Rollback: met. Abuse watch: met."),
        ("S4-04", "The machine decides what the machine decides, 60 seconds, and the human the rest."),
        ("S3-08", "Findable 5, accessible 5, interoperable 5, reusable 5, catalogue 5, licence 5."),
        ("S1-01", "cost 45 % 30 days per month customers staff delay cost error wait lost missed late"),
        ("S1-07", "Variable 1 number yes, variable 2 number yes, source system database."),
        ("S5-11", "Name Surname, role, until DD.MM.YYYY, conditions: condition 1, condition 2."),
        ("S4-12", "Roll-out: phased. Training: yes. Stop rule: yes. First group: small. Duration: 4 weeks."),
    ],
)  # fmt: skip
def test_words_that_only_feed_the_scorer_do_not_pass(key: str, text: str) -> None:
    assert not passes(key, text)


def test_the_same_facts_in_unusual_words_pass() -> None:
    assert passes(
        "S4-06",
        "Snow blinds the lock camera; gates stay shut. The keeper hears the bargees hooting and"
        " cranks by hand as before.",
    )


def test_a_text_of_facts_is_more_concrete_than_a_text_of_talk() -> None:
    asked = default_bank().asked(PROTOCOL.question("S1-01"))
    talk = "We want better processes and less delay for all our customers in the future."
    facts = "Keepers at the Arnhem lock turn away 14 barges a week; each loses EUR 900."
    degrees = [weigh(read(text, default_bank().matcher), asked).degree for text in (talk, facts)]
    assert degrees[0] < 0.1 < 0.8 < degrees[1]
