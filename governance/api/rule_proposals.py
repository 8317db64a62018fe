"""Proposing rules, back-testing them and bringing them into force, by a second person."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ListOf, Lists, address, describe, listed, one, read_body
from accounts.api_errors import Unusable
from accounts.permissions import Permission
from accounts.policies import require
from governance.api.cases import CaseView
from governance.api.crosswalk import MoveOut
from governance.api.shapes import CharterPersonOut, NothingIn, Number, Shape, Text, Time
from governance.models import RuleProposal
from governance.policies import may_publish_rules
from governance.services import packs, publications
from governance.services.backtest import in_words

TAG = "Rules"
ONLY_ADMINS = "Only administrators propose and publish rules, and no program does."
ONE_OF_TWO = "Send thresholds or a pack, one of the two."
STATES = ["open", "published", "withdrawn"]
LEVELS = {"revise": 2, "monitor": 1}
REASON = "The board wants to see more cases from next month on."


class ProposalFilters(Shape):
    state = serializers.ChoiceField(STATES, required=False)


PROPOSALS = ListOf("rule_proposals", order=("-pk",), filters=ProposalFilters)


class ProposalIn(Shape):
    """Other levels, or a whole pack."""

    thresholds = serializers.DictField(
        required=False, help_text="Levels to replace; those that are not named stay."
    )
    pack = Text(required=False, max_length=200_000, help_text="A whole pack as YAML.")
    on = serializers.DateField(
        required=False, allow_null=True, help_text="Read practices as on this day."
    )
    reason = Text(max_length=2000, help_text="Why the rules change.")


class TestFiguresOut(Shape):
    summary = Text()
    decisions = Number()
    changed = Number()
    unreadable = Number()
    moves = MoveOut(many=True)


class RuleProposalOut(Shape):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(RuleProposal.Kind.values)
    key = Text(help_text="thresholds, or the id of the pack.")
    content_hash = Text()
    reason = Text()
    on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(STATES)
    proposed_at = Time()
    proposed_by = CharterPersonOut()
    closed_at = Time(allow_null=True)
    closed_by = CharterPersonOut(allow_null=True)
    backtest = TestFiguresOut(allow_null=True, help_text="None until it has ended.")


COLUMNS = (
    *("pk", "code", "kind", "key", "content_hash", "reason", "read_on_date", "end", "run"),
    *("proposed_at", "proposed_by__code", "proposed_by__name", "closed_at", "closed_by__code"),
    *("closed_by__name", "tested_run", "summary"),
)


def proposal_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A proposal as the API gives it, from COLUMNS."""
    figures = row["summary"] if row["tested_run"] == row["run"] else None
    named = ("kind", "key", "content_hash", "reason", "proposed_at", "closed_at")
    closer = {"id": row["closed_by__code"], "name": row["closed_by__name"]}
    return {name: row[name] for name in named} | {
        "id": row["code"],
        "on": row["read_on_date"],
        "state": row["end"] or "open",
        "proposed_by": {"id": row["proposed_by__code"], "name": row["proposed_by__name"]},
        "closed_by": closer if row["closed_by__code"] else None,
        "backtest": {"summary": in_words(figures), **figures} if figures else None,
    }


def _found(asked: dict[str, Any]) -> QuerySet[Any, Any]:
    found = RuleProposal.objects.all()
    if "state" in asked:
        found = found.filter(end="" if asked["state"] == "open" else asked["state"])
    return found.values(*COLUMNS)


class ProposalView(CaseView):
    """An address of the rules, for people who publish them."""

    needs: ClassVar[dict[str, Permission]] = dict.fromkeys(
        ("GET", "POST"), Permission.RULES_PUBLISH
    )

    def proposal(self, request: Request, code: uuid.UUID) -> RuleProposal:
        """Raises PermissionDenied, Http404."""
        require(may_publish_rules(request.user), ONLY_ADMINS)
        found: RuleProposal = get_object_or_404(RuleProposal, code=code)
        return found

    def shown(self, code: uuid.UUID) -> dict[str, Any]:
        """As it stands now."""
        return proposal_data(_found({}).get(code=code))

    def do(self, request: Request, code: uuid.UUID, deed: Callable[..., object]) -> Response:
        """One deed of the services, and how the proposal stands after it."""
        found = self.proposal(request, code)
        read_body(NothingIn, request)
        deed(proposal=found, by=request.user)
        return Response(self.shown(code))


class Proposals(ProposalView):
    """All proposals."""

    @describe(
        "List proposed rules", gives=Lists(RuleProposalOut), reads=PROPOSALS.parameters, tag=TAG
    )
    def get(self, request: Request) -> Response:
        """The latest first, with those that were published or withdrawn."""
        require(may_publish_rules(request.user), ONLY_ADMINS)
        return listed(PROPOSALS, request, _found, shape=proposal_data)

    @describe(
        "Propose rules",
        takes=ProposalIn,
        gives=RuleProposalOut,
        status=201,
        also=(409,),
        sends=[("Revise from level 2", {"thresholds": LEVELS, "reason": REASON})],
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """The back-test begins at once; ask the Location until `backtest` is there."""
        require(may_publish_rules(request.user), ONLY_ADMINS)
        wish = read_body(ProposalIn, request)
        if ("thresholds" in wish) == ("pack" in wish):
            raise Unusable({"thresholds": [ONE_OF_TWO], "pack": [ONE_OF_TWO]})
        said = {"reason": wish["reason"], "on": wish.get("on"), "by": request.user}
        if "pack" in wish:
            made = publications.propose_pack(text=wish["pack"], **said)
        else:
            levels = {**packs.in_force().thresholds, **wish["thresholds"]}
            made = publications.propose_thresholds(thresholds=levels, **said)
        where = address(request, "rule-proposal", made.code)
        return one(self.shown(made.code), status=201, location=where)


class OneProposal(ProposalView):
    """One proposal."""

    @describe("Show proposed rules", gives=RuleProposalOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """With the figures of its back-test, once that has ended."""
        self.proposal(request, code)
        return Response(self.shown(code))


class Publication(ProposalView):
    """Bringing it into force."""

    @describe("Publish rules", takes=NothingIn, gives=RuleProposalOut, also=(404, 409), tag=TAG)
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """By somebody else than who proposed them, after the back-test. Approved cases whose
        decision changes are opened again.
        """
        return self.do(request, code, publications.publish_rules)


class AnotherTest(ProposalView):
    """The back-test once more."""

    @describe(
        "Back-test proposed rules again",
        takes=NothingIn,
        gives=RuleProposalOut,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Where other rules came into force since, or more was decided."""
        return self.do(request, code, publications.run_again)


class ProposalWithdrawal(ProposalView):
    """Nothing comes of it."""

    @describe(
        "Withdraw proposed rules", takes=NothingIn, gives=RuleProposalOut, also=(404, 409), tag=TAG
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """It stays in the list."""
        return self.do(request, code, publications.withdraw_proposal)
