"""The page of background work: seen by operators and administrators, and put right there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, HeldKind, Job, User
from tests.operations.system.conftest import MakeJob

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
DEEDS = ("queue-retry", "queue-cancel", "queue-hold", "queue-release")


def page(browser: Client) -> str:
    reply = browser.get(reverse("operations:queue"))
    assert reply.status_code == 200
    return str(reply.content.decode())


def press(browser: Client, deed: str, **fields: Any) -> Any:
    return browser.post(reverse(f"operations:{deed}"), fields, follow=True)


@pytest.fixture
def dead_jobs(make_job: MakeJob) -> list[Job]:
    """Three pieces of work that were given up."""
    ended = {"status": "dead", "finished_at": Now(), "last_fault": "The other side is gone."}
    return [make_job(number, **ended) for number in range(1, 4)]


def statuses() -> list[str]:
    return list(Job.objects.order_by("pk").values_list("status", flat=True))


def test_olga_sees_what_waits_and_what_died_and_why(
    dead_jobs: list[Job], make_job: MakeJob, olga: User, client_of: Browse
) -> None:
    make_job(9, next_attempt_at=Now() - timedelta(minutes=3))
    text = page(client_of(olga))
    assert "Work waits too long" in text
    assert text.count("The other side is gone.") == 3


def test_the_ticked_are_tried_again(dead_jobs: list[Job], olga: User, client_of: Browse) -> None:
    reply = press(client_of(olga), "queue-retry", number=[dead_jobs[0].pk, dead_jobs[2].pk])
    assert statuses() == ["pending", "dead", "pending"]
    assert "2 pieces of work are tried again" in reply.content.decode()


def test_all_are_tried_again(dead_jobs: list[Job], olga: User, client_of: Browse) -> None:
    press(client_of(olga), "queue-retry", is_all="on")
    assert statuses() == ["pending"] * 3
    assert AuditEvent.objects.get(type="jobs.retried").actor == f"person {olga.code}"


def test_without_a_tick_she_is_told_to_tick(
    dead_jobs: list[Job], olga: User, client_of: Browse
) -> None:
    reply = press(client_of(olga), "queue-retry")
    assert reply.status_code == 422
    assert "Tick the work that is to be tried again." in reply.content.decode()
    assert statuses() == ["dead"] * 3


def test_work_is_given_up_with_a_reason(make_job: MakeJob, olga: User, client_of: Browse) -> None:
    job, browser = make_job(), client_of(olga)
    reply = press(browser, "queue-cancel", number=job.pk, why="")
    assert reply.status_code == 422
    assert "Say why" in reply.content.decode()
    press(browser, "queue-cancel", number=job.pk, why="It hangs.")
    assert statuses() == ["dead"]
    assert (
        "is not open any more"
        in press(browser, "queue-cancel", number=job.pk, why="Again.").content.decode()
    )


def test_a_kind_is_held_back_and_let_go(
    make_job: MakeJob, olga: User, client_of: Browse, work: Callable[[], int]
) -> None:
    make_job()
    browser = client_of(olga)
    text = press(browser, "queue-hold", kind="note", why="They move house.").content.decode()
    assert "They move house." in text
    assert work() == 0
    press(browser, "queue-release", kind="note")
    assert work() == 1


def test_what_was_typed_stays_when_a_hold_is_refused(olga: User, client_of: Browse) -> None:
    reply = press(client_of(olga), "queue-hold", kind="", why="They move house.")
    assert reply.status_code == 422
    assert "They move house." in reply.content.decode()
    assert not HeldKind.objects.exists()


def test_the_part_that_moves_is_sent_again_within_two_seconds(
    make_job: MakeJob, olga: User, client_of: Browse, work: Callable[[], int]
) -> None:
    job, browser = make_job(), client_of(olga)
    address, asks = reverse("operations:queue"), {"HX-Request": "true"}
    before = browser.get(address, headers=asks).content.decode()
    assert 'hx-trigger="every 2s"' in before
    assert f'data-label="Number">{job.pk}<' in before
    work()
    assert "Nothing waits." in browser.get(address, headers=asks).content.decode()


def test_people_who_run_nothing_see_nothing(alice: User, rita: User, client_of: Browse) -> None:
    for person in (alice, rita):
        browser = client_of(person)
        assert browser.get(reverse("operations:queue")).status_code == 403
        assert {press(browser, deed).status_code for deed in DEEDS} == {403}
