"""PostgreSQL and Redis are spoken to by TLS where the settings say so, and shown whom to trust."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.exceptions import ConnectionError as NotConnected

from accounts.redis_tls import redis_trust
from tests.operations.test_headers import manage

WORDS = (
    "from django.conf import settings as s; import json, sys;"
    "o = s.DATABASES['default']['OPTIONS'];"
    "sys.stdout.write(json.dumps([o['sslmode'], o.get('sslrootcert'),"
    " {k: str(v) for k, v in s.CACHES['default']['OPTIONS'].items()},"
    " {k: str(v) for k, v in (s.CELERY_BROKER_USE_SSL or {}).items()}]))"
)


def settings_of(tmp_path: Path, **changes: str) -> Any:
    done = manage("shell", "--no-imports", "-c", WORDS, UAIP_DATA_DIR=str(tmp_path), **changes)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_site_names_mode_and_authorities(tmp_path: Path) -> None:
    mode, root, cache, broker = settings_of(
        tmp_path,
        POSTGRES_SSLMODE="verify-full",
        UAIP_POSTGRES_CA_FILE="/ca/postgres.pem",
        UAIP_REDIS_CA_FILE="/ca/redis.pem",
        REDIS_URL="rediss://redis:6379/0",
    )
    assert (mode, root) == ("verify-full", "/ca/postgres.pem")
    for options in (cache, broker):
        assert options["ssl_ca_certs"] == "/ca/redis.pem"
        assert options["ssl_check_hostname"] == "True"
        assert options["ssl_cert_reqs"] == str(ssl.CERT_REQUIRED)


def test_without_them_the_clients_take_what_the_servers_offer(tmp_path: Path) -> None:
    mode, root, cache, broker = settings_of(
        tmp_path, POSTGRES_SSLMODE="", REDIS_URL="redis://redis:6379/0"
    )
    assert (mode, root, broker) == ("prefer", None, {})
    assert "ssl_ca_certs" not in cache


def test_a_mode_that_is_none_stops_the_start(tmp_path: Path) -> None:
    done = manage("check", POSTGRES_SSLMODE="always", UAIP_DATA_DIR=str(tmp_path))
    assert "POSTGRES_SSLMODE=always: use one of disable" in done.stderr


# --- A Redis that shows a certificate -------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For localhost, signed by itself."""
    made = tmp_path / "redis.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    words += ["-keyout", str(tmp_path / "redis.key"), "-out", str(made)]
    words += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(words, check=True, capture_output=True)
    return made


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    """A server that says +PONG to everybody who shakes hands."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                accepted, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(accepted, server_side=True) as talk:
                    while talk.recv(4096):
                        talk.sendall(b"+PONG\r\n")
            except OSError:
                accepted.close()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def ping(host: str, port: int, ca_file: str) -> bool:
    url = f"rediss://{host}:{port}/0?protocol=2"
    options = {"lib_name": None, "lib_version": None, "socket_timeout": 5}
    return bool(redis.Redis.from_url(url, **options, **redis_trust(url, ca_file)).ping())


def test_a_certificate_is_trusted_by_the_authority_that_is_named(
    port: int, certificate: Path
) -> None:
    assert ping("localhost", port, str(certificate))
    with pytest.raises(NotConnected, match="CERTIFICATE_VERIFY_FAILED"):
        ping("localhost", port, "")


def test_and_it_must_be_the_servers_own(port: int, certificate: Path) -> None:
    with pytest.raises(NotConnected, match="CERTIFICATE_VERIFY_FAILED"):
        ping("127.0.0.1", port, str(certificate))
