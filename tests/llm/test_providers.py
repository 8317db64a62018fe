"""One contract for all providers: the real SDKs talk to a server that speaks their protocols."""

from __future__ import annotations

import json
import logging
from importlib import import_module
from typing import Any

import pytest

from interviews.llm import providers
from interviews.llm.replies import read_reply
from interviews.llm.types import FaultKind, Stop, Usage
from tests.fakes.llm import turns
from tests.fakes.llm.seen import AZURE, CHAT, GEMINI, MESSAGES
from tests.fakes.llm.server import FakeModel
from tests.llm.vendors import (
    KEY,
    SECRET_TEXT,
    Verdicts,
    ask,
    configure,
    fault_of,
    max_tokens_of,
)

DIALECTS = {
    "anthropic": MESSAGES,
    "azure": AZURE,
    "custom": CHAT,
    "gemini": GEMINI,
    "openai": CHAT,
}


def test_a_provider_answers_in_the_shape_that_was_asked_for(vendor: str, server: FakeModel) -> None:
    reply = ask(vendor)
    verdicts = read_reply(reply, Verdicts).verdicts
    assert verdicts[0].quote in SECRET_TEXT
    seen = server.requests[0]
    assert (seen.dialect, len(server.requests)) == (DIALECTS[vendor], 1)
    assert seen.schema is not None
    assert set(seen.schema["properties"]) == {"verdicts"}
    assert "title" not in json.dumps(seen.schema)


def test_scores_are_asked_for_without_chance_and_with_a_limit(
    vendor: str, server: FakeModel
) -> None:
    ask(vendor)
    assert server.requests[0].body["temperature"] == 0
    assert max_tokens_of(server) == 300


def test_the_stable_part_comes_first_and_never_changes(vendor: str, server: FakeModel) -> None:
    ask(vendor)
    ask(vendor, user='"Another text about parking."', repair_note="The reply was not JSON.")
    first, second = server.requests
    assert first.system == second.system == "Judge the data."
    assert SECRET_TEXT not in first.system
    assert second.user.endswith("\n\nThe reply was not JSON.")
    spoken = [one["role"] for one in first.body["messages"]]
    assert spoken == (["user"] if "system" in first.body else ["system", "user"])


def test_the_stable_part_is_marked_where_a_cache_wants_to_be_told(settings: Any) -> None:
    with FakeModel() as server:
        configure(settings, "anthropic", server.url)
        ask("anthropic")
    assert server.requests[0].body["system"][0]["cache_control"] == {"type": "ephemeral"}


def test_no_tools_are_ever_sent(vendor: str, server: FakeModel) -> None:
    ask(vendor)
    sent = {"tools", "tool_choice", "functions", "function_call", "plugins", "web_search_options"}
    assert not sent & set(server.requests[0].body)


def test_tokens_are_counted_with_those_from_the_providers_cache(
    vendor: str, server: FakeModel
) -> None:
    server.will(turns.reply({"verdicts": []}, tokens_in=900, tokens_out=40, cached=600))
    assert ask(vendor).usage == Usage(tokens_in=900, tokens_out=40, cached_in=600)


