"""The decision on a revision as a bundle to check elsewhere."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from accounts.api_conventions import describe
from governance.api.charters import TAG, CharterView
from governance.services import bundles


class Bundle(CharterView):
    """A decision with everything that it rests on."""

    @describe(
        "Download the decision bundle of a revision",
        media={bundles.CONTENT_TYPE: OpenApiTypes.BINARY},
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, number: int) -> HttpResponse:
        """A zip file: content, facts, rules, scores, votes of closed reviews, rulings, deeds and
        `verify.py`, which checks every hash and computes the decision again. Taking it is noted.
        """
        revision = self.revision(request, code, number)
        decision = getattr(revision, "decision", None)
        if decision is None:
            raise Http404("Nothing was decided on this revision.")
        made = bundles.take_bundle(decision=decision, by=request.user)
        return HttpResponse(made.body, content_type=made.content_type, headers=made.headers)
