"""What would be decided now, and the deed that issues the charter."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import address, describe, one, read_body
from accounts.api_errors import Conflict, Unusable
from accounts.permissions import Permission
from accounts.policies import require
from charters.refusals import CharterNotReady, NothingNew
from governance.api import shapes
from governance.models import Decision
from governance.policies import may_submit
from governance.refusals import NotNow
from governance.services import decisions
from interviews.api_door import SessionView, session_to_read
from interviews.consistency.types import GateOutcome
from interviews.models import Finding
from interviews.services import findings
from interviews.services.reading import Reading, read

TAG = "Charters"
ONLY_OWNER = "Only the owner of this interview issues its charter."
NOT_READY = "The charter cannot be issued yet. The details say what each stage still needs."
NO_FACTS = "The charter cannot be issued yet: a principle's remaining risk is not known (stage 5)."
NOTHING_NEW = "Nothing changed since the newest revision, so that one still stands."
STAGES = (1, 2, 3, 4, 5)


class Preview(SessionView):
    """The decision so far."""

    @describe(
        "Preview the decision",
        gives=shapes.PreviewOut,
        also=(404, 409),
        examples=[("Revise", {"outcome": shapes.OUTCOME})],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """What would be decided if the charter were issued now; nothing is stored."""
        session = session_to_read(request, code)
        outcome = decisions.preview(read(session), list(session.findings.all()))
        return Response({"outcome": outcome})


class Generate(SessionView):
    """Issues the next revision and decides on it."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.CHARTER_ISSUE}

    @describe(
        "Issue a charter",
        takes=shapes.NothingIn,
        gives=shapes.IssuedOut,
        status=201,
        also=(404, 409),
        examples=[
            (
                "Issued",
                {
                    "id": shapes.CHARTER["id"],
                    "session": shapes.CHARTER["session"],
                    "revision": 1,
                    "content_hash": "9f0c" * 16,
                    "outcome": shapes.OUTCOME,
                },
            )
        ],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Freezes the charter as its next revision and decides on it. 422 INCOMPLETE_WORKFLOW with
        what each stage still needs; 409 where the interview is not open or nothing changed.
        """
        session = session_to_read(request, code)
        require(may_submit(request.user, session), ONLY_OWNER)
        read_body(shapes.NothingIn, request)
        current = read(session)
        try:
            made = decisions.submit_charter(reading=current, by=request.user)
        except CharterNotReady as refusal:
            details = {"stages": _missing(current, refusal.stages)}
            raise Unusable(details, NOT_READY, says="INCOMPLETE_WORKFLOW") from None
        except decisions.FactsIncomplete:
            raise Unusable({}, NO_FACTS, says="INCOMPLETE_WORKFLOW") from None
        except NothingNew:
            raise Conflict(NOTHING_NEW) from None
        except NotNow as refusal:
            raise Conflict(refusal.sentence) from None
        charter = made.revision.charter
        where = address(request, "revision", charter.code, made.revision.number)
        return one(_issued(made), status=201, location=where)


def _issued(decision: Decision) -> dict[str, Any]:
    revision = decision.revision
    return {
        "id": revision.charter.code,
        "session": revision.charter.session.code,
        "revision": revision.number,
        "content_hash": revision.content_hash,
        "outcome": decision.outcome,
    }


def _missing(reading: Reading, stages: dict[int, GateOutcome]) -> list[dict[str, Any]]:
    """What each stage still needs; a stage that only was not finished needs nothing more."""
    found = {one.rule_id: one for one in findings.look(reading=reading, stages_to_check=STAGES)}
    return [
        {
            "stage": number,
            "is_ready": outcome.passed,
            "missing": list(outcome.missing),
            "blockers": list(outcome.blockers),
            "unknown_share": round(outcome.unknown_share, 4),
            "too_many_unknown": outcome.too_many_unknown,
            "findings": [_finding(found[rule]) for rule in outcome.blockers if rule in found],
        }
        for number, outcome in stages.items()
    ]


def _finding(finding: Finding) -> dict[str, Any]:
    named = ("rule_id", "severity", "state", "message", "how_to_fix", "answer_ids")
    return {name: getattr(finding, name) for name in named}
