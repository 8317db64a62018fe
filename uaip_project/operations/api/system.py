"""Whether the installation works."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, describe
from accounts.permissions import Permission
from uaip_project.operations import system_status

EXAMPLE = {
    "status": "healthy",
    "llm": "embedded",
    "queue": {"pending": 2, "running": 1, "dead": 0, "due": 2, "oldest_due_seconds": 0.4},
    "workers": [{"name": "worker", "heard_at": "2026-11-21T09:12:00Z", "is_alive": True}],
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


class QueueOut(serializers.Serializer[Any]):
    pending = serializers.IntegerField()
    running = serializers.IntegerField()
    dead = serializers.IntegerField(help_text="Given up; a person must look.")
    due = serializers.IntegerField(help_text="A worker could take them now.")
    oldest_due_seconds = serializers.FloatField(help_text="How long one has waited at most.")


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
    queue = QueueOut()
    workers = WorkerOut(many=True)
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
