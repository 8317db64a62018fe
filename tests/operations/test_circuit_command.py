"""`manage.py circuit`: status, reset, test and configure from a terminal."""

from __future__ import annotations

import io
import json
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts.models import AuditEvent, User
from accounts.services import audit
from interviews.llm import circuit
from interviews.models import Circuit
from tests.fakes.llm.server import FakeModel
from tests.fakes.llm.turns import fault
from tests.operations.command import Outcome

pytestmark = pytest.mark.django_db


def run(*arguments: str, name: str = "circuit") -> Outcome:
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(name, *arguments, stdout=out, stderr=err)
    except CommandError as refusal:
        err.write(str(refusal))
        code = refusal.returncode
    except SystemExit as end:
        code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue())


def test_status_is_quiet_and_well_without_a_provider() -> None:
    done = run("status")
    assert (done.code, done.out) == (0, "llm: embedded\n")


def test_status_names_every_circuit(fake_model: FakeModel) -> None:
    done = run("status")
    assert done.code == 0
    assert "closed   custom (test-model): 0 of 5 failures" in done.out
    assert fake_model.requests == []


def test_status_ends_with_1_while_nobody_can_be_asked(fake_model: FakeModel) -> None:
    run("status")
    circuit.force_open(Circuit.objects.get(), by=None, reason="The contract ends.")
    done = run("status", "--json")
    assert done.code == 1
    assert done.json["llm"] == "degraded"
    assert done.json["circuits"][0]["state"] == "stopped"


def test_status_says_what_is_missing(settings: Any) -> None:
    settings.LLM_PROVIDER = "nobody"
    done = run("status")
    assert done.code == 1
    assert "missing: LLM_PROVIDER=nobody" in done.out


def test_reset_closes_and_says_who_did_it(fake_model: FakeModel, olga: User) -> None:
    run("status")
    circuit.force_open(Circuit.objects.get(), by=None, reason="Trouble")
    done = run("reset", "--by", olga.email, "--reason", "It is over.")
    assert done.code == 0
    assert done.out.startswith("closed   custom")
    assert AuditEvent.objects.get(type="circuit.reset").actor == audit.person(olga)


def test_nobody_resets_in_the_name_of_a_requester(fake_model: FakeModel, alice: User) -> None:
    done = run("reset", "--by", alice.email)
    assert done.code == 2
    assert "nobody who looks after language models" in done.err


def test_a_circuit_that_nobody_knows_could_not_be_reset(fake_model: FakeModel) -> None:
    done = run("reset", "--provider", "nobody")
    assert (done.code, done.err) == (2, "There is no circuit of nobody.")


def test_test_calls_each_configured_model_once(two_models: tuple[FakeModel, FakeModel]) -> None:
    first, second = two_models
    done = run("test", "--json")
    assert done.code == 0, done.out
    assert [one["provider"] for one in done.json] == ["custom", "anthropic"]
    assert (len(first.requests), len(second.requests)) == (1, 1)


def test_a_model_that_does_not_answer_is_a_problem(fake_model: FakeModel) -> None:
    fake_model.will(fault(401))
    done = run("test", "--provider", "custom")
    assert done.code == 1
    assert done.out.startswith("problem  custom: ")


def test_there_is_nothing_to_test_without_a_model() -> None:
    done = run("test")
    assert done.code == 2
    assert "nothing to test" in done.err


def test_a_rehearsal_needs_no_model_and_leaves_no_row() -> None:
    done = run("test", "--rehearse")
    assert done.code == 0
    assert done.out == "The circuit opened after 5 failures and closed again.\n"
    assert not Circuit.objects.exists()


def test_configure_sets_and_takes_back(fake_model: FakeModel) -> None:
    done = run("configure", "--failures", "3", "--wait", "90", "--json")
    assert done.code == 0
    assert done.json[0]["failure_threshold"] == 3
    assert done.json[0]["recovery_timeout"] == 90
    assert run("configure", "--json").json[0]["failure_threshold"] == 5


def test_a_figure_that_cannot_be_is_refused(fake_model: FakeModel) -> None:
    done = run("configure", "--failures", "0")
    assert done.code == 2
    assert "at least 1" in done.err


def test_without_a_database_nothing_could_be_run(fake_model: FakeModel) -> None:
    with mock.patch.object(circuit, "circuits", side_effect=OperationalError("gone")):
        done = run("status")
    assert done.code == 2
    assert "The database did not answer" in done.err


def test_the_json_of_every_deed_can_be_read(fake_model: FakeModel) -> None:
    for deed in ("status", "reset", "test", "configure"):
        assert json.loads(run(deed, "--json").out)
