"""What the operations on the portfolio and on imports take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from governance.models import ImportBatch, ImportRow
from governance.portfolio import words
from governance.portfolio.asked import score_bounds
from interviews.protocol.values.reading import Unusable
from interviews.protocol.values.wording import tidy_title

Shape = serializers.Serializer[Any]
Text = serializers.CharField
Number = serializers.IntegerField
Time = serializers.DateTimeField
DECISIONS = [one.upper() for one in words.DECISIONS]


def _one_line(value: str) -> str:
    try:
        return tidy_title(value)
    except Unusable as fault:
        raise serializers.ValidationError(str(fault)) from None


class InventoryFilters(Shape):
    """Which cases; all of them narrow."""

    q = Text(required=False, max_length=200, help_text="Words of the name, or their beginnings.")
    decision = serializers.ChoiceField(DECISIONS, required=False)
    standing = serializers.ChoiceField(list(words.STANDINGS), required=False)
    lane = serializers.ChoiceField(list(words.LANES), required=False)
    archetype = Text(required=False, max_length=40, help_text="A word of S1-09.")
    area = Text(required=False, max_length=40, help_text="A word of S5-02.")
    owner = Text(required=False, max_length=254, help_text="Part of a name, an address, or me.")
    department = Text(required=False, max_length=200, help_text="As it is written; - = none.")
    stage = Number(required=False, min_value=1, max_value=5)
    severity = Number(required=False, min_value=1, max_value=5)
    likelihood = Number(required=False, min_value=1, max_value=5)
    highest = Number(required=False, min_value=1, max_value=5)
    score = Text(required=False, max_length=5, help_text="3:6 = stage 3 scored 6 to 7.")
    age = Number(required=False, min_value=0, max_value=36_500, help_text="Days in review.")
    overdue = serializers.BooleanField(required=False)
    promises = serializers.ChoiceField(["kept", "broken"], required=False)
    batch = serializers.UUIDField(required=False, help_text="Cases of one import of yours.")
    from_date = serializers.DateField(required=False, help_text="Submitted on it or later.")
    to_date = serializers.DateField(required=False, help_text="Submitted on it or earlier.")

    def validate_score(self, value: str) -> str:
        try:
            score_bounds(value)
        except ValueError:
            raise serializers.ValidationError("Use a stage and a score, such as 3:6.") from None
        return value


class CaseOwnerOut(Shape):
    id = serializers.UUIDField()
    name = Text()


class CaseLevelsOut(Shape):
    human_agency = Number(allow_null=True)
    robustness = Number(allow_null=True)
    privacy = Number(allow_null=True)
    transparency = Number(allow_null=True)
    fairness = Number(allow_null=True)


class CasePromisesOut(Shape):
    kept = Number()
    broken = Number()
    pending = Number()


class CaseOut(Shape):
    """A case as the inventory knows it: structured facts, no answers."""

    session = serializers.UUIDField(help_text="The interview's id.")
    charter = serializers.UUIDField(allow_null=True)
    project_name = Text()
    owner = CaseOwnerOut()
    department = Text(allow_blank=True)
    reference = Text(allow_blank=True, help_text="What it is called elsewhere.")
    status = Text()
    stage = Number()
    standing = Text()
    decision = serializers.ChoiceField(DECISIONS, allow_null=True)
    lane = Text(allow_blank=True)
    archetype = Text(allow_blank=True)
    high_risk_areas = serializers.ListField(child=Text())
    highest_risk = Number(allow_null=True, help_text="1 to 5, after controls.")
    levels = CaseLevelsOut()
    severity = Number(allow_null=True, help_text="Of the worst remaining risk.")
    likelihood = Number(allow_null=True)
    data_score = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    updated_at = Time()
    submitted_at = Time(allow_null=True)
    decided_at = Time(allow_null=True)
    ruled_at = Time(allow_null=True)
    review_due_date = serializers.DateField(allow_null=True)
    next_review_date = serializers.DateField(allow_null=True)
    promises = CasePromisesOut()
    model_cost = serializers.FloatField()


class CaseIn(Shape):
    """Whose case it is; what is left out stays."""

    department = Text(required=False, allow_blank=True, max_length=200)
    reference = Text(required=False, allow_blank=True, max_length=120)

    def validate_department(self, value: str) -> str:
        return _one_line(value)

    def validate_reference(self, value: str) -> str:
        return _one_line(value)


class FigureOut(Shape):
    """A picture as the table that says the same."""

    key = Text()
    title = Text()
    description = Text()
    columns = serializers.ListField(child=Text())
    rows = serializers.ListField(child=serializers.ListField(child=Text()))


class FileIn(Shape):
    file = serializers.FileField(help_text="CSV, up to 10 MB and 5,000 cases.")

    class Meta:
        ref_name = "InventoryFile"


class ColumnOut(Shape):
    name = Text(allow_blank=True)
    target = Text(allow_blank=True, help_text="title, department, S1-01 …; empty = left out.")


class ImportOut(Shape):
    """One uploaded inventory."""

    id = serializers.UUIDField()
    name = Text()
    status = serializers.ChoiceField(ImportBatch.Status.choices)
    rows = Number()
    uploaded_at = Time()
    finished_at = Time(allow_null=True)
    created = Number()
    left_out = Number()
    undone = Number()


class ImportColumnsOut(Shape):
    columns = ColumnOut(many=True)
    targets = serializers.ListField(child=Text(), help_text="What a column may go to.")


class ImportColumnsIn(Shape):
    targets = serializers.ListField(
        child=Text(max_length=40, allow_blank=True), help_text="One for each column, in order."
    )


class ImportLineOut(Shape):
    line = Number(help_text="Where it begins in the file, from 1.")
    title = Text(allow_blank=True)
    reason = Text(allow_blank=True, help_text="Why it would be left out.")
    is_duplicate = serializers.BooleanField(help_text="Called like another case.")
    notes = serializers.ListField(child=Text())
    drafts = serializers.ListField(child=Text(), help_text="Questions that would get a draft.")


class ImportCheckOut(Shape):
    ready = Number()
    duplicates = Number()
    faulty = Number()
    lines = ImportLineOut(many=True)


class ImportConfirmIn(Shape):
    takes_duplicates = serializers.BooleanField(
        required=False, default=False, help_text="Import cases that are called like another, too."
    )


class ImportRowOut(Shape):
    line = Number()
    title = Text(allow_blank=True)
    state = serializers.ChoiceField(ImportRow.State.choices)
    reason = Text(allow_blank=True)
    session = serializers.UUIDField(allow_null=True)


class PortfolioNothingIn(Shape):
    """No field at all; an empty object or no body."""


CASE = {
    "session": "0b0b4a3e-6a0e-4c0e-9a53-1f7f0f2f6f11",
    "charter": "5b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3d",
    "project_name": "Repair triage",
    "owner": {"id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10", "name": "Alice"},
    "department": "Housing",
    "reference": "HOU-12",
    "status": "completed",
    "stage": 5,
    "standing": "approved_with_conditions",
    "decision": "PROCEED_WITH_MONITORING",
    "lane": "one_reviewer",
    "archetype": "classification",
    "high_risk_areas": ["essential_services"],
    "highest_risk": 2,
    "levels": {
        "human_agency": 2,
        "robustness": 1,
        "privacy": 2,
        "transparency": 1,
        "fairness": 2,
    },
    "severity": 3,
    "likelihood": 1,
    "data_score": 0.86,
    "updated_at": "2026-11-21T09:12:00Z",
    "submitted_at": "2026-11-20T09:12:00Z",
    "decided_at": "2026-11-20T09:12:00Z",
    "ruled_at": "2026-11-21T09:12:00Z",
    "review_due_date": None,
    "next_review_date": "2027-02-19",
    "promises": {"kept": 2, "broken": 0, "pending": 3},
    "model_cost": 0.41,
}
