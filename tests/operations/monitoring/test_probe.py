"""Asked from outside, as a person meets it: ready, or not there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pytest_django.live_server_helper import LiveServer

from tests.operations.monitoring.servers import DEPLOY, program, read, running
from tests.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)

CONFIG = DEPLOY / "prometheus" / "blackbox.yml"


def test_the_probe_sees_whether_the_house_is_there(live_server: LiveServer, tmp_path: Path) -> None:
    port = free_port()
    command = [program("prometheus-blackbox-exporter"), f"--config.file={CONFIG}"]
    command += [f"--web.listen-address=127.0.0.1:{port}"]
    asked = f"http://127.0.0.1:{port}/probe?module=uaip_ready&target="
    with running(command, tmp_path, f"http://127.0.0.1:{port}/-/healthy"):
        here = read(f"{asked}http://127.0.0.1:{live_server.thread.port}/ready")
        gone = read(f"{asked}http://127.0.0.1:{free_port()}/ready")
    assert "\nprobe_success 1\n" in here
    assert "\nprobe_duration_seconds " in here
    assert "\nprobe_success 0\n" in gone


def test_the_examples_name_a_page_that_exists() -> None:
    (example,) = yaml.safe_load(
        (DEPLOY / "prometheus" / "targets" / "probes.yml.example").read_text()
    )
    assert all(one.endswith("/ready") for one in example["targets"])
