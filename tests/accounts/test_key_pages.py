"""People make, renew and revoke keys on pages; a secret is seen once and by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import limits
from accounts.models import ApiKey, User
from accounts.permissions import Permission, Role
from accounts.scopes import WORDS
from accounts.services import key_use, keys
from accounts.services.service_accounts import make_service_account
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
SECRET = re.compile(r">(uaip_[a-z0-9]{12}_[A-Za-z0-9_-]{43})<")
ONCE = re.compile(r'name="once" value="([^"]+)"')
NEW = "/keys/new/"


@pytest.fixture
def ada() -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def robot(alice: User) -> User:
    """A service account that alice answers for."""
    return make_service_account(name="Nightly report", owner=alice, by=alice)


def issue(person: User, **wish: Any) -> keys.NewKey:
    usual = {"user": person, "name": "CI", "scopes": ["session.start"], "by": person}
    return keys.issue_key(**{**usual, **wish})


def text(response: HttpResponse) -> str:
    return response.content.decode()


def once_of(response: HttpResponse) -> str:
    found = ONCE.search(text(response))
    assert found
    return found[1]


def fill(browser: Client, person: User, **wish: Any) -> dict[str, Any]:
    """What the form holds when somebody presses the button."""
    usual = {
        "once": once_of(browser.get(NEW)),
        "holder": str(person.code),
        "name": "CI",
        "scopes": ["session.start"],
        "days": "30",
        "networks": "",
    }
    return {**usual, **wish}


def secret_in(response: HttpResponse) -> str:
    found = SECRET.search(text(response))
    return found[1] if found else ""


def test_alice_makes_a_key_and_sees_its_secret_once(alice: User, client_of: Browse) -> None:
    browser = client_of(alice)
    sent = fill(browser, alice, networks="10.0.0.0/8, 127.0.0.1")
    response = browser.post(NEW, sent)
    assert "no-store" in response["Cache-Control"]
    key = key_use.authenticate(secret_in(response), address="127.0.0.1")
    assert (key.user, key.created_by, key.name) == (alice, alice, "CI")
    assert key.networks == ["10.0.0.0/8", "127.0.0.1/32"]
    for address in ("/keys/", f"/keys/{key.prefix}/"):
        page = text(browser.get(address))
        assert key.prefix in page and not SECRET.search(page)


def test_sending_the_form_again_makes_no_second_key_and_shows_nothing(
    alice: User, client_of: Browse
) -> None:
    browser = client_of(alice)
    sent = fill(browser, alice)
    browser.post(NEW, sent)
    again = browser.post(NEW, sent, follow=True)
    assert ApiKey.objects.count() == 1
    assert not secret_in(again)
    assert "a secret is shown only once" in text(again)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["user.manage"]}, "scopes"),
        ({"days": "366"}, "days"),
        ({"days": "soon"}, "days"),
        ({"networks": "here"}, "networks"),
        ({"holder": "7"}, "holder"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_can_be_mended(
    alice: User, client_of: Browse, wish: dict[str, Any], says: str
) -> None:
    browser = client_of(alice)
    sent = fill(browser, alice)
    response = browser.post(NEW, sent | wish)
    assert response.status_code == 422
    assert response.context["form"].errors[says]
    assert not ApiKey.objects.exists()
    mended = sent | {"once": once_of(response)}
    assert secret_in(browser.post(NEW, mended))


def test_alice_makes_a_key_for_the_program_she_answers_for(
    alice: User, bob: User, robot: User, client_of: Browse
) -> None:
    browser = client_of(alice)
    secret = secret_in(browser.post(NEW, fill(browser, robot)))
    assert key_use.authenticate(secret, address="").user == robot
    assert "Nightly report" in text(browser.get("/keys/"))
    bobs = client_of(bob)
    assert bobs.post(NEW, fill(bobs, robot)).status_code == 422
    assert "Nightly report" not in text(bobs.get("/keys/"))


@pytest.mark.parametrize("verb", ["detail", "rotate", "revoke"])
def test_another_persons_key_does_not_exist_for_bob(
    alice: User, bob: User, client_of: Browse, verb: str
) -> None:
    made = issue(alice)
    browser = client_of(bob)
    address = reverse(f"keys:key-{verb}", args=[made.key.prefix])
    response = browser.get(address) if verb == "detail" else browser.post(address)
    assert response.status_code == 404
    assert key_use.authenticate(made.secret, address="")


def test_alice_renews_a_key_and_both_work(alice: User, client_of: Browse) -> None:
    old = issue(alice)
    browser = client_of(alice)
    page = browser.get(f"/keys/{old.key.prefix}/")
    sent = {"once": once_of(page), "overlap": "3"}
    response = browser.post(f"/keys/{old.key.prefix}/renew/", sent)
    fresh = secret_in(response)
    assert key_use.authenticate(fresh, address="").replaces == old.key
    assert key_use.authenticate(old.secret, address="")
    assert not secret_in(browser.post(f"/keys/{old.key.prefix}/renew/", sent, follow=True))
    assert ApiKey.objects.count() == 2
    after = text(browser.get(f"/keys/{old.key.prefix}/"))
    assert "takes over from it" in after and "Renew the key" not in after


def test_an_overlap_that_cannot_be_is_refused(alice: User, client_of: Browse) -> None:
    made = issue(alice)
    browser = client_of(alice)
    for overlap in ("-1", "500", ""):
        sent = {"once": "x", "overlap": overlap}
        assert browser.post(f"/keys/{made.key.prefix}/renew/", sent).status_code == 422
    assert ApiKey.objects.count() == 1


def test_alice_revokes_a_key(alice: User, client_of: Browse) -> None:
    made = issue(alice)
    browser = client_of(alice)
    address = f"/keys/{made.key.prefix}/revoke/"
    page = text(browser.post(address, {"why": "lost laptop"}, follow=True))
    assert "opens nothing any more" in page
    with pytest.raises(key_use.KeyRefused):
        key_use.authenticate(made.secret, address="")
    assert "had been revoked before" in text(browser.post(address, follow=True))


def test_an_administrator_sees_and_ends_every_key_but_renews_only_programs(
    alice: User, ada: User, robot: User, client_of: Browse
) -> None:
    hers, its = issue(alice), issue(robot, by=alice)
    browser = client_of(ada)
    listed = text(browser.get("/keys/all/"))
    assert hers.key.prefix in listed and its.key.prefix in listed
    assert hers.key.prefix not in text(browser.get("/keys/"))
    sent = {"once": "one", "overlap": "1"}
    assert browser.post(f"/keys/{hers.key.prefix}/renew/", sent).status_code == 403
    assert secret_in(browser.post(f"/keys/{its.key.prefix}/renew/", sent))
    browser.post(f"/keys/{hers.key.prefix}/revoke/", {"why": "left"})
    assert ApiKey.objects.get(pk=hers.key.pk).revoked_by == ada


@pytest.mark.parametrize(
    ("wanted", "is_there"), [("alice", True), ("CI", True), ("uaip_", True), ("nobody", False)]
)
def test_an_administrator_searches(
    alice: User, ada: User, client_of: Browse, wanted: str, is_there: bool
) -> None:
    prefix = issue(alice).key.prefix
    wanted = f"uaip_{prefix[:4]}" if wanted == "uaip_" else wanted
    page = text(client_of(ada).get("/keys/all/", {"q": wanted}))
    assert (prefix in page) is is_there


@pytest.mark.parametrize("address", ["/keys/all/", "/keys/accounts/"])
def test_a_requester_does_not_see_everybodys(alice: User, client_of: Browse, address: str) -> None:
    assert client_of(alice).get(address).status_code == 403


def test_an_administrator_makes_a_service_account_and_hands_it_over(
    alice: User, ada: User, client_of: Browse
) -> None:
    browser = client_of(ada)
    sent = {"name": "Reporting", "owner": "Alice@example.org", "role": "reviewer"}
    response = browser.post("/keys/accounts/", sent)
    account = User.objects.get(kind=User.Kind.SERVICE)
    assert response["Location"] == f"{NEW}?for={account.code}"
    assert (account.human_owner, account.role) == (alice, "reviewer")
    assert f'value="{account.code}" selected' in text(browser.get(response["Location"]))
    address = reverse("keys:hand-over", args=[account.code])
    assert browser.post(address, {"owner": "nobody@example.org"}).status_code == 422
    browser.post(address, {"owner": ada.email})
    account.refresh_from_db()
    assert account.human_owner == ada
    assert client_of(alice).post(address, {"owner": alice.email}).status_code == 403
    assert browser.post(reverse("keys:hand-over", args=[alice.code])).status_code == 404


@pytest.mark.parametrize(
    "wish", [{"name": ""}, {"owner": "nobody@example.org"}, {"role": "superadmin"}]
)
def test_a_service_account_that_cannot_be_is_not_made(
    ada: User, client_of: Browse, wish: dict[str, str]
) -> None:
    sent = {"name": "Reporting", "owner": ada.email, "role": "user"} | wish
    assert client_of(ada).post("/keys/accounts/", sent).status_code == 422
    assert not User.objects.filter(kind=User.Kind.SERVICE).exists()


def test_a_long_list_costs_no_more_queries_and_goes_on(
    alice: User, client_of: Browse, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = client_of(alice)
    for _ in range(3):
        issue(alice)
    browser.get("/keys/")
    with django_assert_num_queries(3):
        browser.get("/keys/")
    for _ in range(50):
        issue(alice)
    with django_assert_num_queries(3):
        page = text(browser.get("/keys/"))
    older = re.search(r'href="(\?after=\w+)"', page)
    assert older and page.count('class="row-title"') == 50
    assert text(browser.get(f"/keys/{older[1]}")).count('class="row-title"') == 3


def test_every_permission_is_explained_to_who_gives_it() -> None:
    assert set(WORDS) == set(Permission)


def test_pages_have_a_limit_of_their_own(
    alice: User, client_of: Browse, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITING_ENABLED, settings.CACHE_URL = True, ""
    few = limits.Limit("pages", per_minute=0.01, burst=2)
    monkeypatch.setattr(limits, "PAGES", few)
    browser = client_of(alice)
    replies = [browser.get("/keys/") for _ in range(3)]
    assert [one.status_code for one in replies] == [200, 200, 429]
    assert replies[-1]["Retry-After"] == "6000"
    assert "Wait 6000 seconds" in text(replies[-1])
    part = browser.get("/keys/", headers={"HX-Request": "true"})
    assert (part.status_code, part["Content-Type"]) == (429, "text/plain; charset=utf-8")
    assert all(browser.get(one).status_code == 200 for one in ("/health", "/live", "/ready"))
