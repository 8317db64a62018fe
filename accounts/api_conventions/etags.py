"""Versions of what can be edited: a strong ETag out, If-Match in."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_errors import MatchMissing, Stale

_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def entity_tag(*parts: object) -> str:
    """A strong ETag from what changes whenever the thing does: its code and version, say."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
    return f'"{digest[:32]}"'


def require_match(request: Request, tag: str, *, yours: Any = None, theirs: Any = None) -> None:
    """Raises MatchMissing (428) or Stale (412, with both texts) unless If-Match names ``tag``.

    ``*`` names no version, so it does not do: it would overwrite what nobody has read. Weak tags
    never match.
    """
    named = [found.group() for found in _TAG.finditer(request.headers.get("If-Match", ""))]
    if not named:
        raise MatchMissing
    if tag not in named:
        raise Stale(tag=tag, yours=yours, theirs=theirs)


def one(data: Any, *, tag: str = "", status: int = 200, location: str = "") -> Response:
    """One thing as a reply, with its ETag and the address where it is from now on."""
    response = Response(data, status=status)
    if tag:
        response["ETag"] = tag
    if location:
        response["Location"] = location
    return response


def address(request: Request, name: str, *parts: object) -> str:
    """The address of another part of the API, below the root that this request came by."""
    return reverse(f"{request.resolver_match.namespace}:{name}", args=parts)
