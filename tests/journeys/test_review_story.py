"""A charter's way through a committee, told by everybody's browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from charters.models import Charter
from governance.models import Review
from governance.services import followup
from interviews.models import Answer, InterviewSession
from tests.builders.cases import (
    council,
    decided,
    finished_session,
    open_review_of,
    reviewers,
)
from tests.journeys.devices import watched
from tests.journeys.driver import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

RAVI_SAYS = "The photos say little about torque, and nobody measured what the desk misses at dusk."
ROSA_SAYS = (
    "Two checks stand behind it and the desk decides, so a wrong flag costs a minute at most."
)
RITA_SAYS = (
    "Both colleagues are right: it may start, and what happens at dusk is to be measured first."
)
QUESTION = "How many defects does the desk miss at dusk?"
REPLY = "We counted: four of ninety. It stands in S1-01 now."


class Story:
    """Who sits where."""

    def __init__(self, make_context: Any, address: str) -> None:
        self._make, self._address, self._hands = make_context, address, {}

    def __getitem__(self, person: User) -> Browser:
        if person.pk not in self._hands:
            hand = Browser(watched(self._make().new_page()), self._address)
            hand.sign_in(person.email)
            self._hands[person.pk] = hand
        return self._hands[person.pk]

    @property
    def faults(self) -> list[str]:
        return [fault for hand in self._hands.values() for fault in hand.page.faults]


def issue(hand: Browser, session: InterviewSession) -> None:
    hand.session_path = f"/sessions/{session.code}/"
    hand.open("submit/")
    hand.page.get_by_role("button", name="Issue charter and decide").click()
    expect(hand.page.locator("article.charter")).to_be_visible()


def go_to_case(hand: Browser, title: str) -> None:
    """From the menu, as a reviewer comes."""
    menu = hand.page.get_by_role("navigation", name="Main")
    menu.get_by_role("link", name="Reviews").click()
    hand.page.get_by_role("link", name=title).click()
    expect(hand.page.get_by_role("heading", name="Your vote")).to_be_visible()


def vote(hand: Browser, outcome: str, reason: str) -> None:
    hand.page.get_by_label(outcome, exact=True).check()
    hand.page.get_by_label("Your reason").fill(reason)
    hand.page.get_by_role("button", name="Record my vote").click()
    expect(hand.page.locator("main")).to_contain_text("Your vote is recorded.")


def vote_blind(hand: Browser, title: str, unseen: str) -> None:
    """Nothing of what somebody else said is on the page before the own verdict."""
    go_to_case(hand, title)
    assert unseen not in hand.page.content()
    vote(hand, "Approve with conditions", ROSA_SAYS)
    assert unseen in hand.page.content()


def ask(hand: Browser) -> None:
    hand.page.get_by_role("link", name="Comment on the whole charter").click()
    hand.page.get_by_label("Comment").fill(QUESTION)
    hand.page.get_by_role("button", name="Send it to the author").click()
    expect(hand.page.locator("main")).to_contain_text("Your comment is with the author.")


def rule(hand: Browser, condition: str) -> None:
    """With one condition of the chair's own; what the engine asks for stays."""
    hand.page.get_by_role("link", name="Record the ruling").click()
    hand.page.get_by_label("Approve with conditions", exact=True).check()
    hand.page.get_by_label("The reason").fill(RITA_SAYS)
    rows = hand.page.locator(".condition")
    so_far = rows.count()
    hand.page.get_by_role("button", name="Add a condition").click()
    expect(rows).to_have_count(so_far + 1)
    row = rows.last
    row.get_by_label("What is to be done").fill(condition)
    row.get_by_label("Owner").fill("Return desk")
    row.get_by_label("Due").fill("2090-03-01")
    assert hand.page.get_by_label("The reason").input_value() == RITA_SAYS
    hand.page.get_by_role("button", name="Record the ruling").click()
    expect(hand.page.locator("main")).to_contain_text("The ruling is recorded")


def answer_the_comment(hand: Browser, title: str) -> None:
    hand.page.goto(f"{hand.address}/")
    hand.page.locator("section", has_text="Comments to answer").get_by_role(
        "link", name=title
    ).last.click()
    hand.page.get_by_label("Comment").fill(REPLY)
    hand.page.get_by_role("button", name="Answer").click()
    expect(hand.page.locator("main")).to_contain_text(REPLY)


def rewrite(hand: Browser, before: str, after: str) -> None:
    """Other words in S1-01, scored by the worker."""
    text = Answer.objects.with_current().get(question_key="S1-01").value
    assert before in text
    hand.answer_and_wait("S1-01", text.replace(before, after))


