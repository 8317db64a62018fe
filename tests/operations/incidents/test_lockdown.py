"""In a lockdown nobody but SuperAdmins comes in, and nobody else ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.services import job_holds
from tests.builders.people import PASSWORD, make_person
from tests.operations.command import run
from tests.operations.restoring.waiting import somebody_waits, wait_until
from uaip_project.operations import maintenance_mode
from uaip_project.operations.incidents import containing, lockdown
from uaip_project.operations.models import Containment

pytestmark = pytest.mark.django_db
Browse = Callable[[User], Client]


@pytest.fixture
def adam(db: None) -> User:
    return make_person("adam", role=Role.ADMIN)


@pytest.fixture
def locked(sue: User) -> None:
    done = run("incident", "lockdown", "--by", sue.email, "--reason", "Breach", "--confirm")
    assert done.code == 0, done.err


def signs_in(person: User) -> tuple[int, str]:
    """Through the form; what came back."""
    reply = Client().post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return reply.status_code, reply.content.decode()


def mode() -> str:
    return maintenance_mode.read().mode


def test_nobody_but_a_superadmin_signs_in(locked: None, alice: User, adam: User, sue: User) -> None:
    for person in (alice, adam):
        status, page = signs_in(person)
        assert (status, "locked down" in page) == (503, True)
    assert signs_in(sue)[0] == 302
    refused = AuditEvent.objects.filter(type="user.sign_in_refused")
    assert [one.detail["reason"] for one in refused] == ["closed", "closed"]


def test_a_wrong_password_is_only_a_wrong_password(locked: None, alice: User) -> None:
    reply = Client().post("/accounts/login/", {"login": alice.email, "password": "guessed"})
    assert (reply.status_code, "U-AIP is closed" in reply.content.decode()) == (200, False)


def test_a_program_gets_no_token(locked: None, alice: User) -> None:
    words = {"email": alice.email, "password": PASSWORD}
    reply = Client().post("/auth/login", words, content_type="application/json")
    assert (reply.status_code, "locked down" in reply.content.decode()) == (403, True)


def test_who_has_a_session_all_the_same_reads_nothing(
    locked: None, adam: User, sue: User, client_of: Browse
) -> None:
    adam.refresh_from_db()
    for address in ("/", "/sessions/", "/operations/", "/api/v1/sessions"):
        assert client_of(adam).get(address).status_code == 503
    sue.refresh_from_db()
    page = client_of(sue).get("/sessions/")
    assert (page.status_code, "Lockdown." in page.content.decode()) == (200, True)


def test_a_link_to_share_is_shut_and_health_answers(locked: None) -> None:
    assert Client().get("/shared/not-a-link/").status_code == 503
    assert Client().get("/live").status_code == 200
    assert Client().get("/accounts/login/").status_code == 200


@pytest.mark.parametrize("sent", [{}, {"X-API-Key": "uaip_made_up"}])
def test_a_stranger_makes_no_account_whatever_key_they_make_up(
    locked: None, settings: Any, sent: dict[str, str]
) -> None:
    settings.REGISTRATION_OPEN = True
    wish = {"email": "mallory@example.org", "password": "orange umbrella seven"}
    reply = Client().post("/auth/register", wish, content_type="application/json", headers=sent)
    assert reply.status_code == 503
    assert not User.objects.filter(email=wish["email"]).exists()


def test_ending_maintenance_does_not_end_a_lockdown(
    locked: None, adam: User, sue: User, client_of: Browse
) -> None:
    for person in (adam, sue):
        for deed in ("stop", "start", "announce"):
            done = run("maintenance", deed, "--by", person.email)
            assert (done.code, "incident unlock" in done.err) == (2, True)
    sue.refresh_from_db()
    page = client_of(sue).post("/operations/maintenance/stop/", follow=True)
    assert "incident unlock" in page.content.decode()
    assert mode() == "locked"


def test_an_administrator_locks_down_and_only_a_superadmin_unlocks(adam: User, sue: User) -> None:
    assert run("incident", "lockdown", "--by", adam.email, "--confirm").code == 0
    for deed in (("unlock",), ("release", "all-writes")):
        for by in (("--by", adam.email), ()):
            done = run("incident", *deed, *by)
            assert (done.code, "Only a SuperAdmin" in done.err) == (2, True)
    assert mode() == "locked"
    assert run("incident", "unlock", "--by", sue.email).code == 0
    assert mode() == "off"


def test_no_webhook_is_sent_until_a_superadmin_unlocks(sue: User) -> None:
    job_holds.hold(["export"], why="an operator wants it", by=sue)
    assert run("incident", "lockdown", "--by", sue.email, "--confirm").code == 0
    assert [row.kind for row in job_holds.held()] == ["export", "webhook"]
    assert run("incident", "unlock", "--by", sue.email).code == 0
    assert [row.kind for row in job_holds.held()] == ["export"]


def test_webhooks_that_were_held_before_a_lockdown_stay_held(sue: User) -> None:
    job_holds.hold(["webhook"], why="after a restore", by=sue)
    assert run("incident", "lockdown", "--by", sue.email, "--confirm").code == 0
    assert run("incident", "unlock", "--by", sue.email).code == 0
    assert [row.kind for row in job_holds.held()] == ["webhook"]


def test_writing_that_an_incident_shut_is_not_opened_by_maintenance(
    adam: User, client_of: Browse
) -> None:
    assert run("incident", "contain", "all-writes", "--by", adam.email).code == 0
    done = run("maintenance", "stop", "--by", adam.email)
    assert (done.code, "incident release all-writes" in done.err) == (2, True)
    sent = {"mode": "readonly", "message": "Upgrade.", "notice": "0"}
    page = client_of(adam).post("/operations/maintenance/", sent, follow=True)
    assert "incident release all-writes" in page.content.decode()
    assert run("incident", "release", "all-writes", "--by", adam.email).code == 0
    assert mode() == "off"


@pytest.mark.django_db(transaction=True)
def test_a_process_that_has_just_started_lets_nobody_in_before_it_has_looked(locked: None) -> None:
    """Two requests at once meet it: the second does not take what it does not know for open."""
    fresh, said = maintenance_mode._Kept(), []

    def asks() -> None:
        said.append(fresh.standing().is_locked)
        connection.close()

    # Held as by a first one who is looking at this moment.
    fresh._lock.acquire()
    second = threading.Thread(target=asks)
    second.start()
    second.join(timeout=0.2)
    fresh._lock.release()
    second.join(timeout=20)
    assert said == [True]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_shut_off_the_same_at_once_the_second_hears_so(alice: User) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    said: list[str] = []

    def second() -> None:
        try:
            containing.place_containment(kind="user", target=alice.email, reason="Odd", by=None)
        except containing.CannotContain as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        containing.place_containment(kind="user", target=alice.email, reason="Odd", by=None)
        other.start()
        wait_until(somebody_waits, "the second")
    other.join(20)
    assert said == [f"user {alice.email} is shut off already."]
    assert Containment.objects.count() == 1


def beside(deed: Callable[[], object], *, then: Callable[[], object] = bool) -> list[str]:
    """What another person's deed comes to, who has to wait until this transaction ends."""
    said: list[str] = []

    def waits() -> None:
        try:
            deed()
            said.append("done")
        except containing.CannotContain as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    other = threading.Thread(target=waits)
    other.start()
    try:
        wait_until(somebody_waits, "the other one")
        then()
    finally:
        transaction.on_commit(lambda: other.join(20))
    return said


needs_rows_locked = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time."
)


@needs_rows_locked
@pytest.mark.django_db(transaction=True)
def test_who_lets_go_while_somebody_locks_down_opens_nothing(adam: User, sue: User) -> None:
    containing.place_containment(kind="all-writes", target="", reason="Odd", by=adam)
    with transaction.atomic():
        lockdown.lock_down(reason="Breach", by=sue)
        said = beside(lambda: containing.release_containment(kind="all-writes", target="", by=adam))
    assert said == [maintenance_mode.LOCKED_SHUT]
    assert mode() == "locked"


@needs_rows_locked
@pytest.mark.django_db(transaction=True)
def test_a_lockdown_stands_although_somebody_let_go_in_that_moment(adam: User, sue: User) -> None:
    containing.place_containment(kind="all-writes", target="", reason="Odd", by=adam)
    with transaction.atomic():
        Containment.objects.select_for_update().get()
        said = beside(
            lambda: lockdown.lock_down(reason="Breach", by=sue),
            then=lambda: containing.release_containment(kind="all-writes", target="", by=adam),
        )
    assert said == ["done"]
    assert mode() == "locked"
    assert Containment.objects.filter(kind="all-writes", released_at=None).count() == 1
