"""Understanding a decision, for programs: what would change it, how firm it is, like cases."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import describe
from governance.api import outlook_shapes as shapes
from governance.api.charters import TAG, CharterView
from governance.models import Decision
from governance.services import outlook, precedents
from governance.services.precedents import Precedent
from interviews.api_door import SessionView, session_to_read
from interviews.services.reading import read

NOTHING = "Nothing was decided on this revision."


class DecidedView(CharterView):
    """An address below the decision on a revision."""

    def decision(self, request: Request, code: uuid.UUID, number: int) -> Decision:
        """Raises Http404."""
        revision = self.revision_to_read(request, code, number)
        found: Decision | None = getattr(revision, "decision", None)
        if found is None:
            raise Http404(NOTHING)
        return found


class Counterfactuals(DecidedView):
    """What would change a decision."""

    @describe(
        "Show what would change a decision",
        gives=shapes.CounterfactualsOut,
        also=(404,),
        examples=[("One step", shapes.COUNTERFACTUALS)],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, number: int) -> Response:
        """Minimal sets of things that people can do after which the decision is better. A lower
        rating is never among them; after a prohibited practice there is none.
        """
        found = outlook.ways_out(self.decision(request, code, number))
        if found is None:
            raise Http404(NOTHING)
        return Response(found.to_json())


class Steadiness(DecidedView):
    """How firmly a decision stands."""

    @describe("Show how firmly a decision stands", gives=shapes.StabilityOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, number: int) -> Response:
        """A hundred recalculations with small errors of measurement; always the same for the
        same facts.
        """
        found = outlook.stability(self.decision(request, code, number))
        if found is None:
            raise Http404(NOTHING)
        return Response(found.to_json())


class Precedents(CharterView):
    """Like cases."""

    @describe("List like cases", gives=shapes.PrecedentsOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, number: int) -> Response:
        """The nearest past cases that you may see, how they were ruled, and how they differ."""
        revision = self.revision_to_read(request, code, number)
        found = precedents.nearest(revision=revision, viewer=request.user)
        return Response({"precedents": [_precedent(one) for one in found]})


def _precedent(one: Precedent) -> dict[str, Any]:
    return {
        "charter": one.charter,
        "revision": one.revision,
        "project_name": one.title,
        "decision": one.decision.upper(),
        "decided_at": one.decided_at,
        "similarity": one.similarity,
        "is_near": one.is_near,
        "differences": list(one.differences),
        "review": one.review or None,
        "outcome": one.outcome or None,
        "condition_count": one.condition_count,
        "ruled_at": one.ruled_at,
    }


class DecisionRange(SessionView):
    """Where the decision may still go."""

    @describe(
        "Show the range of the decision",
        gives=shapes.RangeOut,
        also=(404, 409),
        examples=[("Nearly done", shapes.RANGE)],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """What is open at its best and at its worst; nothing is stored. The decision that is
        computed in the end always lies between the two, and no answer widens the range.
        """
        session = session_to_read(request, code)
        found = outlook.so_far(read(session), list(session.findings.all()))
        return Response(found.range.to_json())