def standing(hand: Browser, charter: Charter) -> str:
    """What the list of charters says."""
    hand.page.goto(f"{hand.address}/charters/")
    return hand.page.locator("li.row", has_text=charter.session.project_name).inner_text()


def test_a_charter_goes_through_a_committee_and_comes_back(
    make_context: Any, live_server: Any, worker: None, alice: User, rita: User
) -> None:
    ravi, rosa = reviewers("ravi", "rosa")
    council(ravi, rosa, chair=rita)
    session = finished_session(alice)
    title, story = session.project_name, Story(make_context, live_server.url)
    issue(story[alice], session)
    charter = Charter.objects.get(session=session)

    go_to_case(story[ravi], title)
    ask(story[ravi])
    go_to_case(story[ravi], title)
    vote(story[ravi], "Approve with conditions", RAVI_SAYS)
    vote_blind(story[rosa], title, unseen=RAVI_SAYS)
    vote_blind(story[rita], title, unseen=ROSA_SAYS)
    rule(story[rita], "Count what the desk misses at dusk")
    assert "Approved with conditions" in standing(story[alice], charter)

    answer_the_comment(story[alice], title)
    rewrite(story[alice], "Of the 2,900 tools", "Of the 2,900 TOOLS")
    assert "Approved with conditions" in standing(story[alice], charter)
    rewrite(story[alice], "2,900", "3,400")
    assert "Approval is stale" in standing(story[alice], charter)
    story[alice].page.get_by_role("link", name=title).click()
    expect(story[alice].page.locator(".case")).to_contain_text("What changed: S1-01")
    issue(story[alice], session)
    rule_on_what_changed(story, [ravi, rosa, rita], title)
    assert "Approved with conditions" in standing(story[alice], charter)
    assert Review.objects.filter(charter=charter, end="ruled").count() == 2

    look_at_promises(story[alice], "Count again when the lamps are new")
    let_a_promise_break(charter)
    assert "In review" in standing(story[alice], charter)
    go_to_case(story[rita], title)
    expect(story[rita].page.locator("main")).to_contain_text("promise was broken")
    assert story.faults == []


def look_at_promises(hand: Browser, condition: str) -> None:
    """The conditions stand among the promises, and a figure is recorded beside one."""
    hand.page.locator("li.row").first.get_by_role("link").first.click()
    hand.page.get_by_role("link", name="See what was promised").click()
    expect(hand.page.locator("main")).to_contain_text(condition)
    hand.page.get_by_role("link", name="Recall on opened tools").click()
    hand.page.get_by_label("Figure").fill("0.2")
    hand.page.get_by_label("Note").fill("Read from the log of the return desk.")
    hand.page.get_by_role("button", name="Record it").click()
    expect(hand.page.locator("main")).to_contain_text("Read from the log of the return desk.")


def let_a_promise_break(charter: Charter) -> None:
    """The daily look, three weeks later: the figure is still on the wrong side."""
    broken = charter.commitments.get(readings__isnull=False)
    later = timezone.localdate() + timedelta(days=21)
    assert followup.judge(broken.pk, today=later) == "breached"


def rule_on_what_changed(story: Story, people: list[User], title: str) -> None:
    """The second case shows the one answer that differs, its words marked, and the reply."""
    for person in people:
        go_to_case(story[person], title)
        changes = story[person].page.locator("#changes")
        expect(changes.locator("article.change")).to_have_count(1)
        expect(changes.locator("ins")).to_contain_text("3,400")
        vote(story[person], "Approve with conditions", ROSA_SAYS)
    rule(story[people[-1]], "Count again when the lamps are new")


def test_what_the_chair_types_while_a_row_is_on_its_way_stays(
    make_context: Any, live_server: Any, alice: User, rita: User
) -> None:
    council(chair=rita, quorum=1)
    review = open_review_of(decided(alice, "proceed_with_monitoring").revision.charter)
    hand = Story(make_context, live_server.url)[rita]
    page = hand.page
    page.goto(hand.address + reverse("governance:review-ruling", args=[review.code]))
    page.get_by_label("Approve with conditions", exact=True).check()
    page.get_by_role("button", name="Add a condition").click()
    rows = page.locator(".condition")
    so_far = rows.count()
    slow = {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.get_by_role("button", name="Add a condition").click()
    rows.last.get_by_label("Owner").fill("Return desk")
    assert rows.count() == so_far
    expect(rows).to_have_count(so_far + 1)
    assert rows.nth(so_far - 1).get_by_label("Owner").input_value() == "Return desk"
    page.get_by_role("button", name="Remove").last.click()
    rows.nth(so_far - 1).get_by_label("What is to be done").fill("Count at dusk")
    expect(rows).to_have_count(so_far)
    assert rows.last.get_by_label("What is to be done").input_value() == "Count at dusk"
