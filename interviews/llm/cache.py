"""Keeps replies for a while, so that the same question to the same model is not paid for twice."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from pydantic import BaseModel

from interviews.llm.providers import Provider
from interviews.llm.replies import read_reply
from interviews.llm.types import (
    Content,
    ModelFault,
    ModelReply,
    ModelRequest,
    ProviderReply,
    Purpose,
    Usage,
)


def find(provider: Provider, request: ModelRequest[Content]) -> ModelReply[Content] | None:
    """The reply that this model gave to the same request before; nothing leaves the house."""
    if not _is_kept(request):
        return None
    kept = cache.get(_key(provider, request))
    if not isinstance(kept, str):
        return None
    try:
        content = read_reply(ProviderReply(kept), request.reply_type)
    except ModelFault:
        # The shape grew stricter since, or somebody else wrote there.
        return None
    return ModelReply(content, provider.name, provider.model, Usage(), is_cached=True)


def keep(provider: Provider, request: ModelRequest[Content], reply: ProviderReply) -> None:
    """Remembers a good reply, as the provider wrote it, for LLM_CACHE_TTL seconds."""
    if _is_kept(request):
        cache.set(_key(provider, request), reply.text, settings.LLM_CACHE_TTL)


def _is_kept(request: ModelRequest[Content]) -> bool:
    """Prose that is asked for again should come out anew, and a test call has to be real."""
    return (
        settings.CACHE_LLM_RESPONSES
        and request.temperature == 0
        and request.purpose != Purpose.CHECK
    )


def _key(provider: Provider, request: ModelRequest[Content]) -> str:
    """Over everything that shapes the reply.

    The session does not, nor do the second tries' more tokens and note on what was wrong.
    """
    parts = [
        provider.name,
        provider.host,
        provider.model,
        request.prompt_version,
        _shape(request.reply_type),
        request.system,
        request.user,
    ]
    return f"llm:{hashlib.sha256(json.dumps(parts).encode('utf-8')).hexdigest()}"


@lru_cache(maxsize=64)
def _shape(reply_type: type[BaseModel]) -> str:
    return json.dumps(reply_type.model_json_schema(), sort_keys=True)
