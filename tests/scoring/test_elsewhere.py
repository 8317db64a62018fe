"""Concrete texts about something else, and examples told again."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.scoring import offline
from interviews.scoring.bank import default_bank
from interviews.scoring.elsewhere import look_around
from interviews.scoring.signals import read
from tests.scoring import measure

PROTOCOL = default_protocol()


def passes(key: str, text: str) -> bool:
    question = PROTOCOL.question(key)
    return measure.score(question, text) >= measure.threshold(question)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("S1-05", "Grandma's risotto cannot be put in rules because each rice drinks differently;"
                  " the packet got it wrong 5 of 9 times. If it sticks, you add wine."),
        ("S2-08", "My sister took the pills against seasickness, I did not, for the eight days on"
                  " board; I was sick five times, she once, so they work."),
        ("S1-01", "The retailer's sales fell 4.3 % in the third quarter, and its shares lost 11 %"
                  " in a day, which hit pension funds and the dividend."),
        ("S4-07", "The dragon could burn the whole village in one night; only the queen can call"
                  " him back with her flute. The old law of the elves applies."),
        ("S4-12", "Zwei Wochen Mallorca ab dem 4. Juli, vier Personen, Halbpension; bei mehr als"
                  " drei Regentagen fahren wir heim."),
    ],
)  # fmt: skip
def test_a_story_that_fits_the_question_but_is_about_something_else_does_not_pass(
    key: str, text: str
) -> None:
    assert not passes(key, text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("S2-01", "Leftover portions per 100 served: 15 in spring 2025, 8 by 31 January 2028, from"
                  " the bin scale, kitchen lead reads it daily."),
        ("S1-02", "The football club loses CHF 1.2 M a season in empty seats; from 2027 the league"
                  " demands 60 % sold. Ticket director Amsler wants it."),
        ("S5-14", "An allergic reaction or three short classes in a week ends it; any head cook"
                  " unplugs it alone in 5 min, the town doctor hears that day."
                  " University audits yearly."),
    ],
)  # fmt: skip
def test_a_canteen_and_a_football_club_may_have_projects(key: str, text: str) -> None:
    assert passes(key, text)


def test_words_of_other_worlds_are_weighed_against_those_of_work() -> None:
    matcher = default_bank().matcher
    story = look_around(read("My aunt whisks two eggs with butter for the cake.", matcher))
    canteen = look_around(read("The catering manager logs each tray of cake.", matcher))
    assert story.foreign >= 4 > story.work
    assert story.private == 1
    assert canteen.work > canteen.foreign


RETOLD = (
    "Leaves with rust appear as a mixture of colour and texture that varies by cultivar; forty"
    " colour rules find only 52 % of what an agronomist finds. Missed leaves get another look in"
    " 5 days, thus a recall of 90 % suffices."
)


def test_the_example_told_again_in_another_order_is_a_copy() -> None:
    judgement = offline.judge(PROTOCOL.question("S1-05"), RETOLD)
    assert judgement.copied_example
    assert not passes("S1-05", RETOLD)


def test_the_example_of_another_question_told_again_is_off_topic() -> None:
    judgement = offline.judge(PROTOCOL.question("S1-06"), RETOLD)
    assert judgement.is_off_topic
    assert not judgement.copied_example


def test_hardly_anybody_who_means_it_retells_an_example() -> None:
    lines = measure.read_lines([measure_file("gaming_dev")])
    bank = default_bank()
    meant = [x for x in lines if x.kind == "terse"]
    assert not [x for x in meant if bank.retold(x.answer)]


def measure_file(name: str) -> Path:
    return Path(__file__).parent / "data" / f"{name}.jsonl"


def test_nearly_all_gaming_of_the_development_set_fails() -> None:
    lines = [x for x in measure.read_lines([measure_file("gaming_dev")]) if x.kind == "gaming"]
    failed = sum(measure.score(x.question, x.answer) < measure.threshold(x.question) for x in lines)
    assert len(lines) >= 250
    assert failed >= 0.95 * len(lines)
