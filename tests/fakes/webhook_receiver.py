"""Another system on loopback that is told of events: real HTTP, scripted trouble, TLS if wanted."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Turn:
    """How one request is answered; ``per_byte`` seconds pass between two bytes of the head (or
    of the body, once ``drips`` says so), ``before`` runs before the answer."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    per_byte: float = 0.0
    drips: str = "head"
    is_hung_up: bool = False
    before: Callable[[], None] | None = None


@dataclass(frozen=True)
class Got:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Keeps what it got; use as a context manager. ``will`` queues answers, else all is well."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.got: list[Got] = []
        #: Bytes that were sent one by one.
        self.dripped = 0
        self.scheme = "https" if tls else "http"
        self._turns: deque[Turn] = deque()
        self.stopped = threading.Event()
        self._server = _Server(self)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    def will(self, *turns: Turn) -> None:
        self._turns.extend(turns)

    def next_turn(self) -> Turn:
        return self._turns.popleft() if self._turns else Turn()

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is what half of the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        receiver.got.append(Got(self.command, self.path, headers, body))
        turn = receiver.next_turn()
        if turn.before:
            turn.before()
        self.close_connection = True
        if not turn.is_hung_up:
            self._answer(turn)

    do_GET = do_POST

    def _answer(self, turn: Turn) -> None:
        lines = [f"HTTP/1.1 {turn.status} Said", f"Content-Length: {len(turn.body)}"]
        lines += [f"{name}: {value}" for name, value in turn.headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        for part, is_slow in ((head, turn.drips == "head"), (turn.body, turn.drips == "body")):
            if turn.per_byte and is_slow:
                self._drip(part, turn.per_byte)
            else:
                self.wfile.write(part)

    def _drip(self, data: bytes, seconds: float) -> None:
        for position in range(len(data)):
            if self.server.receiver.stopped.wait(seconds):
                return
            self.wfile.write(data[position : position + 1])
            self.server.receiver.dripped += 1
