"""The regulatory crosswalk of a revision, the rules in force, and what others would change."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from pydantic import ValidationError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, describe, read_body, read_query
from accounts.api_errors import Unusable
from accounts.permissions import Permission
from accounts.policies import require
from charters.models import Charter
from governance.api.charters import CharterView
from governance.api.shapes import DECISIONS, Number, Shape, Text
from governance.crosswalk.rows import NOT_LEGAL_ADVICE, Result, State
from governance.engine.facts import bad_paths
from governance.engine.thresholds import Thresholds
from governance.models import Decision
from governance.policies import may_publish_rules
from governance.refusals import Unfit
from governance.services import backtest, packs, publications
from governance.services import crosswalk as crosswalks
from governance.services.packs import Rules

TAG = "Rules"
STATES = [one.value for one in State]
ONLY_ADMINS = "Only administrators test rules."
#: Most changes in one reply; the figures count all.
MOST_CHANGES = 200


class CrosswalkQuery(Shape):
    framework = Text(required=False, help_text="Only this pack, such as eu-ai-act.")
    state = serializers.ChoiceField(STATES, required=False, help_text="Only rows in this state.")


class OutcomeClassOut(Shape):
    code = Text(help_text="prohibited, high_risk, transparency, unknown, none and so on.")
    point = Text(help_text="The article or point that leads to it.")
    applies_from = serializers.DateField(allow_null=True)


class GateOut(Shape):
    key = Text()
    title = Text()
    point = Text()
    result = serializers.ChoiceField([one.value for one in Result])
    detail = Text()
    evidence = serializers.ListField(child=Text())
    asks = serializers.ListField(child=Text(), help_text="What to answer while it is unknown.")
    applies_from = serializers.DateField(allow_null=True)


class LevelOut(Shape):
    raw = serializers.ListField(child=Number(), help_text="Least and most points.")
    mitigation = serializers.ListField(child=Number())
    levels = serializers.ListField(child=Number(), help_text="Every level that is possible.")
    current = Number(allow_null=True, help_text="The score that counts, where it is exact.")


class RequirementOut(Shape):
    framework = Text()
    id = Text()
    theme = Text()
    requirement = Text()
    state = serializers.ChoiceField(STATES)
    evidence = serializers.ListField(child=Text(), help_text="Items whose answers were looked at.")
    gap = Text(help_text="What is missing; empty where nothing is.")
    citation = Text()
    pack_version = Text()
    as_of = serializers.DateField()
    applies_from = serializers.DateField()
    is_in_force = serializers.BooleanField(help_text="On the day of the charter.")
    status = Text(help_text="in_force, adopted, voluntary or unsettled.")
    source = Text()


class FrameworkOut(Shape):
    id = Text()
    title = Text()
    version = Text()
    as_of = serializers.DateField()
    source = Text()
    about = Text()
    unconfirmed = serializers.ListField(child=Text())
    outcomes = OutcomeClassOut(many=True)
    gates = GateOut(many=True)
    level = LevelOut(allow_null=True)
    rows = RequirementOut(many=True)


class CrosswalkOut(Shape):
    notice = Text()
    frameworks = FrameworkOut(many=True)


class Crosswalk(CharterView):
    """What laws and standards ask for, and what the answers show."""

    @describe(
        "Show the crosswalk of a revision",
        gives=CrosswalkOut,
        reads=CrosswalkQuery,
        also=(404,),
        tag="Charters",
    )
    def get(self, request: Request, code: uuid.UUID, number: int) -> Response:
        """By the packs that its decision used. An engineering aid, not legal advice."""
        asked = read_query(CrosswalkQuery, request)
        revision = self.revision_to_read(request, code, number)
        found = [one.to_json() for one in crosswalks.rows_for(revision)]
        if "framework" in asked:
            found = [one for one in found if one["id"] == asked["framework"]]
        if "state" in asked:
            for one in found:
                one["rows"] = [row for row in one["rows"] if row["state"] == asked["state"]]
        return Response({"notice": NOT_LEGAL_ADVICE, "frameworks": found})


class PackOut(Shape):
    id = Text()
    title = Text()
    version = Text()
    as_of = serializers.DateField()
    source = Text()
    requirements = Number(help_text="How many.")


class RulesOut(Shape):
    content_hash = Text(help_text="SHA-256 over the canonical JSON of all rules.")
    thresholds = serializers.DictField()
    packs = PackOut(many=True)


class InForce(ApiView):
    """The rules in force."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SETTING_VIEW}

    @describe("Show the rules in force", gives=RulesOut, tag=TAG)
    def get(self, request: Request) -> Response:
        """By which levels and packs a decision would be computed now."""
        now = packs.in_force()
        return Response(
            {
                "content_hash": now.content_hash,
                "thresholds": dict(now.thresholds),
                "packs": [
                    {
                        "id": one.id,
                        "title": one.title,
                        "version": one.version,
                        "as_of": one.as_of,
                        "source": one.source,
                        "requirements": len(one.requirements),
                    }
                    for one in now.packs.values()
                ],
            }
        )


