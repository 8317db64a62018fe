"""`uaip start` and `resume`: answering questions in a terminal."""

from __future__ import annotations

import io
from typing import Any

import pytest

from accounts.models import User
from interviews.answerset import AnswerState
from interviews.models import Draft
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.operations.command import sample, uaip, uaip_with
from tests.operations.terminal import answer, only_session, resume, start, typed

pytestmark = pytest.mark.django_db(transaction=True)
GOOD_VALUE = (
    "Doing nothing for a year costs EUR 90,000 in penalties under the tenancy act of 2027. The "
    "director of housing wants it before the heating season begins in October."
)


def test_a_person_starts_leaves_and_goes_on_where_it_was_left(alice: User) -> None:
    first = start(GOOD_PROBLEM, "", "q")
    code = only_session().code.hex[:8]
    assert "Accepted" in first.out
    assert f"python manage.py uaip resume {code}" in first.out
    second = resume(only_session(), "q")
    assert "S1-02 - Strategic importance" in second.out
    assert "S1-01 -" not in second.out
    assert answer("S1-01").state == AnswerState.ACCEPTED


@pytest.mark.parametrize("lines", [(), ("half a",)], ids=["at once", "in the middle"])
def test_the_end_of_input_keeps_what_was_submitted(alice: User, lines: tuple[str, ...]) -> None:
    done = start(GOOD_PROBLEM, "", "2", *lines)
    assert done.code == 0
    assert "Your answers are saved." in done.out
    assert answer("S1-01").current_attempt.value == GOOD_PROBLEM


def test_control_c_keeps_what_was_submitted(alice: User) -> None:
    class Interrupted(io.StringIO):
        def readline(self, *args: Any) -> str:
            line = super().readline(*args)
            if not line:
                raise KeyboardInterrupt
            return line

    source = Interrupted(typed(GOOD_PROBLEM, "", "cost"))
    done = uaip_with(source, "start", "--project-name", "Repair triage")
    assert done.code == 0
    assert "Your answers are saved." in done.out
    assert Draft.objects.get().value == {"driver": "cost"}


def test_a_half_typed_form_is_there_again_as_a_draft(alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM)
    resume(session, "cost", "q")
    assert Draft.objects.get().value == {"driver": "cost"}
    again = resume(session, "", "120 000", "", "EUR", GOOD_VALUE, "", "q")
    assert "Your draft:" in again.out
    held = answer("S1-02").current_attempt.value
    assert (held["driver"], held["value_at_stake"], held["currency"]) == ("cost", 120000, "EUR")


def test_a_half_written_paragraph_is_kept_as_a_draft(alice: User) -> None:
    start("Tenants wait 19 days", "for a heating repair")
    assert Draft.objects.get().value == "Tenants wait 19 days\nfor a heating repair"


def test_bytes_that_are_no_text_are_asked_for_again(alice: User) -> None:
    lines = b"\xff\xfe half\n" + typed(GOOD_PROBLEM, "", "q").encode()
    done = uaip("start", "--project-name", "Repair triage", typed=lines)
    assert "This was not readable text" in done.out
    assert done.code == 0


def test_a_vague_answer_is_asked_back_and_improved(alice: User) -> None:
    done = start(VAGUE_PROBLEM, "", GOOD_PROBLEM, "", "q")
    assert "Attempt 1 of 3." in done.out
    assert "Question back: " in done.out
    assert "At least one figure with a unit and a period." in done.out
    assert (answer("S1-01").state, answer("S1-01").attempt_count) == (AnswerState.ACCEPTED, 2)


def test_more_can_be_added_to_what_stands_there(alice: User) -> None:
    start(VAGUE_PROBLEM, "", f"+ {GOOD_PROBLEM}", "", "q")
    assert answer("S1-01").current_attempt.value == f"{VAGUE_PROBLEM}\n{GOOD_PROBLEM}"


def test_the_same_again_costs_no_attempt(alice: User) -> None:
    done = start(VAGUE_PROBLEM, "", "", "q")
    assert "This is the same as before." in done.out
    assert answer("S1-01").attempt_count == 1


def test_a_third_weak_answer_goes_to_a_person(alice: User) -> None:
    done = start(*(line for number in "123" for line in (VAGUE_PROBLEM + number, "")), "q")
    assert "A person will look at this one" in done.out
    assert answer("S1-01").state == AnswerState.ESCALATED


def test_a_person_without_a_better_answer_may_leave_it(alice: User) -> None:
    start(VAGUE_PROBLEM, "", "x", "q")
    assert answer("S1-01").state == AnswerState.ESCALATED


