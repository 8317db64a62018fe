"""The guide's /api/admin/circuit-breaker-*: state, reset, test and settings as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponseBase
from rest_framework import serializers
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_errors import Unusable
from accounts.api_permissions import AsTheViewSays
from accounts.permissions import Permission
from interviews.llm import circuit
from interviews.models import Circuit
from uaip_project.operations import language_models

View = Callable[..., HttpResponseBase]


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


def _read(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    if request.content_type.startswith("multipart/"):
        # A form that was read before the framework would come out empty, and so mean "all".
        raise UnsupportedMediaType(request.content_type)
    try:
        sent = request.data
    except RecursionError:
        raise ParseError("The JSON is nested too deeply.") from None
    given = serializer(data=sent)
    if not given.is_valid():
        raise Unusable(given.errors)
    found: dict[str, Any] = given.validated_data
    return found


def _chosen(which: dict[str, Any]) -> list[Circuit]:
    try:
        return language_models.chosen(which["provider"], which["model"])
    except language_models.NoSuchCircuit as fault:
        raise Http404(str(fault)) from None


class _Face(APIView):
    """For administrators and operators, signed in as for pages."""

    permission_classes: ClassVar[list[type]] = [AsTheViewSays]


class Status(_Face):
    """Every circuit, and what answers people now."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.MODEL_VIEW}

    def get(self, request: Request) -> Response:
        return Response(language_models.status())


class HealthSummary(_Face):
    """The last day in a few figures."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.MODEL_VIEW}

    def get(self, request: Request) -> Response:
        return Response(language_models.summary())


class Reset(_Face):
    """Lets calls through again."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.MODEL_MANAGE}

    def post(self, request: Request) -> Response:
        wish = _read(_Reset, request)
        for row in _chosen(wish):
            circuit.reset(row, by=request.user, reason=wish["reason"])
        return Response(language_models.status())


class Test(_Face):
    """A rehearsed outage without any call (controlled_failure), or one real tiny call each."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.MODEL_MANAGE}

    def post(self, request: Request) -> Response:
        wish = _read(_Test, request)
        if wish["test_type"] == "controlled_failure":
            played = language_models.rehearse(by=request.user)
            return Response({"ok": played.is_ok, "results": [{"sentence": str(played)}]})
        try:
            outcomes = language_models.test_each(wish["provider"], wish["model"], by=request.user)
        except language_models.NoSuchCircuit as fault:
            raise Http404(str(fault)) from None
        results = [language_models.outcome_data(one) for one in outcomes]
        return Response({"ok": all(one.is_ok for one in outcomes), "results": results})


class Config(_Face):
    """The figures that circuits go by; a figure left out or null is the site's."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MODEL_VIEW,
        "PUT": Permission.MODEL_MANAGE,
    }

    def get(self, request: Request) -> Response:
        return Response({"circuits": language_models.status()["circuits"]})

    def put(self, request: Request) -> Response:
        wish = _read(_Config, request)
        for row in _chosen(wish):
            circuit.configure(
                row,
                by=request.user,
                failure_limit=wish["failure_threshold"],
                window_seconds=wish["window_seconds"],
                open_seconds=wish["recovery_timeout"],
            )
        return Response({"circuits": language_models.status()["circuits"]})


def behind_sign_in(face: type[APIView]) -> View:
    """The view as a page is guarded: a stranger signs in, and a form's token is asked for.

    The framework's own marks leave both to its classes, which is right once keys can be used.
    """
    answer = face.as_view()

    def guarded(request: HttpRequest) -> HttpResponseBase:
        return answer(request)

    return guarded
