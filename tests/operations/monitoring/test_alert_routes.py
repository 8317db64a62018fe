"""Alertmanager sends each alert to whom it concerns, and what it sends arrives."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.operations.monitoring.servers import DEPLOY, program, running, wait_for
from tests.ports import free_port

CONFIG = DEPLOY / "alertmanager" / "alertmanager.yml"


def amtool(*words: str) -> str:
    command = [program("amtool"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_alertmanager_takes_the_configuration() -> None:
    assert "SUCCESS" in amtool("check-config", str(CONFIG))


@pytest.mark.parametrize(
    ("severity", "receivers"),
    [("critical", "uaip,critical"), ("warning", "uaip,warning"), ("info", "uaip,nobody")],
)
def test_each_severity_has_its_receivers(severity: str, receivers: str) -> None:
    route = ("config", "routes", "test", f"--config.file={CONFIG}")
    assert amtool(*route, f"severity={severity}") == receivers


def test_a_critical_alert_reaches_chat_pager_and_mail() -> None:
    content = yaml.safe_load(CONFIG.read_text())
    (critical,) = [one for one in content["receivers"] if one["name"] == "critical"]
    assert {"slack_configs", "pagerduty_configs", "email_configs"} < set(critical)


def test_no_secret_stands_in_the_configuration() -> None:
    text = CONFIG.read_text()
    assert "hooks.slack.com" not in text
    assert "password" not in text


class _Inbox(BaseHTTPRequestHandler):
    received: list[tuple[str, str, dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said = self.headers.get("Authorization", "")
        self.received.append((self.path, said, json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def an_inbox() -> Iterator[int]:
    _Inbox.received = []
    server = HTTPServer(("127.0.0.1", 0), _Inbox)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def _ours_but_local(folder: Path, inbox: int) -> None:
    """Our routes and receivers, with chat and webhook at a port of this machine, and no mail."""
    content = yaml.safe_load(CONFIG.read_text())
    content["global"] = {"slack_api_url": f"http://127.0.0.1:{inbox}/slack"}
    content["route"] |= {"group_wait": "0s"}
    (folder / "key").write_text("uaip_test")
    for one in content["receivers"]:
        one.pop("email_configs", None)
        one.pop("pagerduty_configs", None)
        for hook in one.get("webhook_configs", []):
            hook["url"] = f"http://127.0.0.1:{inbox}/uaip"
            hook["http_config"]["authorization"]["credentials_file"] = str(folder / "key")
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(content))


def test_an_alert_arrives_at_chat_and_at_the_installation_itself(tmp_path: Path) -> None:
    port = free_port()
    command = [program("prometheus-alertmanager"), "--config.file=alertmanager.yml"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
    alert = {
        "labels": {"alertname": "BackupStale", "severity": "critical"},
        "annotations": {"summary": "No backup", "description": "None.", "runbook": "docs/x.md"},
    }
    with an_inbox() as inbox:
        _ours_but_local(tmp_path, inbox)
        with running(
            [*command, "--storage.path=data"], tmp_path, f"http://127.0.0.1:{port}/-/ready"
        ):
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/api/v2/alerts",
                json.dumps([alert]).encode(),
                {"Content-Type": "application/json"},
            )
            urllib.request.urlopen(request).close()
            assert wait_for(lambda: len(_Inbox.received) >= 2)
    found = {path: (said, body) for path, said, body in _Inbox.received}
    assert found["/uaip"][0] == "ApiKey uaip_test"
    assert found["/uaip"][1]["alerts"][0]["labels"]["alertname"] == "BackupStale"
    assert "No backup" in json.dumps(found["/slack"][1])
