"""A provider on loopback: real HTTP, the real protocols, scripted trouble."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.llm.answers import honest
from tests.fakes.llm.dialects import fault_body, reply_body, unacceptable
from tests.fakes.llm.seen import Seen, dialect_of
from tests.fakes.llm.turns import Turn

__all__ = ["FakeModel", "Seen"]

#: Blocks of 64 KiB in a body without an end: 64 MiB.
ENDLESS_BLOCKS = 1024

Default = Callable[[Seen], dict[str, Any] | str]


class FakeModel:
    """A threaded server that answers as every provider does; use as a context manager.

    ``will`` queues turns for the next requests; without one, ``default`` makes the content.
    """

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        self.default: Default = honest
        #: The most requests that were under way at once.
        self.most_at_once = 0
        self._under_way = 0
        self._turns: deque[Turn] = deque()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def will(self, *turns: Turn) -> None:
        """Queues turns for the next requests, in order."""
        with self._lock:
            self._turns.extend(turns)

    @property
    def unused(self) -> int:
        """Scripted turns that nobody asked for yet."""
        return len(self._turns)

    def start(self) -> FakeModel:
        """Begins to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stops at once: hanging and dripping replies end, open connections are closed."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()

    def __enter__(self) -> FakeModel:
        return self.start()

    def __exit__(self, *fault: object) -> None:
        self.stop()

    def noticed(self, seen: Seen) -> Turn:
        """Writes a request down and says what to do with it."""
        with self._lock:
            self.requests.append(seen)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            return self._turns.popleft() if self._turns else Turn()

    def finished(self) -> None:
        """One request fewer is under way."""
        with self._lock:
            self._under_way -= 1

    def pause(self, seconds: float) -> bool:
        """Waits; False when the server stopped meanwhile."""
        return not (seconds and self._stopped.wait(seconds))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, model: FakeModel) -> None:
        self.model = model
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what half of the tests are about."""

    def hang_up(self) -> None:
        """Closes what clients keep open for their next request."""
        for connection in list(self._open):
            self.shutdown_request(connection)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        model = self.server.model
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = self.path.partition("?")
        dialect = dialect_of(path)
        if dialect is None:
            self._send(404, json.dumps({"error": {"message": f"no {path} here"}}))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(dialect, path, query, headers, json.loads(raw), time.monotonic())
        turn = model.noticed(seen)
        try:
            if model.pause(turn.wait):
                self._take(seen, turn)
        finally:
            model.finished()

    def _take(self, seen: Seen, turn: Turn) -> None:
        if turn.is_endless:
            self._send_endless()
        elif turn.status != 200 or turn.body is not None:
            self._send(turn.status, _refusal(seen, turn), headers=turn.headers)
        elif fault := unacceptable(seen):
            status, message = fault
            self._send(status, json.dumps(fault_body(seen.dialect, status, message)))
        else:
            said = self.server.model.default(seen) if turn.content is None else turn.content
            content = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
            self._send(200, json.dumps(reply_body(seen, turn, content)), turn=turn)

    def _send(
        self,
        status: int,
        body: str,
        *,
        headers: dict[str, str] | None = None,
        turn: Turn | None = None,
    ) -> None:
        payload = body.encode("utf-8")
        head = self._head(status, {"Content-Length": str(len(payload)), **(headers or {})})
        if turn and turn.is_cut_off:
            self.wfile.write(head + payload[: len(payload) // 2])
            self.close_connection = True
        elif turn and turn.per_byte:
            self.wfile.write(head)
            self._drip(payload, turn.per_byte)
        else:
            self.wfile.write(head + payload)

    def _head(self, status: int, headers: dict[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} {self.responses.get(status, ('Fault',))[0]}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if "Content-Type" not in headers:
            lines.append("Content-Type: application/json")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _drip(self, payload: bytes, seconds: float) -> None:
        for position in range(len(payload)):
            if not self.server.model.pause(seconds):
                return
            self.wfile.write(payload[position : position + 1])

    def _send_endless(self) -> None:
        self.wfile.write(self._head(200, {"Transfer-Encoding": "chunked"}))
        block = b'"' + b"x" * 65_534
        # Far past any cap, and yet a client without one does not take the machine down.
        for _ in range(ENDLESS_BLOCKS):
            if not self.server.model.pause(0.001):
                return
            self.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        self.close_connection = True


def _refusal(seen: Seen, turn: Turn) -> str:
    if isinstance(turn.body, str):
        return turn.body
    words = turn.body or fault_body(seen.dialect, turn.status, f"fault {turn.status}", turn.code)
    return json.dumps(words)
