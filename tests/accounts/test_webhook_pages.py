"""Administrators add webhooks on pages, see how each try went, and see a secret once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import AuditEvent, User, WebhookDelivery, WebhookEndpoint
from accounts.permissions import Role
from accounts.services import webhooks
from tests.builders.people import make_person
from tests.builders.webhooks import add, tell
from tests.fakes.webhook_receiver import Receiver, Turn

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
Work = Callable[[], int]
SECRET = re.compile(r'value="(whsec_[A-Za-z0-9+/]{43}=)"')
ONCE = re.compile(r'name="once" value="([^"]+)"')
URL = "https://hooks.example.org/uaip"
NEW = "/webhooks/new/"


@pytest.fixture
def ada() -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def browser(ada: User, client_of: Browse) -> Client:
    """Where ada is signed in."""
    return client_of(ada)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Another system on this machine, which the site names."""
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.1/32"]
    with Receiver() as running:
        yield running


def text(response: HttpResponse) -> str:
    return response.content.decode()


def fill(browser: Client, **wish: object) -> dict[str, object]:
    """What the form holds when somebody presses the button."""
    found = ONCE.search(text(browser.get(NEW)))
    assert found
    return {"once": found[1], "url": URL, "description": "Project list", **wish}


def handle(browser: Client, endpoint: WebhookEndpoint, action: str) -> HttpResponse:
    address = reverse("webhooks:webhook-handle", args=[endpoint.code])
    return browser.post(address, {"action": action}, follow=True)


def test_ada_adds_a_webhook_and_sees_its_secret_once(browser: Client) -> None:
    assert "No webhook yet" in text(browser.get("/webhooks/"))
    sent = fill(browser, events=["charter.issued"])
    response = browser.post(NEW, sent)
    assert "no-store" in response["Cache-Control"]
    found = SECRET.search(text(response))
    made = WebhookEndpoint.objects.get()
    assert found and found[1] == made.secret
    assert (made.url, made.events, made.description) == (URL, ["charter.issued"], "Project list")
    again = browser.post(NEW, sent, follow=True)
    assert "shown only once" in text(again)
    assert WebhookEndpoint.objects.count() == 1
    for address in ("/webhooks/", f"/webhooks/{made.code}/", f"/webhooks/{made.code}/change/"):
        page = text(browser.get(address))
        assert "Project list" in page and made.secret not in page


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"url": ""}, "url"),
        ({"url": "http://hooks.example.org/"}, "url"),
        ({"url": "https://ada:pw@hooks.example.org/"}, "url"),
        ({"url": "https://hooks.example.org/" + "x" * 500}, "url"),
        ({"events": ["session.started"]}, "events"),
        ({"description": "x" * 201}, "description"),
    ],
)
def test_what_cannot_be_is_said_and_can_be_mended(
    browser: Client, wish: dict[str, object], says: str
) -> None:
    response = browser.post(NEW, fill(browser, **wish))
    assert response.status_code == 422
    assert response.context["form"].errors[says]
    assert not WebhookEndpoint.objects.exists()
    found = ONCE.search(text(response))
    assert found
    assert SECRET.search(text(browser.post(NEW, fill(browser, once=found[1]))))


def test_the_log_tells_how_each_try_went(
    browser: Client, ada: User, receiver: Receiver, work: Work
) -> None:
    endpoint = add(receiver.url, by=ada).endpoint
    receiver.will(Turn(503), Turn(302))
    assert "A test is on its way" in text(handle(browser, endpoint, "test"))
    tell()
    work()
    page = text(browser.get(f"/webhooks/{endpoint.code}/"))
    assert "answered 503" in page and "not followed" in page
    failed = WebhookDelivery.objects.get(status="failed")
    again = reverse("webhooks:webhook-redeliver", args=[endpoint.code, failed.code])
    assert "on its way once more" in text(browser.post(again, follow=True))
    assert "on its way already" in text(browser.post(again, follow=True))
    work()
    assert "Delivered" in text(browser.get(f"/webhooks/{endpoint.code}/"))


def test_a_webhook_is_switched_off_and_on_and_removed(browser: Client, ada: User) -> None:
    endpoint = add(URL, by=ada).endpoint
    assert "switched off by hand" in text(handle(browser, endpoint, "disable"))
    assert "Switch it on first" in text(handle(browser, endpoint, "test"))
    assert "told of events again" in text(handle(browser, endpoint, "enable"))
    assert "with a button" in text(handle(browser, endpoint, "explode"))
    assert "removed" in text(handle(browser, endpoint, "remove"))
    assert "No webhook yet" in text(browser.get("/webhooks/"))
    assert browser.get(f"/webhooks/{endpoint.code}/").status_code == 404
    deeds = AuditEvent.objects.filter(subject=f"webhook {endpoint.code}").order_by("sequence")
    assert [one.type.removeprefix("webhook.") for one in deeds] == [
        "added",
        "disabled",
        "enabled",
        "removed",
    ]
    assert all(URL not in str(one.detail) for one in deeds)


