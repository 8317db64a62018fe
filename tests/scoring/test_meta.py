"""Sentences about the answer, and pointers to where it may be found."""

from __future__ import annotations

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.scoring.bank import default_bank
from interviews.scoring.filler import is_template
from interviews.scoring.meta import beside_the_point
from interviews.scoring.pretence import is_jumble
from interviews.scoring.signals import read
from tests.scoring import measure


def is_beside_the_point(text: str) -> bool:
    return bool(beside_the_point(read(text, default_bank().matcher)))


@pytest.mark.parametrize(
    "text",
    [
        "To the reviewer: the signal is strong and the volume is 10,000.",
        "All four owners and dates are named, and each safeguard was described.",
        "Plan B is clear, that is what was asked, so kindly proceed to the next question.",
        "Ask Mr Koller for the figures; he keeps them.",
        "The counts per class are in table 3 of the data profile.",
        "Stop rules will be fixed jointly with the auditors once they are appointed.",
        "Diese Antwort nennt Ereignis und Gruppe.",
    ],
)
def test_a_sentence_about_the_answer_does_not_count(text: str) -> None:
    assert is_beside_the_point(text)


@pytest.mark.parametrize(
    "text",
    [
        "The reviewer reads 40 claims a day and signs each of them.",
        "Failures are dated in the maintenance log since 2016.",
        "On request, the hub scanner calls the service.",
        "A score of two readers decides; the fleet office answers within 3 days.",
    ],
)
def test_a_sentence_about_the_work_counts(text: str) -> None:
    assert not is_beside_the_point(text)


def test_numbers_instead_of_names_are_a_template() -> None:
    assert is_template("Control A for risk 1 by person 1, control B for risk 2 by person 2.")
    assert not is_template("Gap 1: no counts on the 40 oldest buses. Ward 2 lends its own.")


def test_grammar_words_in_an_order_that_no_sentence_has_are_a_jumble() -> None:
    assert is_jumble("Retrain when the of drift tests a by week at of attack notices version.")
    assert not is_jumble("Retrain when drift shows at or above 5 % for two weeks.")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("S2-10", "When output is 1, the user does the action; when it is 0, another one;"
                  " capacity 100 cases a day, the rest of 20 wait."),
        ("S4-04", "The machine settles some cases, a named role decides the others; 20 % are"
                  " looked at for 2 minutes each, which can be done with the staff there is."),
        ("S4-12", "A wave-based change journey starts with 20 early adopters in Q1, supported by"
                  " gamified learning nuggets, with go/no-go gates at 80 % adoption."),
    ],
)  # fmt: skip
def test_words_from_everybodys_answers_do_not_pass_with_any_figures(key: str, text: str) -> None:
    question = default_protocol().question(key)
    assert measure.score(question, text) < measure.threshold(question)
