"""Reads what was sent: the body, and the part of the address behind the question mark."""

from __future__ import annotations

import json
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from accounts.api_errors import Unreadable, Unusable

Shape = type[serializers.Serializer[Any]]


def read_body(shape: Shape, request: Request) -> dict[str, Any]:
    """The fields that ``shape`` names, and no others.

    Raises Unreadable (400), UnsupportedMediaType (415) or Unusable (422, details per field); a
    field that nobody asked for is refused too: it would be lost in silence.
    """
    sent = sent_by(request)
    if not isinstance(sent, dict):
        raise Unusable({"non_field_errors": ["Send an object with named fields."]})
    given = shape(data=sent)
    problems: dict[str, Any] = {} if given.is_valid() else dict(given.errors)
    problems |= {name: ["There is no such field."] for name in sent if name not in given.fields}
    if problems:
        raise Unusable(_sayable(problems))
    found: dict[str, Any] = given.validated_data
    return found


def _sayable(problems: dict[str, Any]) -> Any:
    """Names that somebody sent may hold half a character, and no answer can say that."""
    text = json.dumps(problems, ensure_ascii=False, default=str)
    return json.loads(text.encode("utf-8", "replace"))


def sent_by(request: Request) -> Any:
    """The body as JSON; nothing at all is an empty object."""
    if (request.content_type or "").startswith("multipart/"):
        # A form that was read before the framework would come out empty.
        raise UnsupportedMediaType(request.content_type)
    try:
        sent = request.data
    except RecursionError:
        raise Unreadable("The JSON is nested too deeply.") from None
    return {} if sent is None else sent


def read_query(shape: Shape, request: Request) -> dict[str, Any]:
    """The parameters that ``shape`` names. Raises Unusable (422) for others, too, and repeated ones."""
    given = shape(data={name: request.query_params[name] for name in request.query_params})
    problems: dict[str, Any] = {} if given.is_valid() else dict(given.errors)
    for name in request.query_params:
        if name not in given.fields:
            problems[name] = ["There is no such parameter."]
        elif len(request.query_params.getlist(name)) > 1:
            problems[name] = ["Give this parameter once."]
    if problems:
        raise Unusable(problems)
    found: dict[str, Any] = given.validated_data
    return found
