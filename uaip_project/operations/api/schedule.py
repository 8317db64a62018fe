"""Schedule and maintenance for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, describe, read_body
from accounts.api_errors import Conflict, Unusable
from accounts.permissions import Permission
from uaip_project.operations import maintenance_deeds, maintenance_mode, schedule, scheduled
from uaip_project.operations.maintenance_forms import LONGEST_MINUTES, MaintenanceForm
from uaip_project.operations.maintenance_mode import BadTimes, HeldShut

TAG = "System"


class RunResultOut(serializers.Serializer[Any]):
    status = serializers.CharField()
    said = serializers.CharField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class ScheduledTaskOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    when = serializers.CharField()
    window = serializers.CharField(allow_null=True)
    next_at = serializers.DateTimeField()
    missed_since = serializers.DateTimeField(allow_null=True, help_text="null: nothing is missed.")
    results = RunResultOut(many=True, help_text="The last ten.")


class ScheduleOut(serializers.Serializer[Any]):
    tasks = ScheduledTaskOut(many=True)


class RunAskedOut(serializers.Serializer[Any]):
    code = serializers.UUIDField()
    kind = serializers.CharField()


class MaintenanceOut(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(["off", "banner", "readonly", "locked"])
    message = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    is_closed = serializers.BooleanField(help_text="Whether changes are refused now.")


class _RunIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)

    class Meta:
        ref_name = "ScheduledRunIn"


class _MaintenanceIn(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(["off", "banner", "readonly"])
    message = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    notice = serializers.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=LONGEST_MINUTES,
        help_text="Begins in so many minutes.",
    )
    lasts = serializers.IntegerField(
        required=False, default=None, allow_null=True, min_value=1, max_value=LONGEST_MINUTES
    )

    class Meta:
        ref_name = "MaintenanceIn"


class Schedule(ApiView):
    """What runs when."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SYSTEM_VIEW}

    @describe("List the schedule", gives=ScheduleOut, tag=TAG)
    def get(self, request: Request) -> Response:
        return Response({"tasks": [maintenance_deeds.as_json(one) for one in scheduled.lines()]})


class Run(ApiView):
    """A task, done now by a worker."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SETTING_MANAGE}

    @describe(
        "Run a task of the schedule now", takes=_RunIn, gives=RunAskedOut, status=202, tag=TAG
    )
    def post(self, request: Request) -> Response:
        given = read_body(_RunIn, request)
        try:
            run = scheduled.run_soon(name=given["name"], by=request.user)
        except schedule.NoSuchTask as fault:
            raise Unusable({"name": [str(fault)]}) from None
        return Response({"code": run.code, "kind": run.kind}, status=202)


class Maintenance(ApiView):
    """Whether the house is open."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SYSTEM_VIEW,
        "POST": Permission.SETTING_MANAGE,
    }

    @describe("Show maintenance", gives=MaintenanceOut, tag=TAG)
    def get(self, request: Request) -> Response:
        return Response(_shown())

    @describe(
        "Announce, begin or end maintenance",
        takes=_MaintenanceIn,
        gives=MaintenanceOut,
        sends=[
            ("In a quarter of an hour", {"mode": "readonly", "message": "Upgrade.", "notice": 15})
        ],
        also=(409,),
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        given = read_body(_MaintenanceIn, request)
        try:
            if given["mode"] == "off":
                maintenance_mode.stop(by=request.user)
                return Response(_shown())
            form = MaintenanceForm(given)
            if not form.is_valid():
                raise Unusable(form.errors)
            form.apply(by=request.user)
        except HeldShut as fault:
            raise Conflict(str(fault)) from None
        except BadTimes as fault:
            raise Unusable({"notice": [str(fault)]}) from None
        return Response(_shown())


def _shown() -> dict[str, Any]:
    standing = maintenance_mode.read()
    return vars(standing) | {"is_closed": standing.is_closed(timezone.now())}
