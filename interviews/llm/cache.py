"""Keeps replies for a while, so that the same question to the same model is not paid for twice."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from pydantic import BaseModel

from accounts import key_ring, sealing
from interviews import metrics
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
from interviews.models import InterviewSession

#: Where a sealed reply lies, as a place of a table would be named.
PLACE = "llm cache"


def find(provider: Provider, request: ModelRequest[Content]) -> ModelReply[Content] | None:
    """The reply that this model gave to the same request before; nothing leaves the house."""
    if not _is_kept(request):
        return None
    kept = cache.get(_key(provider, request))
    if not isinstance(kept, str):
        metrics.llm_looked_up(found=False)
        return None
    try:
        text = key_ring.unseal(kept, context=PLACE)
        content = read_reply(ProviderReply(text), request.reply_type)
    except (ModelFault, sealing.CannotOpen):
        # The shape grew stricter since, somebody else wrote there, or its interview was erased.
        return None
    return ModelReply(content, provider.name, provider.model, Usage(), is_cached=True)


def keep(provider: Provider, request: ModelRequest[Content], reply: ProviderReply) -> None:
    """Remembers a good reply, as the provider wrote it, for LLM_CACHE_TTL seconds."""
    if not _is_kept(request):
        return
    try:
        text = key_ring.seal(reply.text, subject=_subject(request), context=PLACE)
    except sealing.CannotOpen:
        # Its interview was erased while the model was thinking.
        return
    cache.set(_key(provider, request), text, settings.LLM_CACHE_TTL)


def _subject(request: ModelRequest[Content]) -> UUID:
    """Whose key seals it: that of the interview it was asked for, so that both go together."""
    if not sealing.is_on() or request.session_id is None:
        return key_ring.SITE
    rows = InterviewSession.objects.filter(pk=request.session_id)
    return rows.values_list("code", flat=True).first() or key_ring.SITE


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
