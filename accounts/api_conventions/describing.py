"""Writes an operation into the OpenAPI schema, with everything that it can answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import serializers

Shape = type[serializers.Serializer[Any]]
Example = tuple[str, Any]

#: What any operation can answer: unreadable, too fast, a fault of ours.
ALWAYS = (400, 429, 500)
#: What every operation adds that is not for strangers: not signed in, forbidden.
SIGNED_IN = (401, 403)
#: What a body adds: too large, not JSON, invalid.
WITH_BODY = (413, 415, 422)
#: What If-Match adds: stale, missing.
WITH_MATCH = (412, 428)

REASONS = {
    400: "It cannot be read: no JSON, an id that is no UUID, or a NUL in the address.",
    401: "Nobody is signed in: send a token or a key.",
    403: "Your role, or your part in this, does not allow it.",
    404: "There is no such thing, or none that you may see.",
    409: "It cannot be done as things stand.",
    410: "The address is no longer used; the sentence says what is.",
    412: "Somebody was faster: both texts are in the details.",
    413: "More than one request may hold.",
    415: "The body is of another content type.",
    422: "A value cannot be used; the details name each.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says when to go on.",
    500: "A fault of ours; quote the request_id.",
    503: "Too much at once; Retry-After says when to go on.",
}


class _Said(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="One word for programs, such as NOT_FOUND.")
    message = serializers.CharField(help_text="One sentence for people.")
    details = serializers.JSONField(help_text="What is wrong with each field, or both texts.")
    request_id = serializers.CharField(help_text="Names this request in logs and audit.")
    timestamp = serializers.DateTimeField()

    class Meta:
        ref_name = "ErrorSaid"


class ErrorOut(serializers.Serializer[Any]):
    """The one shape of every refusal."""

    error = _Said()

    class Meta:
        ref_name = "Error"


@dataclass(frozen=True)
class Lists:
    """A reply that is a page of such things, in either form; an endless list goes by cursor."""

    of: Shape
    is_endless: bool = False


@functools.cache
def _pages(of: Shape, is_endless: bool) -> Any:
    """Both forms of a page of these things."""
    name = of.__name__.removesuffix("Out")
    items = {"items": of(many=True)}
    link = {"allow_null": True, "help_text": "Where this list goes on; null at its end."}
    by_offset = {
        **items,
        "total": serializers.IntegerField(help_text="Exactly how many there are."),
        "skip": serializers.IntegerField(),
        "limit": serializers.IntegerField(),
    }
    by_cursor = {
        **items,
        "next": serializers.CharField(**link),
        "previous": serializers.CharField(**link),
    }
    cursor_page = type(f"{name}CursorPage", (serializers.Serializer,), by_cursor)
    if is_endless:
        return cursor_page
    offset_page = type(f"{name}OffsetPage", (serializers.Serializer,), by_offset)
    return PolymorphicProxySerializer(
        component_name=f"{name}List",
        serializers=[offset_page, cursor_page],
        resource_type_field_name=None,
    )


def describe(
    summary: str,
    *,
    gives: Shape | Lists | Any = None,
    takes: Any = None,
    reads: Any = None,
    status: int = 200,
    also: Iterable[int] = (),
    examples: Sequence[Example] = (),
    sends: Sequence[Example] = (),
    tag: str = "",
    needs_match: bool = False,
    tells_version: bool = False,
    is_post: bool = False,
    is_open: bool = False,
    media: str | Mapping[str, Any] = "application/json",
    about: str = "",
    later: Any = None,
) -> Callable[[Any], Any]:
    """A view's method in the schema.

    ``gives`` is the shape of a good reply (None = no body), ``takes`` that of the body, ``reads``
    that of the query; ``also`` names statuses beside those that follow from the rest: ``takes``
    adds 413, 415 and 422, ``needs_match`` 412 and 428, ``reads`` 422. ``examples`` are good
    replies, ``sends`` bodies, each (name, value). ``is_open`` = for strangers, too. ``media`` is
    the content type of a good reply, or the shape of each where the caller chooses one. ``later``
    is the shape of a 202 that is given while the work is not done yet.
    """

    def apply(method: Any) -> Any:
        is_posting = is_post or method.__name__ == "post"
        errors = _errors(also, takes, reads, needs_match, is_posting, is_open)
        return extend_schema(
            operation_id=slugify(summary).replace("-", "_"),
            summary=summary,
            description=about or cleandoc(method.__doc__ or "") or summary,
            request=takes,
            responses={**_goods(status, gives, media), **_later(later), **errors},
            parameters=_parameters(
                reads, needs_match, is_posting and not is_open, tells_version, status
            ),
            examples=[*_examples(examples, status), *_bodies(sends)],
            tags=[tag] if tag else None,
            auth=[] if is_open else None,
        )(method)

    return apply


def _goods(status: int, gives: Any, media: str | Mapping[str, Any]) -> dict[Any, Any]:
    if media == "application/json":
        return {status: _good(status, gives)}
    shapes = {media: gives} if isinstance(media, str) else media
    return {(status, kind): _good(status, shape) for kind, shape in shapes.items()}


def _later(shape: Any) -> dict[Any, Any]:
    return {} if shape is None else {(202, "application/json"): _good(202, shape)}


def _good(status: int, gives: Any) -> Any:
    words = HTTPStatus(status).phrase + "."
    if gives is None:
        return OpenApiResponse(description=words)
    if isinstance(gives, Lists):
        return OpenApiResponse(_pages(gives.of, gives.is_endless), description="One page.")
    return OpenApiResponse(gives, description=words)


def _errors(
    also: Iterable[int], takes: Any, reads: Any, needs_match: bool, is_posting: bool, is_open: bool
) -> dict[int, OpenApiResponse]:
    codes = {*also, *ALWAYS}
    codes |= set(SIGNED_IN) if not is_open else set()
    codes |= set(WITH_BODY) if takes is not None else set()
    codes |= {422} if reads is not None else set()
    codes |= set(WITH_MATCH) if needs_match else set()
    # Idempotency-Key: under way, or used for another body.
    codes |= {409, 422} if is_posting and not is_open else set()
    return {
        code: OpenApiResponse(ErrorOut, description=REASONS.get(code, HTTPStatus(code).phrase))
        for code in sorted(codes)
    }


def _parameters(
    reads: Any, needs_match: bool, is_posting: bool, tells_version: bool, status: int
) -> list[Any]:
    found: list[Any] = [reads] if reads is not None else []
    if needs_match:
        words = "The ETag of the version that you read."
        found.append(_header("If-Match", words, type=_TAG, required=True))
    if is_posting:
        words = "1 to 255 visible characters: the same key again is answered again, done once."
        found.append(_header("Idempotency-Key", words, type=_KEY))
        replayed = "true when this is the stored reply to an earlier request."
        found.append(_header("Idempotency-Replayed", replayed, response=[status]))
    if tells_version:
        found.append(
            _header("ETag", "The version of this; send it back in If-Match.", response=[status])
        )
    if is_posting and status in (201, 202):
        found.append(_header("Location", "Where it is from now on.", response=[status]))
    return found


_TAG = {"type": "string", "pattern": r'^"[!#-~]+"$'}
_KEY = {"type": "string", "pattern": r"^[!-~]+$", "minLength": 1, "maxLength": 255}


def _header(name: str, words: str, **options: Any) -> OpenApiParameter:
    kind = options.pop("type", OpenApiTypes.STR)
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=words, **options)


def _examples(examples: Sequence[Example], status: int) -> list[OpenApiExample]:
    return [
        OpenApiExample(name, value=value, response_only=True, status_codes=[str(status)])
        for name, value in examples
    ]


def _bodies(sends: Sequence[Example]) -> list[OpenApiExample]:
    return [OpenApiExample(name, value=value, request_only=True) for name, value in sends]
