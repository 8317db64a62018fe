"""Whatever a provider does, a call ends at its deadline and takes no more than a reply's room."""

from __future__ import annotations

import gzip
import importlib
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from interviews.llm import http
from interviews.llm.types import FaultKind, ModelFault
from tests.fakes.llm import turns
from tests.fakes.llm.server import FakeModel
from tests.llm.vendors import ask, configure, fault_of

#: Seconds of a call that must be ended; and for how long the other side goes on.
SHORT, FAR = 0.4, 10.0


@pytest.fixture(autouse=True, scope="module")
def _sdks_loaded() -> None:
    """The first call of a process loads its SDK; that takes longer than the calls here may."""
    for name in ("openai", "anthropic"):
        importlib.import_module(name)


def ended(name: str, seconds: float = SHORT) -> ModelFault:
    """The fault of a call that may take so long.

    That it is a TIMEOUT is the proof: whoever is waited for longer says something else.
    """
    return fault_of(name, seconds=seconds)


@contextmanager
def raw_server(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server below HTTP, that says what it likes to whoever connects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        speak(connection)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=FAR)


@pytest.mark.parametrize("turn", [turns.hang(60), turns.drip(0.05)], ids=["hang", "drip"])
def test_a_reply_that_takes_too_long_is_given_up(
    vendor: str, server: FakeModel, turn: turns.Turn
) -> None:
    server.will(turn)
    fault = ended(vendor)
    assert fault.kind == FaultKind.TIMEOUT


def test_a_head_that_drips_is_given_up(vendor: str, settings: Any) -> None:
    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    with raw_server(drip) as address:
        configure(settings, vendor, f"http://{address}")
        fault = ended(vendor)
    assert fault.kind == FaultKind.TIMEOUT


def test_a_handshake_that_never_ends_is_given_up(vendor: str, settings: Any) -> None:
    ended_here = threading.Event()

    def say_nothing(connection: socket.socket) -> None:
        ended_here.wait(FAR)

    with raw_server(say_nothing) as address:
        configure(settings, vendor, f"https://{address}")
        fault = ended(vendor)
        ended_here.set()
    assert fault.kind == FaultKind.TIMEOUT


def test_an_endless_reply_is_given_up_without_taking_the_memory(
    vendor: str, server: FakeModel
) -> None:
    ask(vendor)
    server.will(turns.endless())
    tracemalloc.start()
    fault = ended(vendor, seconds=FAR)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fault.kind == FaultKind.MALFORMED
    assert "longer" in str(fault)
    assert most < 6 * http.MOST_BYTES


def test_a_compressed_reply_is_not_unpacked(vendor: str, settings: Any) -> None:
    bomb = gzip.compress(b"x" * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"

    def speak(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(head.encode() + bomb)

    with raw_server(speak) as address:
        configure(settings, vendor, f"http://{address}")
        assert fault_of(vendor).kind == FaultKind.UNAVAILABLE


def test_a_certificate_that_nobody_vouches_for_is_refused(vendor: str, settings: Any) -> None:
    with raw_server(lambda connection: connection.sendall(b"not TLS at all\r\n")) as address:
        configure(settings, vendor, f"https://{address}")
        fault = fault_of(vendor)
    assert fault.kind == FaultKind.UNAVAILABLE
    assert "TLS" in str(fault)
    assert http._tls().verify_mode == ssl.CERT_REQUIRED
    assert http._tls().check_hostname


def test_a_host_without_a_name_is_said(
    vendor: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: Any, **more: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    configure(settings, vendor, "http://llm.invalid:80")
    fault = fault_of(vendor)
    assert fault.kind == FaultKind.UNAVAILABLE
    assert "DNS" in str(fault)


def test_a_look_up_that_hangs_is_given_up(
    vendor: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def hang(*args: Any, **more: Any) -> list[Any]:
        answered.wait(FAR)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    configure(settings, vendor, "http://llm.invalid:80")
    fault = ended(vendor)
    answered.set()
    assert fault.kind == FaultKind.TIMEOUT


def test_no_call_begins_after_its_deadline(vendor: str, server: FakeModel) -> None:
    assert fault_of(vendor, seconds=-1).kind == FaultKind.TIMEOUT
    assert server.requests == []


def test_a_call_after_a_bad_one_is_served_as_ever(vendor: str, server: FakeModel) -> None:
    for turn in (turns.hang(60), turns.endless(), turns.cut_off()):
        server.will(turn)
        ended(vendor, seconds=1.0)
        assert ask(vendor).text


def test_a_connection_is_used_again_and_every_thread_has_its_own(
    vendor: str, server: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    connect = http._BoundedBackend.connect_tcp

    def counted(self: Any, *args: Any, **more: Any) -> Any:
        opened.append(threading.current_thread().name)
        return connect(self, *args, **more)

    monkeypatch.setattr(http._BoundedBackend, "connect_tcp", counted)

    def thrice() -> None:
        for _ in range(3):
            ask(vendor)

    asking = [threading.Thread(target=thrice, name=name) for name in ("first", "second")]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert sorted(opened) == ["first", "second"]


def _date(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7", 7, 7),
        ("0.5", 0.5, 0.5),
        ("-3", 0, 0),
        ("36000", 36_000, 36_000),
        ("in an hour", 1800, 3600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
    ],
)
def test_a_wait_that_is_asked_for_is_passed_on(
    vendor: str, server: FakeModel, said: str, least: float, most: float
) -> None:
    said = _date(3600) if said == "in an hour" else said
    server.will(turns.fault(429, retry_after=said))
    fault = fault_of(vendor)
    assert fault.kind == FaultKind.THROTTLED
    assert fault.retry_after is not None
    assert least <= fault.retry_after <= most


@pytest.mark.parametrize("said", [None, "", "soon", "NaN", "inf", "Wed, 99 Foo 2015", "1e999"])
def test_a_wait_that_makes_no_sense_is_none(
    vendor: str, server: FakeModel, said: str | None
) -> None:
    server.will(turns.fault(429, retry_after=said))
    fault = fault_of(vendor)
    assert (fault.kind, fault.retry_after) == (FaultKind.THROTTLED, None)
