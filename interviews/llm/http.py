"""One HTTP client for each thread, with a deadline for the whole reply and a cap on its size.

A client shared by hundreds of threads spends its time walking its own pool; the SDKs' time limits
are per read, so that a dripping reply never meets one. Here every wait of a call, from the name
look-up to the last byte, is bounded by what is left until the deadline.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import httpcore2
import httpx2

Made = TypeVar("Made")

#: The most bytes that one reply may have, its head included.
MOST_BYTES = 2 * 1024 * 1024
CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 30.0
#: Clients that one thread keeps: a primary, a fallback, and what a changed setting left behind.
MOST_KEPT = 8

# At INFO these name every address called, and at DEBUG headers and texts.
for _chatty in ("httpx2", "httpcore2"):
    logging.getLogger(_chatty).setLevel(logging.WARNING)


class TooManyBytes(httpcore2.RemoteProtocolError):
    """A reply is longer than any reply may be."""


class UnknownHost(httpcore2.ConnectError):
    """The name of the host has no address. (The pool drops causes, so the class must tell.)"""


class _Bounds(threading.local):
    """Until when this thread's call may take, and how many bytes it may still read."""

    deadline = float("inf")
    bytes_left = MOST_BYTES


_bounds = _Bounds()


@contextmanager
def within(deadline: float) -> Iterator[None]:
    """Bounds every call of this thread by an instant of ``time.monotonic()``."""
    _bounds.deadline, _bounds.bytes_left = deadline, MOST_BYTES
    try:
        yield
    finally:
        _bounds.deadline = float("inf")


def fresh_bytes() -> None:
    """Lets the next call of this thread read a whole reply again."""
    _bounds.bytes_left = MOST_BYTES


def _left(timeout: float | None, fault: type[Exception]) -> float | None:
    """The wait that a single step may take; raises the fault when no time is left."""
    left = _bounds.deadline - time.monotonic()
    if left <= 0:
        raise fault("the deadline has passed")
    if left == float("inf"):
        return timeout
    return left if timeout is None else min(timeout, left)


class _BoundedStream(httpcore2.NetworkStream):
    """A connection whose reads and writes end at the deadline of the thread's call."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _left(timeout, httpcore2.ReadTimeout))
        _bounds.bytes_left -= len(data)
        if _bounds.bytes_left < 0:
            raise TooManyBytes("the reply is too long")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = _left(timeout, httpcore2.ConnectTimeout)
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _BoundedBackend(httpcore2.NetworkBackend):
    """Opens connections within the deadline, the look-up of the name included."""

    def __init__(self) -> None:
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        fault: Exception = UnknownHost("the name of the host has no address")
        for address in _addresses(host, port, _left(timeout, httpcore2.ConnectTimeout)):
            left = _left(timeout, httpcore2.ConnectTimeout)
            try:
                stream = self._backend.connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                fault = failed
            else:
                return _BoundedStream(stream)
        raise fault


def _addresses(host: str, port: int, seconds: float | None) -> list[str]:
    """The addresses of a host. The system's look-up knows no time limit, so a thread asks."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, found), daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except queue.Empty:
        raise httpcore2.ConnectTimeout("the look-up of the host takes too long") from None
    if isinstance(answer, OSError):
        raise UnknownHost("the name of the host is not known") from answer
    return answer


def _look_up(host: str, port: int, found: queue.SimpleQueue[list[str] | OSError]) -> None:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as fault:
        found.put(fault)
    except UnicodeError:
        found.put(socket.gaierror("not a name of a host"))
    else:
        found.put(list(dict.fromkeys(str(info[4][0]) for info in infos)))


class _BoundedTransport(httpx2.HTTPTransport):
    """Plain HTTP/1.1 without proxy or redirect, over bounded connections."""

    def __init__(self) -> None:
        super().__init__(verify=_tls(), trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_tls(),
            max_connections=2,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=_BoundedBackend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        # A compressed reply could unpack into any size; nobody asked for one.
        request.headers["Accept-Encoding"] = "identity"
        response = super().handle_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            response.close()
            raise httpx2.RemoteProtocolError("a compressed reply that nobody asked for")
        return response


_tls_lock = threading.Lock()


@lru_cache(maxsize=1)
def _new_tls() -> ssl.SSLContext:
    return httpx2.create_ssl_context()


def _tls() -> ssl.SSLContext:
    """Reading the certificates takes tens of milliseconds: once for all threads."""
    with _tls_lock:
        return _new_tls()


class _Kept(threading.local):
    """What one thread keeps; a forked child starts anew, for sockets must not be shared."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.made: dict[Hashable, Any] = {}


_kept = _Kept()


def of_this_thread(key: Hashable, make: Callable[[httpx2.Client], Made]) -> Made:
    """What this thread made of an HTTP client for a key; made when it is asked for first."""
    if _kept.process != os.getpid():
        _kept.process, _kept.made = os.getpid(), {}
    if key not in _kept.made:
        if len(_kept.made) >= MOST_KEPT:
            _kept.made.clear()
        _kept.made[key] = make(_new_client())
    made: Made = _kept.made[key]
    return made


def _new_client() -> httpx2.Client:
    return httpx2.Client(
        transport=_BoundedTransport(),
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )
