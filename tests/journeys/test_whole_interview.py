"""Alice conducts a whole interview in a real browser, from sign-in to the decision."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from interviews.models import Answer, InterviewSession
from interviews.protocol import catalogue
from tests.journeys.driver import PATIENCE, Browser, attempts_of, sample

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

#: Nobody can act within a minute on data that is older than that.
HOPELESS_WINDOW = {"action_window": {"value": 1, "unit": "min"}}


def answer_stage(browser: Browser, answers: dict[str, Any], stage: int) -> None:
    """Every question of a stage that applies, attempt by attempt."""
    for question in catalogue.default_protocol().stage(stage).questions:
        raw = answers.get(question.key)
        if raw is None:
            continue
        if isinstance(raw, dict) and set(raw) == {"unknown"}:
            browser.leave_unknown(question.key, raw["unknown"])
            continue
        *weak, last = attempts_of(raw)
        for value in weak:
            browser.answer_and_wait(question.key, value)
        browser.answer(question.key, last)


def wait_until_scored(browser: Browser) -> None:
    """The overview shows that nothing is being scored any more."""
    browser.open()
    for _ in range(40):
        if not Answer.objects.filter(state="scoring").exists():
            break
        browser.page.wait_for_timeout(500)
    assert not Answer.objects.filter(state="scoring").exists()


def press_finish(browser: Browser, stage: int) -> None:
    browser.open(f"stages/{stage}/")
    with browser.page.expect_navigation():
        browser.page.get_by_role("button", name=re.compile("finish", re.I)).click()


def finish(browser: Browser, stage: int) -> None:
    """Closes the stage; what the gate still wants is the message of the failure."""
    press_finish(browser, stage)
    gate = browser.page.locator(".gate[role=alert]")
    assert gate.count() == 0, gate.inner_text()


def improve_a_vague_answer(browser: Browser, attempts: list[Any]) -> None:
    """A vague text is asked back, a better one is accepted."""
    assert "One more thing" in browser.answer_and_wait("S1-01", attempts[0])
    assert browser.page.locator(".follow-up").inner_text().strip().endswith((".", "?"))
    assert "Accepted" in browser.answer_and_wait("S1-01", attempts[-1])


def meet_and_fix_a_blocker(browser: Browser, timing: dict[str, Any]) -> None:
    """A hopeless time window stops stage 2; the finding leads to the answer that mends it."""
    browser.answer("S2-09", timing | HOPELESS_WINDOW)
    wait_until_scored(browser)
    press_finish(browser, 2)
    expect(browser.page.locator(".gate").first).to_contain_text("cannot be finished yet")
    browser.open("findings/")
    blocker = browser.page.locator("#G2-6")
    expect(blocker).to_be_visible()
    blocker.get_by_role("link", name=re.compile("S2-09")).first.click()
    browser.answer("S2-09", timing)
    wait_until_scored(browser)
    finish(browser, 2)
    browser.open("findings/")
    expect(browser.page.locator("#G2-6 .pill", has_text=re.compile("fixed", re.I))).to_have_count(1)


def read_the_charter(browser: Browser, project_name: str) -> None:
    """Issues it, reads the decision, and follows a statement to its answer."""
    browser.open("submit/")
    with browser.page.expect_navigation():
        browser.page.get_by_role("button", name="Issue charter and decide").click()
    expect(browser.page.locator(".decision-value")).to_contain_text("REVISE", timeout=PATIENCE)
    expect(browser.page.locator("article.charter h1")).to_contain_text(project_name)
    browser.page.locator("a.source").first.click()
    expect(browser.page.locator("main")).to_contain_text("as it stood when revision 1 was issued")


def test_alice_goes_from_a_vague_idea_to_a_decision(browser: Browser) -> None:
    run = sample("usa_class.json")
    answers = run["answers"]
    browser.start(run["project_name"])
    InterviewSession.objects.update(as_of_date=run["as_of"])
    improve_a_vague_answer(browser, attempts_of(answers["S1-01"]))
    answer_stage(browser, {k: v for k, v in answers.items() if k != "S1-01"}, 1)
    wait_until_scored(browser)
    finish(browser, 1)
    answer_stage(browser, answers, 2)
    meet_and_fix_a_blocker(browser, answers["S2-09"])
    for stage in (3, 4, 5):
        answer_stage(browser, answers, stage)
        wait_until_scored(browser)
        finish(browser, stage)
    states = dict(Answer.objects.values_list("question_key", "state"))
    assert (states["S2-07"], states["S2-05"]) == ("escalated", "unknown")
    read_the_charter(browser, run["project_name"])
    assert browser.page.faults == []
