"""Asks the web process of its own container whether it can serve; the exit code is the answer."""

from __future__ import annotations

import http.client
import sys

HOST = "127.0.0.1"
PORT = 10000
#: What the reverse proxy says; without it production answers with a redirect to https.
FROM_PROXY = {"Host": "localhost", "X-Forwarded-Proto": "https"}


def is_ready(port: int = PORT) -> bool:
    """Whether /ready answers 200 within four seconds."""
    connection = http.client.HTTPConnection(HOST, port, timeout=4)
    try:
        connection.request("GET", "/ready", headers=FROM_PROXY)
        return connection.getresponse().status == http.client.OK
    except (http.client.HTTPException, OSError):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready() else 1)
