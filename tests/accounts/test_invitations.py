"""Somebody is invited, comes in once by the link, and is who the invitation says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Invitation, User
from accounts.permissions import Role
from accounts.services import members
from tests.builders.people import PASSWORD

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
ADDRESS = "carla@example.net"


def invited(by: User, role: str = Role.USER) -> Invitation:
    return members.invite_member(email=ADDRESS, role=role, by=by)


def link(invitation: Invitation) -> str:
    return reverse("people:invitation-accept", args=[members.token_of(invitation)])


def come_in(invitation: Invitation, **changes: str) -> Client:
    browser = Client()
    wish = {"name": "Carla", "password": PASSWORD, **changes}
    browser.last = browser.post(link(invitation), wish)
    return browser


def test_ada_invites_and_carla_comes_in(
    ada: User, client_of: Browser, work: Callable[[], int]
) -> None:
    wish = {"email": "Carla@Example.net", "role": "user"}
    assert client_of(ada).post(reverse("people:invite"), wish).status_code == 302
    work()
    (message,) = mail.outbox
    address = next(word for word in message.body.split() if "/come-in/" in word)
    browser = Client()
    path = address.replace("http://localhost:10000", "")
    assert browser.get(path).status_code == 200
    assert browser.post(path, {"name": "Carla", "password": PASSWORD}).status_code == 302
    assert browser.get(reverse("home")).status_code == 200
    carla = User.objects.get(email=ADDRESS)
    assert (carla.name, carla.role, carla.is_active) == ("Carla", "user", True)
    types = set(AuditEvent.objects.values_list("type", flat=True))
    assert {"invitation.sent", "invitation.accepted"} <= types


def test_a_link_works_once(ada: User) -> None:
    invitation = invited(ada)
    assert come_in(invitation).last.status_code == 302
    again = come_in(invitation, name="Mallory")
    assert again.last.status_code == 410
    assert User.objects.filter(email=ADDRESS).count() == 1


@pytest.mark.parametrize("end", ["withdrawn", "expired", "resent"])
def test_a_link_that_ended_lets_nobody_in(ada: User, end: str) -> None:
    invitation = invited(ada)
    old = link(invitation)
    if end == "withdrawn":
        members.withdraw_invitation(invitation=invitation, by=ada)
    elif end == "expired":
        past = timezone.now() - timedelta(minutes=1)
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=past)
    else:
        members.resend_invitation(invitation=invitation, by=ada)
    response = Client().post(old, {"name": "Carla", "password": PASSWORD})
    assert response.status_code in (404, 410)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_forged_link_leads_nowhere(ada: User) -> None:
    invitation = invited(ada)
    plain = reverse("people:invitation-accept", args=[str(invitation.code)])
    assert Client().get(plain).status_code == 404
    assert Client().get(link(invitation)[:-4] + "xyz/").status_code == 404


@pytest.mark.parametrize("password", ["", "short", "password12", "carla@example.net"])
def test_a_weak_password_is_refused_and_the_name_kept(ada: User, password: str) -> None:
    invitation = invited(ada)
    response = come_in(invitation, password=password).last
    assert response.status_code == 422
    assert 'value="Carla"' in response.text
    assert invitation.pk in Invitation.objects.open().values_list("pk", flat=True)


def test_an_admin_gives_no_administrators_away(ada: User, client_of: Browser) -> None:
    for role in ("admin", "superadmin"):
        wish = {"email": ADDRESS, "role": role}
        assert client_of(ada).post(reverse("people:invite"), wish).status_code == 422
        with pytest.raises(members.CannotDo):
            invited(ada, role)
    assert not Invitation.objects.exists()


def test_a_superadmin_does(sue: User) -> None:
    come_in(invited(sue, Role.ADMIN))
    assert User.objects.get(email=ADDRESS).role == "admin"


def test_nobody_is_invited_twice_or_when_here(ada: User, alice: User) -> None:
    invited(ada)
    with pytest.raises(members.CannotDo, match="invited already"):
        invited(ada)
    with pytest.raises(members.CannotDo, match="here already"):
        members.invite_member(email=alice.email, role="user", by=ada)


def test_an_expired_invitation_does_not_stand_in_the_way(ada: User) -> None:
    first = invited(ada)
    past = timezone.now() - timedelta(minutes=1)
    Invitation.objects.filter(pk=first.pk).update(expires_at=past)
    assert invited(ada).is_open


@pytest.mark.parametrize("name", ["alice", "rita", "olga", "mallory"])
def test_whoever_does_not_manage_people_invites_nobody(
    request: pytest.FixtureRequest, ada: User, client_of: Browser, name: str
) -> None:
    browser = client_of(request.getfixturevalue(name))
    assert browser.get(reverse("people:people")).status_code == 403
    wish = {"email": ADDRESS, "role": "user"}
    assert browser.post(reverse("people:invite"), wish).status_code == 403
    there = reverse("people:invitation-handle", args=[invited(ada).code])
    assert browser.post(there, {"action": "withdraw"}).status_code == 403
