"""Who does what with people in the back office."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.services import audit
from tests.builders.people import make_person

ClientOf = Callable[[User], Client]
PEOPLE = "/admin/accounts/user/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def sue() -> User:
    return make_person("sue", role=Role.SUPERADMIN)


def test_an_admin_adds_a_person_without_a_password(ada: User, client_of: ClientOf) -> None:
    sent = {"email": "New.Person@Example.org", "name": "New", "is_active": "on"}
    client_of(ada).post(f"{PEOPLE}add/", sent)
    person = User.objects.get(email="new.person@example.org")
    assert not person.has_usable_password()
    assert person.role == Role.USER
    assert AuditEvent.objects.get(type="user.created").actor == audit.person(ada)


def test_an_admin_gives_no_roles(ada: User, alice: User, client_of: ClientOf) -> None:
    sent = {"email": alice.email, "name": "Alice", "role": "superadmin", "is_active": "on"}
    client_of(ada).post(f"{PEOPLE}{alice.pk}/change/", sent)
    assert User.objects.get(pk=alice.pk).role == Role.USER


def test_an_admin_does_not_touch_a_superadmin(ada: User, sue: User, client_of: ClientOf) -> None:
    sent = {"email": sue.email, "name": "Sue"}
    assert client_of(ada).post(f"{PEOPLE}{sue.pk}/change/", sent).status_code == 403
    assert User.objects.get(pk=sue.pk).is_active


def test_a_superadmin_gives_roles_but_none_to_herself(
    sue: User, alice: User, client_of: ClientOf
) -> None:
    sent = {"email": alice.email, "name": "Alice", "role": "reviewer", "is_active": "on"}
    client_of(sue).post(f"{PEOPLE}{alice.pk}/change/", sent)
    assert User.objects.get(pk=alice.pk).role == Role.REVIEWER
    client_of(sue).post(f"{PEOPLE}{sue.pk}/change/", {"email": sue.email, "role": "user"})
    assert User.objects.get(pk=sue.pk).role == Role.SUPERADMIN


@pytest.mark.parametrize("name", ["alice", "rita", "olga"])
def test_nobody_else_enters(name: str, request: pytest.FixtureRequest, client_of: ClientOf) -> None:
    reply = client_of(request.getfixturevalue(name)).get(PEOPLE)
    assert reply.status_code == 302


@pytest.mark.parametrize(
    "page", ["accounts/auditevent", "interviews/interviewsession", "charters/revision"]
)
def test_an_admin_looks_at_rows_and_changes_none(ada: User, client_of: ClientOf, page: str) -> None:
    browser = client_of(ada)
    assert browser.get(f"/admin/{page}/").status_code == 200
    assert browser.get(f"/admin/{page}/add/").status_code == 403
