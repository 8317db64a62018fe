"""Every call is a line that says what left the house, where it went and what came of it."""

from __future__ import annotations

import hashlib
import logging
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection

from accounts.models import User
from interviews.llm import breaker, concurrency, ledger, router
from interviews.llm.types import FaultKind, ModelFault, Stop, Usage
from interviews.models import InterviewSession, ModelCall, ModelSpend
from tests.builders.sessions import make_session
from tests.fakes.llm import turns
from tests.fakes.llm.server import FakeModel
from tests.interviews.counting import statements
from tests.llm import asking
from tests.llm.asking import Model, configure, fault, outcomes, request

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Model:
    """The one configured model."""
    found = Model()
    configure(monkeypatch, settings, found)
    return found


def test_a_call_is_a_line_with_all_that_was_sent(fake_model: FakeModel, alice: User) -> None:
    fake_model.will(turns.reply('{"word": "yes"}', tokens_in=90, tokens_out=7, cached=64))
    session = make_session(alice)
    asked = request(session_id=session.pk, user="Tenants wait 19 days – dreißig Häuser.")
    router.ask(asked)
    line = ModelCall.objects.get()
    assert (line.session, line.question_keys, line.purpose) == (session, ["S1-01"], "score")
    assert (line.provider, line.model, line.prompt_version) == ("custom", "test-model", "score/1")
    assert line.host == f"127.0.0.1:{fake_model.port}"
    assert (line.tokens_in, line.tokens_out, line.tokens_cached) == (90, 7, 64)
    assert (line.outcome, line.cost, line.currency) == ("ok", Decimal(0), "USD")
    assert line.sent_text == asked.user
    assert line.sent_hash == hashlib.sha256(asked.sent_text.encode()).hexdigest()
    seen = fake_model.requests[0]
    assert seen.user == line.sent_text
    assert seen.system == asked.system


def test_every_try_and_every_repair_is_a_line(model: Model) -> None:
    model.turns = [fault(FaultKind.UNAVAILABLE), "no JSON", Stop.TRUNCATED]
    router.ask(request())
    expected = ["unavailable", "malformed", "truncated", "ok"]
    assert outcomes() == [f"custom {one}" for one in expected]
    # Tokens of replies that could not be used were spent all the same.
    assert list(ModelCall.objects.order_by("pk").values_list("tokens_in", flat=True)) == [
        0,
        1000,
        1000,
        1000,
    ]
    assert ModelSpend.objects.get().call_count == 4


def test_a_good_call_costs_few_statements(model: Model, settings: Any) -> None:
    settings.LLM = settings.LLM | {"budget": settings.LLM["budget"] | {"daily": 1000}}
    with statements() as first:
        router.ask(request())
    with statements() as later:
        router.ask(request())
    assert len(first) <= 6
    assert len(later) <= 5


def test_a_database_that_refuses_the_line_costs_no_reply(
    model: Model, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*args: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(ledger, "_write", refuse)
    monkeypatch.setattr(breaker, "succeeded", refuse)
    with caplog.at_level(logging.ERROR):
        assert router.ask(request()).content.word == "yes"
    assert "could not be written" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_session_deleted_meanwhile_still_leaves_the_money_on_record(
    model: Model, alice: User
) -> None:
    session = make_session(alice)
    model.turns = [lambda: InterviewSession.objects.filter(pk=session.pk).delete() and None]
    router.ask(request(session_id=session.pk))
    assert ModelCall.objects.get().session is None
    assert ModelSpend.objects.get().call_count == 1


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_the_model_thinks(model: Model) -> None:
    held: list[bool] = []
    model.turns = [lambda: held.append(connection.connection is not None)]
    ModelCall.objects.count()
    router.ask(request())
    assert held == [False]


def test_nothing_is_closed_inside_a_transaction(model: Model) -> None:
    assert connection.in_atomic_block
    concurrency.let_go_of_the_database()
    assert connection.connection is not None


@pytest.mark.django_db(transaction=True)
def test_calls_of_many_workers_add_up(model: Model) -> None:
    def work() -> None:
        try:
            for _ in range(5):
                router.ask(request())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert ModelCall.objects.count() == 40
    assert ModelSpend.objects.get().call_count == 40


def test_no_more_calls_than_places_are_under_way(
    model: Model, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LLM_MAX_CONCURRENCY = 1
    faults: list[FaultKind] = []

    def ask_again() -> None:
        with pytest.raises(ModelFault) as caught:
            router.ask(request(), seconds=0.2)
        faults.append(caught.value.kind)

    model.turns = [ask_again]
    assert router.ask(request()).content.word == "yes"
    assert faults == [FaultKind.BUSY]
    assert outcomes() == ["custom ok"]


@pytest.mark.parametrize("tokens", [-5, 10**15])
def test_a_provider_that_counts_nonsense_does_not_lose_its_line(
    model: Model, monkeypatch: pytest.MonkeyPatch, tokens: int
) -> None:
    usage = Usage(tokens_in=tokens, tokens_out=tokens, cached_in=tokens)
    monkeypatch.setattr(asking, "USED", usage)
    router.ask(request())
    assert 0 <= ModelCall.objects.get().tokens_in <= ledger.MOST_TOKENS
    assert ModelSpend.objects.get().call_count == 1


def test_a_line_is_never_changed(model: Model) -> None:
    router.ask(request())
    with pytest.raises(DatabaseError, match="never changed"):
        ModelCall.objects.update(outcome="refused")
