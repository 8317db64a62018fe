"""What the operations on understanding a decision give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from governance.api.shapes import DECISIONS
from governance.models import Outcome

Shape = serializers.Serializer[Any]
Text = serializers.CharField
Number = serializers.IntegerField


class ReplacementOut(Shape):
    path = Text(help_text='A JSON pointer into the facts; "-" at its end appends to a list.')
    value = serializers.JSONField(help_text="What stands there afterwards.")


class WayChangeOut(Shape):
    text = Text()
    cost = Number(help_text="Rough points of effort.")
    sources = serializers.ListField(
        child=Text(), help_text="Questions and findings where it is done; stage-5 = that stage."
    )
    replaces = ReplacementOut(many=True)


class WayOutOut(Shape):
    cost = Number()
    yields = serializers.ChoiceField(DECISIONS, help_text="The decision once all of it is done.")
    changes = WayChangeOut(many=True)


class ObstacleOut(Shape):
    text = Text()
    sources = serializers.ListField(child=Text())


class CounterfactualsOut(Shape):
    """Minimal sets of changes, cheapest first; without any, what is in the way."""

    decision = serializers.ChoiceField(DECISIONS)
    target = serializers.ChoiceField(
        DECISIONS, allow_null=True, help_text="The next better decision; null where none is."
    )
    ways = WayOutOut(many=True, help_text="Five at most; each is enough by itself.")
    obstacles = ObstacleOut(many=True)
    if_rated_again = WayOutOut(
        many=True,
        help_text="Where only ratings that the risks bear out are in the way: what to do before "
        "people rate again. It yields that if nobody then rates higher than the risks say.",
    )


class FlipOut(Shape):
    text = Text()
    decision = serializers.ChoiceField(DECISIONS)


class StabilityOut(Shape):
    """What small errors of measurement would make of a decision."""

    decision = serializers.ChoiceField(DECISIONS)
    agreeing = Number(help_text="Recalculations that gave the same decision.")
    draws = Number()
    is_stable = serializers.BooleanField()
    drawn = serializers.DictField(child=Number(), help_text="How often each decision came out.")
    flips = FlipOut(many=True, help_text="Single small steps after which it is another.")


class NextQuestionOut(Shape):
    item = Text()
    narrows_at_least = Number(help_text="Decisions taken off the range, whatever is answered.")
    narrows_at_most = Number(help_text="The same with the most telling answer.")


class RangeOut(Shape):
    """Between which decisions an interview lies while answers are open."""

    best = serializers.ChoiceField(DECISIONS)
    worst = serializers.ChoiceField(DECISIONS)
    questions = NextQuestionOut(many=True, help_text="The one that narrows it most comes first.")


class PrecedentOut(Shape):
    """A past case like this one."""

    charter = serializers.UUIDField()
    revision = Number()
    project_name = Text()
    decision = serializers.ChoiceField(DECISIONS)
    decided_at = serializers.DateTimeField()
    similarity = Number(help_text="0 to 100.")
    is_near = serializers.BooleanField(
        help_text="Whether ruling otherwise than all such cases takes a reason."
    )
    differences = serializers.ListField(child=Text())
    review = serializers.UUIDField(allow_null=True, help_text="Whose ruling it is.")
    outcome = serializers.ChoiceField(Outcome.values, allow_null=True)
    condition_count = Number()
    ruled_at = serializers.DateTimeField(allow_null=True)


class PrecedentsOut(Shape):
    precedents = PrecedentOut(many=True, help_text="Five at most, the nearest first.")


COUNTERFACTUALS = {
    "decision": "REVISE",
    "target": "PROCEED_WITH_MONITORING",
    "ways": [
        {
            "cost": 1,
            "yields": "PROCEED_WITH_MONITORING",
            "changes": [
                {
                    "text": "Have an accountable person accept the remaining risk, with an end "
                    "date that lies ahead.",
                    "cost": 1,
                    "sources": ["S5-11"],
                    "replaces": [
                        {
                            "path": "/acceptance",
                            "value": {"valid_until": "2027-11-21", "accepted_by": ""},
                        }
                    ],
                }
            ],
        }
    ],
    "obstacles": [],
    "if_rated_again": [],
}
RANGE = {
    "best": "PROCEED",
    "worst": "REVISE",
    "questions": [{"item": "S5-11", "narrows_at_least": 1, "narrows_at_most": 2}],
}
