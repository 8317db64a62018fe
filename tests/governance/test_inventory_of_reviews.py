"""The inventory follows a case through review, ruling, promises and change, at once; and sealed, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import key_ring
from accounts.models import DataKey, User
from governance.models import Commitment, ImportBatch, InventoryEntry
from governance.services import commitments, inventory, rulings
from governance.services.inventory_marks import outdate
from governance.services.rulings import ConditionWish
from tests.builders.cases import (
    REASON,
    council,
    decided,
    edit,
    open_review_of,
    reviewers,
    vote_all,
)
from tests.builders.portfolio import entry_of, imported, is_marked, uploaded

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_case_is_followed_from_submission_to_a_stale_approval(alice: User, rita: User) -> None:
    (rhea,) = reviewers("rhea")
    council(rhea, chair=rita)
    charter = decided(alice).revision.charter
    session, review = charter.session, open_review_of(charter)
    inventory.catch_up(alice)
    entry = entry_of(session)
    assert (entry.standing, entry.lane) == ("in_review", "committee")
    assert (entry.review_opened_at, entry.review_due_date) == (review.opened_at, review.due_date)
    vote_all(review, "approve_with_conditions", rita, rhea)
    due = timezone.localdate() + timedelta(days=30)
    ruling = rulings.record_ruling(
        review=review,
        outcome="approve_with_conditions",
        reason=REASON,
        conditions=[ConditionWish(text="Test R-02.", owner="Bob", due_date=due)],
        by=rita,
    )
    assert is_marked(session)
    inventory.catch_up(alice)
    entry = entry_of(session)
    assert (entry.standing, entry.review_opened_at) == ("approved_with_conditions", None)
    assert (entry.ruled_at, entry.lane) == (ruling.ruled_at, "committee")
    assert entry.next_review_date is not None
    assert entry.pending_count == Commitment.objects.live().filter(charter=charter).count() > 0
    first = Commitment.objects.filter(charter=charter)[0]
    commitments.move(first, Commitment.State.KEPT)
    outdate(session.pk)
    inventory.catch_up(alice)
    assert (entry_of(session).kept_count, entry_of(session).broken_count) == (1, 0)
    edit(session, "S4-07", criticality="critical")
    session.save(update_fields=["last_updated_at"])
    outdate(session.pk)
    inventory.catch_up(alice)
    assert entry_of(session).standing == "stale"


def test_with_sealed_answers_the_inventory_says_the_same(alice: User, field_key: str) -> None:
    session = decided(alice).revision.charter.session
    inventory.catch_up(alice)
    entry = entry_of(session)
    assert entry.archetype and entry.highest and entry.decision == "submit_to_committee"


def test_a_case_whose_key_was_destroyed_spoils_no_other(
    alice: User, bob: User, field_key: str
) -> None:
    gone = decided(alice).revision.charter.session
    other = decided(bob).revision.charter.session
    DataKey.objects.filter(code=gone.code).update(
        wrapped="", wrapped_by="", destroyed_at=timezone.now()
    )
    key_ring.forget()
    InventoryEntry.objects.all().delete()
    assert inventory.rebuild() == 2
    assert entry_of(other).decision == "submit_to_committee"
    assert entry_of(gone).decision == ""


def test_a_file_that_waits_is_sealed_and_read_all_the_same(alice: User, field_key: str) -> None:
    batch = uploaded(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, name FROM import_batches WHERE id = %s", [batch.pk])
        content, name = cursor.fetchone()
    assert b"street light" not in bytes(content) and "cases.csv" not in name
    assert ImportBatch.objects.get(pk=batch.pk).name == "cases.csv"
    assert imported(alice, "Name\nSealed case\n").rows.filter(state="created").count() == 1
