"""What differs between two revisions of a charter."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import describe, read_query
from governance.api.charters import TAG, CharterView
from governance.api.review_shapes import AnswerChangeOut, FigureChangeOut, RuleChangeOut
from governance.api.shapes import Number, Shape, Text
from governance.services.comparing import Comparison, compare


class CompareQuery(Shape):
    before = Number(min_value=1, max_value=2**31 - 1, help_text="The revision to start from.")
    after = Number(min_value=1, max_value=2**31 - 1, help_text="The one it is compared with.")


class DutyOut(Shape):
    source = Text(help_text="The rule that asks for it, `base`, or `ruling`.")
    text = Text()
    owner = Text()
    due_date = serializers.DateField()


class ComparisonOut(Shape):
    before = Number()
    after = Number()
    decision_before = Text(help_text="Empty where none was computed.")
    decision_after = Text()
    answers = AnswerChangeOut(many=True)
    figures = FigureChangeOut(many=True)
    rules_new = RuleChangeOut(many=True)
    rules_gone = RuleChangeOut(many=True)
    findings_new = serializers.ListField(child=Text())
    findings_gone = serializers.ListField(child=Text())
    conditions_new = DutyOut(many=True)
    conditions_gone = DutyOut(many=True)


class Compare(CharterView):
    """Two revisions of a charter."""

    @describe(
        "Compare two revisions", gives=ComparisonOut, reads=CompareQuery, also=(404,), tag=TAG
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Answers, scores, rules that fired, decision and conditions that differ."""
        asked = read_query(CompareQuery, request)
        before, after = (
            self.revision_to_read(request, code, asked[name]) for name in ("before", "after")
        )
        return Response(_data(compare(before, after)))


def _data(found: Comparison) -> dict[str, Any]:
    said = asdict(found.delta)
    answers = [{"item": one.pop("key"), **one} for one in said.pop("answers")]
    return {
        **said,
        "answers": answers,
        "before": found.before.number,
        "after": found.after.number,
        "conditions_new": [asdict(one) for one in found.duties_new],
        "conditions_gone": [asdict(one) for one in found.duties_gone],
    }
