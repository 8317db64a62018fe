"""The guide's /api/admin/circuit-breaker-*: state, reset, test and settings as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, describe, read_body
from accounts.api_errors import Conflict
from accounts.permissions import Permission
from interviews.llm import circuit
from interviews.models import Circuit
from uaip_project.operations import language_models


class _Which(serializers.Serializer[Any]):
    """Which circuits a deed is about; nothing = all."""

    provider = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    model = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)


class _Reset(_Which):
    #: The guide sends "all"; circuits here count all kinds of failures together.
    failure_type = serializers.ChoiceField(["all"], required=False, default="all")
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)


class _Test(_Which):
    test_type = serializers.ChoiceField(
        ["controlled_failure", "call"], required=False, default="controlled_failure"
    )


class _Config(_Which):
    failure_threshold = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=1000
    )
    recovery_timeout = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=86_400
    )
    window_seconds = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=86_400
    )
    #: One process at a time tries a model that was left alone.
    half_open_max_calls = serializers.IntegerField(
        required=False, default=1, min_value=1, max_value=language_models.PROBES_AT_ONCE
    )


def _chosen(which: dict[str, Any]) -> list[Circuit]:
    try:
        return language_models.chosen(which["provider"], which["model"])
    except language_models.NoSuchCircuit as fault:
        raise Http404(str(fault)) from None


class _CircuitsOut(serializers.Serializer[Any]):
    """What answers people now, and every circuit with its figures."""

    llm = serializers.CharField(required=False)
    circuits = serializers.ListField(child=serializers.DictField())


class _SummaryOut(serializers.Serializer[Any]):
    llm = serializers.CharField()
    closed = serializers.IntegerField()
    not_closed = serializers.IntegerField()
    opened_last_day = serializers.IntegerField()
    budget = serializers.DictField()


class _OutcomeOut(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    results = serializers.ListField(child=serializers.DictField())


class Status(ApiView):
    """Every circuit, and what answers people now."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.MODEL_VIEW}

    @describe("Show all circuits", gives=_CircuitsOut, tag="Language models")
    def get(self, request: Request) -> Response:
        return Response(language_models.status())


class HealthSummary(ApiView):
    """The last day in a few figures."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.MODEL_VIEW}

    @describe("Sum up the last day of all circuits", gives=_SummaryOut, tag="Language models")
    def get(self, request: Request) -> Response:
        return Response(language_models.summary())


class Reset(ApiView):
    """Lets calls through again."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.MODEL_MANAGE}

    @describe(
        "Let calls through again",
        takes=_Reset,
        gives=_CircuitsOut,
        also=(404, 409),
        sends=[("All", {"failure_type": "all"})],
        tag="Language models",
    )
    def post(self, request: Request) -> Response:
        wish = read_body(_Reset, request)
        try:
            language_models.reset(_chosen(wish), by=request.user, reason=wish["reason"])
        except language_models.StaysShut as refusal:
            raise Conflict(str(refusal)) from None
        return Response(language_models.status())


class Test(ApiView):
    """A rehearsed outage without any call (controlled_failure), or one real tiny call each."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.MODEL_MANAGE}

    @describe(
        "Try the circuits", takes=_Test, gives=_OutcomeOut, also=(404,), tag="Language models"
    )
    def post(self, request: Request) -> Response:
        wish = read_body(_Test, request)
        if wish["test_type"] == "controlled_failure":
            played = language_models.rehearse(by=request.user)
            return Response({"ok": played.is_ok, "results": [{"sentence": str(played)}]})
        try:
            outcomes = language_models.test_each(wish["provider"], wish["model"], by=request.user)
        except language_models.NoSuchCircuit as fault:
            raise Http404(str(fault)) from None
        results = [language_models.outcome_data(one) for one in outcomes]
        return Response({"ok": all(one.is_ok for one in outcomes), "results": results})


class Config(ApiView):
    """The figures that circuits go by; a figure left out or null is the site's."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MODEL_VIEW,
        "PUT": Permission.MODEL_MANAGE,
    }

    @describe("Show the figures of all circuits", gives=_CircuitsOut, tag="Language models")
    def get(self, request: Request) -> Response:
        return Response({"circuits": language_models.status()["circuits"]})

    @describe(
        "Set the figures of circuits",
        takes=_Config,
        gives=_CircuitsOut,
        also=(404,),
        tag="Language models",
    )
    def put(self, request: Request) -> Response:
        wish = read_body(_Config, request)
        for row in _chosen(wish):
            circuit.configure(
                row,
                by=request.user,
                failure_limit=wish["failure_threshold"],
                window_seconds=wish["window_seconds"],
                open_seconds=wish["recovery_timeout"],
            )
        return Response({"circuits": language_models.status()["circuits"]})
