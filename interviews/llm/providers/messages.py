"""The provider that speaks messages, through its own SDK."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings

from interviews.llm import http
from interviews.llm.providers import addresses
from interviews.llm.providers.asking import Body, Line, asked, count, part, reckoned
from interviews.llm.providers.manners import Format, Manners
from interviews.llm.providers.shape import schema_note, strict_schema
from interviews.llm.types import ModelRequest, ProviderReply, Stop, Usage

if TYPE_CHECKING:
    import httpx2
    from anthropic import Anthropic

_KEY, _ADDRESS = "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"
_STOPS = {
    "max_tokens": Stop.TRUNCATED,
    "model_context_window_exceeded": Stop.TRUNCATED,
    "refusal": Stop.REFUSED,
}
#: There is no looser JSON mode here: structured, or the schema in the prompt.
_FIRST = Manners(formats=(Format.SCHEMA, Format.TEXT))


@dataclass(frozen=True)
class Vendor:
    """The one provider of this dialect."""

    name: str = "anthropic"
    key: str = _KEY
    address: str = _ADDRESS
    needed: tuple[str, ...] = (_KEY, _ADDRESS)
    #: The SDK's modules, with those that it would import at its first call.
    sdk: tuple[str, ...] = ("anthropic", "anthropic.resources.messages")

    def default_model(self) -> str:
        """There is none."""
        return ""

    def provider(self, model: str) -> MessagesProvider:
        """The provider for one model, as it is configured now."""
        values = (str(settings.LLM_KEYS.get(name, "")).strip() for name in (_ADDRESS, _KEY))
        return MessagesProvider(self.name, model, *values)


VENDORS = (Vendor(),)


@dataclass(frozen=True)
class MessagesProvider:
    """One model behind messages."""

    name: str
    model: str
    # It may hold a user and a password.
    address: str = field(repr=False)
    key: str = field(repr=False)

    @property
    def host(self) -> str:
        """Where texts go."""
        return addresses.host_of(self.address)

    @property
    def key_hash(self) -> str:
        """Changes with the key and the address."""
        return addresses.key_hash(self.address, self.key)

    def ask(self, request: ModelRequest[Any], *, deadline: float) -> ProviderReply:
        """One call. Raises ModelFault and nothing else."""
        import anthropic

        def call(manners: Manners) -> Any:
            client = http.of_this_thread((self.name, self.address, self.key), self._client)
            raw = client.messages.with_raw_response
            return raw.create(**_arguments(self.model, request, manners))

        line = Line(anthropic, self.key_hash, self.model, _FIRST, call)
        return reckoned(request, _read(asked(line, deadline=deadline)))

    def _client(self, http_client: httpx2.Client) -> Anthropic:
        import anthropic

        # At DEBUG the SDK writes whole requests into the log.
        logging.getLogger("anthropic").setLevel(logging.WARNING)
        return anthropic.Anthropic(
            api_key=self.key,
            base_url=self.address.rstrip("/").removesuffix("/v1/messages").removesuffix("/v1"),
            max_retries=0,
            timeout=http_client.timeout,
            http_client=http_client,
            open_telemetry=False,
        )


def _arguments(model: str, request: ModelRequest[Any], manners: Manners) -> dict[str, Any]:
    system, shape = request.system, {}
    if manners.format == Format.SCHEMA:
        schema = {"type": "json_schema", "schema": strict_schema(request.reply_type)}
        shape = {"output_config": {"format": schema}}
    else:
        system = f"{system}\n\n{schema_note(request.reply_type)}"
    # The SDK's signature has no temperature, the protocol has.
    extra = {"temperature": min(request.temperature, 1.0)} if manners.has_temperature else {}
    return {
        "model": model,
        "max_tokens": request.max_tokens,
        # Marked for the provider's cache: the same for every call of a prompt.
        "system": [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": "user", "content": request.user_text}],
        "extra_body": extra,
        **shape,
    }


def _read(body: Body) -> ProviderReply:
    blocks = part(body, "content")
    texts = [part(one, "text") for one in blocks] if isinstance(blocks, list) else []
    cached = count(body, "usage", "cache_read_input_tokens")
    # This protocol counts what went through its cache apart from the rest.
    written = count(body, "usage", "cache_creation_input_tokens")
    usage = Usage(
        tokens_in=count(body, "usage", "input_tokens") + cached + written,
        tokens_out=count(body, "usage", "output_tokens"),
        cached_in=cached,
    )
    stop = _STOPS.get(str(part(body, "stop_reason")), Stop.COMPLETE)
    return ProviderReply("".join(one for one in texts if isinstance(one, str)), stop, usage)
