"""Administrators see who is here, give roles, and show people out; each deed is written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.services import audit, keys, members
from tests.builders.people import make_person
from tests.builders.sessions import make_session

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def act(browser: Client, user: User, action: str, **more: str):
    there = reverse("people:access", args=[user.code])
    return browser.post(there, {"action": action, **more})


def test_the_list_is_searched_and_filtered(ada: User, alice: User, rita: User, client_of: Browser):
    browser, there = client_of(ada), reverse("people:people")
    assert rita.email in browser.get(there).text
    found = browser.get(there, {"q": "ALICE"}).text
    assert alice.email in found and rita.email not in found
    assert rita.email in browser.get(there, {"role": "reviewer"}).text
    assert "Nobody matches" in browser.get(there, {"q": "zzz"}).text


def test_sixty_people_fill_two_pages(ada: User, client_of: Browser) -> None:
    for number in range(60):
        make_person(f"person{number:02}")
    browser, there = client_of(ada), reverse("people:people")
    first = browser.get(there)
    assert "More people" in first.text
    second = browser.get(there, {"after": first.context["next"]})
    assert "person59" in second.text
    assert "person00" not in second.text


def test_deactivating_ends_everything_at_once(ada: User, bob: User, client_of: Browser) -> None:
    his = client_of(bob)
    made = keys.issue_key(user=bob, name="mine", scopes=["session.view"], days=30, by=bob)
    assert his.get(reverse("home")).status_code == 200
    assert act(client_of(ada), bob, "deactivate", why="left us").status_code == 302
    assert his.get(reverse("home")).status_code == 302
    api = Client().get("/api/v1/sessions", headers={"X-API-Key": made.secret})
    assert api.status_code == 401
    done = AuditEvent.objects.get(type="user.deactivated")
    assert (done.subject, done.detail["why"]) == (audit.person(bob), "left us")


def test_the_deeds_of_a_deactivated_person_stay(ada: User, bob: User, client_of: Browser) -> None:
    session = make_session(bob)
    act(client_of(ada), bob, "deactivate")
    assert AuditEvent.objects.filter(actor=audit.person(bob), type="session.started").exists()
    session.refresh_from_db()
    assert session.owner == bob


def test_a_person_is_let_in_again_without_the_old_keys(
    ada: User, bob: User, client_of: Browser
) -> None:
    keys.issue_key(user=bob, name="mine", scopes=["session.view"], days=30, by=bob)
    browser = client_of(ada)
    act(browser, bob, "deactivate")
    act(browser, bob, "reactivate")
    bob.refresh_from_db()
    assert bob.is_active
    assert not bob.api_keys.usable().exists()


def test_a_link_for_a_new_password_goes_to_the_person_alone(
    ada: User, bob: User, client_of: Browser, work: Callable[[], int]
) -> None:
    response = act(client_of(ada), bob, "reset")
    assert response.status_code == 302
    work()
    (message,) = mail.outbox
    assert message.to == [bob.email]
    path = next(word for word in message.body.split() if "/password/reset/" in word)
    path = path.replace("http://localhost:10000", "")
    assert Client().get(path, follow=True).status_code == 200


@pytest.mark.parametrize("action", ["deactivate", "sign-out", "reset"])
def test_an_admin_does_nothing_to_another_admin_or_to_himself(
    ada: User, sue: User, client_of: Browser, action: str
) -> None:
    eve = make_person("eve", role=Role.ADMIN)
    for other in (eve, sue, ada):
        assert act(client_of(ada), other, action).status_code == 409
    assert User.objects.active().filter(pk__in=[eve.pk, sue.pk, ada.pk]).count() == 3


def test_the_last_superadmin_stays(sue: User) -> None:
    with pytest.raises(members.CannotDo, match="last SuperAdmin"):
        members.deactivate_member(user=sue, by=None)
    with pytest.raises(members.CannotDo, match="last SuperAdmin"):
        members.change_role(user=sue, role=Role.USER, is_operator=False, by=None)


def test_a_role_is_given_and_counts_from_the_next_request(
    ada: User, bob: User, client_of: Browser
) -> None:
    there = reverse("people:role", args=[bob.code])
    assert client_of(ada).post(there, {"role": "reviewer"}).status_code == 302
    bob.refresh_from_db()
    assert bob.role == Role.REVIEWER
    detail = AuditEvent.objects.get(type="user.role_changed").detail
    assert (detail["before"]["role"], detail["after"]["role"]) == ("user", "reviewer")


@pytest.mark.parametrize(("role", "status"), [("admin", 409), ("superadmin", 409), ("king", 422)])
def test_an_admin_raises_nobody_to_his_own_height(
    ada: User, bob: User, client_of: Browser, role: str, status: int
) -> None:
    there = reverse("people:role", args=[bob.code])
    assert client_of(ada).post(there, {"role": role}).status_code == status
    bob.refresh_from_db()
    assert bob.role == Role.USER


def test_only_a_superadmin_makes_operators(
    ada: User, sue: User, bob: User, client_of: Browser
) -> None:
    wish, there = {"role": "user", "is_operator": "on"}, reverse("people:role", args=[bob.code])
    assert client_of(ada).post(there, wish).status_code == 409
    assert client_of(sue).post(there, wish).status_code == 302
    bob.refresh_from_db()
    assert (bob.role, bob.is_operator) == (Role.USER, True)


def test_of_two_who_change_a_role_at_once_one_is_told(sue: User, bob: User) -> None:
    stale = User.objects.get(pk=bob.pk)
    members.change_role(user=bob, role=Role.REVIEWER, is_operator=False, by=sue)
    with pytest.raises(members.CannotDo, match="Reload"):
        members.change_role(user=stale, role=Role.ADMIN, is_operator=False, by=sue)


@pytest.mark.parametrize("name", ["alice", "rita", "olga"])
def test_others_find_no_pages_about_people(
    request: pytest.FixtureRequest, bob: User, client_of: Browser, name: str
) -> None:
    browser = client_of(request.getfixturevalue(name))
    assert browser.get(reverse("people:person", args=[bob.code])).status_code == 403
    assert act(browser, bob, "deactivate").status_code == 403
    assert browser.get(reverse("operations:erase", args=[bob.code])).status_code == 403
