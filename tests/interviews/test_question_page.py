"""What one sees when a question opens."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import escape

from interviews.answerset import AnswerState
from interviews.models import Answer
from interviews.protocol.catalogue import default_protocol
from interviews.services import attempts, drafts, reading, sessions
from tests.builders.answers import consistent_values
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.interviews.counting import statements


@pytest.fixture
def session(alice):
    return make_session(alice)


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def question(session, key="S1-01"):
    return reverse("interviews:question", args=[session.code, key])


def shown(client, session, key="S1-01"):
    reply = client.get(question(session, key))
    assert reply.status_code == 200
    return reply.content.decode()


def tag_of(text, name):
    """The opening tag of the one input of that name."""
    (found,) = re.findall(rf'<(?:input|select|textarea)\b[^>]*\bname="{name}"[^>]*>', text)
    return found


ALWAYS = [one.key for one in default_protocol().questions if one.show_when is None]


@pytest.mark.parametrize("key", ALWAYS)
def test_every_question_opens_and_labels_every_input(client, session, key) -> None:
    text = shown(client, session, key)
    form = text[text.index('id="answer-form"') : text.index("</form>", text.index("answer-form"))]
    form = re.sub(r"<template>.*?</template>", "", form, flags=re.S)
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", form):
        if 'type="hidden"' in tag:
            continue
        found = re.search(r'\bid="([^"]+)"', tag)
        labelled = found and f'for="{found[1]}"' in form
        assert labelled or "aria-label=" in tag, tag


def test_it_says_where_one_is_and_why_it_is_asked(client, session) -> None:
    text = shown(client, session)
    assert "Question 1 of 12" in text
    assert 'aria-current="step"' in text
    assert "Why we ask." in text
    assert "minutes left" in text


def test_a_question_that_is_not_there_is_not_found(client, session) -> None:
    assert client.get(question(session, "S9-99")).status_code == 404


def test_mallory_sees_no_question(client_of, mallory, session) -> None:
    client = client_of(mallory)
    assert client.get(question(session)).status_code == 404
    assert client.post(question(session), {"f-text": "x"}).status_code == 404
    status = reverse("interviews:attempt-status", args=[session.code, "S1-01"])
    draft = reverse("interviews:draft-save", args=[session.code, "S1-01"])
    assert client.get(status).status_code == 404
    assert client.post(draft, {"f-text": "x"}).status_code == 404


def test_a_reviewer_reads_but_has_nothing_to_fill_in(client_of, alice, rita, session) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)
    sessions.release_session(session=session, by=alice)
    client = client_of(rita)
    text = shown(client, session)
    assert "Tenants of our 2,400 flats" in text
    assert 'id="answer-form"' not in text
    assert client.post(question(session), {"f-text": "x"}).status_code == 403


def test_a_paused_interview_shows_answers_without_inputs(client, alice, session) -> None:
    sessions.pause_session(session=session, by=alice)
    text = shown(client, session)
    assert 'id="answer-form"' not in text
    assert "Resume it" in text


def test_the_draft_stands_in_the_field_rather_than_the_answer(client, alice, session) -> None:
    answer = submit(session, "S1-01", GOOD_PROBLEM)
    answer.session = session
    drafts.save_draft(
        answer=answer,
        value="A newer text.",
        draft_version=0,
        answer_version=answer.version,
        by=alice,
    )
    text = shown(client, session)
    assert ">\nA newer text.</textarea>" in text
    assert "This is your draft" in text


def test_a_follow_up_is_asked_with_what_is_missing_and_attempts_left(client, session) -> None:
    answer = submit(session, "S1-01", VAGUE_PROBLEM)
    text = shown(client, session)
    assert escape(answer.current_assessment.follow_ups.first().text) in text
    assert text.count("follow-up") == 1
    assert "2 attempts left" in text
    assert "Missing" in text


def test_an_accepted_answer_shows_its_score_and_quotes(client, session) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)
    text = shown(client, session)
    assert "Accepted" in text
    assert "<blockquote>" in text


def test_an_unknown_answer_names_who_finds_out(client, alice, session) -> None:
    current = reading.read(session)
    attempts.mark_unknown(
        reading=current,
        question_key="S1-01",
        owner="Kim Sørensen",
        due_date=date(2027, 1, 31),
        by=alice,
        answer_version=0,
    )
    assert "Kim Sørensen finds out by 31 Jan 2027" in shown(client, session)


def test_a_changed_earlier_answer_is_pointed_out(client, session) -> None:
    values = consistent_values()
    submit(session, "S1-01", GOOD_PROBLEM)
    submit(session, "S1-03", values["S1-03"])
    assert "An earlier answer changed" not in shown(client, session, "S1-03")
    submit(session, "S1-01", GOOD_PROBLEM + " It began in 2023.")
    text = shown(client, session, "S1-03")
    assert "An earlier answer changed" in text
    assert "Still correct" in text


def test_prefilled_rows_name_where_they_come_from(client, session) -> None:
    submit(session, "S3-01", consistent_values()["S3-01"])
    text = shown(client, session, "S3-04")
    assert "Filled in from S3-01" in text
    assert text.count('class="row-shown"') > 6


def test_no_earlier_answer_is_asked_for_twice(client, session) -> None:
    values = consistent_values()
    submit(session, "S1-08", values["S1-08"])
    submit(session, "S1-11", [{"kind": "law_regulation", "detail": "Medicines act"}])
    delay = values["S1-08"]["label_delay"]
    text = shown(client, session, "S3-06")
    assert "Filled in from S1-08" in text
    assert f'value="{delay["value"]}"' in tag_of(text, "f-label_delay")
    assert f'<option value="{delay["unit"]}" selected>' in text
    text = shown(client, session, "S4-07")
    assert "Filled in from S1-11" in text
    assert ">\nMedicines act</textarea>" in text


def test_rows_that_are_always_there_are_said_to_come_from_nowhere(client, session) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)
    text = shown(client, session, "S3-09")
    assert '<option value="storage" selected>' in text
    assert "Filled in from" not in text


def test_what_is_settled_can_be_opened_and_changed(client, session) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)
    text = shown(client, session, "S1-02")
    assert "Already settled" in text
    assert question(session, "S1-01") in text


def test_options_come_from_the_earlier_answer(client, session) -> None:
    values = consistent_values()
    assert "nothing to choose from" not in shown(client, session, "S2-06")
    submit(session, "S2-01", values["S2-01"])
    name = values["S2-01"][0]["name"]
    assert f'<option value="{name}"' in shown(client, session, "S2-06")


def test_a_conditional_question_appears_and_disappears_cleanly(client, session) -> None:
    values = consistent_values()
    text = shown(client, session, "S3-07")
    assert "does not apply at the moment" in text
    assert 'id="answer-form"' not in text
    reply = client.post(question(session, "S3-07"), {"f-text": "x", "answer_version": 0})
    assert reply.status_code == 302
    submit(session, "S3-06", values["S3-06"] | {"origin": "must_be_annotated"})
    assert 'id="answer-form"' in shown(client, session, "S3-07")


def test_what_follows_from_the_answers_is_worked_out(client, session) -> None:
    values = consistent_values()
    submit(session, "S1-07", values["S1-07"])
    submit(session, "S1-08", values["S1-08"])
    assert "we suggest" in shown(client, session, "S1-09")
    submit(session, "S2-09", values["S2-09"])
    assert "is left to act" in shown(client, session, "S2-09")
    submit(session, "S5-08", values["S5-08"])
    assert "give level" in shown(client, session, "S5-08")
    assert "at least" in shown(client, session, "S5-10")


def test_the_provenance_of_a_sample_answer_is_said(client, session) -> None:
    session.provenance = {"S1-01": "record"}
    session.save()
    assert "repeats a public record" in shown(client, session)


def test_the_status_alone_is_a_fragment_and_stops_polling(client, session, work) -> None:
    submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    url = reverse("interviews:attempt-status", args=[session.code, "S1-01"])
    busy = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in busy
    assert "Check again" in busy
    work()
    done = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in done
    assert "<html" not in done
    assert "<html" in client.get(url).content.decode()


def test_the_page_costs_at_most_eight_statements(client, session) -> None:
    """The dearest case: history, follow-up, draft and findings all have rows."""
    submit(session, "S1-01", VAGUE_PROBLEM)
    submit(session, "S1-01", VAGUE_PROBLEM + " It is slow.")
    with statements() as found:
        shown(client, session)
    assert len(found) <= 8, "\n".join(found)


def test_the_page_costs_the_same_with_2_and_with_60_rows(client, alice, session) -> None:
    costs = []
    for count in (2, 60):
        answer = Answer.objects.get(session=session, question_key="S1-07")
        answer.session = session
        live = drafts.live_draft(answer)
        drafts.save_draft(
            answer=answer,
            value=[{"name": f"field_{n}"} for n in range(count)],
            draft_version=live.version if live else 0,
            answer_version=answer.version,
            by=alice,
        )
        with statements() as found:
            assert shown(client, session, "S1-07").count("data-row=") == count + 1
        costs.append(len(found))
    assert costs[0] == costs[1] <= 8


def test_after_the_last_attempt_a_reviewer_reads_it(client, session) -> None:
    for more in ("", " We are behind.", " Others have it."):
        answer = submit(session, "S1-01", VAGUE_PROBLEM + more)
    assert answer.state == AnswerState.ESCALATED
    assert "A reviewer reads this answer" in shown(client, session)


def test_answers_that_need_more_detail_are_in_sight_on_every_question(client, session) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    assert "Needs more detail" in shown(client, session, "S1-02")
    assert question(session, "S1-01") in shown(client, session, "S1-02")
    submit(session, "S1-01", GOOD_PROBLEM)
    assert "Needs more detail" not in shown(client, session, "S1-02")
