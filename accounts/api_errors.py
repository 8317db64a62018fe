"""How the HTTP API says no: one shape for every refusal."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

#: The guide's codes by status.
CODES = {
    400: "BAD_REQUEST",
    401: "INVALID_TOKEN",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "VALIDATION_FAILED",
    429: "RATE_LIMIT_EXCEEDED",
}


class Unusable(exceptions.APIException):
    """Readable, but with values that cannot be taken; ``details`` names each."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "Some values cannot be used."

    def __init__(self, details: Any) -> None:
        super().__init__()
        self.details = details


def in_our_words(fault: Exception, context: dict[str, Any]) -> Response | None:
    """The guide's error body; what nobody expected stays a server fault."""
    response = exception_handler(fault, context)
    if response is None:
        return None
    said = response.data.get("detail", "") if isinstance(response.data, dict) else ""
    if isinstance(fault, Http404) and fault.args:
        said = str(fault.args[0])
    response.data = {
        "error": {
            "code": CODES.get(response.status_code, "ERROR"),
            "message": str(said),
            "details": getattr(fault, "details", {}),
            "timestamp": timezone.now(),
        }
    }
    return response
