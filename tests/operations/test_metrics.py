"""What Prometheus reads, who may read it, and that every process's figures are in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from accounts import counting
from accounts.models import User
from accounts.signin_record import Reason
from interviews import metrics
from interviews.llm.types import FaultKind, Usage
from interviews.models import Circuit
from uaip_project.operations import exposition, worker_metrics

ROOT = Path(__file__).resolve().parents[2]
FAR = {"REMOTE_ADDR": "203.0.113.9"}

pytestmark = pytest.mark.django_db


def figures() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample of /metrics as a scraper reads it from this machine."""
    reply = Client().get("/metrics")
    assert reply.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(reply.content.decode())
        for sample in family.samples
    }


def figure(name: str, **labels: str) -> float:
    """One sample; 0 while nothing was counted."""
    return figures().get((name, tuple(sorted(labels.items()))), 0.0)


def in_another_process(code: str) -> None:
    """Counts in a process that ends at once, as a worker that is restarted."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PROMETHEUS_MULTIPROC_DIR": settings.METRICS_DIR,
    }
    line = f"import django; django.setup(); from interviews import metrics; {code}"
    subprocess.run([sys.executable, "-c", line], cwd=ROOT, env=environment, check=True)


def test_the_guides_names_and_labels_are_there() -> None:
    metrics.llm_requested("custom", "m")
    metrics.llm_answered("custom", "m", 0.4, Usage(120, 30, 100))
    metrics.llm_failed("custom", FaultKind.TIMEOUT)
    metrics.quality_scored(1, "S1-01", 7.4)
    metrics.quality_looped(1, "S1-01")
    metrics.escalated(1, "attempts_exhausted")
    metrics.injection_blocked(1)
    metrics.stage_attempted(1)
    metrics.rate_limit_exceeded()
    model, question = (
        {"provider": "custom", "model": "m"},
        {"stage": "1", "question_number": "S1-01"},
    )
    found = {
        "uaip_llm_requests_total": model,
        "uaip_llm_latency_seconds_count": model,
        "uaip_llm_errors_total": {"provider": "custom", "error_type": "timeout"},
        "uaip_llm_tokens_used_total": model | {"type": "input"},
        "uaip_quality_scores_count": question,
        "uaip_quality_loops_total": question,
        "uaip_quality_escalations_total": {"stage": "1", "reason": "attempts_exhausted"},
        "uaip_prompt_injections_blocked_total": {"stage": "1"},
        "uaip_stage_attempts_total": {"stage_number": "1", "user_id": "all"},
        "uaip_rate_limit_exceeded_total": {"user_id": "all"},
    }
    assert [name for name, labels in found.items() if figure(name, **labels) < 1] == []


def test_process_figures_are_the_clients_own() -> None:
    names = {name for name, _ in figures()}
    assert {"process_cpu_seconds_total", "process_resident_memory_bytes", "python_info"} <= names
    assert "python_gc_objects_collected_total" in names


def test_a_worker_and_the_web_process_are_added_up() -> None:
    before = figure("uaip_prompt_injections_blocked_total", stage="4")
    metrics.injection_blocked(4)
    in_another_process("metrics.injection_blocked(4); metrics.injection_blocked(4)")
    assert figure("uaip_prompt_injections_blocked_total", stage="4") == before + 3


def test_what_an_ended_process_counted_stays_and_its_files_go() -> None:
    in_another_process("metrics.quality_scored(3, 'S3-01', 8.1)")
    labels = {"stage": "3", "question_number": "S3-01"}
    before = figure("uaip_quality_scores_sum", **labels)
    assert before >= 8.1
    assert exposition.fold_ended() >= 2
    assert exposition.fold_ended() == 0
    assert figure("uaip_quality_scores_sum", **labels) == pytest.approx(before)
    living = {file.stem.rpartition("_")[2] for file in Path(settings.METRICS_DIR).glob("*.db")}
    assert living <= {counting.process_name(), f"{counting.HOST}-ended"}


def test_processes_that_nobody_can_tell_apart_by_number_are_not_folded(tmp_path: Path) -> None:
    for name in ("counter_other-host-1.db", f"counter_{counting.HOST}-{os.getpid()}.db"):
        (tmp_path / name).write_bytes(bytes(64))
    with override_settings(METRICS_DIR=str(tmp_path)):
        assert exposition.fold_ended() == 0


def test_a_disk_without_room_costs_the_figure_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    counting._roomy.clear()
    counting._complain.cache_clear()
    with override_settings(METRICS_DIR=str(tmp_path / "file" / "metrics")):
        metrics.stage_attempted(2)
        metrics.stage_attempted(2)
    counting._roomy.clear()
    assert caplog.text.count("Metrics are not counted") == 1


def test_who_is_not_let_in_is_counted_by_reason(client: Client, alice: User) -> None:
    name = "uaip_auth_failures_total"
    reasons = [one.value for one in Reason]
    before = {one: figure(name, reason=one) for one in reasons}
    for email in (alice.email, alice.email, "nobody@example.org"):
        sent = {"login": email, "password": "not the password"}
        client.post("/accounts/login/", sent)
    after = {one: figure(name, reason=one) - before[one] for one in reasons}
    assert {one: count for one, count in after.items() if count} == {
        "wrong_password": 2,
        "unknown_address": 1,
    }
    told = {dict(labels)["reason"] for found, labels in figures() if found == name}
    assert told <= set(reasons)


def test_an_open_circuit_shows() -> None:
    Circuit.objects.create(provider="custom", model="m")
    assert figure("uaip_llm_circuit_open", provider="custom", model="m") == 0
    Circuit.objects.update(state=Circuit.State.OPEN, opened_at="2026-11-21T10:00:00Z")
    assert figure("uaip_llm_circuit_open", provider="custom", model="m") == 1


def test_a_stranger_from_elsewhere_reads_nothing() -> None:
    reply = Client().get("/metrics", **FAR)
    assert reply.status_code == 403
    assert b"uaip_" not in reply.content


def test_who_comes_through_a_proxy_is_not_near() -> None:
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


def test_an_unreadable_address_is_not_near() -> None:
    assert Client().get("/metrics", REMOTE_ADDR="").status_code == 403


@override_settings(METRICS_ALLOWED_CIDRS=["203.0.113.0/24"])
def test_a_site_allows_its_own_network() -> None:
    assert Client().get("/metrics", **FAR).status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="::ffff:203.0.113.9").status_code == 200
    assert Client().get("/metrics").status_code == 403


@override_settings(METRICS_TOKEN="s3cret")
def test_the_token_opens_it_from_anywhere() -> None:
    given = {"Authorization": "Bearer s3cret"}
    assert Client().get("/metrics", headers=given, **FAR).status_code == 200
    wrong = {"Authorization": "Bearer other"}
    assert Client().get("/metrics", headers=wrong, **FAR).status_code == 403


@override_settings(METRICS_TOKEN="")
def test_an_empty_token_opens_nothing() -> None:
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}, **FAR).status_code == 403


@override_settings(PROMETHEUS_ENABLED=False)
def test_a_site_that_is_not_watched_has_no_such_page() -> None:
    assert Client().get("/metrics").status_code == 404


def test_no_label_names_a_person_or_a_project(alice: User) -> None:
    metrics.stage_attempted(1)
    text = exposition.text().decode()
    assert alice.email not in text
    assert 'user_id="all"' in text


@pytest.fixture
def worker_port() -> Iterator[int]:
    """A worker's own port, served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with override_settings(WORKER_METRICS_PORT=port):
        server = worker_metrics.serve()
        assert server is not None
        yield port
        server.shutdown()
        server.server_close()


def ask_worker(port: int, path: str = "/metrics", **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def test_a_worker_tells_how_it_fares_and_counts_nothing_twice(worker_port: int) -> None:
    metrics.stage_attempted(1)
    status, text = ask_worker(worker_port)
    assert status == 200
    assert "process_cpu_seconds_total" in text
    assert "uaip_" not in text


def test_a_workers_port_has_the_same_door(worker_port: int) -> None:
    assert ask_worker(worker_port, "/admin/")[0] == 404
    with override_settings(METRICS_ALLOWED_CIDRS=["203.0.113.0/24"], METRICS_TOKEN="s3cret"):
        assert ask_worker(worker_port)[0] == 403
        assert ask_worker(worker_port, Authorization="Bearer s3cret")[0] == 200


def test_a_port_that_is_taken_stops_no_worker(
    worker_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    assert worker_metrics.serve() is None
    assert "not served on port" in caplog.text


def test_without_a_port_nothing_listens() -> None:
    assert worker_metrics.serve() is None
