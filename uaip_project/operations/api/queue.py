"""Background work as JSON: the figures of page and command, and the same deeds."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, describe, read_body, read_query
from accounts.api_errors import Unusable
from accounts.permissions import Permission
from accounts.services import job_care, job_holds
from accounts.services.job_care import Chosen
from uaip_project.operations import queue_care, stuck

TAG = "System"
EXAMPLE = {
    "pending": 2,
    "running": 1,
    "dead": 0,
    "due": 2,
    "held": 0,
    "oldest_due_seconds": 0.4,
    "kinds": [
        {
            "kind": "score",
            "pending": 2,
            "running": 1,
            "dead": 0,
            "due": 2,
            "held": 0,
            "oldest_due_seconds": 0.4,
            "is_held": False,
        }
    ],
}


class KindOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    pending = serializers.IntegerField()
    running = serializers.IntegerField()
    dead = serializers.IntegerField(help_text="Given up; a person must look.")
    due = serializers.IntegerField(help_text="A worker could take them now.")
    held = serializers.IntegerField(help_text="Open, and held back.")
    oldest_due_seconds = serializers.FloatField(help_text="How long one has been due at most.")
    is_held = serializers.BooleanField()


class QueueFiguresOut(serializers.Serializer[Any]):
    pending = serializers.IntegerField()
    running = serializers.IntegerField()
    dead = serializers.IntegerField(help_text="Given up; a person must look.")
    due = serializers.IntegerField(help_text="A worker could take them now.")
    held = serializers.IntegerField(help_text="Open, and held back.")
    oldest_due_seconds = serializers.FloatField(help_text="How long one has been due at most.")
    kinds = KindOut(many=True)


class DeadOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    kind = serializers.CharField()
    attempts = serializers.IntegerField()
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    given_up_at = serializers.DateTimeField()


class DeadWorkOut(serializers.Serializer[Any]):
    dead = DeadOut(many=True)


class StuckOut(serializers.Serializer[Any]):
    number = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField()
    status = serializers.CharField()
    attempts = serializers.IntegerField()
    since = serializers.DateTimeField()
    question = serializers.CharField(help_text="Of an answer that waits for its score.")
    session = serializers.CharField(help_text="The interview's code, which opens nothing.")
    cause = serializers.CharField()


class StuckWorkOut(serializers.Serializer[Any]):
    stuck = StuckOut(many=True)


class NumbersOut(serializers.Serializer[Any]):
    numbers = serializers.ListField(child=serializers.IntegerField())


class KindsOut(serializers.Serializer[Any]):
    changed = serializers.ListField(child=serializers.CharField())
    held = serializers.ListField(child=serializers.CharField(), help_text="What is held now.")


class _DeadIn(serializers.Serializer[Any]):
    kind = serializers.CharField(required=False, default="", max_length=40)
    limit = serializers.IntegerField(
        required=False, default=queue_care.MOST_SHOWN, min_value=1, max_value=1000
    )


class _WhichIn(serializers.Serializer[Any]):
    numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, default=list, max_length=1000
    )
    kind = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    all = serializers.BooleanField(required=False, default=False)

    class Meta:
        ref_name = "QueueChoiceIn"


class _CancelIn(_WhichIn):
    why = serializers.CharField(max_length=300)

    class Meta:
        ref_name = "QueueCancelIn"


class _ReleaseIn(serializers.Serializer[Any]):
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=40), allow_empty=False, max_length=100
    )

    class Meta:
        ref_name = "QueueReleaseIn"


class _HoldIn(_ReleaseIn):
    why = serializers.CharField(max_length=300)

    class Meta:
        ref_name = "QueueHoldIn"


SEES: dict[str, Permission] = {"GET": Permission.SYSTEM_VIEW}
CARES: dict[str, Permission] = {"POST": Permission.QUEUE_MANAGE}


class Queue(ApiView):
    """What waits, is done, died."""

    needs: ClassVar[dict[str, Permission]] = SEES

    @describe("Count background work", gives=QueueFiguresOut, examples=[("Now", EXAMPLE)], tag=TAG)
    def get(self, request: Request) -> Response:
        """The same figures as the page and `queue stats`."""
        return Response(queue_care.standing())


class Dead(ApiView):
    """Work that was given up."""

    needs: ClassVar[dict[str, Permission]] = SEES

    @describe("List work that was given up", gives=DeadWorkOut, reads=_DeadIn, tag=TAG)
    def get(self, request: Request) -> Response:
        asked = read_query(_DeadIn, request)
        return Response({"dead": queue_care.dead(kind=asked["kind"], most=asked["limit"])})


class Stuck(ApiView):
    """What people wait for, and why."""

    needs: ClassVar[dict[str, Permission]] = SEES

    @describe("List work that hangs, with its cause", gives=StuckWorkOut, tag=TAG)
    def get(self, request: Request) -> Response:
        return Response({"stuck": stuck.find(older_than=stuck.limit())})


class Retry(ApiView):
    """Tries dead work again."""

    needs: ClassVar[dict[str, Permission]] = CARES

    @describe("Try dead work again", takes=_WhichIn, gives=NumbersOut, tag=TAG)
    def post(self, request: Request) -> Response:
        chosen = _chosen(read_body(_WhichIn, request))
        return Response({"numbers": job_care.retry(chosen, by=request.user)})


class Cancel(ApiView):
    """Gives open work up."""

    needs: ClassVar[dict[str, Permission]] = CARES

    @describe("Give open work up", takes=_CancelIn, gives=NumbersOut, tag=TAG)
    def post(self, request: Request) -> Response:
        wish = read_body(_CancelIn, request)
        gone = job_care.cancel(_chosen(wish), why=wish["why"], by=request.user)
        return Response({"numbers": gone})


class Hold(ApiView):
    """Holds kinds of work back."""

    needs: ClassVar[dict[str, Permission]] = CARES

    @describe("Hold kinds of work back", takes=_HoldIn, gives=KindsOut, tag=TAG)
    def post(self, request: Request) -> Response:
        wish = read_body(_HoldIn, request)
        try:
            changed = job_holds.hold(wish["kinds"], why=wish["why"], by=request.user)
        except job_holds.NoSuchKind as fault:
            raise Unusable({"kinds": [str(fault)]}) from None
        return _held(changed)


class Release(ApiView):
    """Lets kinds of work go again."""

    needs: ClassVar[dict[str, Permission]] = CARES

    @describe("Let held kinds of work go", takes=_ReleaseIn, gives=KindsOut, tag=TAG)
    def post(self, request: Request) -> Response:
        wish = read_body(_ReleaseIn, request)
        return _held(job_holds.release(wish["kinds"], by=request.user))


def _held(changed: list[str]) -> Response:
    return Response({"changed": changed, "held": [one.kind for one in job_holds.held()]})


def _chosen(wish: dict[str, Any]) -> Chosen:
    if not (wish["numbers"] or wish["kind"] or wish["all"]):
        raise Unusable({"numbers": ["Name numbers, a kind, or all."]})
    return Chosen(tuple(wish["numbers"]), wish["kind"])