def test_not_knowing_yet_asks_for_owner_and_date(alice: User) -> None:
    done = start("u", "Ann Archer", "yesterday", "", "Ann Archer", "2031-01-31", "asks IT", "q")
    assert "! Give the date as day, month and year." in done.out
    found = answer("S1-01")
    assert (found.state, found.unknown_owner) == (AnswerState.UNKNOWN, "Ann Archer")
    assert found.unknown_note == "asks IT"


def test_what_must_be_answered_cannot_be_left_unknown(alice: User) -> None:
    done = resume(make_session(alice), "u", "q", question="S5-04")
    assert "This question needs an answer" in done.out


def test_a_question_can_be_skipped_and_gone_back_to(alice: User) -> None:
    done = start("s", "b", "g S1-03", "g S9-99", "q")
    shown = [line[:5] for line in done.out.splitlines() if line.startswith("S1-") and "(" in line]
    assert shown == ["S1-01", "S1-02", "S1-01", "S1-03", "S1-03"]
    assert "There is no question S9-99" in done.out


def test_a_question_mark_shows_why_and_an_example(alice: User) -> None:
    done = start("?", "q")
    assert "Why: This is the first paragraph" in done.out
    assert "Strong: Discharge letters" in done.out


def test_a_letter_can_be_an_answer(alice: User) -> None:
    resume(make_session(alice), "\\s", "up", "", "q", question="S1-03")
    assert Draft.objects.get().value == {"text": "s\nup"}


def test_only_the_bad_fields_are_asked_again(alice: User) -> None:
    session = make_session(alice)
    lines = ("2", "a lot", "", "EUR", GOOD_VALUE, "", "1.2 million", "q")
    done = resume(session, *lines, question="S1-02")
    assert '! Value at stake per year: "a lot" is not a number.' in done.out
    assert done.out.count("Currency of all amounts") == 1
    assert answer("S1-02").current_attempt.value["value_at_stake"] == 1_200_000


def test_enter_keeps_an_accepted_answer_as_it_is(alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM)
    done = resume(session, "", "q", question="S1-01")
    assert "Enter keeps it" in done.out
    assert answer("S1-01").attempt_count == 1
    assert "S1-02 -" in done.out


def test_rows_are_asked_column_by_column(alice: User) -> None:
    rows = sample("usa_class")["answers"]["S1-10"]
    lines = [
        cell for row in rows for cell in ("a", *map(row.get, ("item", "side", "aspect", "reason")))
    ]
    resume(make_session(alice), *lines, "", "q", question="S1-10")
    assert answer("S1-10").current_attempt.value == rows


def test_cells_are_pasted_edited_and_deleted(alice: User) -> None:
    rows = ("item\tside\treason", "Hourly posts\tin\tMost frequent", "Executives\tout\tToo rare")
    lines = ("p", *rows, "", "d 2", "e 1", "Part-time posts", "", "", "q")
    resume(make_session(alice), *lines, question="S1-10")
    expected = {"item": "Part-time posts", "side": "in", "reason": "Most frequent"}
    assert Draft.objects.get().value == [expected]


def test_a_table_may_have_a_reason_for_no_rows(alice: User) -> None:
    reason = (
        "We looked at the 14 screens and the log of 2026 with the council: nobody is misled, "
        "because the caseworkers write each letter themselves."
    )
    resume(make_session(alice), "n", reason, "", "q", question="S5-04")
    assert answer("S5-04").current_attempt.value == {"none": reason}


def test_a_screening_takes_yes_no_and_unsure(alice: User) -> None:
    lines = ["n"] * 7 + ["u", "Legal was asked on 12 January; no face is stored anywhere."]
    session = make_session(alice)
    session.as_of_date = session.started_at.date().replace(year=2026, month=11, day=21)
    session.save()
    done = resume(session, *lines, "q", question="S5-01")
    held = answer("S5-01").current_attempt.value
    assert sorted(one["answer"] for one in held.values()) == ["no"] * 7 + ["unsure"]
    assert "Live remote biometric identification" in done.out


def test_an_answer_changed_in_the_browser_meanwhile_is_not_overwritten(alice: User) -> None:
    session = make_session(alice)

    class Slow(io.StringIO):
        def readline(self, *args: Any) -> str:
            if self.tell() and answer("S1-01").attempt_count == 0:
                submit(session, "S1-01", GOOD_PROBLEM)
            return super().readline(*args)

    done = uaip_with(Slow(typed(VAGUE_PROBLEM, "", "q")), "resume", session.code.hex)
    assert "Somebody changed this answer meanwhile." in done.out
    assert answer("S1-01").current_attempt.value == GOOD_PROBLEM
