"""A real Prometheus asks a served U-AIP: every panel shows something, every fault is seen."""

from __future__ import annotations

import json
import math
import re
import runpy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts import metrics as house
from accounts.models import Job
from governance import metrics as governance
from interviews import metrics
from interviews.llm.types import FaultKind, Usage
from interviews.models import Circuit
from tests.builders.people import make_person
from tests.builders.sessions import make_session
from tests.operations.monitoring.certificates import certificate
from tests.operations.monitoring.servers import DEPLOY, ROOT, Prometheus, prometheus, wait_for
from uaip_project.operations import heartbeats
from uaip_project.operations.models import Heartbeat, MaintenanceMode, OpsRun

pytestmark = pytest.mark.django_db(transaction=True)

DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
#: Figures of programs that are not ours; who runs them has them.
ELSEWHERE = {
    "node_": "the node exporter reads the machine's disks",
    "container_": "cAdvisor reads the containers",
}


def not_here() -> list[str]:
    """What this installation's database and cache do not have."""
    absent = [] if connection.vendor == "postgresql" else ["uaip_postgres_", "uaip_database_con"]
    return [*ELSEWHERE, *absent, *([] if settings.CACHE_URL else ["uaip_cache_", "uaip:cache_"])]


def count_everything() -> None:
    """What a busy minute counts."""
    metrics.session_created()
    metrics.session_completed(3600)
    metrics.session_failed(metrics.SERVER_FAULT)
    metrics.stage_passed(1, 900)
    metrics.stage_refused(1, metrics.UNSETTLED)
    metrics.stage_attempted(1)
    metrics.quality_scored(1, "S1-01", 7.4)
    metrics.quality_looped(1, "S1-01")
    metrics.escalated(1, "attempts_exhausted")
    metrics.injection_blocked(1)
    metrics.rate_limit_exceeded()
    governance.decided("PROCEED")
    usage = Usage(120, 30, 0)
    metrics.llm_requested("custom", "m")
    metrics.llm_answered("custom", "m", 0.4, usage)
    metrics.llm_failed("custom", FaultKind.TIMEOUT)
    metrics.llm_paid("custom", "m", "USD", 0.02)
    metrics.llm_looked_up(found=True)
    metrics.agent_called("1", "score", "ok", 0.4, usage)
    house.auth_failed("password")
    house.unusually_used()
    house.job_ended("score", "done")
    house.job_took("score", 0.3)
    house.logged("error")
    house.pool_stands(active=3, total=20, waiting=0)
    house.answered("POST", "/api/v1/sessions/", 422, 0.02)
    house.answered("GET", "/sessions/", 404, 0.02)
    house.answered("GET", "/sessions/", 500, 0.02)
    house.statement_done("select", 0.01)
    cache.get_many(["monitoring", "monitoring-not-there"])


def ran(kind: str, *, days: float = 0, status: str = OpsRun.Status.OK) -> None:
    """A run that ended so many days ago."""
    at = timezone.now() - timedelta(days=days)
    result = {"is_verified": True, "archive": "a", "taken_at": at.isoformat()}
    result |= {"size": 4096, "seconds": 3.5}
    is_good = status == OpsRun.Status.OK
    run = OpsRun.objects.create(
        kind=kind,
        status=status,
        finished_at=at,
        period_start=at,
        result=result if is_good else {},
    )
    OpsRun.objects.filter(pk=run.pk).update(started_at=at - timedelta(seconds=30))


@pytest.fixture
def watched(live_server: LiveServer, tmp_path: Path, settings: Settings) -> Iterator[Prometheus]:
    settings.BACKUP_DIR = tmp_path / "elsewhere"
    settings.CERTIFICATES = [str(certificate(tmp_path, days=5))]
    settings.LLM = settings.LLM | {"budget": {**settings.LLM["budget"], "daily": 1}}
    settings.AUDIT_DIR.mkdir(parents=True, exist_ok=True)
    (settings.AUDIT_DIR / "audit.log").touch()
    target = f"127.0.0.1:{live_server.thread.port}"
    with prometheus(tmp_path, target) as found:
        yield found


