"""Submitting, not knowing yet, confirming: all without a script."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from interviews.answerset import AnswerState
from interviews.forms import UnknownForm
from interviews.models import Answer, Attempt, Draft
from interviews.services import sessions
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


def answer_of(session, key="S1-01"):
    return Answer.objects.get(session=session, question_key=key)


def post(client, session, key="S1-01", **data):
    data = {name.replace("__", "-"): value for name, value in data.items()}
    data.setdefault("answer_version", answer_of(session, key).version)
    return client.post(question(session, key), {"draft_version": 0, **data})


def told(reply):
    return [str(one) for one in get_messages(reply.wsgi_request)]


def test_a_good_answer_is_stored_and_the_person_goes_on(client, session) -> None:
    reply = post(client, session, action="submit", f__text=GOOD_PROBLEM)
    assert reply.url == question(session, "S1-02")
    assert Attempt.objects.get().value == GOOD_PROBLEM
    assert answer_of(session).state == AnswerState.SCORING
    assert "S1-01 is being scored." in told(reply)


def test_a_form_is_read_field_by_field(client, session) -> None:
    post(
        client,
        session,
        "S1-02",
        action="submit",
        f__driver="cost",
        f__value_at_stake="1 250 000",
        f__currency="EUR",
        f__text="Each year of waiting costs us EUR 1.2 M in fines and overtime.",
    )
    assert Attempt.objects.get().value["value_at_stake"] == 1250000
    assert Attempt.objects.get().value["driver"] == "cost"


def test_a_duration_is_a_number_and_a_unit(client, session) -> None:
    post(
        client,
        session,
        "S1-08",
        action="submit",
        f__name="priority",
        f__meaning="How urgent a repair is",
        f__unit_of_prediction="a repair request",
        f__output_type="category",
        f__possible_values="today\nthis week\r\nlater\n",
        f__horizon="7",
        **{"f__horizon__unit": "day"},
    )
    value = Attempt.objects.get().value
    assert value["horizon"] == {"value": 7, "unit": "day"}
    assert value["possible_values"] == ["today", "this week", "later"]


def test_a_plain_fault_keeps_everything_and_uses_no_attempt(client, session) -> None:
    reply = post(client, session, action="submit", f__text="Too short <b>")
    text = reply.content.decode()
    assert reply.status_code == 422
    assert "There is a problem" in text
    assert 'href="#f-text"' in text
    assert 'aria-invalid="true"' in text
    assert ">\nToo short &lt;b&gt;</textarea>" in text
    assert not Attempt.objects.exists()
    assert Draft.objects.get().value == "Too short <b>"


def test_the_same_text_again_is_refused_with_words(client, session) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    reply = post(client, session, action="submit", f__text=VAGUE_PROBLEM)
    assert reply.status_code == 422
    assert "same as before" in reply.content.decode()
    assert Attempt.objects.count() == 1


def test_a_warning_is_shown_but_never_blocks(client, session) -> None:
    text = GOOD_PROBLEM + " A random forest from Acme would solve it with deep learning."
    reply = post(client, session, action="submit", f__text=text)
    assert reply.status_code == 302
    assert any(one.startswith("S1-01: ") for one in told(reply))


def test_not_knowing_needs_a_name_and_a_date(client, session) -> None:
    reply = post(client, session, action="unknown", unknown__owner="")
    assert reply.status_code == 422
    assert "Name the person" in reply.content.decode()
    assert answer_of(session).state == AnswerState.DRAFT


def test_not_knowing_keeps_what_was_typed(client, session) -> None:
    due = timezone.localdate() + timedelta(days=9)
    reply = post(
        client,
        session,
        action="unknown",
        f__text="Half a thought",
        unknown__owner="Kim",
        unknown__due=due.isoformat(),
    )
    assert reply.url == question(session, "S1-02")
    assert answer_of(session).unknown_owner == "Kim"
    assert "Half a thought" in client.get(question(session)).content.decode()


def test_a_date_that_has_passed_is_refused(client, session) -> None:
    reply = post(client, session, action="unknown", unknown__owner="Kim", unknown__due="2020-01-01")
    assert reply.status_code == 422
    assert "This date has passed" in reply.content.decode()


def test_the_screening_cannot_be_left_open(client, session) -> None:
    assert "I don’t know yet" not in client.get(question(session, "S5-01")).content.decode()
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    reply = post(client, session, "S5-01", action="unknown", unknown__owner="Kim", unknown__due=due)
    assert reply.status_code == 422
    assert "would hide a risk" in reply.content.decode()


def test_the_screening_is_read_row_by_row(client, session) -> None:
    codes = consistent_values()["S5-01"]
    data = {f"f__practices__{code}": "no" for code in codes}
    reply = post(client, session, "S5-01", action="submit", **data)
    assert reply.status_code == 302
    assert {one["answer"] for one in Attempt.objects.get().value.values()} == {"no"}


def test_still_correct_is_a_new_attempt_with_the_same_value(client, session) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)
    submit(session, "S1-03", consistent_values()["S1-03"])
    submit(session, "S1-01", GOOD_PROBLEM + " It began in 2023.")
    reply = post(client, session, "S1-03", action="keep")
    assert told(reply) == ["S1-03 is confirmed. An unchanged answer keeps its score."]
    first, second = Attempt.objects.filter(answer=answer_of(session, "S1-03"))
    assert first.value == second.value
    assert (
        "An earlier answer changed" not in client.get(question(session, "S1-03")).content.decode()
    )


def test_who_cannot_say_more_hands_it_to_a_reviewer(client, session) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    reply = post(client, session, action="stop")
    assert reply.status_code == 302
    assert answer_of(session).state == AnswerState.ESCALATED


def test_nothing_is_answered_while_paused(client, alice, session) -> None:
    sessions.pause_session(session=session, by=alice)
    reply = post(client, session, action="submit", f__text=GOOD_PROBLEM)
    assert reply.status_code == 409
    assert "paused" in reply.content.decode()
    assert not Attempt.objects.exists()


def test_two_tabs_on_one_answer_see_both_versions(client, session) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)
    reply = post(client, session, action="submit", answer_version=0, f__text=VAGUE_PROBLEM)
    text = reply.content.decode()
    assert reply.status_code == 409
    assert "Tenants of our 2,400 flats" in text
    assert VAGUE_PROBLEM in text
    assert Attempt.objects.count() == 1


def test_a_second_click_is_no_conflict(client, session) -> None:
    for _ in range(2):
        reply = post(client, session, action="submit", answer_version=0, f__text=GOOD_PROBLEM)
        assert reply.status_code == 302
    assert Attempt.objects.count() == 1


def test_keeping_mine_submits_it_on_the_newer_version(client, session) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    conflict = post(client, session, action="submit", answer_version=0, f__text=GOOD_PROBLEM)
    kept = {name: conflict.context[name] for name in ("answer_version", "draft_version")} | {
        "mine": conflict.context["carried"]
    }
    reply = post(client, session, action="submit", **kept)
    assert reply.status_code == 302
    assert [one.value for one in Attempt.objects.all()] == [VAGUE_PROBLEM, GOOD_PROBLEM]


def test_mine_can_be_edited_before_it_is_sent(client, session) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    version = answer_of(session).version
    post(client, session, action="stay", mine='"My own words."', answer_version=version)
    assert ">\nMy own words.</textarea>" in client.get(question(session)).content.decode()


def test_a_mangled_version_of_mine_is_no_fault_of_the_server(client, session) -> None:
    assert post(client, session, action="submit", mine="{not json").status_code == 422
    assert post(client, session, action="submit", mine="[1, 2]").status_code == 422
    assert post(client, session, action="submit", answer_version="many").status_code == 422


def test_submitting_costs_at_most_twelve_statements(client, session) -> None:
    with statements() as found:
        post_data = {"action": "submit", "f-text": GOOD_PROBLEM, "answer_version": 0}
        client.post(question(session), post_data)
    assert len(found) <= 12, "\n".join(found)


def timing(window: int) -> dict[str, str]:
    """Durations of S2-09 in seconds, of which only the window differs."""
    names = ("data_latency", "prediction_latency", "human_reaction_time", "prediction_frequency")
    seconds = dict.fromkeys(names, 60) | {"action_window": window}
    typed = {f"f-{name}": str(value) for name, value in seconds.items()}
    return typed | {f"f-{name}-unit": "s" for name in seconds} | {"f-reason": "Measured."}


def test_a_submit_that_changes_findings_costs_no_more(client, session) -> None:
    for number, window in enumerate((10, 20, 9000)):
        with statements() as found:
            sent = {"action": "submit", "answer_version": number, **timing(window)}
            client.post(question(session, "S2-09"), sent)
        # One for the finding that comes or goes, beside the twelve of every submit.
        assert len(found) <= 13, "\n".join(found)
    assert session.findings.get(rule_id="G2-6").state == "fixed"


def test_an_empty_submit_says_what_to_do(client, session) -> None:
    for key in ("S1-01", "S1-02", "S1-04", "S1-12", "S5-01", "S5-04", "S5-10", "S4-12"):
        reply = post(client, session, key, action="submit")
        assert reply.status_code == 422, key
        assert reply.content.decode().count('class="summary') == 1, key


def test_a_choice_that_is_missing_is_marked_as_a_whole(client, session) -> None:
    text = post(client, session, "S1-05", action="submit", f__text="x").content.decode()
    groups = re.findall(r"<fieldset[^>]*>", text)
    (group,) = [one for one in groups if "f-error_tolerance-error" in one]
    assert 'role="radiogroup"' in group
    assert 'aria-required="true"' in group
    assert 'aria-invalid="true"' in group
    text = post(client, session, "S5-01", action="submit").content.decode()
    assert 'aria-invalid="true"' in "".join(re.findall(r"<fieldset[^>]*>", text))


def test_what_is_wrong_with_a_small_form_is_tied_to_its_input(client, session) -> None:
    text = post(client, session, action="unknown").content.decode()
    (owner,) = re.findall(r'<input[^>]*name="unknown-owner"[^>]*>', text)
    for wanted in ("aria-required", "aria-invalid", 'aria-describedby="id_unknown-owner-error"'):
        assert wanted in owner
    (note,) = re.findall(r'<textarea[^>]*name="unknown-note"[^>]*>', text)
    assert "aria-required" not in note


def test_a_hint_is_still_read_out_beside_an_error() -> None:
    bound = UnknownForm({}, today=date(2026, 1, 1))["owner"]
    context = {"bound": bound, "kind": "text", "hint": "A name."}
    text = render_to_string("components/_field.html", context)
    assert 'aria-describedby="id_unknown-owner-hint id_unknown-owner-error"' in text
