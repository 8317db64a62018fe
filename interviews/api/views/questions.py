"""The catalogue: every question of the set, as this installation asks it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, describe, read_query
from accounts.permissions import Permission
from interviews.api import taken
from interviews.api.serializers import QuestionOut, QuestionsOut
from interviews.protocol import catalogue
from interviews.protocol.types import Field, Question
from interviews.services.reading import threshold_of

TAG = "Questions"


def question_data(question: Question) -> dict[str, Any]:
    """One question with everything that a program needs to ask it."""
    return {
        "key": question.key,
        "stage": question.stage_number,
        "group": question.group_key,
        "title": question.title,
        "question": question.ask,
        "why": question.why,
        "input": question.input,
        "minutes": question.minutes,
        "threshold": threshold_of(question.stage_number),
        "is_scored": question.scored,
        "is_unknown_allowed": question.unknown_allowed,
        "is_conditional": question.show_when is not None,
        "builds_on": list(question.depends_on),
        "fields": [_field(one) for one in question.fields],
        "rubric": [
            {"id": one.id, "weight": one.weight, "is_required": one.required, "means": one.means}
            for one in question.rubric
        ],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind,
        "label": field.label,
        "is_required": field.required,
        "options": [{"value": one.value, "label": one.label} for one in field.options],
        "unit": field.unit,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "min_length": field.min_length,
        "max_length": field.max_length,
        "is_none_allowed": field.none_allowed,
        "columns": [_field(one) for one in field.columns],
    }


class Questions(ApiView):
    """All questions."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SESSION_VIEW}

    @describe("List all questions", gives=QuestionsOut, reads=taken.QuestionFilters, tag=TAG)
    def get(self, request: Request) -> Response:
        """The question set with its version, in the order in which it is asked."""
        stage = read_query(taken.QuestionFilters, request).get("stage")
        protocol = catalogue.default_protocol()
        shown = [one for one in protocol.questions if stage in (None, one.stage_number)]
        items = [question_data(one) for one in shown]
        return Response({"protocol_version": protocol.version, "items": items})


class OneQuestion(ApiView):
    """One question."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SESSION_VIEW}

    @describe("Show a question", gives=QuestionOut, also=(404,), tag=TAG)
    def get(self, request: Request, key: str) -> Response:
        protocol = catalogue.default_protocol()
        if key not in protocol:
            raise Http404("There is no such question.")
        return Response(question_data(protocol.question(key)))
