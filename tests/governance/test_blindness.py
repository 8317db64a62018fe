"""Before an own verdict nothing tells what others voted or said: every address of the site, twice.

In one world Rita approves, in the other she rejects, with other words. Whoever may not see it is
given exactly the same answers in both.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import TestCase

from accounts.models import AuditEvent, User, WebhookDelivery
from charters.models import Charter
from governance.models import Committee, Review
from governance.services import committees, reviews, threads, votes
from tests.house.routes import matrix, world
from uaip_project.operations import queue_care, stuck

WORDS = {
    "approve": "ZEBRA says that every single control of this register was tested and holds.",
    "reject": "WALRUS says that nobody has looked at any control of this register for a year.",
}
ASIDE = {"approve": "QUAGGA: well done.", "reject": "NARWHAL: this must not be built."}
#: Those who may not see it: may still vote, wrote it, look after the house, ask by a key.
BLIND = ("superadmin", "owner", "admin", "operator", "robot", "commenter")
#: What differs between any two answers: ids of requests, times, tokens, nonces, hashes.
NOISE = re.compile(
    r'name="once" value="[^"]+"|cursor=[^"&]+|\b\d+\s(?:minutes?|hours?)\b'
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|[0-9a-f]{16,}|\d{4}-\d\d-\d\dT[\d:.+Z-]+|\d\d?:\d\d(?::\d\d)?|[A-Za-z0-9_\-+/=:.]{40,}"
    r"|\b\d+(?:\.\d+)?(?:e[+-]\d+)? ?(?:ms|s|seconds|bytes|KB|MB|GB)?\b"
)
#: Times and counts of the process and the machine themselves, and what is due at this hour.
NOT_COMPARED = {
    "metrics",
    "api:system-metrics",
    "api:system-schedule",
    "api:system-status",
    "operations:schedule",
    "operations:system",
}


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nor does what waits count as late: that depends on how fast the machine looks at pages."""
    monkeypatch.setattr(stuck, "limit", lambda: timedelta(days=1))
    monkeypatch.setattr(queue_care, "LONG_SECONDS", 86_400.0)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class TestNothingLeaks(TestCase):
    """One world; the vote is cast anew, and undone, for each way."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world.build()
        board = Committee.objects.get(name="Board")
        ada, sue = (User.objects.get(email=f"{one}@example.org") for one in ("ada", "sue"))
        committees.change_committee(committee=board, quorum=3, by=ada)
        committees.seat_person(committee=board, user=sue, by=ada)
        cls.charter = Charter.objects.get(code=cls.world.released["charter_code"])
        open_one = Review.objects.open().get(charter=cls.charter)
        reviews.withdraw(review=open_one, by=ada)
        cls.review = reviews.open_review(
            revision=cls.charter.revisions.get(), lane="committee", cause="requested", by=ada
        )

    def vote(self, outcome: str) -> None:
        rita = User.objects.get(email="rita@example.org")
        votes.cast_vote(review=self.review, outcome=outcome, reason=WORDS[outcome], by=rita)
        threads.open_thread(charter=self.charter, text=ASIDE[outcome], by=rita)

    def answers(self, column: str) -> dict[str, str]:
        """What stands on every address that this person may ask."""
        caller, values = self.world.callers[column], dict(self.world.released)
        values |= {
            name: str(self.review.code)
            for name in values
            if name == "review_code" or name.startswith("api:review")
        }
        found = {}
        for asked in matrix.everything(values):
            cache.clear()
            reply = caller.client().get(asked.address)
            if reply.streaming:
                matrix._hang_up(reply)
                continue
            found[f"{asked.route} {asked.address}"] = _text_of(reply.content)
        return found

    def in_the_world_where_rita(self, outcome: str, column: str) -> dict[str, str]:
        with transaction.atomic():
            self.vote(outcome)
            found = self.answers(column)
            transaction.set_rollback(True)
        return found

    def test_nobody_who_may_not_see_it_is_shown_a_word(self) -> None:
        for column in BLIND:
            found = self.in_the_world_where_rita("reject", column)
            # The comment is the author's and an administrator's to read, who never vote.
            hidden = [WORDS["reject"], *([ASIDE["reject"]] if column == "superadmin" else [])]
            marks = [words.split()[0].strip(":") for words in hidden]
            leaks = [one for one, body in found.items() if any(mark in body for mark in marks)]
            assert leaks == [], column

    def test_a_blind_colleague_is_told_the_same_whatever_was_voted(self) -> None:
        """Sue sees all that an administrator sees, and has a seat."""
        approved = self.in_the_world_where_rita("approve", "superadmin")
        rejected = self.in_the_world_where_rita("reject", "superadmin")
        assert approved.keys() == rejected.keys()
        differ = [one for one in approved if _told(one, approved) != _told(one, rejected)]
        assert differ == []

    def test_rita_herself_reads_her_words(self) -> None:
        """Else the test above would find nothing anywhere."""
        found = self.in_the_world_where_rita("reject", "reviewer")
        assert [address for address, body in found.items() if "WALRUS" in body]

    def test_the_record_of_deeds_its_export_and_the_webhooks_say_that_a_vote_was_cast(self) -> None:
        self.vote("reject")
        event = AuditEvent.objects.get(type="vote.cast", subject=f"review {self.review.code}")
        assert set(event.detail) == {"hash"}
        guesses = {
            hashlib.sha256(f"{salt}\n{outcome}\n{WORDS[outcome]}".encode()).hexdigest()
            for outcome in WORDS
            for salt in ("", str(self.review.code))
        }
        assert event.detail["hash"] not in guesses
        told = [*AuditEvent.objects.values_list("detail", flat=True)]
        told += WebhookDelivery.objects.values_list("payload", flat=True)
        assert not [one for one in told if "WALRUS" in str(one) or "reject" in str(one)]


def _text_of(body: bytes) -> str:
    """The words of an answer; of a bundle those of each file in it."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as bundle:
        parts = {name: bundle.read(name).decode(errors="replace") for name in bundle.namelist()}
    return "\n".join(f"{name}\n{text}" for name, text in sorted(parts.items()))


def _told(address: str, answers: dict[str, str]) -> Any:
    """An answer without what differs between any two."""
    if address.split()[0] in NOT_COMPARED:
        return None
    return NOISE.sub("#", answers[address])
