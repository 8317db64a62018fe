"""The providers that speak chat completions, through their common SDK; their differences are data."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlunsplit

from django.conf import settings

from interviews.llm import http
from interviews.llm.providers import addresses
from interviews.llm.providers.asking import Body, Line, asked, count, part, reckoned
from interviews.llm.providers.manners import Format, Manners
from interviews.llm.providers.shape import schema_note, strict_schema
from interviews.llm.types import ModelRequest, ProviderReply, Stop, Usage

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI

_PATH = "/chat/completions"
_OLD_WORD, _NEW_WORD = "max_tokens", "max_completion_tokens"


@dataclass(frozen=True)
class Vendor:
    """What sets one provider of this dialect apart; each name is a key of ``settings.LLM_KEYS``."""

    name: str
    key: str
    address: str
    organization: str = ""
    #: The name under which a model was set up, where that is part of the address.
    deployment: str = ""
    api_version: str = ""
    needs_key: bool = True
    #: The SDK's modules, with those that it would import at its first call.
    sdk: tuple[str, ...] = ("openai", "openai.resources.chat.completions")
    token_words: tuple[str, ...] = (_OLD_WORD, _NEW_WORD)
    formats: tuple[Format, ...] = (Format.SCHEMA, Format.OBJECT, Format.TEXT)

    @property
    def needed(self) -> tuple[str, ...]:
        """The keys without which nobody can be asked."""
        return (self.key, self.address) if self.needs_key else (self.address,)

    def default_model(self) -> str:
        """The model when none is named: the deployment's own name."""
        return settings.LLM_KEYS.get(self.deployment, "")

    def provider(self, model: str) -> ChatProvider:
        """The provider for one model, as it is configured now."""
        return ChatProvider(self, model, _Access.of(self))


VENDORS = (
    Vendor(
        "openai",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        organization="OPENAI_ORG_ID",
        token_words=(_NEW_WORD, _OLD_WORD),
    ),
    Vendor(
        "azure",
        "AZURE_OPENAI_KEY",
        "AZURE_OPENAI_ENDPOINT",
        deployment="AZURE_OPENAI_DEPLOYMENT",
        api_version="AZURE_OPENAI_API_VERSION",
    ),
    Vendor("gemini", "GOOGLE_API_KEY", "UAIP_GEMINI_BASE_URL"),
    Vendor(
        "custom",
        "CUSTOM_LLM_API_KEY",
        "CUSTOM_LLM_ENDPOINT",
        needs_key=False,
        formats=(Format.SCHEMA, Format.GUIDED, Format.OBJECT, Format.TEXT),
    ),
)


@dataclass(frozen=True)
class _Access:
    """The configured values of a vendor."""

    # It may hold a user and a password.
    address: str = field(repr=False)
    key: str = field(repr=False)
    organization: str
    deployment: str
    api_version: str

    @classmethod
    def of(cls, vendor: Vendor) -> _Access:
        names = (
            vendor.address,
            vendor.key,
            vendor.organization,
            vendor.deployment,
            vendor.api_version,
        )
        return cls(*(str(settings.LLM_KEYS.get(name, "")).strip() for name in names))


@dataclass(frozen=True)
class ChatProvider:
    """One model behind chat completions."""

    vendor: Vendor
    model: str
    access: _Access

    @property
    def name(self) -> str:
        """The provider as the settings name it."""
        return self.vendor.name

    @property
    def host(self) -> str:
        """Where texts go."""
        return addresses.host_of(self.access.address)

    @property
    def key_hash(self) -> str:
        """Changes with the key and the address."""
        access = self.access
        return addresses.key_hash(
            access.address, access.key, access.organization, access.deployment, access.api_version
        )

    def ask(self, request: ModelRequest[Any], *, deadline: float) -> ProviderReply:
        """One call. Raises ModelFault and nothing else."""
        import openai

        def call(manners: Manners) -> Any:
            client = http.of_this_thread((self.vendor, self.access, self.model), self._client)
            completions = client.chat.completions.with_raw_response
            return completions.create(**_arguments(self.model, request, manners))

        first = Manners(formats=self.vendor.formats, token_words=self.vendor.token_words)
        line = Line(openai, self.key_hash, self.model, first, call)
        return reckoned(request, _read(asked(line, deadline=deadline)))

    def _client(self, http_client: httpx2.Client) -> OpenAI:
        import openai

        # At DEBUG the SDK writes whole requests into the log.
        logging.getLogger("openai").setLevel(logging.WARNING)
        access = self.access
        common: dict[str, Any] = {
            # Without a key the endpoint is open; the SDK wants a word all the same.
            "api_key": access.key or "none",
            "max_retries": 0,
            "timeout": http_client.timeout,
            "http_client": http_client,
        }
        client: OpenAI
        if self.vendor.deployment:
            client = openai.AzureOpenAI(
                azure_endpoint=access.address,
                azure_deployment=access.deployment or self.model,
                api_version=access.api_version,
                **common,
            )
        else:
            base, query = _base(access.address)
            client = openai.OpenAI(base_url=base, default_query=query, **common)
        # The SDK reads these from the environment, and would send them to any host.
        client.organization, client.project = access.organization or None, None
        return client


def _base(address: str) -> tuple[str, dict[str, str]]:
    """The base address and the query of an address given with or without the path of the call."""
    parts = addresses.split(address)
    if parts is None:
        return address, {}
    path = parts.path.rstrip("/").removesuffix(_PATH)
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")), dict(parse_qsl(parts.query))


def _arguments(model: str, request: ModelRequest[Any], manners: Manners) -> dict[str, Any]:
    system = request.system
    shape: dict[str, Any] = {}
    if manners.format == Format.SCHEMA:
        schema = {"name": "reply", "schema": strict_schema(request.reply_type), "strict": True}
        shape = {"response_format": {"type": "json_schema", "json_schema": schema}}
    else:
        system = f"{system}\n\n{schema_note(request.reply_type)}"
    if manners.format == Format.GUIDED:
        schema = strict_schema(request.reply_type)
        shape = {"response_format": {"type": "json_object", "schema": schema}}
    if manners.format == Format.OBJECT:
        shape = {"response_format": {"type": "json_object"}}
    if manners.has_temperature:
        shape["temperature"] = request.temperature
    # The stable part first and the same for every call, so that prompt caches find it.
    messages = [
        {"role": "system", "content": system},
        {"role": "user", "content": request.user_text},
    ]
    body = {"messages": messages, manners.token_word: request.max_tokens, **shape}
    # Sent as it is: what stands beside it the SDK walks through, key by key, for every call.
    return {"model": model, "messages": (), "extra_body": body}


def _read(body: Body) -> ProviderReply:
    choice = part(body, "choices", 0)
    text = part(choice, "message", "content")
    usage = Usage(
        tokens_in=count(body, "usage", "prompt_tokens"),
        tokens_out=count(body, "usage", "completion_tokens"),
        cached_in=count(body, "usage", "prompt_tokens_details", "cached_tokens"),
    )
    return ProviderReply(text if isinstance(text, str) else "", _stop(choice), usage)


def _stop(choice: object) -> Stop:
    reason = part(choice, "finish_reason")
    if reason == "length":
        return Stop.TRUNCATED
    if reason == "content_filter" or part(choice, "message", "refusal"):
        return Stop.REFUSED
    return Stop.COMPLETE
