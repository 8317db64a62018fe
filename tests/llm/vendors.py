"""The five providers, each set up to ask a fake server, and a small request."""

from __future__ import annotations

import time
from typing import Any

from pydantic import BaseModel

from interviews.llm import providers
from interviews.llm.types import ModelFault, ModelRequest, ProviderReply, Purpose
from tests.fakes.llm.server import FakeModel

NAMES = ("anthropic", "azure", "custom", "gemini", "openai")
KEY = "sk-never-to-be-seen-0123456789"
SECRET_TEXT = "Tenants of Elm Street wait 19 days for a repair."
CHAT_NAMES = tuple(name for name in NAMES if name != "anthropic")


class Verdict(BaseModel):
    """One verdict."""

    element: str
    quote: str


class Verdicts(BaseModel):
    """The shape of a reply here."""

    verdicts: list[Verdict]


def configure(settings: Any, name: str, url: str, *, key: str = KEY) -> None:
    """Settings under which a provider asks the server at ``url``."""
    settings.LLM_PROVIDER, settings.LLM_MODEL = name, "test-model"
    settings.LLM_FALLBACK_PROVIDER = settings.LLM_FALLBACK_MODEL = ""
    settings.LLM_KEYS = dict.fromkeys(settings.LLM_KEYS, "") | {
        "OPENAI_API_KEY": key,
        "OPENAI_BASE_URL": f"{url}/v1",
        "ANTHROPIC_API_KEY": key,
        "ANTHROPIC_BASE_URL": url,
        "AZURE_OPENAI_KEY": key,
        "AZURE_OPENAI_ENDPOINT": f"{url}/",
        "AZURE_OPENAI_DEPLOYMENT": "our-deployment",
        "AZURE_OPENAI_API_VERSION": "2024-02-01",
        "GOOGLE_API_KEY": key,
        "UAIP_GEMINI_BASE_URL": f"{url}/v1beta/openai/",
        "CUSTOM_LLM_API_KEY": key,
        "CUSTOM_LLM_ENDPOINT": f"{url}/v1/chat/completions",
    }


def request(**changes: Any) -> ModelRequest[Verdicts]:
    """A request about a text that must not show up anywhere else."""
    usual: dict[str, Any] = {
        "purpose": Purpose.SCORE,
        "prompt_version": "score/1",
        "system": "Judge the data.",
        "user": f'"{SECRET_TEXT}"',
        "reply_type": Verdicts,
        "max_tokens": 300,
    }
    return ModelRequest(**usual | changes)


def ask(name: str, *, seconds: float = 5.0, **changes: Any) -> ProviderReply:
    """One call of the real SDK."""
    return providers.provider(name).ask(request(**changes), deadline=time.monotonic() + seconds)


def fault_of(name: str, *, seconds: float = 5.0, **changes: Any) -> ModelFault:
    """The fault of a call that must fail."""
    try:
        reply = ask(name, seconds=seconds, **changes)
    except ModelFault as fault:
        return fault
    raise AssertionError(f"{name} replied {reply}")


def max_tokens_of(model: FakeModel) -> int | None:
    """The limit that the last request set, by whichever word."""
    body = model.requests[-1].body
    return body.get("max_tokens") or body.get("max_completion_tokens")
