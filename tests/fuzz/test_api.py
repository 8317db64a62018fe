"""The HTTP API is asked for what its schema allows and forbids; nothing breaks, nothing leaks.

500 cases in every run, 10,000 in ``make fuzz``; UAIP_TEST_FUZZ_SEED asks other questions.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from django.test import Client, TestCase

from tests.fuzz import asking, world
from tests.fuzz.asking import Plan

CASES = int(os.environ.get("UAIP_TEST_FUZZ_CASES", "500"))
SEED = int(os.environ.get("UAIP_TEST_FUZZ_SEED", "4"))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Most requests are refused, and each refusal would be a line of the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class TestApi(TestCase):
    """One world; every case is undone before the next."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world.build()

    def holds(self, who: str, share: float) -> asking.Tally:
        tally = asking.fuzz(self.world, Plan(who, int(CASES * share), SEED))
        faults = sorted(set(tally.faults))
        assert faults == [], "\n".join(faults)
        # Some operations have few cases, and some cases cannot be put on the wire.
        assert sum(tally.statuses.values()) > 0.9 * int(CASES * share)
        return tally

    def test_somebody_with_a_key_breaks_nothing_and_reads_only_what_is_theirs(self) -> None:
        tally = self.holds("person", 0.5)
        # Else everything would have been refused at the door.
        assert tally.statuses[200] > 0
        assert tally.statuses[404] > 0

    def test_an_administrator_breaks_nothing(self) -> None:
        assert self.holds("administrator", 0.3).statuses[200] > 0

    def test_somebody_without_a_key_reads_nothing(self) -> None:
        # Signing out with a token that nobody knows has nothing to do and says nothing.
        assert self.holds("nobody", 0.2).granted <= {"POST /auth/logout"}

    def test_what_is_looked_for_could_be_found(self) -> None:
        """Vera's marks stand in what an administrator reads: else no leak would be seen."""
        browser = Client(headers={"X-API-Key": self.world.keys["administrator"]})
        vera = self.world.others
        for path in (
            f"sessions/{vera['sessions']}",
            f"charters/{vera['charters']}",
            f"keys/{vera['prefix']}",
            f"webhooks/{vera['webhooks']}",
        ):
            assert world.MARK in browser.get(f"/api/v1/{path}").content.decode(), path
