"""Operational incidents for programs, and the address that Alertmanager calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, ListOf, Lists, describe, listed, read_body
from accounts.api_errors import Conflict
from accounts.permissions import Permission
from uaip_project.operations.incidents import alerts, command_lines, handling
from uaip_project.operations.models import OperationalIncident

TAG = "Incidents of the installation"
EXAMPLE = {
    "number": "INC-20261122-091200",
    "severity": "P2",
    "kind": "operational",
    "state": "open",
    "source": "alert",
    "title": "Jobs wait for more than five minutes",
    "description": "",
    "opened_at": "2026-11-22T09:12:00Z",
    "acknowledged_at": None,
    "resolved_at": None,
    "closed_at": None,
    "escalation_level": 1,
    "is_late": False,
}
COLUMNS = tuple(EXAMPLE)


class IncidentOut(serializers.Serializer[Any]):
    number = serializers.CharField(help_text="INC-YYYYMMDD-HHMMSS.")
    severity = serializers.ChoiceField(OperationalIncident.Severity.values)
    kind = serializers.ChoiceField(OperationalIncident.Kind.values)
    state = serializers.ChoiceField(OperationalIncident.State.values)
    source = serializers.ChoiceField(OperationalIncident.Source.values)
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    escalation_level = serializers.IntegerField(help_text="1 to 3; 4 = everybody was told.")
    is_late = serializers.BooleanField(help_text="Nobody took it on in time.")

    class Meta:
        ref_name = "OperationalIncident"


class _New(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    severity = serializers.ChoiceField(OperationalIncident.Severity.values)
    kind = serializers.ChoiceField(
        OperationalIncident.Kind.values, required=False, default="operational"
    )
    description = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=2000
    )

    class Meta:
        ref_name = "OperationalIncidentNew"


class _Text(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)

    class Meta:
        ref_name = "IncidentText"


class _Alert(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["firing", "resolved"])
    labels = serializers.DictField(child=serializers.CharField(allow_blank=True))
    annotations = serializers.DictField(
        child=serializers.CharField(allow_blank=True), required=False, default=dict
    )
    startsAt = serializers.CharField(required=False, allow_blank=True)
    endsAt = serializers.CharField(required=False, allow_blank=True)
    generatorURL = serializers.CharField(required=False, allow_blank=True)
    fingerprint = serializers.CharField(required=False, allow_blank=True)


class _Alerts(serializers.Serializer[Any]):
    """What Alertmanager sends; only the alerts are used."""

    alerts = serializers.ListField(child=_Alert(), max_length=500)
    version = serializers.CharField(required=False)
    groupKey = serializers.CharField(required=False, allow_blank=True)
    truncatedAlerts = serializers.IntegerField(required=False)
    status = serializers.CharField(required=False)
    receiver = serializers.CharField(required=False, allow_blank=True)
    groupLabels = serializers.DictField(required=False)
    commonLabels = serializers.DictField(required=False)
    commonAnnotations = serializers.DictField(required=False)
    externalURL = serializers.CharField(required=False, allow_blank=True)


class _AlertsOut(serializers.Serializer[Any]):
    open = serializers.ListField(child=serializers.CharField(), help_text="Opened or joined.")
    resolved = serializers.ListField(child=serializers.CharField())


LIST = ListOf("incidents", order=("-opened_at", "-id"))


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in COLUMNS}


def _rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
    return OperationalIncident.objects.values("id", *COLUMNS)


def _found(number: str) -> OperationalIncident:
    try:
        return handling.find(number)
    except handling.NoSuchIncident as refusal:
        raise Http404(str(refusal)) from None


class Alerts(ApiView):
    """Alertmanager's webhook: each alert opens an incident, joins one, or resolves it."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.INCIDENT_MANAGE}

    @describe(
        "Take alerts",
        takes=_Alerts,
        gives=_AlertsOut,
        examples=[("One opened", {"open": ["INC-20261122-091200"], "resolved": []})],
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """Alertmanager's `webhook_config`, with an API key of scope `incident.manage`."""
        sent = read_body(_Alerts, request)
        return Response(alerts.receive(sent["alerts"], by=request.user))


class Incidents(ApiView):
    """All of them, and a new one."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SYSTEM_VIEW,
        "POST": Permission.INCIDENT_MANAGE,
    }

    @describe("List incidents of the installation", gives=Lists(IncidentOut), reads=LIST.parameters,
              tag=TAG)  # fmt: skip
    def get(self, request: Request) -> Response:
        """The latest first."""
        return listed(LIST, request, _rows, shape=_row)

    @describe("Open an incident of the installation", takes=_New, gives=IncidentOut, status=201,
              examples=[("Opened", EXAMPLE)], tag=TAG)  # fmt: skip
    def post(self, request: Request) -> Response:
        """Whoever is on call is told."""
        made = handling.open_incident(by=request.user, **read_body(_New, request))
        where = {"Location": f"{request.path}/{made.number}"}
        return Response(_data(made), status=201, headers=where)


def _data(incident: OperationalIncident) -> dict[str, Any]:
    return {name: command_lines.described(incident)[name] for name in COLUMNS}


class Incident(ApiView):
    """One of them."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SYSTEM_VIEW}

    @describe("Show an incident of the installation", gives=IncidentOut, also=(404,), tag=TAG)
    def get(self, request: Request, number: str) -> Response:
        return Response(_data(_found(number)))


DEEDS = {
    "acknowledge": lambda incident, text, by: handling.acknowledge_incident(
        incident=incident, by=by
    ),
    "note": lambda incident, text, by: handling.note_incident(incident=incident, text=text, by=by),
    "mitigate": lambda incident, text, by: handling.mitigate_incident(
        incident=incident, text=text, by=by
    ),
    "resolve": lambda incident, text, by: handling.resolve_incident(
        incident=incident, text=text, by=by
    ),
    "close": lambda incident, text, by: handling.close_incident(incident=incident, by=by),
}


class Deed(ApiView):
    """acknowledge, note, mitigate, resolve, close."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.INCIDENT_MANAGE}

    @describe("Handle an incident of the installation", takes=_Text, gives=IncidentOut,
              also=(404, 409), tag=TAG)  # fmt: skip
    def post(self, request: Request, number: str, deed: str) -> Response:
        """`deed` is acknowledge, note, mitigate, resolve or close."""
        incident = _found(number)
        if deed not in DEEDS:
            raise Http404("There is no such deed.")
        text = read_body(_Text, request)["text"]
        try:
            DEEDS[deed](incident, text, request.user)
        except (handling.NotFromHere, handling.ReviewMissing) as refusal:
            raise Conflict(str(refusal)) from None
        return Response(_data(incident))
