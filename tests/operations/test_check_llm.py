"""`manage.py check_llm`: one call to each provider, one line about each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.llm.server import FakeModel
from tests.fakes.llm.turns import fault, not_json
from tests.operations.command import Outcome
from tests.operations.test_circuit_command import run

pytestmark = pytest.mark.django_db


def check(*arguments: str) -> Outcome:
    return run(*arguments, name="check_llm")


def test_without_a_provider_all_is_well() -> None:
    done = check()
    assert done.code == 0
    assert "the embedded scorer works" in done.out


def test_a_model_that_answers_gets_one_call_and_one_line(fake_model: FakeModel) -> None:
    done = check()
    assert done.code == 0
    assert done.out.startswith("ok       custom (test-model): ")
    assert len(done.out.splitlines()) == len(fake_model.requests) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "bad key"), (404, "unknown model"), (503, "unreachable"), (429, "too many calls")],
)
def test_each_trouble_is_said_in_one_line(fake_model: FakeModel, status: int, words: str) -> None:
    fake_model.will(fault(status))
    done = check()
    assert done.code == 1
    (line,) = done.out.splitlines()
    assert line.startswith(f"problem  custom (test-model): {words}: ")


def test_a_model_that_cannot_keep_to_a_shape_is_named(fake_model: FakeModel) -> None:
    fake_model.will(not_json())
    done = check()
    assert done.code == 1
    assert "no structured output" in done.out


def test_a_server_that_is_not_there_is_unreachable(fake_model: FakeModel, settings: Any) -> None:
    settings.LLM_KEYS = settings.LLM_KEYS | {
        "CUSTOM_LLM_ENDPOINT": "http://127.0.0.1:9/v1/chat/completions"
    }
    done = check()
    assert done.code == 1
    assert "unreachable" in done.out


def test_a_missing_key_and_an_unknown_provider_are_said_without_a_call(
    fake_model: FakeModel, settings: Any
) -> None:
    settings.LLM_PROVIDER = "anthropic"
    settings.LLM_FALLBACK_PROVIDER = "nobody"
    done = check()
    assert done.code == 1
    first, second = done.out.splitlines()
    assert first.startswith("problem  anthropic: not configured: ANTHROPIC_API_KEY is not set")
    assert second.startswith("problem  nobody: not configured: no such provider")
    assert fake_model.requests == []


def test_the_key_is_never_said(fake_model: FakeModel, settings: Any) -> None:
    settings.LLM_KEYS = settings.LLM_KEYS | {"CUSTOM_LLM_API_KEY": "sk-very-secret"}
    fake_model.will(fault(401, body={"error": {"message": "Wrong key: sk-very-secret"}}))
    done = check("--json")
    assert "sk-very-secret" not in done.out + done.err
    assert done.json[0]["kind"] == "key_refused"


def test_both_providers_are_tried(two_models: tuple[FakeModel, FakeModel]) -> None:
    two_models[0].will(fault(500))
    done = check("--json")
    assert done.code == 1
    assert [(one["provider"], one["ok"]) for one in done.json] == [
        ("custom", False),
        ("anthropic", True),
    ]


def test_two_models_of_one_provider_are_both_tried(fake_model: FakeModel, settings: Any) -> None:
    settings.LLM_FALLBACK_PROVIDER = "custom"
    settings.LLM_FALLBACK_MODEL = "smaller-model"
    done = check("--json")
    assert done.code == 0
    assert [one["model"] for one in done.json] == ["test-model", "smaller-model"]
    assert [one.body["model"] for one in fake_model.requests] == ["test-model", "smaller-model"]
    again = run("test", "--json")
    assert [one["model"] for one in again.json] == ["test-model", "smaller-model"]
