"""nginx, systemd, gunicorn and the scripts for a machine without containers."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.test_docs import names_of_settings
from tests.operations.deployment.manifests import DEPLOY, scripts
from tests.ports import free_port

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
UNITS = sorted((DEPLOY / "systemd").iterdir())
GUNICORN = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not installed here")


def _certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        + ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", folder / "privkey.pem"]
        + ["-out", folder / "fullchain.pem"],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def site(tmp_path: Path) -> tuple[Path, int]:
    """The shipped site, with the paths and ports of this test."""
    _certificate(tmp_path)
    port = free_port()
    text = (DEPLOY / "nginx" / "uaip.conf").read_text("utf-8")
    for old, new in (
        ("/etc/nginx/uaip-upstream.conf", str(tmp_path / "upstream.conf")),
        ("/etc/uaip/certificates", str(tmp_path)),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
    ):
        assert old in text
        text = text.replace(old, new)
    shutil.copy(DEPLOY / "nginx" / "upstream-host.conf", tmp_path / "upstream.conf")
    places = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = tmp_path / "nginx.conf"
    main.write_text(
        f"daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; {places} {text} }}\n"
    )
    return main, port


@pytest.fixture
def running(site: tuple[Path, int]) -> Iterator[int]:
    """nginx with that site; its port."""
    main, port = site
    process = subprocess.Popen(
        [str(NGINX), "-c", main, "-p", main.parent], stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(timeout=10)


@needs_nginx
def test_nginx_takes_the_site(site: tuple[Path, int]) -> None:
    main, _ = site
    done = subprocess.run(
        [str(NGINX), "-t", "-c", main, "-p", main.parent], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@needs_nginx
@pytest.mark.parametrize(
    ("version", "is_taken"),
    [
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
def test_old_tls_is_refused(running: int, version: ssl.TLSVersion, is_taken: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    try:
        with (
            socket.create_connection(("127.0.0.1", running), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secret,
        ):
            found = secret.version() is not None
    except (ssl.SSLError, ConnectionError):
        found = False
    assert found is is_taken


def test_the_proxy_writes_over_what_callers_say_of_themselves() -> None:
    text = (DEPLOY / "nginx" / "uaip.conf").read_text("utf-8")
    headers = re.findall(r"proxy_set_header (\S+) (\S+);", text)
    assert {value for name, value in headers if name == "X-Forwarded-For"} == {"$remote_addr"}
    assert {value for name, value in headers if name == "X-Forwarded-Proto"} == {"$scheme"}
    assert "$proxy_add_x_forwarded_for" not in text
    assert "location = /metrics { return 404; }" in text


def test_who_waits_longer_stands_further_out() -> None:
    """A proxy that gives up first would leave work running that nobody waits for."""
    text = (DEPLOY / "nginx" / "uaip.conf").read_text("utf-8")
    (proxy,) = {int(one) for one in re.findall(r"proxy_read_timeout (\d+)s", text)}
    assert proxy > GUNICORN["timeout"] > 15


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_unit(unit: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd-analyze is not installed here")
    done = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    faults = [
        line
        for line in done.stderr.splitlines()
        # Where it will be installed is not here.
        if unit.stem.split("@")[0] in line and "is not executable" not in line
    ]
    assert faults == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_as_nobody_in_particular_and_comes_back(unit: Path) -> None:
    text = unit.read_text("utf-8")
    if unit.suffix == ".target":
        assert "uaip-worker.service" in text
        return
    for line in ("User=uaip", "NoNewPrivileges=yes", "ProtectSystem=strict", "Restart=always"):
        assert line in text.splitlines()


def test_a_worker_is_given_as_long_as_its_soft_shutdown() -> None:
    text = (DEPLOY / "systemd" / "uaip-worker.service").read_text("utf-8")
    stop = re.search(r"TimeoutStopSec=(\d+)", text)
    assert stop
    assert int(stop[1]) > 30


@pytest.mark.parametrize(("cores", "expected"), [(1, 2), (2, 3), (4, 5), (64, 9)])
def test_a_core_carries_a_process_and_one_is_spare(cores: int, expected: int) -> None:
    assert GUNICORN["processes"](cores) == expected


def test_each_thread_finds_a_connection() -> None:
    assert GUNICORN["pool_size"](8) == 10
    assert GUNICORN["threads"] == 8


def test_all_processes_together_stay_below_what_postgresql_takes() -> None:
    """D17: web, workers and schedule at most 80 % of max_connections (200)."""
    web = GUNICORN["processes"](2) * GUNICORN["pool_size"](8)
    workers_and_schedule = 2 * 20
    assert 3 * web + workers_and_schedule <= 0.8 * 200


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_shellcheck_has_nothing_to_say(script: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", "-x", "-s", "sh", script],
        cwd=DEPLOY.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_environment_that_the_installer_writes_is_read_by_somebody() -> None:
    text = (DEPLOY / "scripts" / "install.sh").read_text("utf-8")
    named = set(re.findall(r"^ +settle ([A-Z_]+) ", text, re.MULTILINE))
    pairs = {f"{one}_FILE" for one in re.findall(r"\b([A-Z_]+):[a-z_]+", text)}
    assert named | pairs
    assert (named | pairs) - {"COMPOSE_PROFILES"} <= names_of_settings()
