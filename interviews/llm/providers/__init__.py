"""Who can be asked: the configured providers, by the guide's names and keys."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings

from interviews.llm.providers import addresses, chat, messages
from interviews.llm.types import FaultKind, ModelFault, ModelRequest, ProviderReply


class Provider(Protocol):
    """One model that can be asked."""

    @property
    def name(self) -> str:
        """The provider as the settings name it."""

    @property
    def model(self) -> str:
        """The model asked there."""

    @property
    def host(self) -> str:
        """Where texts go, as host:port."""

    @property
    def key_hash(self) -> str:
        """SHA-256 over key and address: tells when either changed."""

    def ask(self, request: ModelRequest[Any], *, deadline: float) -> ProviderReply:
        """One call, over by an instant of ``time.monotonic()``. Raises ModelFault and nothing else."""


_VENDORS: dict[str, chat.Vendor | messages.Vendor] = {
    vendor.name: vendor for vendor in (*chat.VENDORS, *messages.VENDORS)
}


def names() -> tuple[str, ...]:
    """Every provider that this house can speak to."""
    return tuple(sorted(_VENDORS))


def is_wanted() -> bool:
    """Whether a provider is named at all; without one the embedded scorer judges."""
    return bool(settings.LLM_PROVIDER)


def provider(name: str, *, model: str = "") -> Provider:
    """One provider as it is configured now. Raises ModelFault(NOT_CONFIGURED) naming what is missing."""
    missing = next(_missing(name, model), None)
    if missing:
        raise ModelFault(FaultKind.NOT_CONFIGURED, missing)
    vendor = _VENDORS[name]
    return vendor.provider(model or _model(name))


def configured() -> list[Provider]:
    """The primary and the fallback provider, without those that lack something."""
    found: list[Provider] = []
    for name, model, _ in _places():
        if not any(_missing(name, model)):
            one = provider(name, model=model)
            if not any((other.name, other.model) == (one.name, one.model) for other in found):
                found.append(one)
    return found


def import_sdks() -> None:
    """Imports what the configured providers are asked through; it takes a second or two."""
    for one in configured():
        for module in _VENDORS[one.name].sdk:
            import_module(module)


def problems() -> list[str]:
    """What is missing, a sentence each."""
    return [
        f"{place}={name}: {missing}."
        for name, model, place in _places()
        for missing in _missing(name, model, is_fallback=place != "LLM_PROVIDER")
    ]


def _places() -> Iterator[tuple[str, str, str]]:
    """Provider, model and setting of each place that is filled."""
    if settings.LLM_PROVIDER:
        yield settings.LLM_PROVIDER, settings.LLM_MODEL, "LLM_PROVIDER"
        if settings.LLM_FALLBACK_PROVIDER:
            name, model = settings.LLM_FALLBACK_PROVIDER, settings.LLM_FALLBACK_MODEL
            yield name, model, "LLM_FALLBACK_PROVIDER"


def _model(name: str) -> str:
    """The model that the settings name for a provider."""
    named = {settings.LLM_FALLBACK_PROVIDER: settings.LLM_FALLBACK_MODEL}
    named |= {settings.LLM_PROVIDER: settings.LLM_MODEL}
    return named.get(name) or _VENDORS[name].default_model()


def _missing(name: str, model: str, *, is_fallback: bool = False) -> Iterator[str]:
    """What a provider lacks, a half-sentence each."""
    vendor = _VENDORS.get(name)
    if vendor is None:
        yield f"no such provider; there are {', '.join(names())}"
        return
    for key in vendor.needed:
        if not str(settings.LLM_KEYS.get(key, "")).strip():
            yield f"{key} is not set"
    if not addresses.is_sendable(str(settings.LLM_KEYS.get(vendor.key, ""))):
        yield f"{vendor.key} holds characters that no key has"
    address = settings.LLM_KEYS.get(vendor.address, "")
    if address and not addresses.host_of(address):
        yield f"{vendor.address} is not an address such as https://host/path"
    if not (model or (vendor.default_model() if is_fallback else _model(name))):
        yield f"{'UAIP_LLM_FALLBACK_MODEL' if is_fallback else 'LLM_MODEL'} is not set"