def test_a_webhook_is_changed(browser: Client, ada: User) -> None:
    endpoint = add(URL, by=ada).endpoint
    address = f"/webhooks/{endpoint.code}/change/"
    wish = {"once": "any", "url": "https://new.example.org/", "events": ["decision.made"]}
    assert browser.post(address, {**wish, "url": "ftp://x/"}).status_code == 422
    assert "is changed" in text(browser.post(address, wish, follow=True))
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events) == ("https://new.example.org/", ["decision.made"])


def test_a_secret_is_renewed_and_the_older_one_dropped(browser: Client, ada: User) -> None:
    endpoint = add(URL, by=ada).endpoint
    address = f"/webhooks/{endpoint.code}/"
    found = ONCE.search(text(browser.get(address)))
    assert found
    response = browser.post(f"{address}secret/", {"once": found[1]})
    shown = SECRET.search(text(response))
    endpoint.refresh_from_db()
    assert shown and shown[1] == endpoint.secret != endpoint.previous_secret
    again = browser.post(f"{address}secret/", {"once": found[1]}, follow=True)
    assert not SECRET.search(text(again))
    assert "Only the newest secret" in text(handle(browser, endpoint, "drop-secret"))
    endpoint.refresh_from_db()
    assert endpoint.previous_secret == ""


def test_a_long_log_has_pages_and_costs_the_same(
    browser: Client, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    endpoint = add(URL, by=ada).endpoint
    address = f"/webhooks/{endpoint.code}/"
    tell()
    with django_assert_num_queries(5):
        browser.get(address)
    for _ in range(29):
        tell()
    with django_assert_num_queries(5):
        first = text(browser.get(address))
    link = re.search(r'href="(\?before=[^"]+)"', first)
    assert link
    second = text(browser.get(address + link[1]))
    ids = [re.findall(r"msg_\w{32}</code>", page) for page in (first, second)]
    assert (len(ids[0]), len(ids[1]), len(set(ids[0] + ids[1]))) == (25, 5, 30)
    assert "no earlier messages" in text(browser.get(f"{address}?before=one"))


def test_nobody_else_finds_webhooks(
    ada: User, alice: User, rita: User, olga: User, client_of: Browse
) -> None:
    made = add(URL, by=ada)
    sent = webhooks.send_test(endpoint=made.endpoint, by=ada)
    code = made.endpoint.code
    for person in (alice, rita, olga):
        theirs = client_of(person)
        assert "Webhooks" not in text(theirs.get("/"))
        for address in ("/webhooks/", NEW, f"/webhooks/{code}/", f"/webhooks/{code}/change/"):
            assert theirs.get(address).status_code == 403
        for address in (NEW, f"/webhooks/{code}/secret/", f"/webhooks/{code}/handle/"):
            assert theirs.post(address, {"action": "remove"}).status_code == 403
        again = f"/webhooks/{code}/deliveries/{sent.code}/send/"
        assert theirs.post(again).status_code == 403
    assert WebhookEndpoint.objects.get().is_active


def test_what_is_not_there_is_not_found(browser: Client, ada: User) -> None:
    one, other = add(URL, by=ada).endpoint, add(URL, by=ada).endpoint
    sent = webhooks.send_test(endpoint=one, by=ada)
    assert browser.get(f"/webhooks/{uuid.uuid4()}/").status_code == 404
    wrong = reverse("webhooks:webhook-redeliver", args=[other.code, sent.code])
    assert browser.post(wrong).status_code == 404


def test_the_back_office_shows_no_secret_and_changes_nothing(browser: Client, ada: User) -> None:
    made = add(URL, by=ada)
    tell()
    for name in ("webhookendpoint", "webhookdelivery", "webhookattempt"):
        page = browser.get(reverse(f"admin:accounts_{name}_changelist"))
        assert page.status_code == 200
        assert browser.get(reverse(f"admin:accounts_{name}_add")).status_code == 403
    one = browser.get(reverse("admin:accounts_webhookendpoint_change", args=[made.endpoint.pk]))
    assert URL in text(one) and made.secret not in text(one)
