"""Alice sets up an authenticator app and a passkey in a real browser, and comes in by them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.builders.entrance import codes_of, rows
from tests.builders.people import PASSWORD
from tests.journeys.devices import with_passkeys
from tests.journeys.driver import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def hand(page: Page, live_server: Any, alice: User) -> Browser:
    """Alice at her computer; passkeys need a name, not an address."""
    assert live_server.url.startswith("http://localhost:")
    hand = Browser(with_passkeys(page), live_server.url)
    hand.sign_in(alice.email)
    return hand


def to_security(hand: Browser) -> None:
    hand.page.get_by_role("link", name="Security").first.click()
    expect(hand.page.locator("h1")).to_have_text("Security")


def show_who_it_is(page: Page) -> None:
    """Types the password once more where the page asks for it."""
    if page.get_by_role("heading", name="Is it still you?").count():
        page.fill('[name="password"]', PASSWORD)
        page.get_by_role("button", name="Go on").click()


def leave(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_alice_sets_up_an_app_and_comes_in_by_its_code(hand: Browser) -> None:
    page = hand.page
    to_security(hand)
    page.get_by_role("link", name="Set up an app").click()
    show_who_it_is(page)
    expect(page.locator(".qr img")).to_be_visible()
    assert page.locator(".qr img").evaluate("image => image.naturalWidth") > 0
    secret = page.locator("#totp-key").inner_text()
    page.fill('[name="code"]', codes_of(secret)[0])
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    assert page.locator(".codes li").count() == 10
    leave(page)
    page.fill('[name="login"]', "alice@example.org")
    page.fill('[name="password"]', PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_have_text("One more step")
    page.fill('[name="code"]', codes_of(secret)[1])
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Security").first).to_be_visible()
    assert page.faults == []


def test_alice_adds_a_passkey_and_comes_in_by_it_alone(hand: Browser) -> None:
    page = hand.page
    to_security(hand)
    page.get_by_role("link", name="Add a passkey").click()
    show_who_it_is(page)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    leave(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Security").first).to_be_visible()
    assert rows("user.signed_in")[-1].detail == {"by": ["passkey"]}
    to_security(hand)
    page.get_by_role("link", name="See your passkeys").click()
    expect(page.locator(".rows")).to_contain_text("Lets you in without the password")
    assert page.faults == []


def test_a_passkey_is_the_second_step_too(hand: Browser) -> None:
    page = hand.page
    to_security(hand)
    page.get_by_role("link", name="Add a passkey").click()
    show_who_it_is(page)
    page.get_by_label("It lets me in alone").uncheck()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    leave(page)
    page.fill('[name="login"]', "alice@example.org")
    page.fill('[name="password"]', PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Security").first).to_be_visible()
    assert rows("user.signed_in")[-1].detail == {"by": ["password", "passkey"]}
    to_security(hand)
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_role("link", name="passkey").or_(
        page.get_by_role("link", name="security key")
    ).first.click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("h1")).to_have_text("Set up an authenticator app")
    assert page.faults == []


def test_a_device_without_a_passkey_is_told(hand: Browser) -> None:
    page = hand.page
    leave(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-fault]")).to_be_visible()
    assert page.faults == []
