"""The record of deeds, for those who answer for the installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView, ListOf, Lists, describe, listed, read_query
from accounts.permissions import Permission
from accounts.services import audit_export, audit_reading
from accounts.services.audit_reading import Question

TAG = "Record of deeds"
COLUMNS = (
    "sequence",
    "happened_at",
    "type",
    "actor",
    "actor_role",
    "subject",
    "detail",
    "request_id",
    "address",
    "previous_hash",
    "hash",
)
CONTENT_TYPES = {
    audit_export.CSV: "text/csv; charset=utf-8",
    audit_export.JSON_LINES: "application/x-ndjson; charset=utf-8",
}
BACKWARDS = "This is before the first day: nothing could be found."
EXAMPLE = {
    "sequence": 412,
    "happened_at": "2026-11-21T09:12:00Z",
    "type": "revision.issued",
    "actor": "person 7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10",
    "actor_role": "user",
    "subject": "charter 5b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3d revision 2",
    "detail": {"content_hash": "9f0c" * 16},
    "request_id": "5f0c2b7d",
    "address": "10.0.0.7",
    "previous_hash": "17aa" * 16,
    "hash": "e03b" * 16,
}


class _Filters(serializers.Serializer[Any]):
    type = serializers.CharField(
        required=False, max_length=60, help_text="session = every session.*; or one kind alone."
    )
    person = serializers.CharField(
        required=False, max_length=200, help_text="Name, address or id; deeds by them and on them."
    )
    subject = serializers.CharField(
        required=False, max_length=200, help_text="How the subject begins: session <id>, say."
    )
    from_date = serializers.DateField(required=False)
    to_date = serializers.DateField(required=False, help_text="This whole day, too.")
    request_id = serializers.CharField(required=False, max_length=64)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("from_date"), attrs.get("to_date")
        if first and last and first > last:
            raise serializers.ValidationError({"to_date": [BACKWARDS]})
        return attrs


class _ExportQuery(_Filters):
    format = serializers.ChoiceField(audit_export.FORMATS)


class DeedOut(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    happened_at = serializers.DateTimeField()
    type = serializers.CharField()
    actor = serializers.CharField(help_text="person <id>, service <id>, or system.")
    actor_role = serializers.CharField(allow_blank=True)
    subject = serializers.CharField()
    detail = serializers.DictField(help_text="Field names, states and hashes.")
    request_id = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True, help_text="Empty once it was erased.")
    previous_hash = serializers.CharField(allow_blank=True)
    hash = serializers.CharField()


DEEDS = ListOf("deeds", order=("-sequence",), filters=_Filters, is_endless=True)


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row)


def _rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
    return audit_reading.find(Question(**asked)).values(*COLUMNS)


class Deeds(ApiView):
    """Looking."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.AUDIT_VIEW}

    @describe(
        "List deeds",
        gives=Lists(DeedOut, is_endless=True),
        reads=DEEDS.parameters,
        examples=[("First page", {"items": [EXAMPLE], "next": None, "previous": None})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """The latest first, by cursor only. Deeds that were sealed into files are no longer here."""
        return listed(DEEDS, request, _rows, shape=_data)


class Export(ApiView):
    """Taking away."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.AUDIT_VIEW}

    @describe(
        "Export deeds",
        reads=_ExportQuery,
        media={"text/csv": str, "application/x-ndjson": str},
        tag=TAG,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """All that fit, the oldest first, as CSV or JSON lines; asking for it is a deed itself."""
        asked = read_query(_ExportQuery, request)
        file_format = asked.pop("format")
        pieces = audit_export.export(Question(**asked), file_format=file_format, by=request.user)
        name = f"deeds-{timezone.now():%Y%m%d-%H%M%S}.{file_format}"
        return StreamingHttpResponse(
            pieces,
            content_type=CONTENT_TYPES[file_format],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
