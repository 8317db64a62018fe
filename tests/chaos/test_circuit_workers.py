"""Eight worker processes and a provider that is down: only probes reach it, one at a time."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site

from interviews.models import Circuit
from tests.chaos.workers import ROOT, wait_until, worker_environment
from tests.fakes.llm.seen import Seen
from tests.fakes.llm.server import FakeModel
from tests.fakes.llm.turns import Turn, fault

WORKERS = 8
FAILURES = 5

pytestmark = [
    pytest.mark.kills,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(900),
]


class Outage(FakeModel):
    """A provider that answers everything with 500 until it is up again."""

    is_up = False

    def noticed(self, seen: Seen) -> Turn:
        super().noticed(seen)
        return Turn(content={"word": "yes"}) if self.is_up else fault(500)


@pytest.fixture
def provider() -> Iterator[Outage]:
    """A provider that is down."""
    with Outage() as server:
        yield server


def _environment(folder: Path, provider: Outage) -> dict[str, str]:
    config = folder / "config"
    shutil.copytree(site.CONFIG_DIR, config)
    figures = (config / "llm.yaml").read_text(encoding="utf-8")
    short = figures.replace("open_seconds: 30", "open_seconds: 1", 1)
    assert short != figures
    (config / "llm.yaml").write_text(short, encoding="utf-8")
    return worker_environment(folder) | {
        "UAIP_CONFIG_DIR": str(config),
        "LLM_PROVIDER": "custom",
        "LLM_MODEL": "test-model",
        "LLM_FALLBACK_PROVIDER": "",
        "CUSTOM_LLM_ENDPOINT": f"{provider.url}/v1/chat/completions",
        "CACHE_LLM_RESPONSES": "false",
        "REDIS_URL": "",
        "LOG_LEVEL": "CRITICAL",
    }


def _start(folder: Path, environment: dict[str, str]) -> list[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.chaos.asker", str(folder)]
    return [
        subprocess.Popen([*command, str(number)], cwd=ROOT, env=environment)
        for number in range(WORKERS)
    ]


def _state() -> str | None:
    return Circuit.objects.values_list("state", flat=True).first()


def _watch(provider: Outage, folder: Path) -> None:
    assert wait_until(lambda: len(list(folder.glob("ready-*"))) == WORKERS, seconds=120)
    (folder / "go").touch()
    assert wait_until(lambda: _state() == "open", seconds=240)
    # Five were counted; the others were on their way when the fifth came back, and on a busy
    # machine they arrive late: what comes after a pause that only an open circuit makes is a probe.
    assert wait_until(lambda: time.monotonic() - provider.requests[-1].at >= 0.7, seconds=240)
    before = len(provider.requests)
    assert before <= FAILURES + WORKERS
    time.sleep(4)
    probes = [seen.at for seen in provider.requests[before:]]
    assert 2 <= len(probes) <= 5
    # A second each, less what the fault took on its way into the row.
    gaps = [later - earlier for earlier, later in zip(probes, probes[1:], strict=False)]
    assert min(gaps) >= 0.9
    provider.is_up = True
    assert wait_until(lambda: _state() == "closed", seconds=240)
    time.sleep(1)
    (folder / "stop").touch()


def test_only_one_probe_at_a_time_reaches_a_provider_that_is_down(
    provider: Outage, tmp_path: Path
) -> None:
    workers = _start(tmp_path, _environment(tmp_path, provider))
    try:
        _watch(provider, tmp_path)
        assert [worker.wait(timeout=120) for worker in workers] == [0] * WORKERS
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(timeout=10)
    good = [int(path.read_text()) for path in tmp_path.glob("good-*")]
    assert len(good) == WORKERS
    assert all(good)
