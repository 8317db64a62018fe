"""A provider that keeps failing is left alone by everybody, and tried again by one at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.models import AuditEvent, User
from accounts.services import audit
from interviews.llm import circuit, providers, router
from interviews.llm.types import FaultKind, ModelFault
from interviews.models import Circuit, CircuitEvent
from tests.llm.asking import Model, configure, counted, fault, outcomes, request

pytestmark = pytest.mark.django_db

DOWN = fault(FaultKind.UNAVAILABLE)


def _figures(settings: Any, **figures: float) -> None:
    settings.LLM = settings.LLM | {"circuit": settings.LLM["circuit"] | figures}


def _fail(model: Model, times: int, kind: FaultKind = FaultKind.UNAVAILABLE) -> None:
    for _ in range(times):
        leave = circuit.permit(model)
        assert leave
        circuit.failed(model, fault(kind), leave)


def _wait_is_over() -> None:
    """The time for which the circuits were opened has passed."""
    Circuit.objects.update(open_until=Now())


def _row() -> Circuit:
    return Circuit.objects.get()


def _history() -> list[str]:
    return list(CircuitEvent.objects.order_by("pk").values_list("what", flat=True))


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Model:
    """The one configured model."""
    found = Model()
    configure(monkeypatch, settings, found)
    return found


def test_a_model_that_never_failed_has_no_row(model: Model) -> None:
    assert circuit.permit(model)
    circuit.succeeded(model, circuit.permit(model))
    assert not Circuit.objects.exists()


def test_five_failures_open_it_and_the_audit_log_knows(model: Model) -> None:
    _fail(model, 4)
    assert circuit.permit(model)
    _fail(model, 1)
    assert circuit.permit(model) is None
    assert (_row().state, _row().needs_person, _row().reason) == ("open", False, "unavailable")
    assert _history() == ["opened"]
    event = AuditEvent.objects.get(type="circuit.opened")
    assert (event.actor, event.subject) == ("system", "circuit custom test-model")


def test_an_unreadable_reply_counts_half(model: Model) -> None:
    _fail(model, 5, FaultKind.WRONG_SHAPE)
    _fail(model, 4, FaultKind.MALFORMED)
    assert circuit.permit(model)
    _fail(model, 1, FaultKind.MALFORMED)
    assert circuit.permit(model) is None


def test_failures_of_long_ago_are_forgotten(model: Model, settings: Any) -> None:
    _figures(settings, window_seconds=0.2)
    _fail(model, 4)
    time.sleep(0.3)
    _fail(model, 1)
    assert circuit.permit(model)
    assert _row().failures == 1


def test_a_rare_failure_among_many_replies_opens_nothing(model: Model) -> None:
    for _ in range(12):
        _fail(model, 1)
        circuit.succeeded(model, circuit.permit(model))
    assert circuit.permit(model)
    assert _row().failures == 0


@pytest.mark.parametrize(
    "kind",
    [FaultKind.THROTTLED, FaultKind.BAD_REQUEST, FaultKind.TOO_LONG]
    + [FaultKind.REFUSED, FaultKind.TRUNCATED],
)
def test_what_is_no_illness_is_not_counted(model: Model, kind: FaultKind) -> None:
    _fail(model, 9, kind)
    assert circuit.permit(model)
    assert not Circuit.objects.exists()


def test_one_probe_at_a_time(model: Model) -> None:
    _fail(model, 5)
    assert circuit.permit(model) is None
    _wait_is_over()
    probe = circuit.permit(model)
    assert probe
    assert probe.is_probe
    assert circuit.permit(model) is None


def test_a_good_probe_closes_it(model: Model) -> None:
    _fail(model, 5)
    _wait_is_over()
    circuit.succeeded(model, circuit.permit(model))
    assert (_row().state, _row().failures, _row().opened_at) == ("closed", 0, None)
    assert _history() == ["opened", "closed"]
    assert AuditEvent.objects.filter(type="circuit.closed").count() == 1


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT, FaultKind.WRONG_SHAPE, FaultKind.THROTTLED])
def test_a_bad_probe_keeps_it_open_for_another_while(model: Model, kind: FaultKind) -> None:
    _fail(model, 5)
    _wait_is_over()
    _fail(model, 1, kind)
    assert circuit.permit(model) is None
    assert _row().probe_until is None
    assert _history() == ["opened"]


def test_a_probe_that_never_came_back_is_replaced(model: Model, settings: Any) -> None:
    _figures(settings, probe_seconds=0.2)
    _fail(model, 5)
    _wait_is_over()
    assert circuit.permit(model)
    assert circuit.permit(model) is None
    time.sleep(0.3)
    assert circuit.permit(model)


def test_a_late_reply_from_before_the_outage_does_not_close_it(model: Model) -> None:
    _fail(model, 4)
    early = circuit.permit(model)
    _fail(model, 1)
    circuit.succeeded(model, early)
    circuit.failed(model, DOWN, early)
    assert _row().state == "open"
    assert _history() == ["opened"]


def test_a_refused_key_waits_for_a_person(model: Model) -> None:
    _fail(model, 1, FaultKind.KEY_REFUSED)
    _wait_is_over()
    assert circuit.permit(model) is None
    assert _row().needs_person


def test_another_key_is_tried_once_and_closes_it(model: Model) -> None:
    _fail(model, 1, FaultKind.KEY_REFUSED)
    renewed = Model(key_hash="second-key")
    probe = circuit.permit(renewed)
    assert probe
    assert probe.is_probe
    assert circuit.permit(renewed) is None
    circuit.succeeded(renewed, probe)
    assert _row().state == "closed"
    assert _history() == ["opened", "key_changed", "closed"]


def test_another_key_that_is_refused_too_opens_it_again(model: Model) -> None:
    _fail(model, 1, FaultKind.KEY_REFUSED)
    renewed = Model(key_hash="second-key")
    _fail(renewed, 1, FaultKind.KEY_REFUSED)
    assert circuit.permit(renewed) is None
    assert _history() == ["opened", "key_changed", "opened"]


def test_each_model_has_its_own_circuit(model: Model) -> None:
    _fail(model, 5)
    assert circuit.permit(Model(model="another-model"))
    assert circuit.permit(Model(name="another"))


def test_olga_resets_it_and_is_named(model: Model, olga: User) -> None:
    _fail(model, 1, FaultKind.KEY_REFUSED)
    circuit.reset(_row(), by=olga, reason="The key works again.")
    assert circuit.permit(model)
    event = CircuitEvent.objects.get(what="reset")
    assert (event.caused_by, event.reason) == (olga, "The key works again.")
    assert AuditEvent.objects.get(type="circuit.reset").actor == audit.person(olga)


def test_what_olga_forces_open_stays_open_until_she_resets_it(model: Model, olga: User) -> None:
    model.usual = '{"ok": true}'
    row = circuit.circuits()[0]
    circuit.force_open(row, by=olga, reason="The contract ended.")
    _wait_is_over()
    assert row.state == "open"
    assert circuit.permit(model) is None
    assert circuit.permit(Model(key_hash="second-key")) is None
    assert circuit.test("custom", by=olga).is_ok
    assert circuit.permit(model) is None
    circuit.reset(row, by=olga)
    assert circuit.permit(model)
    assert _history() == ["forced_open", "tested", "reset"]


def test_a_circuit_may_have_figures_of_its_own(model: Model, olga: User) -> None:
    row = circuit.circuits()[0]
    circuit.configure(row, by=olga, failure_limit=2, open_seconds=1)
    _fail(model, 2)
    assert circuit.permit(model) is None
    assert (_row().open_until - _row().opened_at).total_seconds() == pytest.approx(1, abs=0.1)
    circuit.configure(row, by=olga)
    assert _row().failure_limit is None
    assert (
        AuditEvent.objects.filter(type="circuit.configured", actor=audit.person(olga)).count() == 2
    )


def test_a_figure_of_nothing_is_refused(model: Model, olga: User) -> None:
    with pytest.raises(ValueError, match="window_seconds"):
        circuit.configure(circuit.circuits()[0], by=olga, window_seconds=0)


def test_every_configured_model_is_listed_before_it_failed(model: Model) -> None:
    Circuit.objects.create(provider="openai", model="an-old-one")
    listed = [(one.provider, one.model) for one in circuit.circuits()]
    assert listed == [("custom", "test-model"), ("openai", "an-old-one")]


def test_a_test_call_is_real_and_closes_what_was_open(model: Model, olga: User) -> None:
    model.usual = '{"ok": true}'
    _fail(model, 5)
    outcome = circuit.test("custom", by=olga)
    assert (outcome.is_ok, outcome.model) == (True, "test-model")
    assert _row().state == "closed"
    assert outcomes() == ["custom ok"]
    assert AuditEvent.objects.get(type="circuit.tested").actor == audit.person(olga)


def test_of_two_models_of_one_provider_the_named_one_is_tested(
    model: Model, settings: Any, monkeypatch: pytest.MonkeyPatch, olga: User
) -> None:
    larger = Model(model="larger-model")
    configure(monkeypatch, settings, model, larger)
    assert circuit.test("custom", model="larger-model", by=olga).model == "larger-model"
    assert circuit.test("custom", by=olga).model == "test-model"
    assert (len(model.asked), len(larger.asked)) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FaultKind.KEY_REFUSED, "The key is refused"),
        (FaultKind.UNKNOWN_MODEL, "not known there"),
        (FaultKind.UNAVAILABLE, "cannot be reached"),
        (FaultKind.MALFORMED, "no structured output"),
    ],
)
def test_a_test_call_says_what_is_wrong(
    model: Model, olga: User, kind: FaultKind, words: str
) -> None:
    model.usual = fault(kind)
    outcome = circuit.test("custom", by=olga)
    assert (outcome.is_ok, outcome.kind) == (False, kind)
    assert words in outcome.sentence
    assert len(model.asked) == 1


def test_testing_what_is_not_configured_calls_nobody(settings: Any, olga: User) -> None:
    settings.LLM_KEYS = dict.fromkeys(settings.LLM_KEYS, "")
    outcome = circuit.test("openai", by=olga)
    assert (outcome.is_ok, outcome.kind) == (False, FaultKind.NOT_CONFIGURED)
    assert "OPENAI_API_KEY" in outcome.sentence


def test_health_is_told_without_a_call(
    model: Model, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert circuit.health() == "available"
    monkeypatch.setattr(providers, "problems", lambda: ["OPENAI_API_KEY is not set."])
    assert circuit.health() == "degraded"
    monkeypatch.setattr(providers, "problems", list)
    _fail(model, 5)
    assert circuit.health() == "degraded"
    configure(monkeypatch, settings, model, Model(name="other"))
    assert circuit.health() == "available"
    settings.LLM_PROVIDER = ""
    assert circuit.health() == "embedded"
    assert model.asked == []


def test_an_open_circuit_is_no_call_and_no_line_in_the_ledger(model: Model) -> None:
    _fail(model, 5)
    labels = {"provider": "custom", "error_type": "circuit_open"}
    before = counted("uaip_llm_errors_total", **labels)
    with pytest.raises(ModelFault) as caught:
        router.ask(request())
    assert caught.value.kind == FaultKind.CIRCUIT_OPEN
    assert (model.asked, outcomes()) == ([], [])
    assert counted("uaip_llm_errors_total", **labels) == before + 1


def test_the_router_opens_it_and_a_probe_closes_it(model: Model) -> None:
    model.turns = [DOWN] * 5
    for _ in range(2):
        with pytest.raises(ModelFault) as caught:
            router.ask(request())
        # The fault that was met, not the circuit that it opened.
        assert caught.value.kind == FaultKind.UNAVAILABLE
    assert len(model.asked) == 5
    _wait_is_over()
    assert router.ask(request()).content.word == "yes"
    assert _row().state == "closed"


def test_a_bad_probe_is_one_call_only(model: Model) -> None:
    _fail(model, 5)
    model.usual = DOWN
    _wait_is_over()
    with pytest.raises(ModelFault):
        router.ask(request())
    assert len(model.asked) == 1


def _together(deed: Callable[[], Any], count: int = 8) -> None:
    def run() -> None:
        try:
            ready.wait()
            deed()
        finally:
            connection.close()

    ready = threading.Barrier(count, timeout=90)
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_in_an_outage_make_one_probe_at_a_time(model: Model, settings: Any) -> None:
    _figures(settings, open_seconds=0.5)
    under_way: list[int] = []
    is_up = threading.Event()
    most = 0

    def answer() -> ModelFault | None:
        nonlocal most
        under_way.append(1)
        most = max(most, len(under_way))
        time.sleep(0.05)
        under_way.pop()
        return None if is_up.is_set() else DOWN

    def work() -> None:
        until = time.monotonic() + 1.5
        while time.monotonic() < until and _state() == "open":
            with pytest.raises(ModelFault):
                router.ask(request())
            time.sleep(0.02)

    def _state() -> str:
        return Circuit.objects.values_list("state", flat=True).get()

    _fail(model, 5)
    model.usual = answer
    _together(work)
    assert 1 <= len(model.asked) <= 3
    assert most == 1
    is_up.set()
    time.sleep(0.5)
    assert router.ask(request()).content.word == "yes"
    assert _history() == ["opened", "closed"]
