"""Who rules through the API departs from like cases as openly as on the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from governance.models import Ruling
from governance.services import rulings
from tests.builders import cases
from tests.builders.programs import Program, error_of

pytestmark = pytest.mark.django_db


def review_of(owner: User) -> cases.Review:
    """A case in the lane of one reviewer."""
    made = cases.decided(owner, "proceed_with_monitoring")
    return cases.open_review_of(made.revision.charter)


def test_ruling_otherwise_than_a_like_case_takes_its_name_and_a_reason(
    alice: User, bob: User, rita: User, client_of: Callable[[User], Client]
) -> None:
    cases.council(chair=rita, quorum=1)
    earlier = review_of(bob)
    rulings.record_ruling(review=earlier, outcome="approve", reason=cases.REASON, by=rita)
    path = f"/reviews/{review_of(alice).code}/ruling"
    rita_asks, wish = Program(client_of(rita)), {"outcome": "reject", "reason": cases.REASON}
    unnamed = rita_asks.post(path, wish)
    named = wish | {"departs_from": [str(earlier.code)]}
    unreasoned = rita_asks.post(path, named)
    assert (unnamed.status_code, unreasoned.status_code) == (422, 422)
    assert "departs_from" in error_of(unnamed)["details"]
    assert "departure_reason" in error_of(unreasoned)["details"]
    assert Ruling.objects.count() == 1
    made = rita_asks.post(path, named | {"departure_reason": cases.OTHER_REASON})
    assert made.status_code == 201 and made.json()["departs_from"] == [str(earlier.code)]


def test_following_a_like_case_takes_nothing_more(
    alice: User, bob: User, rita: User, client_of: Callable[[User], Client]
) -> None:
    cases.council(chair=rita, quorum=1)
    rulings.record_ruling(review=review_of(bob), outcome="approve", reason=cases.REASON, by=rita)
    path, wish = f"/reviews/{review_of(alice).code}/ruling", {"reason": cases.REASON}
    assert Program(client_of(rita)).post(path, wish | {"outcome": "approve"}).status_code == 201
