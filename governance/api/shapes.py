"""What the operations on charters take and give; replies are made of plain data."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from governance import files
from governance.engine.decision import DecisionValue
from governance.services.standing import State

Shape = serializers.Serializer[Any]
Text = serializers.CharField
Number = serializers.IntegerField
Time = serializers.DateTimeField
DECISIONS = [one.name for one in DecisionValue]
#: How a revision stands: what is printed across it, or that nothing is.
STATES = [one.value for one in State]
STANDINGS = ["issued", "draft", "superseded", *STATES]
NO_SUCH_FORMAT = f"There is no such format. Formats: {', '.join(files.FORMATS)}."


class NothingIn(Shape):
    """No field at all; an empty object or no body."""


class CharterFilters(Shape):
    session = serializers.UUIDField(required=False, help_text="The interview's id.")
    decision = serializers.ChoiceField(DECISIONS, required=False)


class DownloadQuery(Shape):
    format = serializers.ChoiceField(
        files.FORMATS,
        required=False,
        default="json",
        error_messages={"invalid_choice": NO_SUCH_FORMAT},
    )
    revision = Number(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Without it the newest."
    )
    profile = serializers.ChoiceField(
        files.PROFILES,
        required=False,
        default="full",
        help_text="external: without money, names, personal data and confidential text.",
    )
    paper = serializers.ChoiceField(
        files.PAPERS, required=False, default="a4", help_text="For PDF and DOCX."
    )


class ExportOut(Shape):
    """A file that the worker makes, or has made."""

    id = serializers.UUIDField()
    revision = Number()
    format = serializers.ChoiceField(files.FORMATS)
    profile = serializers.ChoiceField(files.PROFILES)
    paper = serializers.ChoiceField(files.PAPERS)
    status = serializers.ChoiceField(["pending", "ready", "failed"])
    size = Number(help_text="Bytes; 0 until it is ready.")
    file = Text(help_text="Where the file is, once it is ready.")


class CharterPersonOut(Shape):
    id = serializers.UUIDField()
    name = Text()


class CharterOut(Shape):
    """A charter by its newest revision."""

    id = serializers.UUIDField()
    session = serializers.UUIDField(help_text="The interview it was written from.")
    project_name = Text()
    owner = CharterPersonOut()
    revision = Number(help_text="The newest one's number.")
    issued_at = Time()
    content_hash = Text(help_text="SHA-256 over the canonical JSON of the content.")
    decision = serializers.ChoiceField(DECISIONS, allow_null=True)
    standing = serializers.ChoiceField(STATES, help_text="As of now; see /charters/{id}/standing.")
    is_sample = serializers.BooleanField()


class RevisionOut(Shape):
    number = Number()
    issued_at = Time()
    issued_by = CharterPersonOut()
    as_of_date = serializers.DateField()
    protocol_version = Text()
    content_hash = Text()
    decision = serializers.ChoiceField(DECISIONS, allow_null=True)


class RevisionDetailOut(RevisionOut):
    standing = serializers.ChoiceField(
        STANDINGS,
        help_text="draft = a BLOCKER stands; superseded = there is a newer one; issued = decided.",
    )
    content = serializers.DictField(help_text="docs/reference/uaip-charter-1.schema.json")


class RuleOut(Shape):
    rule = Text()
    floor = serializers.ChoiceField(DECISIONS, help_text="The least that it may be.")
    detail = Text()
    sources = serializers.ListField(child=Text())


class ConditionOut(Shape):
    text = Text()
    owner = Text()
    due_date = serializers.DateField()
    source_rule = Text()


class OutcomeOut(Shape):
    """What the engine computes; docs/reference/decision-engine.md."""

    decision = serializers.ChoiceField(DECISIONS)
    base = serializers.ChoiceField(DECISIONS)
    headline = Text(help_text="The rule that led to it; base = the highest remaining risk alone.")
    rules_fired = RuleOut(many=True)
    conditions = ConditionOut(many=True)
    engine_version = Text()
    as_of = serializers.DateField()


class DecisionOut(OutcomeOut):
    content_hash = Text(help_text="Of the content that was judged.")
    decided_at = Time()


class PreviewOut(Shape):
    outcome = OutcomeOut(allow_null=True, help_text="null while a residual risk is not known.")


class IssuedOut(Shape):
    id = serializers.UUIDField(help_text="The charter's.")
    session = serializers.UUIDField()
    revision = Number()
    content_hash = Text()
    outcome = OutcomeOut()


OUTCOME = {
    "decision": "REVISE",
    "base": "PROCEED_WITH_MONITORING",
    "headline": "GR-2",
    "rules_fired": [
        {
            "rule": "GR-2",
            "floor": "REVISE",
            "detail": "The data are not ready.",
            "sources": ["S3-04"],
        }
    ],
    "conditions": [
        {
            "text": "Bring the data to the threshold.",
            "owner": "Data owner",
            "due_date": "2027-02-19",
            "source_rule": "GR-2",
        }
    ],
    "engine_version": "uaip-engine/1",
    "as_of": "2026-11-21",
}
CHARTER = {
    "id": "5b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3d",
    "session": "0b0b4a3e-6a0e-4c0e-9a53-1f7f0f2f6f11",
    "project_name": "Repair triage",
    "owner": {"id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10", "name": "Alice"},
    "revision": 2,
    "issued_at": "2026-11-21T09:12:00Z",
    "content_hash": "9f0c" * 16,
    "decision": "REVISE",
    "standing": "decided",
    "is_sample": False,
}
