"""What is shut off is shut off from the next request on, and comes back as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, AuditEvent, Job, User
from accounts.services import jobs, keys
from governance.models import Case, Review
from governance.services import notices, openings, queue
from interviews.api import streaming
from interviews.llm import breaker, circuit
from interviews.models import Circuit, InterviewSession
from interviews.refusals import SessionShutOff
from interviews.services import sessions, sharing
from tests.builders.cases import council, decided, open_review_of, reviewers
from tests.builders.people import make_person
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.fakes.llm.server import FakeModel
from tests.operations.command import run, uaip
from uaip_project.operations import personal_data
from uaip_project.operations.models import Containment, MaintenanceMode

pytestmark = pytest.mark.django_db
Browse = Callable[[User], Client]


def key_of(person: User) -> tuple[str, ApiKey]:
    made = keys.issue_key(name="robot", user=person, scopes=["session.view"], by=person)
    return made.secret, made.key


def asks(secret: str) -> int:
    return int(Client().get("/api/v1/sessions", headers={"X-API-Key": secret}).status_code)


def test_a_person_is_out_at_the_next_request_and_may_come_back(
    alice: User, sue: User, client_of: Browse
) -> None:
    browser = client_of(alice)
    assert browser.get("/").status_code == 200
    done = run("incident", "contain", "user", alice.email, "--reason", "Odd", "--by", sue.email)
    assert done.code == 0, done.err
    assert browser.get("/").status_code == 302
    assert run("incident", "release", "user", alice.email, "--by", sue.email).code == 0
    assert client_of(User.objects.get(pk=alice.pk)).get("/").status_code == 200


def test_a_key_opens_no_door_until_it_is_released(alice: User, sue: User) -> None:
    secret, key = key_of(alice)
    ApiKey.objects.filter(pk=key.pk).update(networks=["127.0.0.0/8"])
    assert asks(secret) == 200
    assert run("incident", "contain", "key", f"uaip_{key.prefix}", "--by", sue.email).code == 0
    assert asks(secret) == 401
    assert run("incident", "release", "key", f"uaip_{key.prefix}").code == 0
    assert asks(secret) == 200
    assert ApiKey.objects.get(pk=key.pk).networks == ["127.0.0.0/8"]


def test_sign_ins_of_a_person_end_and_the_person_may_sign_in(
    alice: User, client_of: Browse
) -> None:
    browser = client_of(alice)
    assert run("incident", "contain", "sessions", alice.email).code == 0
    assert browser.get("/").status_code == 302
    assert client_of(User.objects.get(pk=alice.pk)).get("/").status_code == 200
    assert run("incident", "contain", "sessions", alice.email).code == 0


def test_a_model_is_not_asked_until_it_is_released(fake_model: FakeModel) -> None:
    run("circuit", "status")
    assert run("incident", "contain", "provider", "custom", "--reason", "It leaks").code == 0
    assert all(row.needs_person for row in Circuit.objects.all())
    assert run("incident", "release", "provider", "custom").code == 0
    assert {row.state for row in Circuit.objects.all()} == {"closed"}


def test_a_model_that_an_incident_shut_off_is_opened_by_no_other_door(
    fake_model: FakeModel, client_of: Browse
) -> None:
    run("circuit", "status")
    admin = client_of(make_person("adam", role="admin"))
    which = {"provider": "custom", "model": Circuit.objects.get().model}
    run("incident", "contain", "provider", "custom", "--reason", "It leaks")
    told = run("circuit", "reset", "--provider", "custom")
    assert (told.code, "incident release provider custom" in told.err) == (2, True)
    page = admin.post("/operations/models/reset/", which, follow=True)
    assert "was shut off in an incident" in page.content.decode()
    reply = admin.post("/api/v1/admin/circuit-breaker-reset", which, "application/json")
    assert reply.status_code == 409
    assert all(row.needs_person for row in Circuit.objects.all())


def test_a_project_exists_for_superadmins_alone_until_it_is_released(
    alice: User, sue: User, client_of: Browse
) -> None:
    session = make_session(alice, "Leaking")
    stream, page = f"/api/v1/sessions/{session.code}/events", f"/sessions/{session.code}/"
    done = run("incident", "contain", "project", str(session.code), "--by", sue.email)
    assert done.code == 0, done.err
    browser = client_of(alice)
    assert [browser.get(one).status_code for one in (page, stream)] == [404, 404]
    assert "Leaking" not in browser.get("/").content.decode()
    assert client_of(sue).get(page).status_code == 200
    assert run("incident", "release", "project", str(session.code), "--by", sue.email).code == 0
    assert browser.get(page).status_code == 200
    deeds = AuditEvent.objects.filter(subject=f"session {session.code}").order_by("sequence")
    assert [one.type for one in deeds if one.type != "session.started"] == [
        "session.shut_off",
        "containment.placed",
        "charter.viewed",
        "session.let_go",
        "containment.released",
    ]


def test_a_stream_that_is_open_ends_at_its_next_look(alice: User) -> None:
    session = make_session(alice)
    assert streaming._look(session.pk, alice) is not None
    run("incident", "contain", "project", str(session.code))
    assert streaming._look(session.pk, alice) is None


def test_a_charter_is_shut_off_with_its_interview_and_sends_no_mail(alice: User) -> None:
    people = reviewers("rita", "ravi")
    council(*people)
    charter = decided(alice).revision.charter
    review = open_review_of(charter)
    assert run("incident", "contain", "project", str(charter.code)).code == 0
    assert Containment.objects.get().target == str(charter.session.code)
    assert run("incident", "contain", "project", str(charter.session.code)).code == 2
    assert not queue.waiting_for(people[0]).exists()
    assert not Review.objects.visible_to(alice).exists()
    mail.outbox.clear()
    jobs.run_job(Job.objects.get(kind=notices.OPENED, subject_id=review.pk).pk)
    assert mail.outbox == []
    assert personal_data.personal_data_of(alice)["interviews"] == []


def test_the_daily_look_leaves_what_is_shut_off_until_it_is_let_go(alice: User, work: Any) -> None:
    charter = decided(alice).revision.charter
    today = timezone.localdate()
    case = Case.objects.filter(charter=charter)
    case.update(next_review_date=today)
    run("incident", "contain", "project", str(charter.code))
    openings.request_due()
    work()
    assert case.get().next_review_date == today
    assert not AuditEvent.objects.filter(type="review.opened", detail__cause="due").exists()
    run("incident", "release", "project", str(charter.code))
    Job.objects.filter(kind__in=openings.DAILY).delete()
    openings.request_due()
    work()
    assert case.get().next_review_date is None


def test_a_colleague_is_handed_nothing_of_what_is_shut_off(alice: User, bob: User) -> None:
    session = make_session(alice)
    sharing.share_session(session=session, email=bob.email, level="edit", by=alice)
    assert len(personal_data.personal_data_of(bob)["collaborations"]) == 1
    run("incident", "contain", "project", str(session.code))
    assert personal_data.personal_data_of(bob)["collaborations"] == []


def test_what_is_shut_off_outlives_the_erasure_of_its_owner(alice: User, sue: User) -> None:
    session = make_session(alice)
    run("incident", "contain", "project", str(session.code))
    assert personal_data.erase_person(user=alice, by=sue).kept == 1
    assert InterviewSession.objects.filter(pk=session.pk).exists()


def test_who_types_at_the_terminal_finds_nothing_of_what_is_shut_off(
    alice: User, sue: User
) -> None:
    session = make_session(alice, "Leaking")
    run("incident", "contain", "project", str(session.code))
    code = session.code.hex
    assert "Leaking" not in uaip("list", "--user", alice.email).out
    for deed in (("status", code), ("export", code), ("delete", code, "--force")):
        done = uaip(*deed, "--user", alice.email)
        assert (done.code, "You have no interview" in done.err) == (2, True)
    assert InterviewSession.objects.filter(pk=session.pk).exists()


def test_nobody_deletes_what_is_shut_off_at_that_very_moment(alice: User) -> None:
    seen = make_session(alice)
    run("incident", "contain", "project", str(seen.code))
    with pytest.raises(SessionShutOff):
        sessions.delete_session(session=seen, by=alice)


def test_a_score_that_was_asked_for_before_sends_nothing_of_what_is_shut_off(
    alice: User, fake_model: FakeModel
) -> None:
    session = make_session(alice)
    run("incident", "contain", "project", str(session.code))
    answer = submit(session, "S1-01", GOOD_PROBLEM)
    assert fake_model.requests == []
    assert answer.current_assessment is not None
    assert answer.current_assessment.scored_by == "embedded"


def test_all_writing_stops_and_what_was_announced_comes_back() -> None:
    now = timezone.now()
    MaintenanceMode.objects.create(pk=1, mode="banner", message="Soon", set_at=now, ends_at=now)
    assert run("incident", "contain", "all-writes").code == 0
    assert MaintenanceMode.objects.get().mode == "readonly"
    assert run("incident", "release", "all-writes").code == 0
    row = MaintenanceMode.objects.get()
    assert (row.mode, row.message, row.ends_at, row.version) == ("banner", "Soon", now, 3)


def test_every_containment_stands_in_the_record_and_in_the_incident(alice: User) -> None:
    number = run("incident", "open", "Odd", "--kind", "security", "--json").json["number"]
    run("incident", "contain", "user", alice.email, "--incident", number)
    run("incident", "release", "user", alice.email)
    found = AuditEvent.objects.filter(type__startswith="containment.").order_by("sequence")
    assert [one.type for one in found] == ["containment.placed", "containment.released"]
    shown = run("incident", "show", number).out
    assert "Shut off: alice@example.org is deactivated" in shown
    assert "Let go: alice@example.org may sign in again" in shown


@pytest.mark.parametrize(
    "wish",
    [
        ("user", "nobody@example.org"),
        ("key", "uaip_nothing"),
        ("provider", "nobody"),
        ("project", "nothing"),
        ("project", "0b0b4a3e-6a0e-4c0e-9a53-1f7f0f2f6f11"),
    ],
)
def test_what_is_not_there_cannot_be_shut_off(wish: tuple[str, str]) -> None:
    assert run("incident", "contain", *wish).code == 2
    assert not Containment.objects.exists()


def test_nothing_is_shut_off_twice(alice: User) -> None:
    assert run("incident", "contain", "user", alice.email).code == 0
    assert run("incident", "contain", "user", alice.email).code == 2


def test_the_last_superadmin_cannot_be_shut_out(sue: User) -> None:
    done = run("incident", "contain", "user", sue.email)
    assert (done.code, "last SuperAdmin" in done.err) == (2, True)


def test_a_lockdown_ends_everything_and_a_superadmin_signs_in(
    alice: User, sue: User, client_of: Browse, fake_model: FakeModel
) -> None:
    run("circuit", "status")
    secret, _ = key_of(alice)
    browser = client_of(alice)
    done = run("incident", "lockdown", "--by", sue.email, "--reason", "Breach", "--confirm")
    assert done.code == 0, done.err
    assert browser.get("/").status_code == 302
    assert asks(secret) == 401
    assert MaintenanceMode.objects.get().mode == "locked"
    assert all(row.needs_person for row in Circuit.objects.all())
    assert _signs_in(sue)


def _signs_in(person: User) -> bool:
    """Through the form, as a person does it."""
    person.refresh_from_db()
    person.set_password("correct horse battery staple")
    person.save()
    browser = Client()
    words = {"login": person.email, "password": "correct horse battery staple"}
    reply = browser.post("/accounts/login/", words)
    return bool(reply.status_code == 302 and browser.get("/").status_code == 200)


def test_a_lockdown_is_taken_back_but_for_the_keys(alice: User, sue: User) -> None:
    secret, _ = key_of(alice)
    run("incident", "lockdown", "--by", sue.email, "--confirm")
    assert run("incident", "unlock", "--by", sue.email).code == 0
    assert MaintenanceMode.objects.get().mode == "off"
    assert asks(secret) == 401
    assert not Containment.objects.filter(released_at=None).exists()


def test_nobody_locks_down_by_accident_or_without_a_name(olga: User, sue: User) -> None:
    assert run("incident", "lockdown", "--confirm").code == 2
    assert run("incident", "lockdown", "--by", olga.email, "--confirm").code == 2
    assert run("incident", "lockdown", "--by", sue.email).code == 2
    assert not MaintenanceMode.objects.exists()


def test_a_lockdown_of_many_keys_is_one_step(sue: User, settings: Any) -> None:
    people = [make_person(f"robot{number}", kind="service", human_owner=sue) for number in range(5)]
    secrets = [key_of(one)[0] for one in people]
    done = run("incident", "lockdown", "--by", sue.email, "--confirm", "--json").json
    assert done["keys"] == 5
    assert {asks(secret) for secret in secrets} == {401}


def test_who_never_was_asked_is_not_asked_later_either(settings: Any) -> None:
    assert run("incident", "contain", "provider", "openai", "--reason", "It leaks").code == 0
    model = Stranger("openai", "whichever")
    assert breaker.permit(model) is None
    assert run("incident", "release", "provider", "openai").code == 0
    assert breaker.permit(model) is not None
    assert "openai" not in run("circuit", "status").out


def test_a_model_that_is_configured_after_a_lockdown_is_not_asked(
    sue: User, fake_model: FakeModel
) -> None:
    run("incident", "lockdown", "--by", sue.email, "--confirm")
    assert breaker.permit(Stranger("custom", "another")) is None
    assert circuit.health() == "degraded"


@dataclass(frozen=True)
class Stranger:
    """A model that this site never asked."""

    name: str
    model: str
    host: str = ""
    key_hash: str = ""

    def ask(self, request: Any, *, deadline: float) -> Any:
        raise AssertionError("Nobody asks it.")
