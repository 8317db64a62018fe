"""The one HTTP client for addresses that people gave us (reliability.md D26).

A name is looked up once, every address it has is checked, and the connection goes to a checked
address with the name kept for TLS and Host: nobody can answer the check with one address and the
call with another. No redirect is followed, no proxy of the environment is used, and each wait is
bounded by what is left until the deadline of the whole call.
"""

from __future__ import annotations

import io
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from accounts.outbound_addresses import Network, may_be_called, networks, read

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
#: The most bytes of an answer that are read, its head included.
MOST_BYTES = 64 * 1024
USER_AGENT = "U-AIP-Webhooks/1"

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")

#: Name and port -> addresses as text; raises OSError.
Resolver = Callable[[str, int], list[str]]


class NotCallable(Exception):
    """This address is never called; the message is a sentence for whoever gave it."""


class NoAnswer(Exception):
    """Nothing that can be understood came back in time; the message says what happened."""


@dataclass(frozen=True)
class Target:
    """An address as it is called: ``path`` with its query, ``authority`` as Host says it."""

    is_plain: bool
    host: str
    port: int
    authority: str
    path: str


def allowed_networks() -> tuple[Network, ...]:
    """What the site names beside public addresses; of the environment only."""
    return networks(settings.WEBHOOK_ALLOWED_CIDRS)


def read_url(url: str) -> Target:
    """The target of an address, from its text alone. Raises NotCallable."""
    if not re.fullmatch(r"[!-\[\]-~]{1,500}", url):
        raise NotCallable("Write the address in plain letters, without spaces or backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotCallable("This is no address.") from None
    is_plain = _is_plain(parts)
    host = parts.hostname or ""
    if not _NAME.fullmatch(host) and read(host) is None:
        raise NotCallable("The address needs the name of a host, such as hooks.example.org.")
    if parts.username is not None or parts.password is not None:
        raise NotCallable("Leave name and password out of the address; the signature proves us.")
    if port == 0:
        raise NotCallable("This is no address.")
    name = f"[{host}]" if ":" in host else host
    return Target(
        is_plain=is_plain,
        host=host,
        port=port or (80 if is_plain else 443),
        authority=f"{name}:{port}" if port else name,
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def _is_plain(parts: SplitResult) -> bool:
    """Raises NotCallable for anything but https, and http where the site names loopback."""
    if parts.scheme == "https":
        return False
    if parts.scheme == "http" and any(one.is_loopback for one in allowed_networks()):
        return True
    raise NotCallable("Use an address that begins with https://.")


def system_addresses(host: str, port: int) -> list[str]:
    """What this machine's resolver says."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise socket.gaierror("not a name of a host") from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    resolve: Resolver = system_addresses,
    within: float = TOTAL_SECONDS,
) -> int:
    """Sends the body once and returns the status of the answer, whatever it is.

    The rest of the answer is taken off the line, up to 64 KiB and until the deadline, and thrown
    away. ``within`` are seconds, of everything together. Raises NotCallable, NoAnswer.
    """
    target = read_url(url)
    started = time.monotonic()
    deadline, connected_by = started + within, started + min(CONNECT_SECONDS, within)
    addresses = _checked(target, resolve, connected_by)
    try:
        with (
            closing(_connected(target, addresses, connected_by)) as plain,
            closing(_secured(plain, target, deadline)) as line,
        ):
            return _exchange(_Line(line, deadline), target, body, headers)
    except TimeoutError:
        raise NoAnswer("No answer came in time.") from None
    except ssl.SSLCertVerificationError:
        raise NoAnswer("The certificate of the host cannot be trusted.") from None
    except ssl.SSLError:
        raise NoAnswer("No secure connection came about.") from None
    except (OSError, HTTPException) as fault:
        raise NoAnswer(f"The connection failed ({type(fault).__name__}).") from None


def _checked(target: Target, resolve: Resolver, until: float) -> Sequence[str]:
    """The target's addresses: all of them may be called, or none is. Raises both faults."""
    found = [target.host] if read(target.host) else _looked_up(target, resolve, until)
    allowed = allowed_networks()
    if not all(may_be_called(one, allowed=allowed, is_plain=target.is_plain) for one in found):
        raise NotCallable("The host has an address that is not public, so it is not called.")
    if not found:
        raise NoAnswer("The name of the host has no address.")
    return found


def _looked_up(target: Target, resolve: Resolver, until: float) -> list[str]:
    """The system's look-up knows no time limit, so a thread asks."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(target.host, target.port))
        except OSError as fault:
            answers.put(fault)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(until - time.monotonic(), 0.001))
    except queue.Empty:
        raise NoAnswer("The look-up of the host takes too long.") from None
    if isinstance(answer, OSError):
        raise NoAnswer("The name of the host is not known.")
    return answer


def _connected(target: Target, addresses: Sequence[str], until: float) -> socket.socket:
    """A connection to the first address that takes one."""
    fault = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, target.port), timeout=_left(until))
        except OSError as refused:
            fault = refused
    raise fault


def _secured(plain: socket.socket, target: Target, deadline: float) -> socket.socket:
    """Under TLS with the host's own name, whose certificate must hold; plain where that is meant."""
    plain.settimeout(_left(deadline))
    if target.is_plain:
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)


def _exchange(line: _Line, target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    connection = HTTPConnection(target.host, target.port)
    connection.auto_open = 0
    # It asks for nothing but sendall, makefile and close.
    connection.sock = line
    ours = {"Host": target.authority, "User-Agent": USER_AGENT, "Connection": "close"}
    connection.request("POST", target.path, body=body, headers={**headers, **ours})
    answer = connection.getresponse()
    _take_off(answer)
    return answer.status


def _take_off(answer: HTTPResponse) -> None:
    """Some servers stop what they are doing when nobody hears them out."""
    with suppress(OSError, HTTPException):
        while answer.read(8192):
            pass


def _left(until: float) -> float:
    """Seconds that remain. Raises TimeoutError when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Line:
    """A socket as http.client uses one; its waits end together, at the deadline."""

    def __init__(self, line: socket.socket, deadline: float) -> None:
        self._line = line
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._line.settimeout(_left(self._deadline))
            rest = rest[self._line.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Answer(self._line, self._deadline))

    def close(self) -> None:
        """The caller closes the socket, when the answer has been taken off it."""


class _Answer(io.RawIOBase):
    """What comes back: ends after so many bytes, fails at the deadline."""

    def __init__(self, line: socket.socket, deadline: float) -> None:
        self._line = line
        self._deadline = deadline
        self._bytes_left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._bytes_left)
        if not wanted:
            return 0
        self._line.settimeout(_left(self._deadline))
        taken = self._line.recv_into(buffer, wanted)
        self._bytes_left -= taken
        return taken
