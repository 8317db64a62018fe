"""Says that the inventory's entry of a case is out of date."""

from __future__ import annotations

from django.db.models import F

from governance.models import InventoryEntry


def outdate(session_id: int) -> None:
    """Says that a fact of the case changed; in the transaction that changes it."""
    entry = InventoryEntry.objects.filter(session_id=session_id)
    if not entry.update(wanted=F("wanted") + 1):
        # Somebody may make it in this very moment: then the mark is set on theirs.
        InventoryEntry.objects.bulk_create(
            [InventoryEntry(session_id=session_id)], ignore_conflicts=True
        )
        entry.update(wanted=F("wanted") + 1)