def queries() -> set[str]:
    """Every expression of every panel."""
    contents = [json.loads(file.read_text()) for file in DASHBOARDS]
    return {
        target["expr"] for one in contents for panel in one["panels"] for target in panel["targets"]
    }


def documented() -> set[str]:
    """The queries that the page about monitoring tells people to try."""
    text = (ROOT / "docs" / "how-to" / "monitor.md").read_text("utf-8")
    return {
        line
        for block in re.findall(r"```promql\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line
    }


def shows(watched: Prometheus, expr: str) -> bool:
    return any(not math.isnan(float(one["value"][1])) for one in watched.ask(expr))


def test_every_panel_and_every_documented_query_returns_data(watched: Prometheus) -> None:
    make_session(make_person("alice"))
    for kind in ("verify_backup", "restore_drill", "verify_record"):
        ran(kind)
    Circuit.objects.create(provider="custom", model="m")
    heartbeats.beat("worker")
    for _ in range(2):
        count_everything()
        watched.wait_for_scrapes(3)
    assert documented()
    asked = queries() | documented()
    here = {one for one in asked if not any(name in one for name in not_here())}
    assert len(here) > 70
    # Prometheus spreads its rule groups over the interval: a recorded figure comes after a scrape.
    wait_for(lambda: all(shows(watched, one) for one in here))
    assert sorted(one for one in here if not shows(watched, one)) == []


FAULTS = (
    *("BackupStale", "BackupFailed", "DrillStale", "DrillFailed", "WorkerSilent", "ScheduleSilent"),
    *("ScheduledRunFailed", "QueueOld", "JobsDead", "AuditChainBroken", "AuditNotVerified"),
    *("CertificateEnds", "CertificateEndsSoon", "CertificateEndsNow", "CircuitOpen"),
    *("MaintenanceForgotten", "PromptInjectionSeen", "UnusualApiUse", "SessionsFail"),
)


def switch_every_fault_on() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    for kind in ("verify_backup", "restore_drill", "verify_record"):
        ran(kind, days=41)
        ran(kind, days=0.5, status=OpsRun.Status.FAILED)
    Heartbeat.objects.create(name="worker", heard_at=long_ago)
    Job.objects.create(kind="score", subject_id=1, unique_key="a", next_attempt_at=long_ago)
    Job.objects.create(
        kind="score", subject_id=2, unique_key="b", status=Job.Status.DEAD, finished_at=long_ago
    )
    Circuit.objects.create(
        provider="custom", model="m", state=Circuit.State.OPEN, opened_at=long_ago
    )
    MaintenanceMode.objects.create(pk=1, mode="readonly", set_at=long_ago)
    count_everything()


def test_a_fault_that_is_switched_on_is_seen_by_its_alert(watched: Prometheus) -> None:
    """Without the time that it must last (``for``), which promtool's tests cover."""
    rules = runpy.run_path(str(Path(__file__).with_name("test_alert_rules.py")))["alerts"]()
    house.logged("error")
    watched.wait_for_scrapes(2)
    switch_every_fault_on()
    wait_for(lambda: all(watched.ask(rules[name]["expr"]) for name in FAULTS))
    assert [name for name in FAULTS if not watched.ask(rules[name]["expr"])] == []


def test_the_files_are_those_of_the_table() -> None:
    script = runpy.run_path(str(DEPLOY / "scripts" / "dashboards.py"))
    table = script["table"]()
    assert {file.stem for file in DASHBOARDS} == set(table)
    for file in DASHBOARDS:
        assert file.read_text("utf-8") == script["dashboard"](file.stem, table[file.stem])


def test_the_guides_five_dashboards_keep_their_names() -> None:
    titles = {json.loads(file.read_text())["title"] for file in DASHBOARDS}
    areas = ("Overview", "Performance", "Quality Metrics", "Security", "Infrastructure")
    assert {f"U-AIP {one}" for one in areas} <= titles
