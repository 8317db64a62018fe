"""Nobody asks more often than the site allows, and nobody else pays for it."""

from __future__ import annotations

import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import Settings

from accounts import limits
from accounts.limits import Limit
from accounts.models import AuditEvent, RateLimit, User
from accounts.services import keys
from tests.accounts.programs import WHO, ask_with_key, bearer, post, refusal, sign_in
from uaip_project.siteconfig import load_conversation

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.program_urls")]

SLOW = Limit("slow", per_minute=0.001, burst=3)


@pytest.fixture(params=["database", "redis"])
def counted(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """Limits are on, and kept in the database or, where there is one, in Redis."""
    settings.RATE_LIMITING_ENABLED = True
    if request.param == "redis" and not site.CACHE_URL:
        pytest.skip("no Redis here")
    # A database of its own: other tests empty theirs while these count.
    own_place = site.CACHE_URL.rpartition("/")[0] + "/10"
    settings.CACHE_URL = own_place if request.param == "redis" else ""
    limits._away.clear()
    own = f"uaip:test:{uuid.uuid4().hex}:"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "PREFIX", own)
        yield


@pytest.fixture
def few(settings: Settings) -> None:
    """Three requests at once, then one in a long time."""
    figures = {"enabled": True, "requests_per_minute": 0.01, "burst_size": 3}
    settings.CONVERSATION = settings.CONVERSATION | {"rate_limiting": figures}


def spend(limit: Limit = SLOW, principal: str = "user:1", times: int = 1) -> list[bool]:
    """Whether each of so many requests goes through."""
    return [limits.spend(limit, principal) == 0 for _ in range(times)]


def test_a_burst_goes_through_and_then_one_waits(counted: None) -> None:
    assert spend(times=5) == [True, True, True, False, False]
    wait = limits.spend(SLOW, "user:1")
    assert 59_000 < wait <= 60_000


def test_everybody_is_counted_alone(counted: None) -> None:
    spend(times=3)
    assert spend(principal="user:2") == [True]
    assert spend(replace(SLOW, name="another")) == [True]


def test_being_told_to_wait_costs_nothing(counted: None) -> None:
    spend(times=3)
    first = limits.spend(SLOW, "user:1")
    spend(times=5)
    assert limits.spend(SLOW, "user:1") <= first


def test_who_waits_may_go_on(counted: None) -> None:
    quick = Limit("quick", per_minute=1200, burst=1)
    assert spend(quick) == [True]
    deadline = time.monotonic() + 10
    while limits.spend(quick, "user:1") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert time.monotonic() < deadline


def test_nobody_is_counted_where_limits_are_off(settings: Settings) -> None:
    settings.RATE_LIMITING_ENABLED = False
    assert all(spend(times=20))
    assert not RateLimit.objects.exists()


def test_rows_that_limit_nobody_any_more_are_deleted(settings: Settings) -> None:
    settings.RATE_LIMITING_ENABLED, settings.CACHE_URL = True, ""
    spend()
    RateLimit.objects.create(key="old", busy_until=time.time() - 1)
    assert limits.forget_spent() == 1
    assert RateLimit.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "nonsense", True),
    ],
)
def test_an_address_stands_for_whoever_has_it(one: str, other: str, is_same: bool) -> None:
    assert (limits.principal_at(one) == limits.principal_at(other)) is is_same


# --- When nobody can count ----------------------------------------------------------------------


def test_reads_go_on_and_sign_ins_are_counted_elsewhere_while_redis_is_away(
    settings: Settings,
) -> None:
    settings.RATE_LIMITING_ENABLED, settings.CACHE_URL = True, "redis://127.0.0.1:1/0"
    limits._away.clear()
    assert all(spend(times=5))
    strict = replace(SLOW, must_hold=True)
    assert spend(strict, times=4) == [True, True, True, False]


