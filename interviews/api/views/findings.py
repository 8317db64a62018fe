"""Findings: what the rules found, what is done about each, and the check by a model."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ListOf, Lists, describe, listed, read_body
from interviews.api import taken
from interviews.api.serializers import CheckedOut, ChecksOut, ConsistencyOut, FindingOut
from interviews.api_door import SessionView, session_to_change, session_to_read
from interviews.models import Finding
from interviews.refusals import SessionNotOpen
from interviews.services import contradictions, findings, privacy
from interviews.services.reading import Reading, read

TAG = "Findings"
FINDINGS = ListOf("findings", order=("pk",), filters=taken.FindingFilters)
COLUMNS = (
    "pk",
    "rule_id",
    "kind",
    "severity",
    "state",
    "stage_a",
    "stage_b",
    "is_completeness",
    "title",
    "message",
    "how_to_fix",
    "answer_ids",
    "quotes",
    "reason",
    "found_at",
    "handled_at",
)


def row_data(row: Any) -> dict[str, Any]:
    """One finding as the API gives it, from COLUMNS."""
    given = {name: row[name] for name in COLUMNS if name not in ("pk", "stage_a", "stage_b")}
    return given | {"gate": max(row["stage_a"], row["stage_b"])}


def finding_data(finding: Finding) -> dict[str, Any]:
    """The same from a row object."""
    return row_data({name: getattr(finding, name) for name in COLUMNS})


class Findings(SessionView):
    """All findings of an interview."""

    @describe(
        "List findings",
        gives=Lists(FindingOut),
        reads=FINDINGS.parameters,
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Also those that are fixed; `state` and `severity` pick."""
        rows = Finding.objects.filter(session=session_to_read(request, code)).values(*COLUMNS)
        return listed(FINDINGS, request, lambda asked: rows.filter(**asked), shape=row_data)


class OneFinding(SessionView):
    """One finding."""

    @describe("Show a finding", gives=FindingOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, rule_id: str) -> Response:
        session = session_to_read(request, code)
        return Response(finding_data(_finding(session.findings, rule_id)))

    @describe(
        "Carry, dispute or answer a finding",
        takes=taken.FindingIn,
        gives=FindingOut,
        also=(404, 409),
        sends=[("Carried", {"action": "carry", "reason": "The pilot will tell."})],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, rule_id: str) -> Response:
        """With a reason. 409 for one that must be fixed, or that changed or is closed."""
        session = session_to_change(request, code)
        finding = _finding(session.findings, rule_id)
        finding.session = session
        wish = read_body(taken.FindingIn, request)
        done = findings.handle_finding(
            finding=finding, action=wish["action"], reason=wish["reason"], by=request.user
        )
        return Response(finding_data(done))


def _finding(found: Any, rule_id: str) -> Finding:
    one: Finding | None = found.filter(rule_id=rule_id).first()
    if one is None:
        raise Http404("There is no such finding.")
    return one


class Consistency(SessionView):
    """What all rules say now."""

    @describe("Check consistency", gives=ConsistencyOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Runs every rule over the answers as they are, also of an unfinished interview; writes
        nothing.
        """
        session = session_to_read(request, code)
        found = [one for one in findings.look(reading=read(session)) if one.is_standing]
        counts = Counter(one.severity for one in found)
        return Response(
            {
                "findings": [finding_data(one) for one in found],
                "counts": {name: counts[name] for name in Finding.Severity.values},
                "is_consistent": not counts[Finding.Severity.BLOCKER],
            }
        )


class Contradictions(SessionView):
    """Contradictions in meaning, which a model looks for."""

    @describe("Show the checks by a model", gives=ChecksOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """One line for each gate whose answers are settled; none where no model is configured."""
        return Response(_checks(read(session_to_read(request, code))))

    @describe(
        "Have a model look for contradictions",
        takes=taken.NothingIn,
        gives=CheckedOut,
        status=202,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Asks for every check that is due; asking twice asks once."""
        session = session_to_change(request, code)
        read_body(taken.NothingIn, request)
        if not session.is_open:
            raise SessionNotOpen
        reading = read(session)
        asked = contradictions.check_again(reading=reading, by=request.user)
        return Response(_checks(reading) | {"asked": asked}, status=202)


def _checks(reading: Reading) -> dict[str, Any]:
    return {
        "is_model_asked": privacy.is_model_asked(),
        "checks": [
            {
                "gate": one.gate,
                "status": one.status,
                "why": one.why,
                "left_out": list(one.left_out),
            }
            for one in contradictions.checks(reading)
        ],
    }
