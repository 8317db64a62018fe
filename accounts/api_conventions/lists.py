"""Lists: by skip and limit with an exact total, or by cursor, which costs the same at any depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions.reading import read_query
from accounts.api_errors import Unusable

MOST_SKIPPED = 10_000
MOST_AT_ONCE = 100
USUAL = 10

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ListOf:
    """What a list may be asked. ``order`` names the columns that put it in order, the last of them
    unique, "-" for descending; ``filters`` are further parameters by name. What is ``is_endless``
    is never counted: it goes by cursor alone."""

    name: str
    order: tuple[str, ...]
    filters: type[serializers.Serializer[Any]] | None = None
    is_endless: bool = False

    @cached_property
    def parameters(self) -> type[serializers.Serializer[Any]]:
        """All parameters as one serializer: for reading and for the schema."""
        window = _ByCursor if self.is_endless else _Window
        bases = (self.filters, window) if self.filters else (window,)
        return type(f"{self.name.capitalize()}Query", bases, {})


class _ByCursor(serializers.Serializer[Any]):
    limit = serializers.IntegerField(
        required=False,
        default=USUAL,
        min_value=1,
        max_value=MOST_AT_ONCE,
        help_text="Most rows in one reply.",
    )
    cursor = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=1000,
        help_text="Empty for the first page; then follow next and previous.",
    )


class _Window(_ByCursor):
    skip = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_SKIPPED, help_text="Rows to leave out first."
    )


def listed(
    what: ListOf,
    request: Request,
    rows: Callable[[dict[str, Any]], QuerySet[Any, Row]] | QuerySet[Any, Row],
    *,
    shape: Callable[[Row], dict[str, Any]],
    ahead: Callable[[Sequence[Row]], None] | None = None,
) -> Response:
    """One page of a list. ``rows`` are ``.values(...)`` with the columns of the order in them, or
    a function from the filters to such rows. ``ahead`` gets the rows of the page before any is
    shaped: to look up at once what ``shape`` needs of each. Raises Unusable (422)."""
    asked = read_query(what.parameters, request)
    limit, cursor, skip = asked.pop("limit"), asked.pop("cursor", None), asked.pop("skip", None)
    if what.is_endless:
        cursor = cursor or ""
    if cursor is not None and skip is not None:
        raise Unusable({"skip": ["Use either skip or cursor."]})
    found = rows(asked) if callable(rows) else rows
    found = found.order_by(*what.order)

    def shaped(page: Sequence[Row]) -> list[dict[str, Any]]:
        if ahead is not None:
            ahead(page)
        return [shape(row) for row in page]

    if cursor is not None:
        return Response(_by_cursor(what, request, found, cursor, limit, shaped))
    skip = skip or 0
    page = {"items": shaped(list(found[skip : skip + limit]))}
    return Response({**page, "total": found.count(), "skip": skip, "limit": limit})


def _by_cursor(
    what: ListOf,
    request: Request,
    found: QuerySet[Any, Row],
    cursor: str,
    limit: int,
    shaped: Callable[[Sequence[Row]], list[dict[str, Any]]],
) -> dict[str, Any]:
    place, is_backwards = _place(what, cursor) if cursor else (None, False)
    order = [_turned(one) for one in what.order] if is_backwards else list(what.order)
    if place is not None:
        found = found.filter(_beyond(order, place))
    page = list(found.order_by(*order)[: limit + 1])
    has_more, page = len(page) > limit, page[:limit]
    if is_backwards:
        page.reverse()
    has_next = bool(page) and (has_more or is_backwards)
    has_previous = bool(page) and (has_more if is_backwards else place is not None)
    return {
        "items": shaped(page),
        "next": _link(what, request, page[-1], backwards=False) if has_next else None,
        "previous": _link(what, request, page[0], backwards=True) if has_previous else None,
    }


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _beyond(order: Sequence[str], place: Sequence[Any]) -> Q:
    """The rows behind a place in that order: (a, b) > (x, y), column by column."""
    found = Q()
    same: dict[str, Any] = {}
    for column, value in zip(order, place, strict=True):
        name = column.removeprefix("-")
        side = "lt" if column.startswith("-") else "gt"
        found |= Q(**same, **{f"{name}__{side}": value})
        same[name] = value
    # The first column alone bounds the search: an index on it is enough for the database.
    first = order[0].removeprefix("-")
    return Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": place[0]}) & found


class _Plain:
    """Times as text, which a cursor carries."""

    def dumps(self, data: Any) -> bytes:
        return DjangoJSONEncoder(separators=(",", ":")).encode(data).encode()

    def loads(self, data: bytes) -> Any:
        return signing.JSONSerializer().loads(data)


def _salt(what: ListOf) -> str:
    return f"accounts.api.cursor.{what.name}"


def _place(what: ListOf, cursor: str) -> tuple[list[Any], bool]:
    """Raises Unusable (422) for a cursor that this list did not give."""
    try:
        is_backwards, place = signing.loads(cursor, salt=_salt(what), serializer=_Plain)
    except signing.BadSignature:
        raise Unusable({"cursor": ["This is no cursor of this list."]}) from None
    return [_as_time(value) for value in place], is_backwards


def _as_time(value: Any) -> Any:
    return (parse_datetime(value) or value) if isinstance(value, str) else value


def _link(what: ListOf, request: Request, row: Row, *, backwards: bool) -> str:
    place = [_exact(row[column.removeprefix("-")]) for column in what.order]
    asked = request.query_params.copy()
    asked["cursor"] = signing.dumps([backwards, place], salt=_salt(what), serializer=_Plain)
    return f"{request.path}?{asked.urlencode()}"


def _exact(value: Any) -> Any:
    """To the microsecond: the encoder would cut a time to milliseconds and skip rows."""
    return value.isoformat() if hasattr(value, "isoformat") else value
