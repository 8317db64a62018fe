"""docs/examples/uaip_client.py does what its page promises, against a served U-AIP with a worker."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.services import keys
from charters.rendering.json import parse
from governance.models import Decision
from interviews.models import InterviewSession
from tests.builders.issued import sample
from tests.builders.programs import example_client

pytestmark = pytest.mark.django_db(transaction=True)

SCOPES = ("session.start", "session.view", "session.answer", "charter.issue")


@pytest.fixture
def example() -> ModuleType:
    return example_client()


@pytest.fixture
def api(example: ModuleType, live_server: LiveServer, alice: User, work: Callable[[], int]) -> Any:
    """Alice's program; while it waits the worker works."""
    key = keys.issue_key(user=alice, name="Example", scopes=SCOPES, by=alice)
    return example.Uaip(live_server.url, key.secret, wait=lambda seconds: work())


def test_the_client_holds_an_interview_and_brings_the_charter_home(
    example: ModuleType, api: Any
) -> None:
    run = sample("energy_wizard.json")
    session = api.post("/sessions", {"project_name": run["project_name"]})["id"]
    # The sample's dates are those of this day.
    InterviewSession.objects.filter(code=session).update(as_of_date=date(2026, 11, 21))
    example.hold_interview(api, session, run["answers"])
    found = list(api.pages(f"/sessions/{session}/findings"))
    assert {one["state"] for one in found} <= {"open", "carried", "fixed"}
    issued = api.post(f"/sessions/{session}/charter/generate")
    decision = Decision.objects.get()
    assert issued["outcome"] == decision.outcome
    export = parse(api.send("GET", f"/charters/{issued['id']}/download?format=json"))
    assert export.is_intact
    assert export.content_hash == decision.content_hash


def test_a_refusal_is_raised_with_the_words_of_the_api(example: ModuleType, api: Any) -> None:
    with pytest.raises(example.Refused) as refused:
        api.post("/sessions", {"project_name": " "})
    assert refused.value.status == 422
    assert "project_name" in refused.value.error["details"]
    assert json.loads(api.send("GET", "/sessions?cursor="))["items"] == []


def test_a_list_is_followed_to_its_end(api: Any) -> None:
    for number in range(3):
        api.post("/sessions", {"project_name": f"Project {number}"})
    whole = [one["project_name"] for one in api.pages("/sessions")]
    assert whole == ["Project 2", "Project 1", "Project 0"]
