"""Which request is being answered: set once at the edge, read by the record of deeds and the logs."""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

_OURS = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True)
class RequestFacts:
    """``request_id`` names the request in reply, logs and audit; ``address`` is where it came from.

    ``job_id`` is the background work under way, 0 for none.
    """

    request_id: str = ""
    address: str = ""
    job_id: int = 0


#: Outside a request: workers and commands.
_NONE = RequestFacts()
_current: ContextVar[RequestFacts] = ContextVar("request_facts", default=_NONE)


def current() -> RequestFacts:
    """Of the request under way; empty ones in workers and commands."""
    return _current.get()


@contextmanager
def during(facts: RequestFacts) -> Iterator[RequestFacts]:
    """Everything inside belongs to this request."""
    token = _current.set(facts)
    try:
        yield facts
    finally:
        _current.reset(token)


def facts_of(request: HttpRequest) -> RequestFacts:
    """A request's id (the caller's own when it is a plain word, else a new one) and address."""
    said = request.headers.get("X-Request-ID", "")
    request_id = said if _OURS.fullmatch(said) else uuid.uuid4().hex
    return RequestFacts(request_id, client_address(request))


def client_address(request: HttpRequest) -> str:
    """Where the request came from, believing only our own proxies (reliability.md D19).

    Each of TRUSTED_PROXY_COUNT proxies appends the address it saw: the one that many places from
    the right was seen by the outermost of them. "" where that is no address.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if comes_by_our_proxy(request):
        chain = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
        seen = chain[-settings.TRUSTED_PROXY_COUNT] if _is_long_enough(chain) else seen
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return ""


def comes_by_our_proxy(request: HttpRequest) -> bool:
    """Whether the one who connected is a proxy of ours, whose headers are believed."""
    if not settings.TRUSTED_PROXY_COUNT:
        return False
    if not settings.TRUSTED_PROXY_CIDRS:
        return True
    try:
        neighbour = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    neighbour = getattr(neighbour, "ipv4_mapped", None) or neighbour
    return any(neighbour in ipaddress.ip_network(one) for one in settings.TRUSTED_PROXY_CIDRS)


def _is_long_enough(chain: list[str]) -> bool:
    """Whether every proxy left its line; a shorter chain went round one of them."""
    return len(chain) >= settings.TRUSTED_PROXY_COUNT
