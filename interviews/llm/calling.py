"""One real call: no database connection held meanwhile, and a row in the ledger whatever comes."""

from __future__ import annotations

import time
from typing import Any

from interviews import metrics
from interviews.llm import cache, ledger
from interviews.llm.concurrency import let_go_of_the_database
from interviews.llm.providers import Provider
from interviews.llm.replies import read_reply
from interviews.llm.types import Content, ModelFault, ModelReply, ModelRequest, Usage


def call(
    provider: Provider, request: ModelRequest[Content], *, deadline: float
) -> ModelReply[Content]:
    """Asks once and reads the reply; ``deadline`` is a ``time.monotonic()`` instant.

    Raises ModelFault when there is no reply or none of the right shape.
    """
    let_go_of_the_database()
    metrics.llm_requested(provider.name, provider.model)
    started = time.monotonic()
    usage = Usage()
    try:
        reply = provider.ask(request, deadline=deadline)
        usage = ledger.plausible(reply.usage)
        metrics.llm_answered(provider.name, provider.model, time.monotonic() - started, usage)
        content = read_reply(reply, request.reply_type)
    except ModelFault as fault:
        metrics.llm_failed(provider.name, fault.kind)
        _write(provider, request, usage, started, fault.kind, fault.detail)
        raise
    _write(provider, request, usage, started, ledger.OK)
    cache.keep(provider, request, reply)
    return ModelReply(content, provider.name, provider.model, usage)


def _write(
    provider: Provider,
    request: ModelRequest[Any],
    usage: Usage,
    started: float,
    outcome: str,
    detail: str = "",
) -> None:
    ledger.record(
        request,
        ledger.Called(
            provider=provider.name,
            model=provider.model,
            host=provider.host,
            outcome=str(outcome),
            detail=detail,
            usage=usage,
            milliseconds=round((time.monotonic() - started) * 1000),
        ),
    )
