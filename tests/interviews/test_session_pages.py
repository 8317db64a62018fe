"""The list, starting, the overview, and pausing, resuming and deleting."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews.models import InterviewSession
from interviews.services import sessions
from interviews.services.reading import read
from interviews.services.stages import close_stage
from tests.builders.answers import consistent_values
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.interviews.counting import statements


def page(session, name="session-detail", *args):
    return reverse(f"interviews:{name}", args=[session.code, *args])


def test_alice_starts_an_interview_and_meets_the_first_question(client_of, alice) -> None:
    client = client_of(alice)
    reply = client.post(reverse("interviews:session-start"), {"project_name": "Repair triage"})
    session = InterviewSession.objects.get()
    assert reply.url == page(session, "question", "S1-01")
    assert session.owner == alice


def test_a_project_without_a_name_is_not_started(client_of, alice) -> None:
    reply = client_of(alice).post(reverse("interviews:session-start"), {"project_name": " "})
    assert reply.status_code == 422
    assert "Give the project a name" in reply.content.decode()
    assert not InterviewSession.objects.exists()


def test_an_empty_list_says_what_to_do(client_of, alice) -> None:
    assert "No interview yet" in client_of(alice).get("/sessions/").content.decode()


def test_alice_does_not_see_the_sessions_of_bob(client_of, alice, bob) -> None:
    session = make_session(bob, "Secret plans")
    client = client_of(alice)
    assert "Secret plans" not in client.get("/sessions/").content.decode()
    for name in ("session-detail", "findings", "transcript", "waiting", "session-delete"):
        assert client.get(page(session, name)).status_code == 404
    for name in ("session-pause", "session-resume", "session-delete"):
        assert client.post(page(session, name)).status_code == 404


def test_a_session_that_is_not_there_is_not_found(client_of, alice) -> None:
    assert client_of(alice).get(f"/sessions/{uuid.uuid4()}/").status_code == 404


def test_a_reviewer_reads_a_released_session_but_changes_nothing(client_of, alice, rita) -> None:
    session = make_session(alice)
    client = client_of(rita)
    assert client.get(page(session)).status_code == 404
    sessions.release_session(session=session, by=alice)
    shown = client.get(page(session))
    assert shown.status_code == 200
    assert "Pause it" not in shown.content.decode()
    assert client.post(page(session, "session-pause")).status_code == 403
    assert client.post(page(session, "session-delete")).status_code == 403


def test_the_list_goes_on_after_25(client_of, alice) -> None:
    for number in range(27):
        make_session(alice, f"Project {number:02}")
    client = client_of(alice)
    first = client.get("/sessions/")
    assert len(first.context["sessions"]) == 25
    second = client.get(f"/sessions/?after={first.context['next_code']}")
    assert len(second.context["sessions"]) == 2
    assert not {one.pk for one in first.context["sessions"]} & {
        one.pk for one in second.context["sessions"]
    }


def test_a_spoilt_place_in_the_list_is_the_beginning(client_of, alice) -> None:
    make_session(alice)
    assert len(client_of(alice).get("/sessions/?after=nonsense").context["sessions"]) == 1


def test_the_list_costs_the_same_with_2_and_with_20_sessions(client_of, alice) -> None:
    client = client_of(alice)
    for _ in range(2):
        make_session(alice)
    with statements() as few:
        client.get("/sessions/")
    for _ in range(18):
        make_session(alice)
    with statements() as many:
        client.get("/sessions/")
    assert len(few) == len(many) <= 4


def test_home_costs_the_same_with_2_and_with_200_sessions(client_of, alice) -> None:
    client = client_of(alice)
    for _ in range(2):
        make_session(alice)
    with statements() as few:
        assert client.get("/").status_code == 200
    InterviewSession.objects.bulk_create(
        InterviewSession(owner=alice, project_name=f"P{n}", protocol_version="uaip/1")
        for n in range(198)
    )
    with statements() as many:
        client.get("/")
    assert len(few) == len(many) <= 12


def test_the_overview_lists_answers_that_need_more_detail(client_of, alice) -> None:
    session = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM)
    shown = client_of(alice).get(page(session))
    assert [one.question.key for one in shown.context["waiting"]] == ["S1-01"]
    assert "Answers that need more detail" in shown.content.decode()


def test_the_overview_polls_only_while_something_is_being_scored(client_of, alice, work) -> None:
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    client = client_of(alice)
    assert 'hx-trigger="every 3s"' in client.get(page(session)).content.decode()
    work()
    fragment = client.get(page(session, "waiting"), headers={"HX-Request": "true"})
    assert "hx-trigger" not in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


def test_continue_leads_to_the_first_question_without_an_answer(client_of, alice) -> None:
    session = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM)
    shown = client_of(alice).get(page(session))
    assert shown.context["continue_url"] == page(session, "question", "S1-02")


def test_the_overview_costs_the_same_however_much_was_answered(client_of, alice) -> None:
    session = make_session(alice)
    client = client_of(alice)
    with statements() as before:
        client.get(page(session))
    submit(session, "S1-01", VAGUE_PROBLEM)
    submit(session, "S1-01", GOOD_PROBLEM)
    with statements() as after:
        client.get(page(session))
    assert len(before) == len(after) <= 12


def answers_to_check(session):
    """S1-03 was answered on top of a problem that reads otherwise now."""
    submit(session, "S1-01", GOOD_PROBLEM)
    submit(session, "S1-03", consistent_values()["S1-03"])
    submit(session, "S1-01", GOOD_PROBLEM + " It began in 2023.")


def test_the_overview_lists_answers_to_check_again(client_of, alice) -> None:
    session = make_session(alice)
    client = client_of(alice)
    assert "Check again" not in client.get(page(session)).content.decode()
    answers_to_check(session)
    text = client.get(page(session)).content.decode()
    part = text[text.index('id="check-again-title"') :]
    assert page(session, "question", "S1-03") in part[: part.index("</section>")]
    assert "Changed since: S1-01" in part


def test_an_answer_that_is_asked_for_anyway_is_not_listed_twice(client_of, alice) -> None:
    session = make_session(alice)
    client = client_of(alice)
    submit(session, "S1-01", GOOD_PROBLEM)
    submit(session, "S1-02", {"driver": "cost", "value_at_stake": 9, "text": "It matters."})
    submit(session, "S1-01", GOOD_PROBLEM + " It began in 2023.")
    found = client.get(page(session)).context
    assert [one.question.key for one in found["waiting"]] == ["S1-02"]
    assert found["rechecks"] == []
    text = client.get(page(session, "question", "S1-02")).content.decode()
    assert "An earlier answer changed" in text
    assert "Still correct" not in text


def test_confirming_takes_an_answer_off_the_list(client_of, alice) -> None:
    session = make_session(alice)
    client = client_of(alice)
    answers_to_check(session)
    (one,) = client.get(page(session)).context["rechecks"]
    assert one.item.question.key == "S1-03"
    data = {"action": "keep", "answer_version": one.item.answer.version}
    client.post(one.item.url, data)
    assert client.get(page(session)).context["rechecks"] == []


def test_checking_again_costs_no_statement(client_of, alice) -> None:
    session = make_session(alice)
    client = client_of(alice)
    addresses = (page(session), page(session, "stage-review", 1))
    submit(session, "S1-01", GOOD_PROBLEM)
    before = [cost(client, one) for one in addresses]
    answers_to_check(session)
    assert [cost(client, one) for one in addresses] == before
    assert before[0] <= 12
    assert before[1] <= 8


def cost(client, address):
    with statements() as found:
        client.get(address)
    return len(found)


@pytest.mark.parametrize("scored", [True, False])
def test_what_waits_has_a_heading_whatever_waits(client_of, alice, scored) -> None:
    session = make_session(alice)
    client = client_of(alice)
    text = client.get(page(session, "waiting")).content.decode()
    assert text.count("<h1") == 1
    submit(session, "S1-01", VAGUE_PROBLEM, scored=scored)
    text = client.get(page(session, "waiting")).content.decode()
    assert text.count("<h1") == 1
    assert text.index("<h1") < text.index("<h2")


def test_one_sentence_is_read_out_when_scoring_ends(client_of, alice, work) -> None:
    session = make_session(alice)
    client = client_of(alice)
    submit(session, "S1-01", VAGUE_PROBLEM, scored=False)
    assert 'id="waiting-said"' in client.get(page(session)).content.decode()
    address, asked = page(session, "waiting"), {"HX-Request": "true"}
    busy = client.get(address, headers=asked).content.decode()
    assert "waiting-said" not in busy
    work()
    done = client.get(address, headers=asked).content.decode()
    assert 'hx-swap-oob="innerHTML">Scoring has ended. 1 answer needs more detail.<' in done
    assert "aria-live" not in busy + done


def test_when_all_stages_are_finished_the_charter_is_the_next_thing(client_of, alice) -> None:
    session = make_session(alice)
    client = client_of(alice)
    submit_url = reverse("governance:submit", args=[session.code])
    assert submit_url not in client.get(page(session)).content.decode()
    finish_everything(session)
    text = client.get(page(session)).content.decode()
    assert text.count(f'class="button is-large" href="{submit_url}">Issue the charter<') == 1
    assert ">Continue<" not in text
    sessions.release_session(session=session, by=alice)
    text = client.get(page(session)).content.decode()
    assert f'class="button is-quiet" href="{submit_url}">Issue a new revision<' in text
    assert f'href="{reverse("governance:charter-list")}">Read it under Charters<' in text


def finish_everything(session):
    """Answers all questions; what the scorer wants more of is left as it is."""
    for key, value in consistent_values().items():
        if any(one.key == key for one in read(session).visible):
            submit(session, key, value)
    session.answers.filter(state="needs_work").update(state="escalated")
    for number in range(1, 6):
        close_stage(reading=read(session), stage_number=number, by=session.owner)


def test_pausing_and_resuming(client_of, alice) -> None:
    session = make_session(alice)
    client = client_of(alice)
    assert client.post(page(session, "session-pause")).status_code == 302
    assert "Resume the interview" in client.get(page(session)).content.decode()
    again = client.post(page(session, "session-pause"))
    assert again.status_code == 409
    assert "Resume it" in again.content.decode()
    client.post(page(session, "session-resume"))
    session.refresh_from_db()
    assert session.status == "in_progress"


def test_deleting_asks_first(client_of, alice) -> None:
    session = make_session(alice)
    client = client_of(alice)
    assert "cannot be undone" in client.get(page(session, "session-delete")).content.decode()
    assert InterviewSession.objects.exists()
    client.post(page(session, "session-delete"))
    assert not InterviewSession.objects.exists()


def test_a_session_with_a_charter_is_kept(client_of, alice) -> None:
    session = make_session(alice)
    sessions.release_session(session=session, by=alice)
    reply = client_of(alice).post(page(session, "session-delete"))
    assert reply.status_code == 409
    assert InterviewSession.objects.exists()


def test_a_sample_says_that_it_is_one(client_of, alice) -> None:
    session = sessions.start_session(
        project_name="Sample", by=alice, source_note="Taken from a public register."
    )
    assert "Taken from a public register." in client_of(alice).get(page(session)).content.decode()


def test_the_transcript_tells_question_attempt_score_and_follow_up(client_of, alice) -> None:
    session = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM)
    shown = client_of(alice).get(page(session, "transcript")).content.decode()
    assert VAGUE_PROBLEM in shown
    assert "what goes wrong today" in shown
    assert "Scored" in shown


def test_what_a_person_wrote_is_never_markup(client_of, alice) -> None:
    session = make_session(alice, "<script>alert(1)</script>")
    submit(session, "S1-01", GOOD_PROBLEM + " <img src=x onerror=alert(1)>")
    client = client_of(alice)
    for url in (page(session), page(session, "transcript"), page(session, "stage-review", 1)):
        shown = client.get(url).content.decode()
        assert "<img src=x" not in shown
        assert "<script>alert" not in shown


def test_last_worked_on_is_shown(client_of, alice) -> None:
    make_session(alice)
    today = f"{timezone.localdate():%b %Y}"
    assert today in client_of(alice).get("/sessions/").content.decode()


def test_a_name_that_nobody_can_see_is_no_name(client_of, alice) -> None:
    reply = client_of(alice).post("/sessions/start/", {"project_name": "  \u200b\u2066 "})
    assert reply.status_code == 422
    client_of(alice).post("/sessions/start/", {"project_name": "\u202eTriage\u200b"})
    assert InterviewSession.objects.get().project_name == "Triage"


@pytest.mark.parametrize("field", ["project_name", "next"])
def test_nul_is_turned_away_with_a_sentence(client_of, alice, field: str) -> None:
    reply = client_of(alice).post("/sessions/start/", {"project_name": "A", field: "a\x00b"})
    assert reply.status_code == 400
    assert "cannot be stored" in reply.content.decode()


def test_nothing_personal_stays_in_the_browser_s_cache(client_of, alice) -> None:
    assert client_of(alice).get("/")["Cache-Control"] == "private, no-store"
