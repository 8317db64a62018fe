"""Saving without submitting: by button, by script, in two tabs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from interviews.models import Answer, Draft
from interviews.services import sessions
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.interviews.counting import statements


@pytest.fixture
def session(alice):
    return make_session(alice)


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def save(client, session, text, *, key="S1-01", answer_version=0, draft_version=0):
    url = reverse("interviews:draft-save", args=[session.code, key])
    data = {"f-text": text, "answer_version": answer_version, "draft_version": draft_version}
    return client.post(url, data)


def question(session, key="S1-01"):
    return reverse("interviews:question", args=[session.code, key])


def test_autosave_answers_with_the_version_to_build_on(client, session) -> None:
    first = save(client, session, "One")
    assert first.json()["version"] == 1
    second = save(client, session, "Two", draft_version=1)
    assert second.json()["version"] == 2
    assert ":" in second.json()["saved_at"]
    assert Draft.objects.get().value == "Two"


def test_autosave_runs_no_plain_check(client, session) -> None:
    assert save(client, session, "x").status_code == 200


def test_a_second_tab_overwrites_nothing(client, session) -> None:
    save(client, session, "Tab one")
    reply = save(client, session, "Tab two")
    assert reply.status_code == 409
    assert reply.json()["theirs"] == "Tab one"
    assert reply.json()["mine"] == "Tab two"
    assert Draft.objects.get().value == "Tab one"


def test_autosave_on_an_answer_submitted_elsewhere_overwrites_nothing(client, session) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)
    reply = save(client, session, "Late words")
    assert reply.status_code == 409
    assert reply.json()["theirs"] == GOOD_PROBLEM
    assert not Draft.objects.exists()


def test_a_paused_interview_takes_no_draft(client, alice, session) -> None:
    sessions.pause_session(session=session, by=alice)
    reply = save(client, session, "Words")
    assert reply.status_code == 409
    assert "Resume it" in reply.json()["sentence"]


def test_bob_saves_no_draft_in_the_session_of_alice(client_of, bob, session) -> None:
    assert save(client_of(bob), session, "Words").status_code == 404


def test_a_reviewer_saves_no_draft(client_of, alice, rita, session) -> None:
    sessions.release_session(session=session, by=alice)
    assert save(client_of(rita), session, "Words").status_code == 403


def test_save_and_leave_without_a_script(client, session) -> None:
    data = {"action": "save", "f-text": "Words for later", "answer_version": 0}
    reply = client.post(question(session), data)
    assert reply.url == reverse("interviews:session-detail", args=[session.code])
    assert "Words for later" in client.get(question(session)).content.decode()


def test_two_drafts_stand_side_by_side_without_a_script(client, session) -> None:
    save(client, session, "Words of tab one")
    data = {"action": "save", "f-text": "Words of tab two", "answer_version": 0}
    reply = client.post(question(session), data)
    text = reply.content.decode()
    assert reply.status_code == 409
    assert "Words of tab one" in text
    assert "Words of tab two" in text


def test_a_button_that_follows_its_own_autosave_is_no_conflict(client, session) -> None:
    save(client, session, "The same words")
    data = {"action": "save", "f-text": "The same words", "answer_version": 0}
    assert client.post(question(session), data).status_code == 302


def test_signing_out_loses_no_draft(client_of, alice, client, session) -> None:
    save(client, session, "Kept words")
    client.logout()
    assert "Kept words" in client_of(alice).get(question(session)).content.decode()


def test_a_draft_is_thrown_away_only_on_request(client, session) -> None:
    save(client, session, "Unwanted words")
    client.post(question(session), {"action": "discard", "answer_version": 0})
    assert not Draft.objects.exists()


def test_submitting_spends_the_draft(client, session) -> None:
    save(client, session, "Old words")
    submit(session, "S1-01", GOOD_PROBLEM)
    text = client.get(question(session)).content.decode()
    assert "Old words" not in text
    assert 'name="draft_version" value="0"' in text
    version = Answer.objects.get(session=session, question_key="S1-01").version
    assert save(client, session, "New words", answer_version=version).status_code == 200


def test_an_empty_answer_can_be_saved(client, session) -> None:
    assert save(client, session, "").status_code == 200
    assert client.get(question(session)).status_code == 200


def test_autosave_costs_at_most_six_statements(client, session) -> None:
    save(client, session, "One")
    with statements() as found:
        save(client, session, "Two", draft_version=1)
    assert len(found) <= 6, "\n".join(found)


@pytest.mark.parametrize("mine", ['"\\ud800"', "[1e400]", "[NaN]", "[" * 40 + "]" * 40])
@pytest.mark.parametrize("action", ["save", "stay", "submit"])
def test_what_no_database_keeps_is_refused_and_locks_nobody_out(
    client, session, mine: str, action: str
) -> None:
    sent = {"action": action, "mine": mine, "answer_version": 0, "draft_version": 0}
    assert client.post(question(session), sent).status_code in (302, 422)
    assert client.get(question(session)).status_code == 200
    assert set(Draft.objects.values_list("value", flat=True)) <= {""}


def test_a_reload_of_an_old_refusal_shows_the_newer_draft_too(client, session) -> None:
    refused = {"action": "submit", "f-text": "short", "answer_version": 0, "draft_version": 0}
    assert client.post(question(session), refused).status_code == 422
    save(client, session, GOOD_PROBLEM, draft_version=1)
    again = client.post(question(session), refused)
    assert again.status_code == 409
    assert GOOD_PROBLEM[:40] in again.content.decode()
    assert Draft.objects.get().value == GOOD_PROBLEM
