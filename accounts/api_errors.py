"""How the HTTP API says no: one shape for every refusal."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts import request_facts, sealing

log = logging.getLogger(__name__)

#: The guide's codes by status.
CODES = {
    400: "BAD_REQUEST",
    401: "INVALID_TOKEN",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    409: "CONFLICT",
    410: "GONE",
    412: "PRECONDITION_FAILED",
    413: "TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "VALIDATION_FAILED",
    428: "PRECONDITION_REQUIRED",
    429: "RATE_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
    503: "SERVICE_UNAVAILABLE",
}
#: Addresses that programs ask: whatever goes wrong there is said as JSON.
PROGRAM_PATHS = ("/api/", "/auth/")


class Fault(exceptions.APIException):
    """A refusal with a status, a sentence, and ``details`` for programs.

    ``says`` is the code where the guide has a better one than that of the status.
    """

    says = ""

    def __init__(self, sentence: str = "", details: Any = None, *, says: str = "") -> None:
        super().__init__(sentence or None)
        self.details = {} if details is None else details
        self.says = says or self.says


class Unreadable(Fault):
    """What was sent is not of the form that this address reads."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "This cannot be read."


class Unusable(Fault):
    """Readable, but with values that cannot be taken; ``details`` names each."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "Some values cannot be used."

    def __init__(self, details: Any, sentence: str = "", *, says: str = "") -> None:
        super().__init__(sentence, details, says=says)


class Conflict(Fault):
    """It cannot be done in the state that things are in."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "This cannot be done as things stand."


class UnderWay(Conflict):
    """The same request was sent before and is not done yet; try again after ``wait`` seconds."""

    default_detail = "The first request with this key is still under way. Try again in a moment."
    wait = 1


class Gone(Fault):
    """An address that answers no longer; the sentence says what to use instead."""

    status_code = status.HTTP_410_GONE
    default_detail = "This address is no longer used."


class Stale(Fault):
    """Somebody was faster; ``details`` hold ``yours`` and ``theirs``, and the present ETag."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = (
        "This changed since you read it. Compare both texts in the details, read it again, "
        "and send yours once more with the new ETag."
    )

    def __init__(self, *, tag: str, yours: Any = None, theirs: Any = None) -> None:
        super().__init__("", {"yours": yours, "theirs": theirs, "etag": tag})
        self.tag = tag


class MatchMissing(Fault):
    """A change without saying which version it changes."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = (
        "Send If-Match with the ETag of the version that you read, so that nobody's work is lost."
    )


class Busy(Fault):
    """Too much at once; try again after ``wait`` seconds."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The service is busy. Try again in a moment."

    def __init__(self, sentence: str = "", *, wait: int) -> None:
        super().__init__(sentence)
        self.wait = wait


class Sealed(Fault):
    """A text whose key is not here, or was destroyed."""

    def __init__(self, fault: sealing.CannotOpen) -> None:
        super().__init__(fault.sentence)
        self.status_code = fault.status_code


def in_our_words(fault: Exception, context: dict[str, Any]) -> Response | None:
    """The guide's error body; what nobody expected stays a server fault."""
    if isinstance(fault, serializers.ValidationError):
        fault = Unusable(fault.detail)
    if isinstance(fault, sealing.CannotOpen):
        log.error("A sealed text cannot be opened: %s", fault)
        fault = Sealed(fault)
    response = exception_handler(fault, context)
    if response is None:
        return None
    said = response.data.get("detail", "") if isinstance(response.data, dict) else ""
    if isinstance(fault, Http404) and fault.args:
        said = fault.args[0]
    response.data = body(
        response.status_code,
        str(said),
        getattr(fault, "details", {}),
        says=getattr(fault, "says", ""),
    )
    if isinstance(fault, Stale):
        response["ETag"] = fault.tag
    return response


def body(status_code: int, sentence: str, details: Any = None, *, says: str = "") -> dict[str, Any]:
    """The error body as every face of the API gives it."""
    return {
        "error": {
            "code": says or CODES.get(status_code, "ERROR"),
            "message": sentence,
            "details": {} if details is None else details,
            "request_id": request_facts.current().request_id,
            "timestamp": timezone.now(),
        }
    }


def is_asked_by_a_program(request: HttpRequest) -> bool:
    """Whether the address is one of the API, where a page would help nobody."""
    return request.path.startswith(PROGRAM_PATHS)


def as_json(status_code: int, sentence: str = "") -> JsonResponse:
    """The error body outside the framework's views: middleware and Django's own handlers."""
    return JsonResponse(
        body(status_code, sentence or f"{HTTPStatus(status_code).phrase}."), status=status_code
    )
