"""What of the limits can be changed at run time."""

from __future__ import annotations

from accounts.runtime_settings import Declared, Kind, Value, declare

IS_LIMITED = "conversation.rate_limiting.enabled"
REQUESTS_PER_MINUTE = "conversation.rate_limiting.requests_per_minute"
BURST_SIZE = "conversation.rate_limiting.burst_size"
MOST = 100_000


def _is_off(value: Value) -> str:
    if value:
        return ""
    return "Nobody is slowed down: passwords can be tried without end, and one program can stop all others."


declare(
    Declared(
        key=IS_LIMITED,
        title="Limits on requests and sign-ins",
        sentence="Whether people, programs and sign-ins are limited at all.",
        kind=Kind.SWITCH,
        danger=_is_off,
        setting="RATE_LIMITING_ENABLED",
        variable="RATE_LIMITING_ENABLED",
    ),
    Declared(
        key=REQUESTS_PER_MINUTE,
        title="API requests a minute",
        sentence="How many requests a minute each person and each key may send in the long run.",
        kind=Kind.WHOLE,
        least=1,
        most=MOST,
    ),
    Declared(
        key=BURST_SIZE,
        title="API requests at once",
        sentence="How many of them may come at once.",
        kind=Kind.WHOLE,
        least=1,
        most=MOST,
    ),
)
