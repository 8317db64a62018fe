"""Two administrators with the same form open: the second one is told, and loses no word."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import AuditEvent, User, WebhookEndpoint
from accounts.permissions import Role
from accounts.services import service_accounts, webhooks
from tests.accounts.together import at_once
from tests.builders.people import make_person
from tests.builders.webhooks import add

pytestmark = pytest.mark.django_db(transaction=True)

Browse = Callable[[User], Client]
URL = "https://hooks.example.org/uaip"
SEEN = re.compile(r'name="seen" value="([^"]*)"')
COUNT = 4


@pytest.fixture
def ada() -> User:
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def sue() -> User:
    return make_person("sue", role=Role.SUPERADMIN)


@pytest.fixture
def endpoint(ada: User) -> WebhookEndpoint:
    return add(URL, by=ada, description="Project list").endpoint


@pytest.fixture
def robot(ada: User, alice: User) -> User:
    return service_accounts.make_service_account(name="Robot", owner=alice, by=ada)


def told(deed: Callable[[], Any], *refusals: type[Exception]) -> Any:
    """What came of it, a refusal as a value."""
    try:
        return deed()
    except refusals as refusal:
        return refusal


def seen(page: HttpResponse) -> str:
    found = SEEN.search(page.content.decode())
    assert found
    return found[1]


def test_of_webhook_changes_at_once_one_holds(endpoint: WebhookEndpoint, ada: User) -> None:
    read = [WebhookEndpoint.objects.get(pk=endpoint.pk) for _ in range(COUNT)]

    def change(number: int) -> Any:
        wish = {"url": URL, "events": [], "description": f"List {number}"}
        return webhooks.change_endpoint(endpoint=read[number], **wish, by=ada)

    deeds = [partial(told, partial(change, one), webhooks.EndpointMoved) for one in range(COUNT)]
    outcomes = at_once(*deeds)
    (kept,) = [one for one in outcomes if isinstance(one, WebhookEndpoint)]
    assert sum(isinstance(one, webhooks.EndpointMoved) for one in outcomes) == COUNT - 1
    assert WebhookEndpoint.objects.get().description == kept.description
    assert AuditEvent.objects.filter(type="webhook.changed").count() == 1


def test_who_comes_second_to_a_webhook_reads_both_texts(
    endpoint: WebhookEndpoint, ada: User, sue: User, client_of: Browse
) -> None:
    address = f"/webhooks/{endpoint.code}/change/"
    browsers = [client_of(ada), client_of(sue)]
    forms = [{"once": "x", "url": URL, "seen": seen(one.get(address))} for one in browsers]
    assert browsers[0].post(address, {**forms[0], "description": "Hers"}).status_code == 302
    page = browsers[1].post(address, {**forms[1], "description": "Mine"})
    assert page.status_code == 409
    words = page.content.decode()
    assert "Hers" in words
    assert 'value="Mine"' in words
    again = {**forms[1], "description": "Mine", "seen": seen(page)}
    assert browsers[1].post(address, again).status_code == 302
    assert WebhookEndpoint.objects.get().description == "Mine"


def test_a_service_account_is_handed_to_one_of_many(
    robot: User, ada: User, alice: User, bob: User
) -> None:
    heirs = [make_person(name) for name in ("cem", "dan", "eve")]
    read = [User.objects.get(pk=robot.pk) for _ in heirs]
    hand = service_accounts.hand_over_service_account
    deeds = [
        partial(told, partial(hand, account=one, owner=heir, by=ada), service_accounts.CannotMake)
        for one, heir in zip(read, heirs, strict=True)
    ]
    outcomes = at_once(*deeds)
    assert sum(isinstance(one, service_accounts.CannotMake) for one in outcomes) == 2
    (event,) = AuditEvent.objects.filter(type="user.handed_over")
    owner = User.objects.get(pk=robot.pk).human_owner
    assert event.detail["after"] == f"person {owner.code}"


def test_who_hands_over_by_an_old_page_is_told(
    robot: User, ada: User, alice: User, bob: User, client_of: Browse
) -> None:
    browser = client_of(ada)
    old = {"seen": seen(browser.get("/keys/accounts/")), "owner": bob.email}
    service_accounts.hand_over_service_account(
        account=User.objects.get(pk=robot.pk), owner=ada, by=ada
    )
    page = browser.post(f"/keys/accounts/{robot.code}/hand-over/", old)
    assert page.status_code == 409
    assert "handed this account over meanwhile" in page.content.decode()
    assert f'value="{bob.email}"' in page.content.decode()
    assert User.objects.get(pk=robot.pk).human_owner == ada


def test_the_back_office_writes_nobodys_change_over(
    sue: User, bob: User, client_of: Browse
) -> None:
    address = f"/admin/accounts/user/{bob.pk}/change/"
    browser = client_of(sue)
    form = {"email": bob.email, "role": "user", "seen": seen(browser.get(address))}
    assert browser.post(address, {**form, "name": "Robert"}).status_code == 302
    page = browser.post(address, {**form, "name": "Bobby"})
    assert "changed this person meanwhile" in page.content.decode()
    assert 'value="Bobby"' in page.content.decode()
    assert User.objects.get(pk=bob.pk).name == "Robert"


def test_the_back_office_says_what_the_house_refuses(sue: User, client_of: Browse) -> None:
    chief = make_person("sam", role=Role.SUPERADMIN)
    address = f"/admin/accounts/user/{chief.pk}/change/"
    form = {"email": "other@example.org", "name": "Sam", "role": "superadmin"}
    page = client_of(sue).post(address, form, follow=True)
    assert "is changed by nobody else" in page.content.decode()
    assert User.objects.get(pk=chief.pk).email == chief.email