def test_tokens_are_reckoned_where_a_provider_counts_none(vendor: str, server: FakeModel) -> None:
    server.will(turns.reply({"verdicts": []}, tokens_in=0, tokens_out=0))
    usage = ask(vendor).usage
    assert usage.tokens_in == -(-len(f'Judge the data.\n\n"{SECRET_TEXT}"') // 4)
    assert usage.tokens_out == 4


#: Loaded before the clock of a call runs, as a worker does when it starts.
SDKS = [import_module(name) for name in ("anthropic", "openai")]


@pytest.mark.parametrize(
    ("turn", "stop"),
    [
        (turns.truncated(), Stop.TRUNCATED),
        (turns.refusal(), Stop.REFUSED),
        (turns.filtered(), Stop.REFUSED),
    ],
)
def test_the_end_of_a_reply_is_told(
    vendor: str, server: FakeModel, turn: turns.Turn, stop: Stop
) -> None:
    server.will(turn)
    assert ask(vendor).stop == stop


FAULTS = [
    (turns.fault(400), FaultKind.BAD_REQUEST),
    (turns.too_long(), FaultKind.TOO_LONG),
    (turns.fault(413), FaultKind.TOO_LONG),
    (
        turns.fault(400, code="content_filter", body={"error": {"code": "content_filter"}}),
        FaultKind.REFUSED,
    ),
    (turns.fault(401), FaultKind.KEY_REFUSED),
    (turns.fault(402), FaultKind.KEY_REFUSED),
    (turns.fault(403), FaultKind.KEY_REFUSED),
    (turns.unknown_model(), FaultKind.UNKNOWN_MODEL),
    (turns.fault(408), FaultKind.TIMEOUT),
    (turns.fault(409), FaultKind.UNAVAILABLE),
    (turns.fault(429), FaultKind.THROTTLED),
    (turns.fault(429, body={"error": {"code": "insufficient_quota"}}), FaultKind.KEY_REFUSED),
    (turns.fault(500), FaultKind.UNAVAILABLE),
    (turns.fault(502, body="<html>Bad gateway</html>"), FaultKind.UNAVAILABLE),
    (turns.fault(503, body=""), FaultKind.UNAVAILABLE),
    (turns.fault(529), FaultKind.UNAVAILABLE),
    (turns.redirect("http://127.0.0.1:9/steal"), FaultKind.BAD_REQUEST),
    (turns.cut_off(), FaultKind.UNAVAILABLE),
    (turns.not_json(), FaultKind.MALFORMED),
    (turns.not_json(""), FaultKind.MALFORMED),
    (turns.not_json("[]"), FaultKind.MALFORMED),
    (turns.not_json("[" * 100_000), FaultKind.MALFORMED),
]


@pytest.mark.parametrize(("turn", "kind"), FAULTS, ids=lambda one: str(getattr(one, "status", one)))
def test_every_fault_has_a_name_and_is_not_tried_again(
    vendor: str, server: FakeModel, turn: turns.Turn, kind: FaultKind
) -> None:
    server.will(turn)
    assert fault_of(vendor).kind == kind
    assert len(server.requests) == 1


ODD_BODIES: list[dict[str, Any]] = [
    {},
    {"choices": None, "content": None},
    {"choices": [], "content": []},
    {"choices": {"a": 1}, "content": {"a": 1}},
    {"choices": [None], "content": [None, 7, "text"]},
    {"choices": [{"message": None}], "content": [{"type": "text"}]},
    {"choices": [{"message": {"content": 7}}], "content": [{"text": 7}], "usage": []},
    {
        "choices": [{"message": {"content": ["x"]}}],
        "stop_reason": [],
        "usage": {"input_tokens": "9"},
    },
    {"error": {"message": "odd"}, "usage": {"prompt_tokens": -5, "completion_tokens": True}},
]


@pytest.mark.parametrize("body", ODD_BODIES, ids=str)
def test_a_reply_of_an_odd_build_has_no_text(
    vendor: str, server: FakeModel, body: dict[str, Any]
) -> None:
    server.will(turns.fault(200, body=body))
    reply = ask(vendor)
    assert reply.text == ""
    assert reply.usage.tokens_in >= 0
    assert reply.usage.tokens_out >= 0


def test_an_absurd_count_of_tokens_fits_the_ledger(vendor: str, server: FakeModel) -> None:
    server.will(turns.reply({"verdicts": []}, tokens_in=10**30, tokens_out=10**30))
    usage = ask(vendor).usage
    assert usage.tokens_in <= 2**31 - 1
    assert usage.tokens_out <= 2**31 - 1


def test_an_address_where_nobody_listens_is_unavailable(vendor: str, settings: Any) -> None:
    with FakeModel() as gone:
        configure(settings, vendor, gone.url)
    fault = fault_of(vendor)
    assert fault.kind == FaultKind.UNAVAILABLE
    assert "Nobody listens" in str(fault)


@pytest.mark.parametrize("turn", [one for one, _ in FAULTS] + [turns.refusal(), turns.truncated()])
def test_neither_key_nor_text_shows_up_in_a_fault_or_a_log(
    vendor: str, server: FakeModel, turn: turns.Turn, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=name or None)
    echo = f"Incorrect API key {KEY} for {SECRET_TEXT}"
    server.will(turns.fault(turn.status, body={"error": {"message": echo, "code": echo}}), turn)
    told = ""
    for _ in range(2):
        try:
            ask(vendor)
        except providers.ModelFault as fault:
            told += f"{fault} {fault.detail} {fault.__cause__} {fault!r}"
    told += repr(providers.provider(vendor)) + caplog.text
    assert KEY not in told
    assert "Elm Street" not in told


def test_a_key_that_cannot_be_sent_is_said_to_be_wrong(
    vendor: str, server: FakeModel, settings: Any
) -> None:
    names = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AZURE_OPENAI_KEY", "GOOGLE_API_KEY")
    for bad in ("sk-with\na-line", "sk-“curly”"):
        keys = dict.fromkeys((*names, "CUSTOM_LLM_API_KEY"), bad)
        settings.LLM_KEYS = settings.LLM_KEYS | keys
        fault = fault_of(vendor)
        assert fault.kind == FaultKind.NOT_CONFIGURED
        assert bad not in str(fault)
    assert server.requests == []


def test_the_ledger_learns_the_host_and_nothing_else_of_the_address(
    vendor: str, server: FakeModel
) -> None:
    one = providers.provider(vendor)
    assert one.host == f"127.0.0.1:{server.port}"
    assert len(one.key_hash) == 64
    assert one.model == "test-model"


def test_a_changed_key_is_used_and_noticed(vendor: str, server: FakeModel, settings: Any) -> None:
    ask(vendor)
    before = providers.provider(vendor).key_hash
    settings.LLM_KEYS = {
        name: value.replace(KEY, "sk-new") for name, value in settings.LLM_KEYS.items()
    }
    ask(vendor)
    assert providers.provider(vendor).key_hash != before
    assert [one.key for one in server.requests] == [KEY, "sk-new"]
