"""What waits because it was promised: deeds and readings that are due soon, overdue or broken."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from governance.declared_settings import REMIND_DAYS, days
from governance.models import Commitment
from governance.services import commitments
from governance.work.piles import Asker, Pile, Task


def promises_to_keep(asker: Asker) -> Pile:
    """Broken ones first, then what comes due within the days of reminders."""
    soon = asker.today + timedelta(days=days(REMIND_DAYS))
    state = Commitment.State
    is_due = Q(state=state.BROKEN) | Q(state=state.OPEN, due_date__lte=soon)
    found = commitments.of_person(asker.user).filter(is_due).order_by("state", "due_date", "id")

    def say(one: Commitment) -> Task:
        url = reverse("governance:commitment", args=[one.code])
        kind = one.get_kind_display()
        if one.state == state.BROKEN:
            words = {"due_words": "Broken", "due_tone": "bad"}
        else:
            words = asker.due(one.due_date)
        return Task(one.charter.session.project_name, url, f"{kind} · {one.text[:120]}", **words)

    return asker.pile(
        found,
        say,
        key="promises",
        title="Promises to keep",
        more_url=reverse("governance:commitments"),
    )
