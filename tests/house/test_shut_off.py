"""A project that is shut off in an incident exists for SuperAdmins alone, at every address."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import TestCase

from interviews.models import InterviewSession
from tests.house.routes import matrix, world
from tests.operations.command import run

ROWS = matrix.rows()
#: What a stranger does not see either, but that is no part of the project.
NOT_OF_THE_PROJECT = (
    "account",
    "mfa_",
    "keys:",
    "api:key",
    "operations:audit",
    # The file that somebody brought in, which only that person sees.
    "governance:import-",
    "api:import",
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class TestShutOff(TestCase):
    """Both of Alice's projects are shut off; everybody asks at every address."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world.build()
        cls.names = set(InterviewSession.objects.values_list("project_name", flat=True))
        for session in InterviewSession.objects.all():
            run("incident", "contain", "project", str(session.code))
        gc.freeze()
        cls.addClassCleanup(gc.unfreeze)

    def is_gone_for(self, column: str) -> None:
        """Where a stranger finds nothing, this person finds nothing any more."""
        seen = [
            f"{route} {method}: {status}"
            for route, method, _, status in matrix.ask_all(self.world, column)
            if ROWS.get((route, method), {}).get("stranger") == 404
            and not route.startswith(NOT_OF_THE_PROJECT)
            and status not in (404, 405)
        ]
        assert seen == [], "\n".join(seen)

    def test_its_owner_finds_nothing(self) -> None:
        self.is_gone_for("owner")

    def test_a_reviewer_finds_nothing(self) -> None:
        self.is_gone_for("released")

    def test_an_admin_finds_nothing(self) -> None:
        self.is_gone_for("admin")

    def test_links_of_the_owner_open_no_more(self) -> None:
        links = ("governance:shared", "governance:shared-file", "interviews:colleague-reply")
        statuses = {
            route: status
            for route, method, _, status in matrix.ask_all(self.world, "anonymous")
            if route in links and method == "GET"
        }
        assert statuses == {links[0]: 410, links[1]: 410, links[2]: 404}

    def test_no_page_and_no_list_names_it(self) -> None:
        asked = matrix.everything(self.world.begun)
        named = [
            f"{column} {one.route}: {name}"
            for column in ("owner", "admin")
            for one in asked
            if not one.route.startswith(NOT_OF_THE_PROJECT)
            for name in self.names_in(column, one.address)
        ]
        assert named == []

    def names_in(self, column: str, address: str) -> list[str]:
        cache.clear()
        with transaction.atomic():
            reply = self.world.callers[column].client().get(address)
            transaction.set_rollback(True)
        if reply.streaming or reply.status_code != 200:
            return []
        text = reply.content.decode(errors="replace")
        return [name for name in self.names if name in text]
