"""Whether the installation works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, ListOf, Lists, describe, listed
from accounts.permissions import Permission
from uaip_project.operations import dependencies, system_status, workers
from uaip_project.operations.api.queue import EXAMPLE as QUEUE
from uaip_project.operations.api.queue import QueueFiguresOut
from uaip_project.operations.models import OpsRun
from uaip_project.operations.sight import storage
from uaip_project.operations.sight.probe import State

TAG = "System"
EXAMPLE = {
    "status": "healthy",
    "llm": "embedded",
    "verdict": {"state": "ok", "said": "Everything works.", "todo": ""},
    "probes": [
        {
            "name": "database",
            "title": "Database",
            "state": "ok",
            "said": "The database answered in 0.4 ms.",
            "todo": "",
            "guide": "",
        }
    ],
    "queue": QUEUE,
    "workers": [{"name": "worker", "heard_at": "2026-11-21T09:12:00Z", "is_alive": True}],
    "capacity": [{"name": "cpu", "percent": 12.0, "warn": 70.0, "bad": 85.0, "state": "ok"}],
    "models": {"problems": [], "circuits": []},
    "versions": {
        "app": "1.0.0",
        "protocol": "uaip/1",
        "engine": "uaip-engine/1",
        "python": "3.11.7",
        "django": "5.2.8",
        "database": "postgresql",
    },
}


STATES = [one.value for one in State]


class VerdictOut(serializers.Serializer[Any]):
    state = serializers.ChoiceField(STATES)
    said = serializers.CharField()
    todo = serializers.CharField()


class ProbeOut(VerdictOut):
    name = serializers.CharField()
    title = serializers.CharField()
    guide = serializers.CharField(help_text="A file of the documentation that leads on.")


class GaugeOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    percent = serializers.FloatField()
    warn = serializers.FloatField(help_text="Look from here on.")
    bad = serializers.FloatField(help_text="Act from here on.")
    state = serializers.ChoiceField(STATES)


class WorkerOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    heard_at = serializers.DateTimeField()
    is_alive = serializers.BooleanField()


class ModelsOut(serializers.Serializer[Any]):
    problems = serializers.ListField(child=serializers.CharField())
    circuits = serializers.ListField(child=serializers.DictField())


class SystemOut(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["healthy", "unhealthy"])
    llm = serializers.ChoiceField(["available", "degraded", "embedded"])
    verdict = VerdictOut()
    probes = ProbeOut(many=True)
    queue = QueueFiguresOut()
    workers = WorkerOut(many=True)
    capacity = GaugeOut(many=True)
    models = ModelsOut()
    versions = serializers.DictField(child=serializers.CharField())


class Status(ApiView):
    """All of it at once."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SYSTEM_VIEW}

    @describe(
        "Show the state of the installation",
        gives=SystemOut,
        examples=[("At work", EXAMPLE)],
        tag="System",
    )
    def get(self, request: Request) -> Response:
        """Queue, workers, models and versions; nothing of any project. For strangers there is
        `/health`.
        """
        return Response(system_status.look())


class ProcessOut(WorkerOut):
    started_at = serializers.DateTimeField()
    memory_bytes = serializers.IntegerField()
    threads = serializers.IntegerField()
    jobs = serializers.IntegerField(help_text="What it does at this moment.")
    seats = serializers.IntegerField(help_text="What it could do at once.")


class ProcessesOut(serializers.Serializer[Any]):
    workers = ProcessOut(many=True)


class Workers(ApiView):
    """Every worker process."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SYSTEM_VIEW}

    @describe("List worker processes", gives=ProcessesOut, tag=TAG)
    def get(self, request: Request) -> Response:
        """Those heard of in the last hour; one that ended in good order is gone at once."""
        return Response({"workers": workers.processes()})


class RunOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="The command with its deed, or the scheduled task.")
    status = serializers.ChoiceField(OpsRun.Status.choices)
    said = serializers.CharField()
    result = serializers.DictField()
    period_start = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class _RunsIn(serializers.Serializer[Any]):
    kind = serializers.CharField(required=False, max_length=60)
    status = serializers.ChoiceField(OpsRun.Status.choices, required=False)


RUNS = ListOf("runs", order=("-started_at", "-pk"), filters=_RunsIn)


def _runs(asked: dict[str, Any]) -> QuerySet[Any, Mapping[str, Any]]:
    wanted = {name: value for name, value in asked.items() if value}
    columns = ("pk", "code", *(one for one in RunOut().fields if one != "id"))
    return OpsRun.objects.filter(**wanted).values(*columns)


def _run(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": row["code"], **{name: row[name] for name in RunOut().fields if name != "id"}}


class Runs(ApiView):
    """Runs of commands and of the schedule."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SYSTEM_VIEW}

    @describe("List operational runs", gives=Lists(RunOut), reads=RUNS.parameters, tag=TAG)
    def get(self, request: Request) -> Response:
        """The latest first: backups, drills, checks, scheduled work."""
        return listed(RUNS, request, _runs, shape=_run)


class DependencyOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    purpose = serializers.CharField()
    without = serializers.CharField(help_text="What people notice while it is away.")
    is_required = serializers.BooleanField()
    is_in_use = serializers.BooleanField()
    places = serializers.ListField(child=serializers.CharField())
    modules = serializers.ListField(child=serializers.CharField(), help_text="Where its client is.")


class DependenciesOut(serializers.Serializer[Any]):
    dependencies = DependencyOut(many=True)


class Dependencies(ApiView):
    """Every other system that ours speaks to."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SYSTEM_VIEW}

    @describe("List the systems that U-AIP speaks to", gives=DependenciesOut, tag=TAG)
    def get(self, request: Request) -> Response:
        """What for, where, and what happens without each."""
        return Response({"dependencies": dependencies.all_of_them()})


class DatabaseOut(serializers.Serializer[Any]):
    vendor = serializers.CharField()
    pool = serializers.DictField(allow_null=True, help_text="Of the process that answers.")
    connections = serializers.DictField(allow_null=True, help_text="Of the whole server.")
    limits = serializers.DictField()
    is_problem = serializers.BooleanField(help_text="80 % or more are in use.")


class DatabaseFigures(ApiView):
    """Pool and connections."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SYSTEM_VIEW}

    @describe("Count database connections", gives=DatabaseOut, tag=TAG)
    def get(self, request: Request) -> Response:
        """In use against what there is."""
        return Response(storage.statistics())
