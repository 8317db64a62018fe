"""Nina is invited, secures her account, and lets a program in; an administrator reads it all later."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.permissions import Role
from charters.rendering.json import parse
from interviews.models import InterviewSession
from tests.builders.entrance import codes_of, link_in_the_mail
from tests.builders.issued import sample
from tests.builders.people import PASSWORD, make_person
from tests.builders.programs import example_client
from tests.journeys.devices import watched, with_passkeys
from tests.journeys.driver import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

NINA = "nina@example.net"
SCOPES = ("session.start", "session.view", "session.answer", "charter.issue")
#: What the record shows: deed -> who did it, and a word of its details or of what it is about.
DEEDS = {
    "invitation.sent": ("Ada", "user"),
    "invitation.accepted": ("Nina", "user"),
    "user.signed_in": ("Nina", ""),
    "key.created": ("Nina", ""),
    "key.used": ("Nina", ""),
    "session.started": ("Nina", ""),
    "revision.issued": ("Nina", ""),
    "key.revoked": ("Nina", "Lost laptop"),
}
FACTORS = ("authenticator_app", "recovery_code", "passkey")


@pytest.fixture
def ada(page: Page, live_server: Any, transactional_db: None) -> Browser:
    """An administrator at her own computer."""
    hand = Browser(page, live_server.url)
    hand.sign_in(make_person("ada", role=Role.ADMIN).email)
    return hand


@pytest.fixture
def nina(make_context: Any, live_server: Any) -> Browser:
    """A computer that keeps passkeys; nobody is signed in there."""
    return Browser(with_passkeys(watched(make_context().new_page())), live_server.url)


@pytest.fixture
def example() -> ModuleType:
    return example_client()


def invite(ada: Browser, work: Callable[[], int]) -> str:
    """The administrator asks Nina in; the link that the mail brings, without its host."""
    ada.page.get_by_role("link", name="People", exact=True).click()
    ada.page.fill('[name="email"]', NINA)
    ada.page.get_by_role("button", name="Invite").click()
    expect(ada.page.get_by_text(f"The invitation is on its way to {NINA}.")).to_be_visible()
    work()
    assert [one.to for one in mail.outbox] == [[NINA]]
    return link_in_the_mail()


def come_in(nina: Browser, link: str) -> None:
    nina.page.goto(nina.address + link)
    nina.page.fill('[name="name"]', "Nina")
    nina.page.fill('[name="password"]', PASSWORD)
    nina.page.get_by_role("button", name="Come in").click()
    expect(nina.page.get_by_role("link", name="Security").first).to_be_visible()
    assert User.objects.get(email=NINA).role == Role.USER


def to_security(hand: Browser, link: str, heading: str) -> None:
    """Follows a link of the Security page; types the password where it is asked for again."""
    hand.page.get_by_role("link", name="Security").first.click()
    expect(hand.page.locator("h1")).to_have_text("Security")
    hand.page.get_by_role("link", name=link).click()
    again = hand.page.get_by_role("heading", name="Is it still you?")
    there = hand.page.get_by_role("heading", name=heading, level=1)
    expect(again.or_(there)).to_be_visible()
    if again.is_visible():
        hand.page.fill('[name="password"]', PASSWORD)
        hand.page.get_by_role("button", name="Go on").click()
    expect(there).to_be_visible()


def enrol(nina: Browser) -> None:
    """An authenticator app first, a passkey beside it."""
    page = nina.page
    to_security(nina, "Set up an app", "Set up an authenticator app")
    page.fill('[name="code"]', codes_of(page.locator("#totp-key").inner_text())[1])
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    to_security(nina, "Add a passkey", "Add a passkey")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator("h1")).to_have_text("Security")
    page.get_by_role("link", name="See your passkeys").click()
    expect(page.locator(".rows")).to_contain_text("Lets you in without the password")


def sign_in_by_passkey(nina: Browser) -> None:
    """What she set up lets her in: no password is typed."""
    nina.page.get_by_role("button", name="Sign out").click()
    nina.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(nina.page.get_by_role("link", name="Security").first).to_be_visible()


def make_key(nina: Browser) -> str:
    """The secret, as the page shows it once."""
    page = nina.page
    page.get_by_role("link", name="Keys", exact=True).click()
    page.get_by_role("link", name="Make a key").click()
    page.fill('[name="name"]', "Nightly report")
    for scope in SCOPES:
        page.check(f'[name="scopes"][value="{scope}"]')
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("h1")).to_have_text("Your new key")
    secret: str = page.locator("#secret").input_value()
    page.get_by_role("link", name="I have copied it").click()
    return secret


def bring_a_charter_home(example: ModuleType, api: Any) -> None:
    """What the example client does from its command line, step by step."""
    run = sample("energy_wizard.json")
    session = api.post("/sessions", {"project_name": run["project_name"]})["id"]
    # The sample's dates are those of this day.
    InterviewSession.objects.filter(code=session).update(as_of_date=date(2026, 11, 21))
    example.hold_interview(api, session, run["answers"])
    issued = api.post(f"/sessions/{session}/charter/generate")
    charter = api.send("GET", f"/charters/{issued['id']}/download?format=json")
    assert parse(charter).is_intact
    assert json.loads(charter)["governance"]["decision"] == issued["outcome"]["decision"]


def revoke_key(nina: Browser) -> None:
    page = nina.page
    page.get_by_role("link", name="Keys", exact=True).click()
    page.get_by_role("link", name="Nightly report").click()
    page.fill('[name="why"]', "Lost laptop")
    page.get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_text("opens nothing any more")).to_be_visible()


def deeds_shown(ada: Browser, kind: str) -> Any:
    """The rows that the record of deeds shows of one kind."""
    page = ada.page
    page.get_by_role("link", name="Deeds", exact=True).click()
    page.select_option('select[name="type"]', kind)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator('select[name="type"]')).to_have_value(kind)
    return page.locator(".audit-deeds tbody tr")


def read_everything(ada: Browser) -> None:
    for kind, (actor, word) in DEEDS.items():
        found = deeds_shown(ada, kind).filter(has_text=actor).filter(has_text=word)
        expect(found.first, kind).to_be_visible()
    added = deeds_shown(ada, "second_factor.added").filter(has_text="Nina")
    expect(added).to_have_count(len(FACTORS))
    for factor in FACTORS:
        expect(added.filter(has_text=factor)).to_have_count(1)


def test_from_an_invitation_to_a_revoked_key_every_deed_is_on_record(
    ada: Browser, nina: Browser, example: ModuleType, work: Callable[[], int]
) -> None:
    come_in(nina, invite(ada, work))
    enrol(nina)
    sign_in_by_passkey(nina)
    secret = make_key(nina)
    # While it waits for scores the worker works.
    api = example.Uaip(nina.address, secret, wait=lambda seconds: work())
    bring_a_charter_home(example, api)
    revoke_key(nina)
    with pytest.raises(example.Refused) as refused:
        api.get("/sessions")
    assert refused.value.status == 401
    read_everything(ada)
    assert secret not in ada.page.content()
    assert ada.page.faults == nina.page.faults == []
