"""Starts Debian's Prometheus, Alertmanager and prober on free ports, and asks them."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"


def program(name: str) -> str:
    """The path of a Debian program; its absence is a fault of the set-up, no reason to skip."""
    path = shutil.which(name)
    package = {"promtool": "prometheus", "amtool": "prometheus-alertmanager"}.get(name, name)
    assert path, f"Install {package} (apt-get install {package}); .ci/run does."
    return path


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as reply:
        return str(reply.read().decode())


def wait_for(what: Callable[[], Any], *, seconds: float = 60) -> Any:
    """The first answer that says yes; the last one when time is up."""
    until = time.monotonic() + seconds
    while True:
        try:
            found = what()
        except (OSError, urllib.error.URLError):
            found = None
        if found or time.monotonic() > until:
            return found
        time.sleep(0.1)


@contextmanager
def running(command: list[str], folder: Path, ready: str) -> Iterator[None]:
    """The program until the end, once ``ready`` answers."""
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        assert wait_for(lambda: read(ready)), (folder / "output.txt").read_text()[-2000:]
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


class Prometheus:
    """One that scrapes a port every two seconds, with our own rules."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    def ask(self, expr: str) -> list[dict[str, Any]]:
        asked = urllib.parse.urlencode({"query": expr})
        reply = json.loads(read(f"{self.address}/api/v1/query?{asked}"))
        result: list[dict[str, Any]] = reply["data"]["result"]
        return result

    def scrapes(self) -> float:
        """How often the job was asked with success."""
        found = self.ask('count_over_time(up{job="uaip"}[5m]) and up{job="uaip"} == 1')
        return float(found[0]["value"][1]) if found else 0

    def wait_for_scrapes(self, more: int) -> None:
        """Until what stands now was seen ``more`` times."""
        wanted = self.scrapes() + more
        assert wait_for(lambda: self.scrapes() >= wanted)


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[Prometheus]:
    """Our configuration with one target, everything every other second, and no Alertmanager."""
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    config["global"] = {
        "scrape_interval": "2s",
        "scrape_timeout": "2s",
        "evaluation_interval": "1s",
    }
    del config["alerting"]
    config["scrape_configs"] = [
        {"job_name": "uaip", "static_configs": [{"targets": [target]}]},
    ]
    (folder / "rules").mkdir()
    for file in (DEPLOY / "prometheus" / "rules").glob("*.yml"):
        text = file.read_text("utf-8").replace("interval: 30s", "interval: 1s")
        (folder / "rules" / file.name).write_text(text)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    port = free_port()
    command = [program("prometheus"), f"--web.listen-address=127.0.0.1:{port}"]
    command += ["--config.file=prometheus.yml", "--storage.tsdb.path=data"]
    with running(command, folder, f"http://127.0.0.1:{port}/-/ready"):
        yield Prometheus(port)
