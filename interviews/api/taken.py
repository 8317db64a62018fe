"""What the interviews' operations take: bodies and parameters, named fields only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from interviews.answerset import AnswerState
from interviews.models import Collaborator, Finding, InterviewSession
from interviews.models.dispute import LONGEST, SHORTEST_REASON, SHORTEST_RULING
from interviews.protocol.values.reading import Unusable
from interviews.protocol.values.wording import tidy_title

Shape = serializers.Serializer[Any]
STATES = [one.value for one in AnswerState]
Text = serializers.CharField
Number = serializers.IntegerField
Flag = serializers.BooleanField


class StartIn(Shape):
    """A new interview; its owner is whoever asks."""

    project_name = Text(max_length=200)
    keep_from_model = Flag(
        required=False, default=False, help_text="Nothing of it goes to a language model."
    )

    def validate_project_name(self, value: str) -> str:
        try:
            name = tidy_title(value)
        except Unusable as fault:
            raise serializers.ValidationError(str(fault)) from None
        if not name:
            raise serializers.ValidationError("Give the project a name.")
        return name


class KeepIn(Shape):
    is_kept_from_model = Flag(help_text="true = nothing of it goes to a language model.")


@extend_schema_field({"type": ["string", "object", "array", "number", "boolean"]})
class AnyAnswer(serializers.JSONField):
    """Text, an object with named fields, or a list of rows; what it must be, its question says."""


class ValueIn(Shape):
    """An answer in the shape of its question (docs/reference/answers.md)."""

    value = AnyAnswer(help_text="Text, an object with named fields, or a list of rows.")


class AttemptIn(ValueIn):
    answer_version = Number(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text="The version of the answer that you read; 409 when there is a newer one.",
    )
    confirming = Flag(
        required=False,
        default=False,
        help_text="An unchanged answer still holds although an earlier one changed.",
    )


class GuideAnswerIn(Shape):
    """The guide's way to answer; the score comes from the server."""

    question_id = Text(max_length=20)
    answer = AnyAnswer()


class UnknownIn(Shape):
    """ "I don't know yet": who finds out, by when."""

    owner = Text(max_length=200)
    due = serializers.DateField(help_text="Not in the past.")
    note = Text(max_length=2000, required=False, allow_blank=True, default="")


class FindingIn(Shape):
    action = serializers.ChoiceField(["carry", "dispute", "answer"])
    reason = Text(max_length=2000, help_text="Reviewers read it beside the finding.")


class DisputeIn(Shape):
    reason = Text(
        min_length=SHORTEST_REASON,
        max_length=LONGEST,
        help_text="What the score overlooks or misreads.",
    )


class DisputeRulingIn(Shape):
    corrected_score = serializers.FloatField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=10,
        help_text="0 to 10 with one decimal; without it the score is kept.",
    )
    reason = Text(min_length=SHORTEST_RULING, max_length=LONGEST)

    def validate_corrected_score(self, value: float | None) -> Decimal | None:
        if value is None:
            return None
        score = Decimal(str(value))
        if score != round(score, 1):
            raise serializers.ValidationError("Scores have one decimal, such as 7.5.")
        return round(score, 1)


class FileIn(Shape):
    file = serializers.FileField(help_text="DOCX, PDF, Markdown or text.")


class CandidateIn(Shape):
    action = serializers.ChoiceField(["accept", "dismiss"])


class NothingIn(Shape):
    """No field at all; an empty object or no body."""


class ShareIn(Shape):
    email = serializers.EmailField(max_length=254, help_text="Of somebody who signs in here.")
    level = serializers.ChoiceField(Collaborator.Level.choices)


class LevelIn(Shape):
    level = serializers.ChoiceField(Collaborator.Level.choices)


class HandOverIn(Shape):
    email = serializers.EmailField(max_length=254, help_text="Of the new owner.")


class AskColleagueIn(Shape):
    """Who knows the answer to one question; they need no account."""

    question = Text(max_length=20, help_text="Its key.")
    email = serializers.EmailField(max_length=254)
    note = Text(max_length=500, required=False, allow_blank=True, default="")


# --- Parameters -----------------------------------------------------------------------------------


class SessionFilters(Shape):
    status = serializers.ChoiceField(InterviewSession.Status.choices, required=False)


class ItemFilters(Shape):
    stage = Number(required=False, min_value=1, max_value=5)
    state = serializers.ChoiceField(STATES, required=False)


class FindingFilters(Shape):
    state = serializers.ChoiceField(Finding.State.choices, required=False)
    severity = serializers.ChoiceField(Finding.Severity.choices, required=False)


class QuestionFilters(Shape):
    stage = Number(required=False, min_value=1, max_value=5)


class ColleagueFilters(Shape):
    question = Text(required=False, max_length=20, help_text="Its key.")


class VersionQuery(Shape):
    version = Number(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Without it the newest."
    )


class SinceQuery(Shape):
    since = Text(required=False, max_length=64, help_text="The id of the last event that you saw.")
