"""What an SDK raises, as a named fault in words that are safe to show.

A provider's own message is never repeated: it may quote the key or the person's text.
"""

from __future__ import annotations

import math
import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from interviews.llm.http import TooManyBytes, UnknownHost
from interviews.llm.providers.manners import Objection
from interviews.llm.types import FaultKind, ModelFault

_CODE = re.compile(r"^[a-z][a-z_]{2,40}$")
#: Only the beginning of a message is read: further on it may quote the request.
_READ = 300
_TOO_LONG = re.compile(
    r"context_length|context.{0,12}(length|window|size)|prompt is too long|too many (input )?tokens"
    r"|input is too long|input token count",
    re.I,
)
_FILTERED = re.compile(r"content_filter|responsibleaipolicy|content management policy", re.I)
_PAYMENT = re.compile(r"insufficient_quota|billing", re.I)
_KEY_WORDS = re.compile(r"api.?key.{0,20}(invalid|not valid|expired)|invalid.{0,10}api.?key", re.I)
_OBJECTIONS = (
    (
        Objection.FORMAT,
        re.compile(
            r"response_?format|json_?schema|json_object|output_(config|format)|structured", re.I
        ),
    ),
    (Objection.TEMPERATURE, re.compile(r"temperature", re.I)),
    (
        Objection.LENGTH,
        re.compile(
            r"(un(supported|recognized|known|expected)|not supported|extra|instead).{0,80}max_(completion_)?tokens"
            r"|max_(completion_)?tokens.{0,80}(un(supported|recognized|known)|not (supported|permitted)|extra|instead)",
            re.I | re.S,
        ),
    ),
)


def objection(status: int, body: object) -> Objection | None:
    """The part of the request that a refusal names, where asking without it may help."""
    if status == 500 and "response_format" in _said(body):
        # llama-cpp-python's server calls a request that it does not understand a fault of its own.
        return Objection.FORMAT
    if status not in (400, 422) or _TOO_LONG.search(_said(body)):
        return None
    param = str(_error(body).get("param") or "")
    words = (param, _said(body)) if param else (_said(body),)
    found = (kind for text in words for kind, pattern in _OBJECTIONS if pattern.search(text))
    return next(found, None)


def status_fault(status: int, headers: Mapping[str, str], body: object) -> ModelFault:
    """The fault that a status other than 200 means."""
    kind, words = _meaning(status, body)
    wait = retry_after(headers) if kind in (FaultKind.THROTTLED, FaultKind.UNAVAILABLE) else None
    return ModelFault(kind, f"{words} ({_codes(status, body)})", retry_after=wait)


def _meaning(status: int, body: object) -> tuple[FaultKind, str]:
    said = _said(body)
    if status in (401, 403):
        return FaultKind.KEY_REFUSED, "The provider refused the key"
    if status == 402 or (status == 429 and _PAYMENT.search(said)):
        # Waiting does not help: a person has to see to it, as with a refused key.
        return FaultKind.KEY_REFUSED, "The provider says that the quota or the credit is used up"
    if status == 404:
        return FaultKind.UNKNOWN_MODEL, "The provider knows no such model or address"
    if status == 429:
        return FaultKind.THROTTLED, "The provider asks for a pause"
    if status == 413 or (status in (400, 422) and _TOO_LONG.search(said)):
        return FaultKind.TOO_LONG, "The text is too long for the model"
    if status in (400, 422) and _FILTERED.search(said):
        return FaultKind.REFUSED, "The provider's content filter refused the text"
    if status == 400 and _KEY_WORDS.search(said):
        return FaultKind.KEY_REFUSED, "The provider refused the key"
    if status in (408, 504):
        return FaultKind.TIMEOUT, "The provider ran out of time"
    if status == 409 or status >= 500:
        return FaultKind.UNAVAILABLE, "The provider has trouble of its own"
    if 300 <= status < 400:
        return (
            FaultKind.BAD_REQUEST,
            "The provider points to another address, which is not followed",
        )
    return FaultKind.BAD_REQUEST, "The provider refused the request"


def connection_fault(error: BaseException) -> ModelFault:
    """The fault behind a connection that could not be made or did not hold."""
    causes = list(_causes(error))
    if any(isinstance(one, TooManyBytes) for one in causes):
        return ModelFault(FaultKind.MALFORMED, "The reply is longer than any reply may be")
    words = "The connection broke off or could not be made"
    if any(isinstance(one, ssl.SSLError) for one in causes):
        words = "The provider's certificate or its encryption is not accepted (TLS)"
    elif any(isinstance(one, UnknownHost) for one in causes):
        words = "The name of the provider's host is not known (DNS)"
    elif any(isinstance(one, ConnectionRefusedError) for one in causes):
        words = "Nobody listens at the provider's address"
    elif any(isinstance(one, UnicodeError) or "header" in str(one) for one in causes):
        return ModelFault(
            FaultKind.NOT_CONFIGURED, "The key or the address holds characters that cannot be sent"
        )
    return ModelFault(FaultKind.UNAVAILABLE, words)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, given as seconds or as a date; None for nonsense."""
    said = headers.get("retry-after", "").strip()
    try:
        seconds = float(said)
    except ValueError:
        seconds = _until(said)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(said: str) -> float:
    try:
        moment = parsedate_to_datetime(said)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError, IndexError, OverflowError):
        return math.nan


def _error(body: object) -> Mapping[str, Any]:
    """The object that describes the error, at whichever depth the dialect puts it."""
    if isinstance(body, list) and body:
        body = body[0]
    while isinstance(body, Mapping) and isinstance(body.get("error"), Mapping):
        body = body["error"]
    return body if isinstance(body, Mapping) else {}


def _said(body: object) -> str:
    """Code, type and the beginning of the message; for matching only."""
    error = _error(body)
    named = [error.get(key) for key in ("code", "type", "status", "message", "detail")]
    inner = error.get("innererror")
    named.append(inner.get("code") if isinstance(inner, Mapping) else None)
    return " ".join(str(one)[:_READ] for one in named if one) or str(body or "")[:_READ]


def _codes(status: int, body: object) -> str:
    """Status and code: short words of a closed alphabet, so that no text comes through."""
    error = _error(body)
    named = [str(error.get(key)) for key in ("code", "type") if error.get(key)]
    codes = [one for one in dict.fromkeys(named) if _CODE.match(one)]
    return " ".join(["status", str(status), *codes[:1]])