class BacktestIn(Shape):
    thresholds = serializers.DictField(
        required=False, help_text='Levels to replace, such as {"committee": 3}.'
    )
    pack = Text(required=False, max_length=200_000, help_text="A whole pack as YAML.")
    on = serializers.DateField(
        required=False, allow_null=True, help_text="Read practices as on this day."
    )


class MoveOut(Shape):
    before = serializers.ChoiceField(DECISIONS)
    after = serializers.ChoiceField(DECISIONS)
    count = Number()


class ChangeOut(Shape):
    charter = serializers.UUIDField()
    revision = Number()
    before = serializers.ChoiceField(DECISIONS)
    after = serializers.ChoiceField(DECISIONS)
    headline = Text(help_text="The rule that leads to it.")


class BacktestOut(Shape):
    summary = Text()
    decisions = Number(help_text="How many were replayed.")
    changed = Number()
    unreadable = Number(help_text="Facts that are gone or of another kind; never guessed.")
    moves = MoveOut(many=True)
    changes = ChangeOut(many=True, help_text=f"The first {MOST_CHANGES} that you may see.")


class Backtest(ApiView):
    """What other rules would change; nothing is stored."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.RULES_PUBLISH}

    @describe(
        "Back-test rules",
        takes=BacktestIn,
        gives=BacktestOut,
        sends=[("Revise from level 2", {"thresholds": {"revise": 2, "monitor": 1}})],
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """Replays every stored decision under the rules in force with these in their place."""
        require(may_publish_rules(request.user), ONLY_ADMINS)
        asked = read_body(BacktestIn, request)
        figures, changes = backtest.summarize(_rules(asked).of_decisions, on=asked.get("on"))
        return Response(
            {
                "summary": backtest.in_words(figures),
                **figures,
                "changes": _named(changes[:MOST_CHANGES], request),
            }
        )


def _rules(asked: dict[str, Any]) -> Rules:
    """The rules in force with what was sent in their place. Raises Unusable."""
    rules = packs.in_force()
    if "thresholds" in asked:
        levels = {**rules.thresholds, **asked["thresholds"]}
        try:
            Thresholds.model_validate(levels)
        except ValidationError as fault:
            problems = {path: [reason] for path, reason in bad_paths(fault)}
            raise Unusable({"thresholds": problems}) from None
        rules = rules.with_thresholds(levels)
    if "pack" in asked:
        try:
            rules = rules.with_pack(publications.read_proposed_pack(asked["pack"]))
        except Unfit as fault:
            raise Unusable({name: [words] for name, words in fault.fields.items()}) from None
    return rules


def _named(changes: list[backtest.Replayed], request: Request) -> list[dict[str, Any]]:
    seen = Charter.objects.visible_to(request.user)
    found = Decision.objects.filter(
        pk__in=[one.decision_id for one in changes], revision__charter__in=seen
    )
    places = {
        pk: (code, number)
        for pk, code, number in found.values_list(
            "pk", "revision__charter__code", "revision__number"
        )
    }
    return [
        {
            "charter": places[one.decision_id][0],
            "revision": places[one.decision_id][1],
            "before": one.before.upper(),
            "after": one.after.upper(),
            "headline": one.headline,
        }
        for one in changes
        if one.decision_id in places
    ]
