"""What the operations on commitments, readings and incidents take and give."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from governance.api.shapes import Number, Shape, Text, Time
from governance.models import CaseIncident, Commitment
from governance.promises import LARGEST
from governance.services.readings import LONGEST_NOTE

Id = serializers.UUIDField
Day = serializers.DateField
Choice = serializers.ChoiceField
KINDS = list(Commitment.Kind.values)
STATES = list(Commitment.State.values)
COMPARATORS = list(Commitment.Comparator.values)
SEVERITIES = list(CaseIncident.Severity.values)
FIGURE_DIGITS = {"max_digits": 20, "decimal_places": 6}


class CommitmentFilters(Shape):
    state = Choice(STATES, required=False)
    kind = Choice(KINDS, required=False)


class CommitmentOut(Shape):
    """A promise of an approved charter."""

    id = Id()
    charter = Id()
    kind = Choice(KINDS)
    text = Text()
    owner = Text()
    comparator = Choice(COMPARATORS, help_text="done = a deed; otherwise a figure.")
    target = serializers.FloatField(allow_null=True)
    unit = Text()
    due_date = Day(allow_null=True)
    cadence_days = Number(allow_null=True)
    source_item = Text(help_text="The item of the interview; empty for a reviewer's condition.")
    state = Choice(STATES)
    state_since = Time()


class ReadingIn(Shape):
    """A figure, or whether a deed is done; which of them, the commitment's comparator says."""

    measured_on = Day()
    value = serializers.DecimalField(
        **FIGURE_DIGITS, required=False, allow_null=True, min_value=-LARGEST, max_value=LARGEST
    )
    is_done = serializers.BooleanField(required=False, allow_null=True, default=None)
    note = Text(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)


class ReadingOut(Shape):
    id = Number()
    commitment = Id()
    measured_on = Day()
    value = serializers.FloatField(allow_null=True)
    is_done = serializers.BooleanField(allow_null=True)
    note = Text()
    source = Choice(["form", "file", "api"])
    recorded_at = Time()


class CommitmentDetailOut(CommitmentOut):
    readings = ReadingOut(many=True)


class IncidentIn(Shape):
    severity = Choice(SEVERITIES)
    happened_on = Day()
    text = Text(max_length=5_000)


class IncidentOut(Shape):
    id = Id()
    charter = Id()
    severity = Choice(SEVERITIES)
    happened_on = Day()
    text = Text()
    review = Id(allow_null=True, help_text="The review that it opened or was added to.")
    reported_at = Time()


COMMITMENT = {
    "id": "5e0d2a43-5a5c-4bd0-93f0-6d6ea4b2a111",
    "charter": "2f6f7b2e-8f5b-4b39-8a10-6a4f5f1f0b6c",
    "kind": "kpi",
    "text": "Minutes to the right data set",
    "owner": "Lead data curator",
    "comparator": "at_most",
    "target": 20.0,
    "unit": "minutes",
    "due_date": "2027-12-31",
    "cadence_days": 30,
    "source_item": "S2-01",
    "state": "open",
    "state_since": "2026-11-22T10:00:00Z",
}
READING = {"measured_on": "2026-11-20", "value": str(Decimal("19.5")), "note": "Search log."}