def test_nobody_signs_in_uncounted(
    alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITING_ENABLED, settings.CACHE_URL = True, ""

    def gone(*_: Any) -> float:
        raise DatabaseError("gone")

    monkeypatch.setattr(limits, "_in_database", gone)
    reply = sign_in(alice)
    assert refusal(reply)[:2] == (503, "SERVICE_UNAVAILABLE")
    assert reply["Retry-After"]
    assert Client().get(WHO).status_code == 401


# --- At the doors -------------------------------------------------------------------------------


def test_a_program_is_told_when_to_come_back(counted: None, few: None, alice: User) -> None:
    token = sign_in(alice).json()["access_token"]
    replies = [Client().get(WHO, headers=bearer(token)) for _ in range(4)]
    assert [one.status_code for one in replies] == [200, 200, 200, 429]
    assert refusal(replies[-1])[:2] == (429, "RATE_LIMIT_EXCEEDED")
    assert int(replies[-1]["Retry-After"]) > 0
    event = AuditEvent.objects.get(type="limit.exceeded")
    assert event.actor.endswith(str(alice.code))
    Client().get(WHO, headers=bearer(token))
    assert AuditEvent.objects.filter(type="limit.exceeded").count() == 1


def test_each_key_is_counted_by_itself(counted: None, few: None, alice: User) -> None:
    one, other = (
        keys.issue_key(user=alice, name="x", scopes=["session.start"], by=alice).secret
        for _ in range(2)
    )
    assert [ask_with_key(one).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert ask_with_key(other).status_code == 200


def test_guessing_keys_is_counted_by_address(counted: None, few: None) -> None:
    seen = [ask_with_key(f"guess {number}").status_code for number in range(4)]
    assert seen == [401, 401, 401, 429]


def test_a_made_up_forwarded_address_is_not_another_caller(counted: None, few: None) -> None:
    seen = [
        Client().get(WHO, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(4)
    ]
    assert seen == [401, 401, 401, 429]


@pytest.fixture
def many(settings: Settings) -> None:
    """The limit of programs is out of the way."""
    figures = {"enabled": True, "requests_per_minute": 60_000, "burst_size": 1000}
    settings.CONVERSATION = settings.CONVERSATION | {"rate_limiting": figures}


def test_an_account_is_throttled_whether_there_is_one_or_not(
    counted: None, many: None, alice: User
) -> None:
    seen = []
    for email in (alice.email, "nobody@example.org"):
        body = {"email": email, "password": "wrong"}
        seen.append([post("/auth/login", body).status_code for _ in range(12)])
    assert seen[0] == seen[1] == [401] * limits.SIGN_IN_ACCOUNT.burst + [429] * 2


def test_the_right_password_does_not_open_a_throttled_account(
    counted: None, many: None, alice: User
) -> None:
    for _ in range(limits.SIGN_IN_ACCOUNT.burst):
        sign_in(alice, "wrong")
    reply = sign_in(alice)
    assert refusal(reply)[:2] == (429, "RATE_LIMIT_EXCEEDED")
    assert int(reply["Retry-After"]) > 0


def test_one_address_does_not_try_many_accounts(counted: None, many: None) -> None:
    seen = [
        post("/auth/login", {"email": f"p{number}@example.org", "password": "x"}).status_code
        for number in range(limits.SIGN_IN_ADDRESS.burst + 1)
    ]
    assert set(seen[:-1]) == {401}
    assert seen[-1] == 429


# --- The figures of a site ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site's own copy of the shipped configuration."""
    return Path(shutil.copytree(site.CONFIG_DIR, tmp_path / "config"))


def _with_limits(folder: Path, lines: str) -> None:
    file = folder / "conversation.yaml"
    kept = file.read_text(encoding="utf-8").partition("rate_limiting:")[0]
    file.write_text(kept + lines, encoding="utf-8")


def test_a_site_says_how_often(folder: Path) -> None:
    figures = "rate_limiting: {enabled: false, requests_per_minute: 600, burst_size: 50}"
    _with_limits(folder, figures)
    assert load_conversation(folder)["rate_limiting"] == {
        "enabled": False,
        "requests_per_minute": 600,
        "burst_size": 50,
    }


def test_a_sites_file_of_before_the_limits_takes_the_guides_figures(folder: Path) -> None:
    _with_limits(folder, "")
    assert load_conversation(folder)["rate_limiting"] == {
        "enabled": True,
        "requests_per_minute": 60,
        "burst_size": 10,
    }


@pytest.mark.parametrize(
    ("wrong", "key"),
    [("enabled: often", "enabled"), ("burst_size: 0", "burst_size"), ("burst_size: x", "burst")],
)
def test_figures_that_cannot_be_stop_the_start(folder: Path, wrong: str, key: str) -> None:
    _with_limits(folder, f"rate_limiting: {{{wrong}}}")
    with pytest.raises(ImproperlyConfigured, match=f"rate_limiting.{key}"):
        load_conversation(folder)


# --- Several processes --------------------------------------------------------------------------


def _all_at_once(count: int, deed: Callable[[], None]) -> None:
    threads = [threading.Thread(target=deed) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=300)


@pytest.mark.django_db(transaction=True)
def test_however_many_ask_at_once_a_burst_is_a_burst(counted: None) -> None:
    passed: list[bool] = []
    ready = threading.Barrier(8, timeout=90)

    def ask() -> None:
        ready.wait()
        passed.extend(spend(times=3))
        connection.close()

    _all_at_once(8, ask)
    assert (len(passed), sum(passed)) == (24, SLOW.burst)
