"""A worker's own port: its processor time, memory and garbage collection.

What it counts of U-AIP's own stands in /metrics already, together with everybody's.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings

from uaip_project.operations import exposition, metrics_access, pool_watch

log = logging.getLogger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    address_family = socket.AF_INET


class _Handler(WSGIRequestHandler):
    #: Seconds that a silent asker keeps a thread.
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:
        """A line for every scrape would drown the others."""

    def address_string(self) -> str:
        """Without asking the name service who that is."""
        return str(self.client_address[0])


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """GET /metrics, and nothing else."""
    if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"] != "/metrics":
        status, body = "404 Not Found", b"There is only /metrics here.\n"
    elif not metrics_access.may_read(environ):
        status, body = "403 Forbidden", metrics_access.REFUSAL.encode()
    else:
        status, body = "200 OK", exposition.of_this_process()
    start_response(status, [("Content-Type", exposition.CONTENT_TYPE)])
    return [body]


def serve() -> WSGIServer | None:
    """Answers in a thread of its own; None where no port is set, or another program has it."""
    pool_watch.start()
    port = settings.WORKER_METRICS_PORT
    if not (port and settings.PROMETHEUS_ENABLED):
        return None
    try:
        server = make_server("", port, answer, _Server, _Handler)
    except OSError as fault:
        log.warning("The worker's metrics are not served on port %s: %s", port, fault)
        return None
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
