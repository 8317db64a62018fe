"""What a model does not accept is given up, remembered, and never asked of it twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from interviews.llm.providers import manners
from interviews.llm.replies import read_reply
from interviews.llm.types import FaultKind
from tests.fakes.llm import turns
from tests.fakes.llm.seen import Seen
from tests.fakes.llm.server import FakeModel
from tests.llm.vendors import CHAT_NAMES, Verdicts, ask, configure, fault_of

FILLED = '{"verdicts": [{"element": "a", "quote": "19 days"}]}'


def objecting(message: str, param: str | None = None, status: int = 400) -> turns.Turn:
    """A refusal that names a part of the request."""
    return turns.fault(status, body={"error": {"message": message, "param": param}})


@pytest.mark.parametrize("name", CHAT_NAMES)
def test_a_model_without_schemas_is_asked_for_json_then_for_text(name: str, settings: Any) -> None:
    refused = "'response_format' of type 'json_schema' is not supported with this model."
    with FakeModel() as server:
        configure(settings, name, server.url)
        server.default = lambda seen: FILLED
        server.will(objecting(refused, "response_format"))
        if name == "custom":
            server.will(objecting("response_format.schema: extra inputs are not permitted"))
        server.will(objecting("json_object: no", None, 422))
        for _ in range(2):
            assert read_reply(ask(name), Verdicts).verdicts[0].quote == "19 days"
    forms = [seen.body.get("response_format", {}).get("type") for seen in server.requests]
    guided = ["json_object"] if name == "custom" else []
    assert forms == ["json_schema", *guided, "json_object", None, None]
    assert "JSON schema" in server.requests[-1].system
    assert server.requests[-1].system == server.requests[-2].system
    assert server.requests[-1].system.startswith("Judge the data.")


def test_a_small_server_that_calls_a_strange_format_its_own_fault(settings: Any) -> None:
    refused = "1 validation error: ('body', 'response_format', 'type'): 'text' or 'json_object'"
    with FakeModel() as server:
        configure(settings, "custom", server.url)
        server.default = lambda seen: FILLED
        server.will(objecting(refused, status=500))
        assert read_reply(ask("custom"), Verdicts).verdicts
    forms = [seen.body["response_format"] for seen in server.requests]
    assert [one["type"] for one in forms] == ["json_schema", "json_object"]
    assert forms[1]["schema"]["required"] == ["verdicts"]


def test_an_old_model_of_the_messages_dialect_is_asked_for_text(settings: Any) -> None:
    with FakeModel() as server:
        configure(settings, "anthropic", server.url)
        server.default = lambda seen: FILLED
        server.will(objecting("output_config.format: this model does not support it"))
        assert read_reply(ask("anthropic"), Verdicts).verdicts
    assert [seen.schema is None for seen in server.requests] == [False, True]
    assert "JSON schema" in server.requests[-1].system


def test_a_model_that_refuses_a_temperature_is_asked_without(
    vendor: str, server: FakeModel
) -> None:
    server.will(objecting("Unsupported value: 'temperature' does not support 0", "temperature"))
    ask(vendor)
    ask(vendor)
    assert ["temperature" in seen.body for seen in server.requests] == [True, False, False]


@pytest.mark.parametrize("name", CHAT_NAMES)
def test_a_model_gets_its_limit_by_the_word_that_it_knows(name: str, settings: Any) -> None:
    with FakeModel() as server:
        configure(settings, name, server.url)
        wrong = "max_completion_tokens" if name == "openai" else "max_tokens"
        server.will(objecting(f"Unsupported parameter: '{wrong}' is not supported.", wrong))
        ask(name)
    words = [
        [word for word in ("max_tokens", "max_completion_tokens") if word in seen.body]
        for seen in server.requests
    ]
    assert words[0] == [wrong]
    assert words[1] != [wrong]
    assert len(words[1]) == 1


def test_a_limit_that_is_too_large_is_no_matter_of_words(vendor: str, server: FakeModel) -> None:
    server.will(objecting("max_tokens is too large: 9000. At most 4096 can be made.", None))
    assert fault_of(vendor).kind == FaultKind.BAD_REQUEST
    assert len(server.requests) == 1


def test_a_server_that_refuses_everything_is_left_alone(vendor: str, server: FakeModel) -> None:
    words = "temperature, response_format, output_config and max_tokens are not supported"
    server.will(*[objecting(words) for _ in range(20)])
    assert fault_of(vendor).kind == FaultKind.BAD_REQUEST
    assert len(server.requests) <= 5


def test_what_one_model_refuses_is_still_sent_to_another(settings: Any) -> None:
    with FakeModel() as server:
        configure(settings, "openai", server.url)
        server.will(objecting("temperature is not supported", "temperature"))
        ask("openai")
        settings.LLM_MODEL = "second-model"
        ask("openai")
    assert "temperature" in server.requests[-1].body


def test_two_threads_that_learn_at_once_give_up_no_more_than_one_thing(settings: Any) -> None:
    """Both sent a schema, both were refused: both go on with an object, not with plain text."""
    together = threading.Barrier(2, timeout=90)

    def default(seen: Seen) -> str:
        if seen.schema is not None:
            together.wait()
        return FILLED

    with FakeModel() as server:
        configure(settings, "custom", server.url)
        server.default = default
        first = manners.Manners()
        loser = first.without(manners.Objection.FORMAT)
        asking = [threading.Thread(target=ask, args=("custom",)) for _ in range(2)]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
    assert loser is not None
    assert loser == first.without(manners.Objection.FORMAT)
    assert loser.format == manners.Format.OBJECT
    assert {seen.body["response_format"]["type"] for seen in server.requests} == {"json_schema"}
