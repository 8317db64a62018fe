"""Everything works with JavaScript switched off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import User
from interviews.models import Answer, Checkpoint, InterviewSession
from tests.journeys.driver import Browser, sample
from tests.journeys.test_whole_interview import answer_stage, finish, wait_until_scored

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_one_stage_can_be_done_without_scripts(
    make_context: Any, live_server: Any, alice: User, worker: None
) -> None:
    page = make_context(java_script_enabled=False).new_page()
    browser = Browser(page, live_server.url, has_scripts=False)
    browser.sign_in(alice.email)
    run = sample("energy_wizard.json")
    browser.start(run["project_name"])
    InterviewSession.objects.update(as_of_date=run["as_of"])
    answer_stage(browser, run["answers"], 1)
    wait_until_scored(browser)
    finish(browser, 1)
    assert Checkpoint.objects.filter(stage_number=1).exists()
    assert set(Answer.objects.filter(stage_number=1).values_list("state", flat=True)) <= {
        "accepted",
        "escalated",
    }
    browser.open("stages/1/")
    expect(browser.page.locator("main")).to_contain_text("This stage is finished")
