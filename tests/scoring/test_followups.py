"""What the scorer asks back."""

from __future__ import annotations

from interviews.protocol.catalogue import default_protocol
from interviews.scoring import offline

QUESTION = default_protocol().question("S1-01")


def test_the_first_follow_up_aims_at_the_heaviest_missing_element() -> None:
    answer = (
        "9 secretaries cannot keep up: discharge letters queue and GPs order blood tests again."
    )
    judgement = offline.judge(QUESTION, answer)
    assert judgement.followups[0].element_id == "current_size"


def test_a_follow_up_quotes_the_persons_own_words() -> None:
    judgement = offline.judge(QUESTION, "We want to make the hospital more efficient.")
    assert "make the hospital more efficient" in judgement.followups[0].text


def test_at_most_three_follow_ups_of_at_most_2000_characters() -> None:
    judgement = offline.judge(QUESTION, "efficiency " * 900)
    assert 1 <= len(judgement.followups) <= 3
    assert all(len(followup.text) <= 2000 for followup in judgement.followups)


def test_a_complete_answer_is_asked_nothing() -> None:
    answer = (
        "Night nurses miss 9 of 40 falls a month on the geriatric ward; patients lie up to 2 h"
        " and two broke a hip, which cost EUR 31 k."
    )
    assert offline.judge(QUESTION, answer).followups == ()


def test_an_example_comes_from_the_second_attempt_on() -> None:
    vague = "It is slow."
    assert offline.judge(QUESTION, vague).example == ""
    assert offline.judge(QUESTION, vague, attempt_number=2).example == QUESTION.strong


def test_no_follow_up_repeats_an_element() -> None:
    judgement = offline.judge(QUESTION, "Everything is bad.")
    asked = [followup.element_id for followup in judgement.followups]
    assert len(asked) == len(set(asked))


def test_a_choice_or_an_amount_is_quoted_in_readable_words() -> None:
    question = default_protocol().question("S1-02")
    answer = {"driver": "cost", "value_at_stake": 12600, "currency": "EUR"}
    for followup in offline.judge(question, answer).followups:
        assert "cost; 12600" not in followup.text
        assert '"12600"' not in followup.text


def test_a_token_in_a_table_is_quoted_by_its_label() -> None:
    question = default_protocol().question("S1-04")
    rows = [{"approach": "Checklist", "kind": "process_change", "status": "tried"}]
    asked = " ".join(f.text for f in offline.judge(question, rows).followups)
    assert asked
    assert "process_change" not in asked
