"""The front door tells nobody who has an account, and tires whoever tries."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from tests.builders.entrance import is_signed_in, rows, sign_in
from tests.builders.people import PASSWORD, make_person
from tests.fakes.hashers import Counting

NOBODY = "nobody@example.org"
RESET = "/accounts/password/reset/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def hashes(settings: Settings) -> Callable[[], int]:
    """How many passwords were hashed since the last time of asking."""
    settings.PASSWORD_HASHERS = ["tests.fakes.hashers.Counting"]

    def count() -> int:
        found, Counting.runs = Counting.runs, 0
        return found

    return count


@pytest.fixture
def robot(alice: User) -> User:
    """A service account that somebody gave a password."""
    return make_person("robot", kind=User.Kind.SERVICE, human_owner=alice)


def without_chance(reply: HttpResponse, typed: str) -> str:
    """A page without its token and what was typed into it."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", reply.content.decode())
    return text.replace(typed, "typed")


def test_every_refusal_costs_one_hash_and_looks_the_same(
    alice: User, robot: User, hashes: Callable[[], int]
) -> None:
    gone = make_person("gone", is_active=False)
    unset = make_person("unset")
    unset.set_unusable_password()
    unset.save()
    tried = [(alice.email, "not hers"), (NOBODY, "not hers"), (gone.email, "not hers")]
    tried += [(unset.email, "not hers"), (robot.email, PASSWORD)]
    hashes()
    seen = set()
    for address, password in tried:
        reply = sign_in(Client(), address, password)
        seen.add((hashes(), reply.status_code, without_chance(reply, address)))
    assert len(seen) == 1
    assert next(iter(seen))[:2] == (1, 200)


def test_asking_for_a_new_password_looks_the_same_and_sends_one_mail(
    alice: User, robot: User
) -> None:
    gone = make_person("gone", is_active=False)
    seen = set()
    for address in (alice.email, NOBODY, gone.email, robot.email):
        mail.outbox.clear()
        reply = Client().post(RESET, {"email": address})
        assert [one.to for one in mail.outbox] == [[address]]
        shown = Client().get(reply["Location"])
        seen.add((reply.status_code, mail.outbox[0].subject, without_chance(shown, address)))
    assert len(seen) == 1


def test_only_who_has_an_account_gets_a_link(alice: User, robot: User) -> None:
    for address, has_link in ((alice.email, True), (NOBODY, False), (robot.email, False)):
        Client().post(RESET, {"email": address})
        assert ("/password/reset/key/" in mail.outbox[-1].body) is has_link


def test_after_five_failures_an_account_rests_known_or_not(alice: User) -> None:
    seen = set()
    for address in (alice.email, NOBODY):
        for _ in range(5):
            sign_in(Client(), address, "not hers")
        browser = Client()
        reply = sign_in(browser, address)
        assert not is_signed_in(browser)
        assert "Too many attempts" in reply.content.decode()
        seen.add(without_chance(reply, address))
        assert rows("user.sign_in_refused")[-1].detail == {"reason": "throttled"}
    assert len(seen) == 1


def test_another_account_is_not_held_up(alice: User, bob: User, client: Client) -> None:
    for _ in range(5):
        sign_in(Client(), alice.email, "not hers")
    sign_in(client, bob.email)
    assert is_signed_in(client)


def test_one_caller_is_tired_whatever_addresses_it_tries(db: None) -> None:
    for number in range(20):
        sign_in(Client(), f"guess{number}@example.org", "not hers")
    reply = sign_in(Client(), "guess@example.org", "not hers")
    assert "Too many attempts" in reply.content.decode()


def test_a_caller_does_not_get_fresh_attempts_by_naming_another_address(db: None) -> None:
    for number in range(20):
        forged = Client(headers={"x-forwarded-for": f"10.0.0.{number}"})
        sign_in(forged, f"guess{number}@example.org", "not hers")
    forged = Client(headers={"x-forwarded-for": "10.0.1.1"})
    reply = sign_in(forged, "guess@example.org", "not hers")
    assert "Too many attempts" in reply.content.decode()


def test_behind_our_own_proxy_callers_are_told_apart(alice: User, settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    for number in range(20):
        one = Client(headers={"x-forwarded-for": "10.0.0.1"})
        sign_in(one, f"guess{number}@example.org", "not hers")
    other = Client(headers={"x-forwarded-for": "10.0.0.2"})
    sign_in(other, alice.email)
    assert is_signed_in(other)


@pytest.mark.parametrize("address", ["alice@example.org", NOBODY])
def test_guesses_are_counted_even_while_the_cache_is_away(
    alice: User, settings: Settings, address: str
) -> None:
    settings.RATE_LIMITING_ENABLED, settings.CACHE_URL = True, "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    replies = [sign_in(Client(), address, f"guess {number}") for number in range(12)]
    shown = ["Too many attempts" in reply.content.decode() for reply in replies]
    assert shown[0] is False
    assert shown[-1] is True


def test_too_many_pages_at_once_are_refused_with_429(db: None) -> None:
    replies = [Client().post(RESET, {"email": f"one{number}@example.org"}) for number in range(11)]
    assert replies[-1].status_code == 429
    assert "too often at once" in replies[-1].content.decode()
    assert len(mail.outbox) == 10


def test_a_service_account_never_signs_in_by_pages(robot: User, client: Client) -> None:
    sign_in(client, robot.email)
    assert not is_signed_in(client)
    assert rows("user.sign_in_refused")[0].detail == {"reason": "service_account"}
    client.force_login(robot)
    assert client.get("/").status_code == 302


def test_an_address_that_was_given_up_opens_nothing(alice: User, client: Client) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    User.objects.filter(pk=alice.pk).update(email="alice.new@example.org")
    sign_in(client, "alice@example.org")
    assert not is_signed_in(client)
    client.post(RESET, {"email": "alice@example.org"})
    assert "/password/reset/key/" not in mail.outbox[-1].body
    sign_in(client, "alice.new@example.org")
    assert is_signed_in(client)


def test_the_admin_has_no_door_of_its_own(alice: User, client: Client) -> None:
    reply = client.get("/admin/login/")
    assert reply["Location"].startswith(reverse("account_login"))
    typed = {"username": alice.email, "password": PASSWORD}
    client.post("/admin/login/", typed)
    assert not is_signed_in(client)


@pytest.mark.parametrize("page", ["email/", "password/set/"])
def test_pages_of_the_library_that_we_do_not_offer_are_not_there(
    alice: User, client: Client, page: str
) -> None:
    client.force_login(alice)
    assert client.get(f"/accounts/{page}").status_code == 404
