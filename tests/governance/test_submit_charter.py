"""Issuing a charter: what it needs, what it leaves behind, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.services import jobs
from charters.models import Revision
from charters.refusals import CharterNotReady, NothingNew
from governance.models import Decision
from governance.services import decisions
from interviews.models import InterviewSession
from interviews.protocol import catalogue
from interviews.refusals import SessionNotOpen
from interviews.services import attempts, sessions
from interviews.services.reading import read
from tests.builders.issued import issue, run, sample
from tests.builders.sessions import GOOD_PROBLEM, make_session
from uaip_project.operations import conduct, runfile

ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db(transaction=True)


def edit_problem(session: InterviewSession, text: str) -> None:
    with jobs.in_this_process():
        reading = read(session)
        attempts.submit_attempt(
            reading=reading,
            question_key="S1-01",
            value=text,
            by=session.owner,
            answer_version=reading.by_key["S1-01"].version,
        )


def test_an_unfinished_interview_cannot_be_issued(alice: User) -> None:
    session = make_session(alice)
    with pytest.raises(CharterNotReady) as refusal:
        decisions.submit_charter(reading=read(session), by=alice)
    assert set(refusal.value.stages) == {1, 2, 3, 4, 5}
    assert not Revision.objects.exists()


def test_the_page_says_what_is_missing_and_issues_nothing(alice: User, client_of: ClientOf) -> None:
    session = make_session(alice)
    reply = client_of(alice).post(reverse("governance:submit", args=[session.code]))
    assert reply.status_code == 422
    assert "S1-01 Business problem" in reply.content.decode()
    assert not Decision.objects.exists()


def test_answers_alone_do_not_make_a_charter_the_stages_must_be_finished(alice: User) -> None:
    raw = sample("energy_wizard.json")
    session = sessions.start_session(
        project_name=raw["project_name"], by=alice, as_of_date=date(2026, 11, 21)
    )
    protocol = catalogue.default_protocol()
    run_file = runfile.read_run_file(raw, protocol=protocol, today=date(2026, 11, 21))
    conduct.answer_from_file(session, run_file, by=alice, keys=protocol.keys)
    with pytest.raises(CharterNotReady) as refusal:
        decisions.submit_charter(reading=read(session), by=alice)
    assert set(refusal.value.stages) == {1, 2, 3, 4, 5}
    assert all(outcome.passed for outcome in refusal.value.stages.values())


def test_looking_at_the_page_changes_nothing(alice: User, client_of: ClientOf) -> None:
    session = make_session(alice)
    client_of(alice).get(reverse("governance:submit", args=[session.code]))
    assert not session.findings.exists()


def test_mallory_finds_no_session_and_a_reviewer_may_not_issue(
    alice: User, rita: User, mallory: User, client_of: ClientOf
) -> None:
    session = issue("energy_wizard.json", by=alice).revision.charter.session
    address = reverse("governance:submit", args=[session.code])
    assert client_of(mallory).post(address).status_code == 404
    assert client_of(rita).post(address).status_code == 403


def test_issuing_freezes_decides_and_is_recorded(alice: User) -> None:
    decision = issue("energy_wizard.json", by=alice)
    session = decision.revision.charter.session
    assert decision.content_hash == decision.revision.content_hash
    assert session.status == InterviewSession.Status.COMPLETED
    assert session.released_at is not None
    types = set(AuditEvent.objects.values_list("type", flat=True))
    assert {"revision.issued", "decision.computed", "stage.closed"} <= types


def test_an_unchanged_interview_is_not_issued_twice(alice: User) -> None:
    session = issue("energy_wizard.json", by=alice).revision.charter.session
    with pytest.raises(NothingNew):
        decisions.submit_charter(reading=read(session), by=alice)
    assert Revision.objects.count() == 1


def test_a_changed_answer_gives_a_second_revision_beside_the_first(alice: User) -> None:
    first = issue("energy_wizard.json", by=alice)
    session = first.revision.charter.session
    edit_problem(session, GOOD_PROBLEM)
    second = decisions.submit_charter(reading=read(session), by=alice)
    assert (first.revision.number, second.revision.number) == (1, 2)
    assert first.content_hash != second.content_hash
    assert Revision.objects.get(pk=first.revision.pk).content == first.revision.content


def test_the_superseded_revision_says_so(alice: User, client_of: ClientOf) -> None:
    first = issue("energy_wizard.json", by=alice)
    edit_problem(first.revision.charter.session, GOOD_PROBLEM)
    decisions.submit_charter(reading=read(first.revision.charter.session), by=alice)
    page = client_of(alice).get(
        reverse("governance:charter", args=[first.revision.charter.code, 1])
    )
    assert "uperseded" in page.content.decode()


def test_a_paused_session_cannot_be_issued(alice: User) -> None:
    session = make_session(alice)
    sessions.pause_session(session=session, by=alice)
    with pytest.raises(SessionNotOpen):
        decisions.submit_charter(reading=read(session), by=alice)


def test_a_prohibited_practice_halts_whatever_else_is_good(
    alice: User, client_of: ClientOf
) -> None:
    raw = sample("energy_wizard.json")
    raw["answers"]["S5-01"]["social_scoring"] = {
        "answer": "yes",
        "comment": "Ranks citizens by unrelated behavior, and cuts benefits by that rank.",
    }
    decision = run(raw, by=alice).decision
    assert decision is not None
    assert (decision.outcome["decision"], decision.outcome["headline"]) == ("HALT", "F-1")
    session = decision.revision.charter.session
    page = client_of(alice).get(reverse("governance:preview", args=[session.code]))
    shown = page.content.decode()
    assert "A prohibited practice (F-1) cannot be approved" in shown
    assert "A person may rule otherwise" not in shown


def test_the_preview_is_pending_until_the_ratings_are_there(
    alice: User, client_of: ClientOf
) -> None:
    session = make_session(alice)
    reply = client_of(alice).get(reverse("governance:preview", args=[session.code]))
    assert "No decision yet: it can be computed once" in reply.content.decode()
    assert not Decision.objects.exists()


def test_the_preview_equals_what_is_decided(alice: User) -> None:
    decision = issue("usa_class.json", by=alice)
    session = decision.revision.charter.session
    preview = decisions.preview(read(session), list(session.findings.all()))
    assert preview == decision.outcome
