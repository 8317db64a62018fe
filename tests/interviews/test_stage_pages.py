"""Check your answers, finishing a stage, and the deliverables that follow."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from interviews.consistency.confidence import ACCEPTED, ESCALATED, PROVISIONAL, UNSETTLED
from interviews.models import Checkpoint, Finding, ProblemStatement
from interviews.protocol.catalogue import default_protocol
from interviews.services import sessions
from tests.builders.answers import consistent_values
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from tests.interviews.counting import statements


@pytest.fixture
def session(alice):
    return make_session(alice)


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def review(session, number=1):
    return reverse("interviews:stage-review", args=[session.code, number])


def deliverable(session, kind="problem_statement"):
    return reverse("interviews:deliverable", args=[session.code, kind])


def answer_stage_one(session):
    """Every answer of stage 1; what the scorer wants more of is left as it is."""
    values = consistent_values()
    for question in default_protocol().stage(1).questions:
        submit(session, question.key, values[question.key])
    session.answers.filter(stage_number=1, state="needs_work").update(state="escalated")


def test_every_item_is_listed_with_a_way_to_answer_it(client, session) -> None:
    text = client.get(review(session)).content.decode()
    for question in default_protocol().stage(1).questions:
        assert question.ask in text
        assert reverse("interviews:question", args=[session.code, question.key]) in text


def test_there_is_no_sixth_stage(client, session) -> None:
    assert client.get(review(session, 6)).status_code == 404
    assert client.post(review(session, 0)).status_code == 404


def test_finishing_too_early_says_what_is_missing(client, session) -> None:
    submit(session, "S1-01", VAGUE_PROBLEM)
    reply = client.post(review(session))
    text = reply.content.decode()
    assert reply.status_code == 422
    assert "cannot be finished yet" in text
    assert len(reply.context["missing"]) == 12
    assert "Needs more detail" in text
    assert not Checkpoint.objects.exists()


def test_a_full_stage_is_finished_and_leaves_its_deliverable(client, session) -> None:
    answer_stage_one(session)
    reply = client.post(review(session))
    assert reply.status_code == 302, reply.context["outcome"]
    assert Checkpoint.objects.get().stage_number == 1
    assert ProblemStatement.objects.get().version == 1
    assert "Finished" in client.get(reply.url).content.decode()


def test_an_edit_afterwards_marks_the_deliverable(client, session) -> None:
    answer_stage_one(session)
    client.post(review(session))
    assert "An answer changed" not in client.get(deliverable(session)).content.decode()
    submit(session, "S1-01", consistent_values()["S1-01"] + " Since 2019.")
    text = client.get(deliverable(session)).content.decode()
    assert "An answer changed since this was made" in text
    client.post(deliverable(session))
    assert [one.version for one in ProblemStatement.objects.all()] == [2, 1]
    assert "An answer changed" not in client.get(deliverable(session)).content.decode()
    assert "earlier version" in client.get(deliverable(session) + "?version=1").content.decode()


def test_confidence_is_explained_as_it_is_counted(client, session) -> None:
    answer_stage_one(session)
    client.post(review(session))
    text = client.get(deliverable(session)).content.decode()
    shown = re.sub(r"\s+", " ", text)
    assert "An accepted answer counts 1, one with a provisional score 0.5" in shown
    assert "one with a reviewer 0.4, and one that is not known yet 0" in shown
    counted = (ACCEPTED, PROVISIONAL, ESCALATED, UNSETTLED)
    assert counted == (1, 0.5, 0.4, 0)


def test_a_paused_interview_makes_no_new_version(client, alice, session) -> None:
    answer_stage_one(session)
    client.post(review(session))
    sessions.pause_session(session=session, by=alice)
    assert client.post(deliverable(session)).status_code == 409
    assert ProblemStatement.objects.count() == 1


def test_answers_to_check_again_are_listed_with_a_link(client, session) -> None:
    answer_stage_one(session)
    assert "Check again" not in client.get(review(session)).content.decode()
    submit(session, "S1-01", consistent_values()["S1-01"] + " Since 2019.")
    reply = client.get(review(session))
    text = reply.content.decode()
    part = text[text.index('id="check-again-title"') :]
    for one in reply.context["rechecks"]:
        assert one.item.url in part[: part.index("</section>")]
    assert "S1-03" in {one.item.question.key for one in reply.context["rechecks"]}
    assert client.get(review(session, 5)).context["rechecks"] == []


def test_a_deliverable_shows_the_person_s_own_words(client, session) -> None:
    answer_stage_one(session)
    client.post(review(session))
    words = consistent_values()["S1-01"]
    assert words[:60] in client.get(deliverable(session)).content.decode()


def test_a_deliverable_that_is_not_made_yet_says_when(client, session) -> None:
    assert "made when the stage is finished" in client.get(deliverable(session)).content.decode()
    assert client.get(deliverable(session, "shopping_list")).status_code == 404
    assert client.get(deliverable(session) + "?version=7").status_code == 404


def test_a_blocker_of_substance_can_be_carried_from_the_gate(client, session) -> None:
    answer_stage_one(session)
    rows = consistent_values()["S1-07"]
    rows[0] |= {"available_at_prediction": "no", "essential": True}
    rows[0].pop("substitute", None)
    submit(session, "S1-07", rows)
    reply = client.post(review(session))
    assert reply.status_code == 422
    assert [one.rule_id for one in reply.context["may_carry"]] == ["G1-3"]
    handle = reverse("interviews:finding-handle", args=[session.code, "G1-3"])
    client.post(handle, {"action": "carry", "reason": "The supplier promised it for May."})
    assert Finding.objects.get(rule_id="G1-3").state == "carried"
    session.answers.filter(state="needs_work").update(state="escalated")
    assert client.post(review(session)).status_code == 302


def test_mallory_and_the_reviewer_finish_nothing(client_of, alice, rita, mallory, session) -> None:
    assert client_of(mallory).post(review(session)).status_code == 404
    sessions.release_session(session=session, by=alice)
    assert client_of(rita).get(review(session)).status_code == 200
    assert client_of(rita).post(review(session)).status_code == 403
    assert client_of(rita).post(deliverable(session)).status_code == 403


def test_a_paused_stage_is_not_finished(client, alice, session) -> None:
    sessions.pause_session(session=session, by=alice)
    assert client.post(review(session)).status_code == 409


def test_the_page_costs_the_same_however_long_the_answers_are(client, session) -> None:
    with statements() as before:
        client.get(review(session))
    answer_stage_one(session)
    with statements() as after:
        client.get(review(session))
    assert len(before) == len(after) <= 8
