"""What a person typed survives reloads, dead networks and second tabs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from interviews.models import Attempt, Draft, InterviewSession
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session
from tests.journeys.driver import PATIENCE, Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
TEXT = '[name="f-text"]'


@pytest.fixture
def session(alice: User, transactional_db: None) -> InterviewSession:
    return make_session(alice)


@pytest.fixture
def tab(page: Page, live_server: Any, alice: User, session: InterviewSession) -> Browser:
    """Alice's first tab, on the first question."""
    hand = Browser(page, live_server.url)
    hand.sign_in(alice.email)
    hand.session_path = f"/sessions/{session.code}/"
    hand.ask("S1-01")
    return hand


def second_tab(tab: Browser) -> Browser:
    other = Browser(tab.page.context.new_page(), tab.address)
    other.session_path = tab.session_path
    other.ask("S1-01")
    return other


def shown_as_saved(browser: Browser) -> None:
    expect(browser.page.locator("[data-save-state]")).to_have_text(
        re.compile(r"^Saved \d\d:\d\d$"), timeout=PATIENCE
    )


def test_a_draft_shown_as_saved_is_there_after_a_reload(tab: Browser) -> None:
    tab.page.fill(TEXT, VAGUE_PROBLEM)
    shown_as_saved(tab)
    tab.page.evaluate("localStorage.clear()")
    tab.page.reload()
    expect(tab.page.locator(TEXT)).to_have_value(VAGUE_PROBLEM)
    assert Draft.objects.get().value == VAGUE_PROBLEM


def test_a_dead_network_is_said_and_the_text_is_saved_once_it_is_back(tab: Browser) -> None:
    tab.page.context.set_offline(True)
    tab.page.fill(TEXT, VAGUE_PROBLEM)
    state = tab.page.locator("[data-save-state]")
    expect(state).to_contain_text("Not saved: offline", timeout=PATIENCE)
    assert not Draft.objects.exists()
    tab.page.context.set_offline(False)
    shown_as_saved(tab)
    assert Draft.objects.get().value == VAGUE_PROBLEM


def test_unsaved_text_comes_back_after_the_page_was_closed(tab: Browser) -> None:
    tab.page.context.set_offline(True)
    tab.page.fill(TEXT, VAGUE_PROBLEM)
    expect(tab.page.locator("[data-save-state]")).to_contain_text("Not saved", timeout=PATIENCE)
    # A page still open would save by itself once the network is back.
    again = Browser(tab.page.context.new_page(), tab.address)
    again.session_path = tab.session_path
    tab.page.close()
    again.page.context.set_offline(False)
    again.ask("S1-01")
    expect(again.page.locator(TEXT)).to_have_value(VAGUE_PROBLEM)


def test_the_second_tab_sees_both_drafts_and_overwrites_none(tab: Browser) -> None:
    other = second_tab(tab)
    tab.page.fill(TEXT, "The first tab's text, long enough to be kept by itself.")
    shown_as_saved(tab)
    other.page.fill(TEXT, "The second tab's text, which is another one altogether.")
    other.page.get_by_role("button", name="Show both").click(timeout=PATIENCE)
    main = other.page.locator("main")
    expect(main).to_contain_text("The first tab's text")
    expect(main).to_contain_text("The second tab's text")
    assert Draft.objects.get().value.startswith("The first tab")


def test_the_second_submitter_chooses_between_both_answers(tab: Browser) -> None:
    other = second_tab(tab)
    tab.page.fill(TEXT, VAGUE_PROBLEM)
    tab.press("submit")
    other.page.fill(TEXT, GOOD_PROBLEM)
    other.press("submit")
    expect(other.page.locator("h1")).to_have_text("There are two versions of this answer")
    assert Attempt.objects.count() == 1
    with other.page.expect_navigation():
        other.page.get_by_role("button", name="Keep mine").click()
    values = list(Attempt.objects.order_by("number").values_list("value", flat=True))
    assert values == [VAGUE_PROBLEM, GOOD_PROBLEM]


def test_rows_pasted_from_a_spreadsheet_fill_the_table(tab: Browser) -> None:
    tab.ask("S1-07")
    tab.page.get_by_text("Paste from a spreadsheet").click()
    rows = "".join(f"feature_{number}\tMeaning {number}\tnumber\n" for number in range(60))
    tab.page.fill('[name="p-rows"]', "name\tmeaning\tdata_type\n" + rows)
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name="Add these rows").click()
    expect(tab.page.locator("#t-rows tbody tr")).to_have_count(60)
    expect(tab.page.locator('[name="t-rows-59-name"]')).to_have_value("feature_59")
