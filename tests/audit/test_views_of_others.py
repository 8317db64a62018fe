"""Who looks into what belongs to others leaves a deed; who looks into their own does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.services import audit, audit_views
from governance.models import Decision
from interviews.models import Collaborator, InterviewSession
from tests.builders.issued import issue
from tests.builders.sessions import make_session

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]


@pytest.fixture
def session(alice: User) -> InterviewSession:
    return make_session(alice)


def looks() -> list[tuple[str, str]]:
    found = AuditEvent.objects.filter(type="charter.viewed").order_by("sequence")
    return list(found.values_list("actor", "subject"))


def look(browser: Client, name: str, *place: Any) -> None:
    assert browser.get(reverse(name, args=place)).status_code == 200


def test_an_admin_who_opens_an_interview_is_recorded_once_an_hour(
    ada: User, session: InterviewSession, client_of: Browse
) -> None:
    browser = client_of(ada)
    for page in ("interviews:session-detail", "interviews:transcript", "governance:preview"):
        look(browser, page, session.code)
    assert looks() == [(audit.person(ada), f"session {session.code}")]


def test_after_an_hour_it_is_another_look(
    ada: User, session: InterviewSession, client_of: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_of(ada)
    look(browser, "interviews:session-detail", session.code)
    monkeypatch.setattr(audit_views, "ONE_LOOK", timedelta(0))
    look(browser, "interviews:session-detail", session.code)
    assert len(looks()) == 2


def test_what_went_to_a_model_is_a_thing_of_its_own(
    ada: User, session: InterviewSession, client_of: Browse
) -> None:
    look(client_of(ada), "interviews:model-exposure", session.code)
    subjects = [subject for _, subject in looks()]
    assert subjects == [f"session {session.code}", f"session {session.code} models"]


def test_owner_and_colleagues_leave_no_look(
    alice: User, bob: User, session: InterviewSession, client_of: Browse
) -> None:
    Collaborator.objects.create(session=session, user=bob, added_by=alice)
    for person in (alice, bob):
        look(client_of(person), "interviews:session-detail", session.code)
        look(client_of(person), "interviews:model-exposure", session.code)
    assert looks() == []


def test_mallory_sees_nothing_and_leaves_nothing(
    mallory: User, session: InterviewSession, client_of: Browse
) -> None:
    address = reverse("interviews:session-detail", args=[session.code])
    assert client_of(mallory).get(address).status_code == 404
    assert looks() == []


# --- charters ------------------------------------------------------------------------------------


@pytest.fixture
def decision(transactional_db: None, alice: User) -> Decision:
    return issue("energy_wizard.json", by=alice)


def subject(decision: Decision) -> str:
    return f"charter {decision.revision.charter.code} revision {decision.revision.number}"


def test_a_reviewer_who_reads_a_charter_is_recorded_and_its_owner_is_not(
    decision: Decision, alice: User, rita: User, client_of: Browse
) -> None:
    place = (decision.revision.charter.code, decision.revision.number)
    for person in (alice, rita, rita):
        look(client_of(person), "governance:charter", *place)
    assert looks() == [(audit.person(rita), subject(decision))]


def test_every_download_is_recorded_also_the_owners(
    decision: Decision, alice: User, rita: User, client_of: Browse
) -> None:
    place = (decision.revision.charter.code, decision.revision.number)
    for person, file_format in ((alice, "json"), (alice, "json"), (rita, "markdown")):
        look(client_of(person), "governance:charter-download", *place, file_format)
    found = AuditEvent.objects.filter(type="charter.exported").order_by("sequence")
    assert [(one.actor, one.detail["format"]) for one in found] == [
        (audit.person(alice), "json"),
        (audit.person(alice), "json"),
        (audit.person(rita), "markdown"),
    ]
    assert {one.subject for one in found} == {subject(decision)}
    assert {one.detail["content_hash"] for one in found} == {decision.content_hash}


def test_an_admin_finds_from_the_charter_what_was_done_to_it(
    decision: Decision, alice: User, ada: User, client_of: Browse
) -> None:
    revision = decision.revision
    link = f"{reverse('operations:audit')}?subject=charter+{revision.charter.code}"
    page = reverse("governance:charter", args=[revision.charter.code, revision.number])
    assert link in client_of(ada).get(page).content.decode()
    assert link not in client_of(alice).get(page).content.decode()
    found = client_of(ada).get(link).content.decode()
    assert "Revision issued" in found
    assert "Charter viewed" in found
