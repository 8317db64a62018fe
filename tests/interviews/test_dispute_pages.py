"""The pages of a disputed score: the link beside it, the form, the reviewers' list, the ruling."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from interviews.models import InterviewSession, ScoreDispute
from interviews.services import sessions, sharing
from tests.builders.people import make_person
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.interviews.counting import statements
from tests.interviews.test_score_disputes import KEY, RULING, WHY, disputed, ruled

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
LINK = "I hold this score for wrong"
KEEP = {"outcome": "keep", "reason": RULING}
CORRECT = {"outcome": "correct", "score": "7.8", "reason": RULING}


@pytest.fixture
def session(alice: User) -> InterviewSession:
    """An interview with one answer that needs more detail."""
    session = make_session(alice)
    submit(session, KEY, VAGUE_PROBLEM)
    return session


def question(session: InterviewSession) -> str:
    return reverse("interviews:question", args=[session.code, KEY])


def form(session: InterviewSession) -> str:
    return reverse("interviews:dispute", args=[session.code, KEY])


def page(dispute: ScoreDispute) -> str:
    return reverse("interviews:dispute-ruling", args=[dispute.answer.session.code, dispute.code])


def text(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


# --- The people of the interview ------------------------------------------------------------------


def test_the_link_stands_beside_the_score_and_leads_to_a_ruling(
    session: InterviewSession, alice: User, rita: User, client_of: Browser
) -> None:
    client = client_of(alice)
    assert LINK in text(client, question(session))
    reply = client.post(form(session), {"reason": WHY})
    assert reply.headers["Location"] == question(session)
    shown = text(client, question(session))
    assert "This score is disputed." in shown
    assert WHY in shown
    assert LINK not in shown
    ruled(ScoreDispute.objects.get(), rita, "7.8")
    shown = text(client, question(session))
    first = (
        f"{session.answers.get(question_key=KEY).attempts.get().assessments.earliest('pk').score}"
    )
    assert f"A reviewer corrected the score of attempt 1 from {first} to 7.8." in shown
    assert RULING in shown
    assert f"Attempt 1: {first} of 10" in shown
    assert "Attempt 1: 7.8 of 10, by a reviewer" in shown
    assert "Scored by a reviewer" in shown
    assert LINK not in shown


def test_the_status_alone_shows_it_too(
    session: InterviewSession, alice: User, client_of: Browser
) -> None:
    address = reverse("interviews:attempt-status", args=[session.code, KEY])
    part = client_of(alice).get(address, headers={"HX-Request": "true"}).content.decode()
    assert LINK in part


def test_a_short_reason_stays_in_the_field(
    session: InterviewSession, alice: User, client_of: Browser
) -> None:
    reply = client_of(alice).post(form(session), {"reason": "It is just wrong."})
    assert reply.status_code == 422
    shown = reply.content.decode()
    assert "It is just wrong." in shown
    assert "At least 30 characters; you wrote 17." in shown
    assert not ScoreDispute.objects.exists()


def test_what_was_typed_stays_when_somebody_was_faster(
    session: InterviewSession, alice: User, client_of: Browser
) -> None:
    disputed(session)
    reply = client_of(alice).post(form(session), {"reason": WHY})
    assert reply.status_code == 409
    assert WHY in reply.content.decode()
    assert "disputed already" in reply.content.decode()


def test_what_cannot_be_disputed_says_why(
    session: InterviewSession, alice: User, rita: User, client_of: Browser
) -> None:
    client = client_of(alice)
    made = disputed(session)
    assert "disputed already" in text(client, form(session))
    ruled(made, rita, None)
    assert client.get(form(session)).status_code == 409
    assert "Change the answer and submit it" in text(client, form(session))
    submit(session, KEY, GOOD_PROBLEM, scored=False)
    assert "wait until it is scored" in text(client, form(session))
    sessions.pause_session(session=session, by=alice)
    assert "paused or closed" in text(client, form(session))
    assert LINK not in text(client, question(session))


def test_it_is_withdrawn_by_whoever_may_answer(
    session: InterviewSession, alice: User, client_of: Browser
) -> None:
    made = disputed(session)
    address = reverse("interviews:dispute-withdraw", args=[session.code, made.code])
    client = client_of(alice)
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 409
    shown = text(client, question(session))
    assert "ended without a ruling: it was taken back" in shown
    assert LINK in shown


def test_a_newer_attempt_is_named_as_the_end(
    session: InterviewSession, alice: User, client_of: Browser
) -> None:
    disputed(session)
    submit(session, KEY, GOOD_PROBLEM)
    shown = text(client_of(alice), question(session))
    assert "ended without a ruling: the answer was changed" in shown


def test_a_stranger_finds_nothing_and_a_commenter_may_not(
    session: InterviewSession, mallory: User, bob: User, client_of: Browser
) -> None:
    sharing.share_session(session=session, email=bob.email, level="comment", by=session.owner)
    made = disputed(session)
    withdraw = reverse("interviews:dispute-withdraw", args=[session.code, made.code])
    for person, status in ((mallory, 404), (bob, 403)):
        client = client_of(person)
        assert client.get(form(session)).status_code == status
        assert client.post(form(session), {"reason": WHY}).status_code == status
        assert client.post(withdraw).status_code == status
        assert client.get(page(made)).status_code == status
        assert client.post(page(made), KEEP).status_code == status
    assert LINK not in text(client_of(bob), question(session))
    assert ScoreDispute.objects.get().is_open


# --- Reviewers ------------------------------------------------------------------------------------


def test_a_reviewer_reads_the_one_answer_and_rules(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made, client = disputed(session), client_of(rita)
    assert client.get(question(session)).status_code == 404
    listed = text(client, reverse("interviews:dispute-list"))
    assert page(made) in listed
    shown = text(client, page(made))
    assert VAGUE_PROBLEM in shown
    assert WHY in shown
    assert "What was found, point by point" in shown
    assert question(session) not in shown
    reply = client.post(page(made), CORRECT)
    assert reply.headers["Location"] == reverse("interviews:dispute-list")
    made.refresh_from_db()
    assert (made.state, str(made.corrected_score)) == ("corrected", "7.8")
    assert "No score waits for a ruling" in text(client, reverse("interviews:dispute-list"))
    looked = AuditEvent.objects.get(type="charter.viewed")
    assert looked.subject == f"session {session.code} {KEY}"


def test_the_reviews_page_leads_to_the_list(rita: User, alice: User, client_of: Browser) -> None:
    link = reverse("interviews:dispute-list")
    assert link in text(client_of(rita), reverse("governance:review-list"))
    assert link not in text(client_of(alice), reverse("governance:review-list"))
    assert client_of(alice).get(link).status_code == 403


def test_disputes_stand_under_reviews_in_the_menu(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made = disputed(session)
    for address in (reverse("interviews:dispute-list"), page(made)):
        said = text(client_of(rita), address)
        assert '<a href="/reviews/" aria-current="true">Reviews</a>' in said
        assert '<a href="/sessions/" >Interviews</a>' in said


def test_my_work_names_the_disputes_that_wait_for_a_reviewer(
    session: InterviewSession, rita: User, alice: User, client_of: Browser
) -> None:
    made = disputed(session)
    said = text(client_of(rita), reverse("governance:my-work"))
    assert "Disputed scores to rule on" in said and page(made) in said
    assert "Disputed scores" not in text(client_of(alice), reverse("governance:my-work"))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"reason": RULING}, "Choose whether the score is kept or corrected."),
        (CORRECT | {"score": ""}, "Give the right score."),
        (CORRECT | {"score": "eight"}, "Give a number from 0 to 10"),
        (CORRECT | {"score": "7.85"}, "Scores have one decimal"),
        (CORRECT | {"score": "11"}, "The highest score is 10."),
        (CORRECT | {"score": "-1"}, "The lowest score is 0."),
        (CORRECT | {"score": "NaN"}, "Give a number from 0 to 10"),
        (KEEP | {"reason": RULING[:49]}, "At least 50 characters; you wrote 49."),
    ],
)
def test_an_incomplete_ruling_keeps_what_was_typed(
    session: InterviewSession, rita: User, client_of: Browser, sent: dict[str, str], words: str
) -> None:
    made = disputed(session)
    reply = client_of(rita).post(page(made), sent)
    assert reply.status_code == 422
    shown = reply.content.decode()
    assert words in shown
    assert sent["reason"].replace("'", "&#x27;") in shown
    assert ScoreDispute.objects.get().is_open


def test_the_disputed_score_is_no_correction(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made = disputed(session)
    reply = client_of(rita).post(page(made), CORRECT | {"score": str(made.assessment.score)})
    assert reply.status_code == 422
    assert "This is the score that is disputed." in reply.content.decode()


def test_a_score_typed_beside_keep_is_no_fault(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made = disputed(session)
    assert client_of(rita).post(page(made), KEEP | {"score": "eight"}).status_code == 302
    assert ScoreDispute.objects.get().state == "kept"


def test_the_second_ruling_is_refused_with_the_first_and_ones_own_words(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made = disputed(session)
    ruled(made, rita, "7.8")
    ravi = client_of(make_person("ravi", role=Role.REVIEWER))
    mine = "I would have kept it, since nothing says where the figure of nineteen days is from."
    reply = ravi.post(page(made), {"outcome": "keep", "reason": mine})
    assert reply.status_code == 409
    shown = reply.content.decode()
    assert "Corrected to 7.8" in shown
    assert mine in shown
    assert "A score is ruled on once." in shown


def test_what_ended_shows_a_reviewer_nothing_of_the_answer(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made = disputed(session)
    submit(session, KEY, GOOD_PROBLEM)
    shown = text(client_of(rita), page(made))
    assert "ended without a ruling" in shown
    assert VAGUE_PROBLEM not in shown


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERADMIN])
def test_an_owner_does_not_rule_on_an_own_score_whatever_the_role(
    role: Role, client_of: Browser
) -> None:
    owner = make_person("owner", role=role)
    session = make_session(owner)
    submit(session, KEY, VAGUE_PROBLEM)
    made, client = disputed(session), client_of(owner)
    for reply in (client.get(page(made)), client.post(page(made), CORRECT)):
        assert reply.status_code == 403
        assert "has no part in the interview" in reply.content.decode()
    assert page(made) not in text(client, reverse("interviews:dispute-list"))


def test_an_administrator_reads_it_and_does_not_rule(
    session: InterviewSession, client_of: Browser
) -> None:
    client = client_of(make_person("ada", role=Role.ADMIN))
    made = disputed(session)
    assert WHY in text(client, question(session))
    assert client.post(page(made), CORRECT).status_code == 403


def test_what_is_shut_off_exists_for_no_reviewer(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    made = disputed(session)
    InterviewSession.objects.filter(pk=session.pk).update(shut_off_at=session.started_at)
    client = client_of(rita)
    assert client.get(page(made)).status_code == 404
    assert client.post(page(made), CORRECT).status_code == 404
    assert page(made) not in text(client, reverse("interviews:dispute-list"))


# --- Cost -----------------------------------------------------------------------------------------


def test_the_list_costs_the_same_with_1_and_with_5_disputes(
    session: InterviewSession, rita: User, client_of: Browser
) -> None:
    client, address = client_of(rita), reverse("interviews:dispute-list")
    disputed(session)
    with statements() as few:
        client.get(address)
    for number in range(4):
        more = make_session(session.owner, f"Project {number}")
        submit(more, KEY, VAGUE_PROBLEM)
        disputed(more)
    with statements() as many:
        assert text(client, address).count("raised ") == 5
    assert len(few) == len(many) <= 5, "\n".join(many)


def test_a_dispute_costs_the_question_page_one_statement(
    session: InterviewSession, alice: User, client_of: Browser
) -> None:
    client = client_of(alice)
    with statements() as before:
        client.get(question(session))
    disputed(session)
    with statements() as after:
        client.get(question(session))
    assert len(after) == len(before) + 1
