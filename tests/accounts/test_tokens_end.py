"""Tokens end at once: by signing out, by another password, by deactivating, by an epoch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db.models.functions import Now
from pytest_django import Settings

from accounts import signing
from accounts.models import AuditEvent, RefreshToken, TokenFamily, User
from accounts.services import access, audit, keys, tokens
from accounts.services.service_accounts import make_service_account
from tests.accounts.programs import ask, ask_with_key, bearer, post, sign_in
from tests.builders.people import PASSWORD, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.program_urls")]


@pytest.fixture
def signed_in(alice: User) -> dict[str, str]:
    """Tokens of alice's."""
    found: dict[str, str] = sign_in(alice).json()
    return found


def opens(body: dict[str, str]) -> bool:
    return bool(ask(**bearer(body["access_token"])).status_code == 200)


def renews(body: dict[str, str]) -> bool:
    reply = post("/auth/refresh", {"refresh_token": body["refresh_token"]})
    return bool(reply.status_code == 200)


@pytest.mark.parametrize("by", ["refresh_token", "access_token"])
def test_signing_out_refuses_every_token_of_it(
    alice: User, signed_in: dict[str, str], by: str
) -> None:
    other = sign_in(alice).json()
    if by == "access_token":
        reply = post("/auth/logout", {}, **bearer(signed_in[by]))
    else:
        reply = post("/auth/logout", {by: signed_in[by]})
    assert (reply.status_code, reply.content) == (204, b"")
    assert not opens(signed_in) and not renews(signed_in)
    assert opens(other)
    assert AuditEvent.objects.get(type="token.ended").actor == audit.person(alice)


def test_signing_out_twice_is_no_fault(signed_in: dict[str, str]) -> None:
    for _ in range(2):
        reply = post("/auth/logout", {"refresh_token": signed_in["refresh_token"]})
        assert reply.status_code == 204
    assert AuditEvent.objects.filter(type="token.ended").count() == 1


def test_signing_out_needs_a_token_to_end(db: None) -> None:
    assert post("/auth/logout", {}).status_code == 401
    assert post("/auth/logout", {"refresh_token": "of nobody"}).status_code == 204


def _another_password(alice: User) -> None:
    alice.set_password("another horse battery")
    alice.save()


def _deactivated(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)


def _epoch(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(epoch=alice.epoch + 1)


def _ended(alice: User) -> None:
    access.end_access(alice, by=None, why="left")


@pytest.mark.parametrize("deed", [_another_password, _deactivated, _epoch, _ended])
def test_tokens_end_with_what_they_came_from(
    alice: User, signed_in: dict[str, str], deed: Any
) -> None:
    assert opens(signed_in)
    deed(alice)
    assert not opens(signed_in)
    assert not renews(signed_in)


def test_ending_access_ends_everything_of_a_person_and_of_nobody_else(
    alice: User, bob: User, signed_in: dict[str, str]
) -> None:
    robot = make_service_account(name="Nightly", owner=alice, by=alice)
    secrets = [
        keys.issue_key(user=one, name="x", scopes=["session.start"], by=alice).secret
        for one in (alice, robot)
    ]
    bobs = keys.issue_key(user=bob, name="x", scopes=["session.start"], by=bob).secret
    bobs_tokens = sign_in(bob).json()
    ended = access.end_access(alice, by=bob, why="left the company")
    assert (ended.keys, ended.families) == (2, 1)
    assert [ask_with_key(one).status_code for one in secrets] == [401, 401]
    assert ask_with_key(bobs).status_code == 200
    assert opens(bobs_tokens) and not opens(signed_in)
    event = AuditEvent.objects.get(type="user.access_ended")
    assert event.actor == audit.person(bob)
    assert event.detail == {"why": "left the company", "keys": 2, "families": 1}


def test_a_browser_is_signed_out_too(alice: User, client_of: Any) -> None:
    browser = client_of(alice)
    assert browser.get("/api/who-am-i").status_code == 200
    access.end_access(alice, by=None, why="left")
    assert browser.get("/api/who-am-i").status_code == 401


def test_what_is_long_over_is_forgotten(alice: User, signed_in: dict[str, str]) -> None:
    long_ago = {"issued_at": Now() - timedelta(days=40), "expires_at": Now() - timedelta(days=10)}
    RefreshToken.objects.update(**long_ago)
    TokenFamily.objects.update(started_at=Now() - timedelta(days=40))
    kept = sign_in(alice).json()
    assert tokens.forget_expired() == 1
    assert TokenFamily.objects.count() == 1
    assert opens(kept)


# --- Keys are rotated ---------------------------------------------------------------------------


def test_a_token_of_the_key_before_is_good_until_that_key_is_taken_out(
    alice: User, signed_in: dict[str, str], settings: Settings
) -> None:
    before = signing.public_pem(signing.ring().private.public_key())
    settings.JWT_PRIVATE_KEY = signing.new_private_key()
    settings.JWT_PREVIOUS_PUBLIC_KEYS = before.replace("\n", "\\n")
    assert opens(signed_in)
    fresh = sign_in(alice).json()
    settings.JWT_PREVIOUS_PUBLIC_KEYS = ""
    assert opens(fresh)
    assert not opens(signed_in)
    assert renews(signed_in)


def test_rotating_secret_key_ends_no_sign_in_while_the_old_one_is_a_fallback(
    alice: User, signed_in: dict[str, str], client_of: Any, settings: Settings
) -> None:
    browser = client_of(alice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next key of this site, long enough"
    assert opens(signed_in)
    assert browser.get("/api/who-am-i").status_code == 200
    body = post("/auth/refresh", {"refresh_token": signed_in["refresh_token"]}).json()
    settings.SECRET_KEY_FALLBACKS = []
    assert opens(body)


def test_rotating_secret_key_without_a_fallback_ends_every_sign_in(
    signed_in: dict[str, str], settings: Settings
) -> None:
    settings.SECRET_KEY = "the next key of this site, long enough"
    assert not opens(signed_in)


# --- Registering --------------------------------------------------------------------------------


def register(email: str, password: str = PASSWORD) -> Any:
    return post("/auth/register", {"email": email, "password": password})


def test_registration_is_not_there_while_it_is_closed(db: None) -> None:
    assert register("eve@example.org").status_code == 404
    assert not User.objects.exists()


def test_a_site_may_let_strangers_in(settings: Settings, db: None) -> None:
    settings.REGISTRATION_OPEN = True
    assert register("Eve@Example.org").status_code == 202
    eve = User.objects.get()
    assert (eve.email, eve.role, eve.is_staff) == ("eve@example.org", "user", False)
    assert sign_in(eve).status_code == 200
    assert AuditEvent.objects.filter(type="user.registered").count() == 1


def test_registering_tells_nobody_who_is_there(alice: User, settings: Settings) -> None:
    settings.REGISTRATION_OPEN = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    new, known = register("eve@example.org"), register(alice.email)
    assert (new.status_code, new.content) == (known.status_code, known.content)
    assert sorted(one.to[0] for one in mail.outbox) == ["alice@example.org", "eve@example.org"]
    assert sign_in(User.objects.get(email="eve@example.org")).status_code == 403
    assert make_person("carol").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [("eve@example.org", "short", "password"), ("no address", PASSWORD, "email")],
)
def test_what_cannot_be_taken_is_named(
    settings: Settings, db: None, email: str, password: str, field: str
) -> None:
    settings.REGISTRATION_OPEN = True
    reply = register(email, password)
    assert reply.status_code == 422
    assert list(reply.json()["error"]["details"]) == [field]
