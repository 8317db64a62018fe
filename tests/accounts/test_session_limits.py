"""A browser session ends when nobody uses it, and for good after a longest time."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as in_force
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from accounts.services import audit
from accounts.session_limits import BEGAN, USED, why_over
from tests.builders.entrance import (
    codes_of,
    enrol_app,
    give_app,
    is_signed_in,
    rows,
    show_who_it_is,
    sign_in,
)
from tests.builders.sessions import make_session
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db
HOUR = 3600


@pytest.fixture
def browser(alice: User, client: Client, settings: Settings) -> Client:
    """Alice's, on a site that gives an hour of rest and a day in all."""
    settings.SESSION_IDLE_MINUTES, settings.SESSION_MAX_HOURS = 60, 24
    sign_in(client, alice.email)
    return client


def move_back(browser: Client, seconds: int, *names: str) -> None:
    session = browser.session
    for name in names:
        session[name] -= seconds
    session.save()


def test_a_session_that_nobody_used_asks_to_sign_in_again(browser: Client, alice: User) -> None:
    there = reverse("interviews:session-detail", args=[make_session(alice).code])
    move_back(browser, HOUR, USED)
    reply = browser.get(there)
    assert reply["Location"] == f"{reverse('account_login')}?next={there}"
    assert not is_signed_in(browser)
    assert not UserSession.objects.exists()
    ended = rows("user.session_ended")[0]
    assert (ended.subject, ended.detail) == (audit.person(alice), {"why": "unused"})


def test_use_keeps_it_and_is_not_written_with_every_page(browser: Client) -> None:
    move_back(browser, HOUR - 10, USED)
    assert browser.get("/").status_code == 200
    with statements() as made:
        assert browser.get("/").status_code == 200
    assert not [one for one in made if "UPDATE" in str(one) and "django_session" in str(one)]
    move_back(browser, HOUR - 10, USED)
    assert browser.get("/").status_code == 200


def test_a_page_that_asks_by_itself_is_nobodys_use(browser: Client) -> None:
    move_back(browser, HOUR - 10, USED)
    before = browser.session[USED]
    browser.get("/", headers={"HX-Request": "true"})
    assert browser.session[USED] == before


def test_after_the_longest_time_use_does_not_help(browser: Client) -> None:
    move_back(browser, 24 * HOUR, BEGAN)
    assert browser.get("/").status_code == 302
    assert rows("user.session_ended")[0].detail == {"why": "too old"}


def test_proving_again_who_one_is_prolongs_nothing(browser: Client) -> None:
    move_back(browser, 24 * HOUR - 10, BEGAN)
    began = browser.session[BEGAN]
    show_who_it_is(browser)
    assert browser.session[BEGAN] == began


@pytest.mark.parametrize(
    ("began", "used", "why"),
    [(0, 0, ""), (0, -3599, ""), (0, -3600, "unused"), (-86_399, 0, ""), (-86_400, 0, "too old")],
)
def test_both_limits_are_exact(settings: Settings, began: int, used: int, why: str) -> None:
    settings.SESSION_IDLE_MINUTES, settings.SESSION_MAX_HOURS = 60, 24
    now = 1_000_000
    assert why_over(now + began, now + used, now) == why


# --- The key of a session -------------------------------------------------------------------------


def test_the_password_typed_again_gives_the_session_another_key(browser: Client) -> None:
    before = browser.session.session_key
    show_who_it_is(browser)
    after = browser.session.session_key
    assert after != before
    assert is_signed_in(browser)
    assert not Session.objects.filter(session_key=before).exists()
    assert UserSession.objects.get().session_key == after


def test_a_code_typed_again_does_too(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    secret = enrol_app(client)
    before = client.session.session_key
    client.post(reverse("mfa_reauthenticate"), {"code": codes_of(secret)[2]})
    assert client.session.session_key != before
    assert is_signed_in(client)


def test_signing_in_gives_another_key_and_a_wrong_password_none(
    alice: User, client: Client
) -> None:
    client.get(reverse("account_login"))
    give_app(alice)
    sign_in(client, alice.email)
    before = client.session.session_key
    show_who_it_is(client, "not the password")
    assert client.session.session_key == before


# --- Cookies --------------------------------------------------------------------------------------


def test_session_and_form_token_are_the_only_cookies(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    enrol_app(client)
    client.post(reverse("account_logout"))
    client.get(reverse("account_login"))
    named = {in_force.SESSION_COOKIE_NAME, in_force.CSRF_COOKIE_NAME}
    assert set(client.cookies) <= named
