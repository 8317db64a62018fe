"""Who rules on a disputed score, and what no scorer changes afterwards."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from accounts.models import Job, User
from accounts.permissions import Role
from accounts.services import service_accounts
from governance.models import Decision
from governance.services import decisions
from interviews.models import Answer, Assessment, InterviewSession, ScoreDispute
from interviews.services import rescoring, sharing, shutting, stages
from interviews.services.reading import read
from tests.builders.people import make_person
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.builders.settled import settled_session
from tests.fakes.llm.server import FakeModel
from tests.interviews.test_score_disputes import KEY, disputed, now, ruled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def vague(session: InterviewSession) -> Answer:
    """An answer that needs more detail."""
    return submit(session, KEY, VAGUE_PROBLEM)


@pytest.fixture
def good(session: InterviewSession) -> Answer:
    """An accepted answer."""
    return submit(session, KEY, GOOD_PROBLEM)


# --- Who rules ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.USER, Role.ADMIN])
def test_who_has_no_vote_does_not_rule(
    session: InterviewSession, vague: Answer, role: Role
) -> None:
    somebody = make_person("somebody", role=role)
    made = disputed(session)
    assert not ScoreDispute.objects.to_rule_on(somebody).exists()
    with pytest.raises(PermissionDenied):
        ruled(made, somebody, "9.0")


def test_nobody_rules_on_a_score_of_an_own_interview(rita: User) -> None:
    session = make_session(rita)
    submit(session, KEY, VAGUE_PROBLEM)
    made = disputed(session)
    assert not ScoreDispute.objects.to_rule_on(rita).exists()
    with pytest.raises(PermissionDenied, match="no part"):
        ruled(made, rita, "9.0")


@pytest.mark.parametrize("level", ["edit", "comment"])
def test_no_colleague_rules(
    session: InterviewSession, vague: Answer, rita: User, level: str
) -> None:
    sharing.share_session(session=session, email=rita.email, level=level, by=session.owner)
    made = disputed(session)
    assert not ScoreDispute.objects.to_rule_on(rita).exists()
    with pytest.raises(PermissionDenied):
        ruled(made, rita, "9.0")


def test_whoever_wrote_the_answer_or_raised_the_dispute_does_not_rule_afterwards(
    session: InterviewSession, vague: Answer, rita: User
) -> None:
    sharing.share_session(session=session, email=rita.email, level="edit", by=session.owner)
    made = disputed(session, by=rita)
    sharing.unshare_session(collaborator=session.collaborators.get(), by=session.owner)
    with pytest.raises(PermissionDenied):
        ruled(made, rita, "9.0")


def test_whoever_answers_for_a_program_does_not_rule_on_its_scores(rita: User, alice: User) -> None:
    sue = make_person("sue", role=Role.SUPERADMIN)
    robot = service_accounts.make_service_account(name="A program", owner=rita, by=sue)
    session = make_session(robot)
    submit(session, KEY, VAGUE_PROBLEM)
    made = disputed(session)
    with pytest.raises(PermissionDenied):
        ruled(made, rita, "9.0")
    assert ruled(made, sue, "9.0").state == "corrected"


def test_the_oldest_stands_first(session: InterviewSession, vague: Answer, rita: User) -> None:
    submit(session, "S1-10", {"text": "It is slow."})
    first = disputed(session)
    second = make_session(session.owner, "Another project")
    submit(second, KEY, VAGUE_PROBLEM)
    later = disputed(second)
    assert list(ScoreDispute.objects.to_rule_on(rita)) == [first, later]


# --- What a person said outlasts scorers ----------------------------------------------------------


def test_no_scorer_writes_over_a_ruling(
    session: InterviewSession,
    vague: Answer,
    rita: User,
    fake_model: FakeModel,
    work: Callable[[], int],
) -> None:
    ruled(disputed(session), rita, "7.8")
    rescoring.reassess_session(session=session, by=session.owner)
    work()
    assert now(session).current_assessment.score == Decimal("7.8")
    assert not Assessment.objects.filter(scored_by="custom").exists()


def test_the_same_words_again_have_the_corrected_score(
    session: InterviewSession, good: Answer, rita: User
) -> None:
    ruled(disputed(session), rita, "9.9")
    again = submit(session, KEY, GOOD_PROBLEM)
    assert again.current_assessment.score == Decimal("9.9")
    assert again.current_assessment.is_by_person


# --- Who is told ----------------------------------------------------------------------------------


def test_no_mail_speaks_of_an_interview_that_is_shut_off_or_seen_no_more(
    session: InterviewSession, vague: Answer, rita: User, bob: User, work: Callable[[], int]
) -> None:
    sharing.share_session(session=session, email=bob.email, level="edit", by=session.owner)
    ruled(disputed(session, by=bob), rita, None)
    sharing.unshare_session(collaborator=session.collaborators.get(), by=session.owner)
    submit(session, "S1-10", {"text": "It is slow."})
    ruled(disputed(session, key="S1-10"), rita, None)
    shutting.shut_off(session=session, by=None)
    assert Job.objects.filter(kind="dispute_ruled").count() == 2
    work()
    assert mail.outbox == []


# --- What was issued ------------------------------------------------------------------------------


def test_a_charter_that_was_issued_says_what_it_said(alice: User, rita: User) -> None:
    session = settled_session(alice)
    for number in (1, 2, 3, 4, 5):
        stages.close_stage(reading=read(session), stage_number=number, by=alice)
    decided = decisions.submit_charter(reading=read(session), by=alice)
    content, facts = decided.revision.content, decided.facts
    session.refresh_from_db()
    ruled(disputed(session), rita, "7.1")
    after = Decision.objects.select_related("revision").get()
    assert after.revision.content == content
    assert after.revision.content_hash == after.content_hash == decided.content_hash
    assert after.facts == facts
    ruling = now(session).current_assessment
    assert (ruling.score, ruling.is_by_person) == (Decimal("7.1"), True)
