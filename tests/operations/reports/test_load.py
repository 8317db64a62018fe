"""The load script asks as people do and judges by the thresholds."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "deploy/scripts/load/load.py"


class _Site(BaseHTTPRequestHandler):
    """Answers everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def run(address: str) -> tuple[int, dict[str, Any]]:
    words = ["--people", "4", "--seconds", "2", "--ramp", "0.1"]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), address, *words], capture_output=True, check=False
    )
    return done.returncode, json.loads(done.stdout)


def test_a_site_that_answers_passes(site: str) -> None:
    code, told = run(site)
    assert (code, told["broken"]) == (0, [])
    assert told["requests"] == sum(one["requests"] for one in told["paths"].values()) >= 4


def loaded() -> ModuleType:
    """The script as a module: it stands outside every package."""
    found = importlib.util.spec_from_file_location("load_script", SCRIPT)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["load_script"] = module
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("path", "seconds", "faults", "count"),
    [("/", 1.9, 0, 0), ("/", 2.1, 0, 1), ("/health", 0.4, 0, 0), ("/health", 0.6, 0, 1),
     ("/", 0.1, 1, 0), ("/", 0.1, 2, 1), ("/", 2.1, 2, 2)],
)  # fmt: skip
def test_slow_answers_and_faults_break_the_run(
    path: str, seconds: float, faults: int, count: int
) -> None:
    script = loaded()
    told = script.Told(seconds={path: [seconds] * 100}, faults={path: faults})
    assert len(script.judged(told)[1]) == count


def test_a_site_that_is_away_was_not_measured() -> None:
    assert run("http://127.0.0.1:9")[0] == 2


def test_the_table_of_capacity_says_what_was_measured_where() -> None:
    page = (ROOT / "docs/reference/capacity.md").read_text()
    assert "2 processors" in page
    assert "load.py" in page
