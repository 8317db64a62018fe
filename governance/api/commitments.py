"""What was promised: commitments of a charter, their readings, and incidents."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ListOf, Lists, address, describe, listed, one, read_body
from accounts.permissions import Permission
from governance.api import commitment_shapes as shapes
from governance.api.cases import CaseView, charter_seen
from governance.models import CaseIncident, Commitment, Reading
from governance.services import commitments, incidents, readings
from governance.services.readings import Wish

TAG = "Commitments"
COMMITMENTS = ListOf("commitments", order=("pk",), filters=shapes.CommitmentFilters)
INCIDENTS = ListOf("incidents", order=("-happened_on", "-pk"))


def commitment_data(commitment: Commitment) -> dict[str, Any]:
    """A commitment as the API gives it."""
    target = commitment.target
    return {
        "id": commitment.code,
        "charter": commitment.charter.code,
        "kind": commitment.kind,
        "text": commitment.text,
        "owner": commitment.owner,
        "comparator": commitment.comparator,
        "target": None if target is None else float(target),
        "unit": commitment.unit,
        "due_date": commitment.due_date,
        "cadence_days": commitment.cadence_days,
        "source_item": commitment.source_item,
        "state": commitment.state,
        "state_since": commitment.state_since,
    }


def reading_data(reading: Reading) -> dict[str, Any]:
    """A reading as the API gives it."""
    return {
        "id": reading.pk,
        "commitment": reading.commitment.code,
        "measured_on": reading.measured_on,
        "value": None if reading.value is None else float(reading.value),
        "is_done": reading.is_done,
        "note": reading.note,
        "source": reading.source,
        "recorded_at": reading.recorded_at,
    }


def incident_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """An incident as the API gives it."""
    return {
        "id": row["code"],
        "charter": row["charter__code"],
        "severity": row["severity"],
        "happened_on": row["happened_on"],
        "text": row["text"],
        "review": row["review__code"],
        "reported_at": row["reported_at"],
    }


INCIDENT_COLUMNS = (
    "pk",
    "code",
    "charter__code",
    "severity",
    "happened_on",
    "text",
    "review__code",
    "reported_at",
)


class Commitments(CaseView):
    """What a charter promised."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SESSION_VIEW}

    @describe(
        "List commitments",
        gives=Lists(shapes.CommitmentOut),
        reads=COMMITMENTS.parameters,
        also=(404,),
        examples=[("One", {"items": [shapes.COMMITMENT], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """In the order in which they were made; withdrawn ones, too."""
        charter = charter_seen(request, code)

        def rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
            return charter.commitments.filter(**asked).values("pk")

        kept: dict[int, Commitment] = {}

        def ahead(page: Any) -> None:
            found = charter.commitments.select_related("charter").in_bulk(
                [row["pk"] for row in page]
            )
            kept.update(found)

        def shape(row: Mapping[str, Any]) -> dict[str, Any]:
            return commitment_data(kept[row["pk"]])

        return listed(COMMITMENTS, request, rows, shape=shape, ahead=ahead)


class CommitmentView(CaseView):
    """An address below a commitment."""

    def commitment(self, request: Request, code: uuid.UUID) -> Commitment:
        """Raises Http404."""
        found = commitments.visible_to(request.user).filter(code=code).first()
        if found is None:
            raise Http404("There is no such commitment.")
        return found


class OneCommitment(CommitmentView):
    """One commitment."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SESSION_VIEW}

    @describe("Show a commitment", gives=shapes.CommitmentDetailOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """With all its readings, by the day they were measured on."""
        found = self.commitment(request, code)
        rows = [reading_data(row) for row in found.readings.select_related("commitment")]
        return one(commitment_data(found) | {"readings": rows})


class Readings(CommitmentView):
    """What was read of a commitment."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.READING_RECORD}

    @describe(
        "Record a reading",
        takes=shapes.ReadingIn,
        gives=shapes.ReadingOut,
        status=201,
        also=(404, 409),
        sends=[
            ("A figure", shapes.READING),
            ("A deed", {"measured_on": "2026-11-20", "is_done": True}),
        ],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """It is never changed; a later one corrects it."""
        found = self.commitment(request, code)
        wish = read_body(shapes.ReadingIn, request)
        made = readings.record_reading(
            commitment=found,
            wish=Wish(**wish),
            source=Reading.Source.API,
            by=request.user,
        )
        made.commitment = found
        where = address(request, "commitment", found.code)
        return one(reading_data(made), status=201, location=where)


class Incidents(CaseView):
    """What went wrong with a system in use."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SESSION_VIEW,
        "POST": Permission.COMMENT_POST,
    }

    @describe(
        "List incidents",
        gives=Lists(shapes.IncidentOut),
        reads=INCIDENTS.parameters,
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """The latest first."""
        charter = charter_seen(request, code)
        found = charter.incidents.values(*INCIDENT_COLUMNS)
        return listed(INCIDENTS, request, found, shape=incident_data)

    @describe(
        "Report an incident",
        takes=shapes.IncidentIn,
        gives=shapes.IncidentOut,
        status=201,
        also=(404, 409),
        sends=[
            (
                "Serious",
                {
                    "severity": "serious",
                    "happened_on": "2026-11-20",
                    "text": "Two people were refused by mistake.",
                },
            )
        ],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The case opens again."""
        charter = charter_seen(request, code)
        wish = read_body(shapes.IncidentIn, request)
        made = incidents.report_incident(charter=charter, by=request.user, **wish)
        row = CaseIncident.objects.filter(pk=made.pk).values(*INCIDENT_COLUMNS).get()
        where = address(request, "incidents", charter.code)
        return one(incident_data(row), status=201, location=where)
