"""How every SDK is asked: within a deadline, adapting to what a model does not accept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from interviews.llm import http
from interviews.llm.providers.faults import connection_fault, objection, status_fault
from interviews.llm.providers.manners import Manners, learn, manners_of
from interviews.llm.types import (
    MOST_TOKENS,
    FaultKind,
    ModelFault,
    ModelRequest,
    ProviderReply,
    Usage,
)

#: Once without each thing that can be given up, and the last time.
MOST_ASKED = 5

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A way to one model: the SDK, its call, and how to ask the first time.

    ``call`` returns the SDK's raw response, whose text is the provider's own words: reading them
    ourselves survives a reply of any shape and costs less than the SDK's typed objects.
    """

    sdk: ModuleType
    key_hash: str
    model: str
    manners: Manners
    call: Callable[[Manners], Any]


def asked(line: Line, *, deadline: float) -> Body:
    """The provider's reply as an object. Raises ModelFault and nothing else."""
    with http.within(deadline):
        for _ in range(MOST_ASKED):
            manners = manners_of(line.key_hash, line.model, line.manners)
            try:
                return _object(_called(line, manners, deadline))
            except _Adapted as adapted:
                learn(line.key_hash, line.model, adapted.manners)
                http.fresh_bytes()
    raise ModelFault(FaultKind.BAD_REQUEST, "The provider refused the request in every form")


class _Adapted(Exception):
    def __init__(self, manners: Manners) -> None:
        super().__init__("ask again")
        self.manners = manners


def _called(line: Line, manners: Manners, deadline: float) -> str:
    """The text of a reply with status 200."""
    sdk = line.sdk
    if time.monotonic() >= deadline:
        raise ModelFault(FaultKind.TIMEOUT, "No time was left to ask")
    try:
        return str(line.call(manners).http_response.text)
    except sdk.APITimeoutError:
        raise ModelFault(FaultKind.TIMEOUT, "The provider did not answer in time") from None
    except sdk.APIConnectionError as error:
        raise connection_fault(error) from None
    except sdk.APIStatusError as error:
        learned = manners.without(objection(error.status_code, error.body))
        if learned:
            raise _Adapted(learned) from None
        raise status_fault(error.status_code, error.response.headers, error.body) from None
    except (sdk.APIError, UnicodeError, ValueError, TypeError) as error:
        # An SDK that cannot build its request (a key with a line break) or read its own reply.
        raise connection_fault(error) from None


def _object(text: str) -> Body:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise ModelFault(FaultKind.MALFORMED, "The provider's reply is not JSON") from None
    if not isinstance(body, dict):
        raise ModelFault(FaultKind.MALFORMED, "The provider's reply is not an object")
    return body


def part(body: object, *path: str | int) -> Any:
    """What stands at a path of a reply; None where the reply has another shape."""
    for step in path:
        if isinstance(step, int):
            body = body[step] if isinstance(body, list) and len(body) > step else None
        else:
            body = body.get(step) if isinstance(body, Mapping) else None
    return body


def count(body: object, *path: str | int) -> int:
    """A number of tokens in a reply; 0 for anything else."""
    found = part(body, *path)
    if isinstance(found, bool) or not isinstance(found, int):
        return 0
    return min(max(found, 0), MOST_TOKENS)


def reckoned(request: ModelRequest[Any], reply: ProviderReply) -> ProviderReply:
    """A reply with tokens counted by us (four characters each) where the provider counted none."""
    if reply.usage.tokens_in or reply.usage.tokens_out:
        return reply
    sizes = (len(request.sent_text), len(reply.text))
    usage = Usage(*(min(-(-size // 4), MOST_TOKENS) for size in sizes))
    return ProviderReply(reply.text, reply.stop, usage)
