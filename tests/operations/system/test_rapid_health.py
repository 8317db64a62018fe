"""`maintenance health`: the page's verdict at a terminal, even where nothing answers."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError
from pytest_django import Settings

from tests.operations.system.commands import run, run_json
from uaip_project.operations import heartbeats, rapid_health
from uaip_project.operations.sight import asking, services
from uaip_project.operations.sight.probe import Probe, State, verdict

pytestmark = pytest.mark.django_db

OK = Probe("one", "One", State.OK, "It works.")


def test_it_says_that_all_is_well(settings: Settings) -> None:
    settings.CACHE_URL = ""
    heartbeats.beat("worker")
    code, said = run("maintenance", "health", "--rapid")
    assert (code, said.splitlines()[0]) == (0, "Everything works.")


def test_what_is_wrong_is_said_first_and_exits_with_1(db: None) -> None:
    code, said = run_json("maintenance", "health", "--rapid")
    assert code == 1
    assert said["verdict"]["said"].startswith("No worker is alive")


def test_whatever_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid_health, "EACH_SECONDS", 0.05)
    monkeypatch.setattr(rapid_health, "ALL_SECONDS", 0.12)
    hangs = ("hangs", "The thing", lambda: threading.Event().wait(60))
    monkeypatch.setattr(asking, "QUICK", (hangs, hangs, hangs, hangs, ("one", "One", lambda: OK)))
    outcome = rapid_health.look(is_rapid=True)
    said = [one["said"] for one in outcome.data["probes"]]
    assert said[0] == "The thing did not answer within 0.1 seconds."
    assert said[-1] == "One was not asked: other answers took too long."
    assert outcome.is_problem


def test_a_probe_that_cannot_be_asked_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Probe:
        raise DatabaseError("away")

    found = asking.answer(("queue", "Queue", away))
    assert (found.state, found.said) == (State.BAD, "Queue could not be asked (DatabaseError).")


def test_the_worst_leads_and_the_rest_is_counted() -> None:
    warn = Probe("two", "Two", State.WARN, "Two is slow.", "Wait.")
    bad = Probe("three", "Three", State.BAD, "Three is gone.", "Start it.")
    assert verdict([OK]).said == "Everything works."
    assert verdict([OK, warn]).said == "It works, but: Two is slow."
    found = verdict([warn, OK, bad])
    assert (found.said, found.todo) == ("Three is gone. 1 more thing wants a look.", "Start it.")


@pytest.mark.parametrize(("is_there", "state"), [(True, "ok"), (False, "warn")])
def test_a_cache_that_forgets_at_once_is_away(
    is_there: bool, state: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHE_URL = "redis://cache.example.org/0"
    kept: dict[str, str] = {}
    put = kept.__setitem__ if is_there else lambda key, value: None
    monkeypatch.setattr(services.django_cache, "set", lambda key, value, _: put(key, value))
    monkeypatch.setattr(services.django_cache, "get", kept.get)
    assert services.cache().state == state


@pytest.mark.parametrize(("share", "state"), [(79.9, "ok"), (80.0, "warn"), (95.0, "bad")])
def test_a_disk_is_judged_by_how_full_it_is(
    share: float, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "disks", lambda: [("data", 3.0), ("audit", share)])
    assert services.disk().state == state
