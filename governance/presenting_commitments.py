"""Prepares what was promised for pages: rows, the readings of one promise, its picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from charters.models import Charter
from governance import promise_chart
from governance.models import Commitment, Reading
from governance.phrasing import due
from governance.services import readings

State = Commitment.State
TONES = {State.OPEN: "note", State.KEPT: "good", State.BROKEN: "bad", State.WITHDRAWN: "idle"}


def plain(value: Decimal | None) -> str:
    """A figure without the zeros that the column keeps."""
    return "" if value is None else f"{value.normalize():f}"


def target_words(commitment: Commitment) -> str:
    """What is promised, as a measure."""
    if not commitment.is_figure:
        return "to be done" if commitment.cadence_days is None else "to hold"
    words = f"{commitment.get_comparator_display().lower()} {plain(commitment.target)}"
    return f"{words} {commitment.unit}".strip()


def rows(found: Iterable[Commitment], *, today: date | None = None) -> list[dict[str, Any]]:
    """Commitments as rows of a list, each with its newest reading in words."""
    listed = list(found)
    newest = _newest(listed)
    day = today or timezone.localdate()
    return [_row(one, newest.get(one.pk), day) for one in listed]


def _newest(listed: Sequence[Commitment]) -> dict[int, Reading]:
    """The newest reading of each; one statement."""
    found = Reading.objects.filter(commitment__in=listed).order_by("measured_on", "id")
    return {one.commitment_id: one for one in found.defer("note")}


def _row(commitment: Commitment, reading: Reading | None, today: date) -> dict[str, Any]:
    return {
        "code": commitment.code,
        "url": reverse("governance:commitment", args=[commitment.code]),
        "project": commitment.charter.session.project_name,
        "text": commitment.text,
        "kind": commitment.get_kind_display(),
        "owner": commitment.owner,
        "measure": target_words(commitment),
        "when": when(commitment, today),
        "state": commitment.get_state_display(),
        "tone": TONES[State(commitment.state)],
        "newest": reading_words(commitment, reading) if reading else "",
    }


def when(commitment: Commitment, today: date) -> str:
    """When something is wanted of it next, in words."""
    if commitment.state == State.WITHDRAWN:
        return ""
    parts = []
    if commitment.due_date and commitment.state != State.KEPT:
        parts.append(due(commitment.due_date, today=today).words)
    elif commitment.due_date:
        parts.append(f"by {commitment.due_date:%Y-%m-%d}")
    if commitment.cadence_days:
        parts.append(f"read every {commitment.cadence_days} days")
    return ", ".join(parts)


def reading_words(commitment: Commitment, reading: Reading) -> str:
    """A reading in words."""
    if reading.value is not None:
        said = f"{plain(reading.value)} {commitment.unit}".strip()
    else:
        said = "done" if reading.is_done else "not done"
    return f"{said} on {reading.measured_on:%Y-%m-%d}"


def commitment_page(commitment: Commitment, user: User) -> dict[str, Any]:
    """One promise: what was said, what was read of it, and its picture."""
    found = list(commitment.readings.select_related("recorded_by").order_by("-measured_on", "-id"))
    return {
        "commitment": commitment,
        "session": commitment.charter.session,
        "row": _row(commitment, found[0] if found else None, timezone.localdate()),
        "readings": [
            {
                "said": reading_words(commitment, one),
                "note": one.note,
                "who": one.recorded_by,
                "source": one.get_source_display(),
                "recorded_at": one.recorded_at,
            }
            for one in found
        ],
        "chart": promise_chart.draw(
            [(one.measured_on, float(one.value)) for one in found if one.value is not None],
            target=float(commitment.target),
            unit=commitment.unit,
        )
        if commitment.target is not None
        else None,
        "may_record": readings.may_record(user, commitment) and commitment.state != State.WITHDRAWN,
        "charter_url": reverse("governance:charter-newest", args=[commitment.charter.code]),
        "case_url": reverse("governance:charter-commitments", args=[commitment.charter.code]),
    }


def case_page(charter: Charter, user: User) -> dict[str, Any]:
    """All promises of one charter, and what went wrong with it."""
    found = charter.commitments.select_related("charter__session", "owner_user")
    listed = rows(found)
    return {
        "charter": charter,
        "session": charter.session,
        "rows": [one for one in listed if one["state"] != State.WITHDRAWN.label],
        "withdrawn": [one for one in listed if one["state"] == State.WITHDRAWN.label],
        "incidents": charter.incidents.select_related("reported_by", "review"),
        "charter_url": reverse("governance:charter-newest", args=[charter.code]),
    }
