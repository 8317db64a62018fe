"""Programs keep ways to look at the portfolio as the page does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from governance.models import SavedView
from governance.services import saved_views
from tests.builders.programs import Ask, error_of

pytestmark = pytest.mark.django_db


HALTED = {"name": "Halted", "filters": {"decision": "halt", "order": "title"}}


def test_a_view_is_saved_found_opened_and_deleted(
    ask: Ask, alice: User, client_of: Callable[[User], Client]
) -> None:
    made = ask(alice).post("/portfolio/views", HALTED)
    found = made.json()
    assert made.status_code == 201 and found["filters"] == HALTED["filters"]
    assert ask(alice).get("/portfolio/views").json()["items"] == [found]
    led = client_of(alice).get(found["url"])
    assert led["Location"] == "/portfolio/?decision=halt&order=title"
    place, tag = made["Location"], made["ETag"]
    assert ask(alice).delete(place).status_code == 428
    assert ask(alice).delete(place, If_Match=tag).status_code == 204
    assert ask(alice).get(place).status_code == 404


def test_the_same_name_replaces_what_was_there(ask: Ask, alice: User) -> None:
    ask(alice).post("/portfolio/views", HALTED)
    ask(alice).post("/portfolio/views", {"name": "Halted", "filters": {}})
    assert SavedView.objects.get().query == ""


def test_others_use_a_shared_view_and_never_delete_it(ask: Ask, alice: User, bob: User) -> None:
    ask(alice).post("/portfolio/views", {"name": "My own"})
    made = ask(alice).post("/portfolio/views", HALTED | {"is_shared": True})
    assert [one["name"] for one in ask(bob).get("/portfolio/views").json()["items"]] == ["Halted"]
    reply = ask(bob).delete(made["Location"], If_Match=made["ETag"])
    assert reply.status_code == 403 and SavedView.objects.count() == 2


@pytest.mark.parametrize("filters", [{"colour": "red"}, {"decision": "maybe"}, {"highest": "9"}])
def test_a_filter_that_there_is_not_is_named(
    ask: Ask, alice: User, filters: dict[str, str]
) -> None:
    reply = ask(alice).post("/portfolio/views", {"name": "Odd", "filters": filters})
    assert reply.status_code == 422 and next(iter(filters)) in str(error_of(reply)["details"])


def test_nobody_keeps_more_than_fifty(
    ask: Ask, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    ask(alice).post("/portfolio/views", HALTED)
    assert ask(alice).post("/portfolio/views", {"name": "One more"}).status_code == 409
