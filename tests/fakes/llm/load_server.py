"""A fake provider for load: one process, hundreds of connections, a fixed time for each reply.

``python -m tests.fakes.llm.load_server --port 0 --seconds 0.5`` prints its address and serves
until it is ended; every reply is what an agreeable model would say (``answers.honest``).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time

from tests.fakes.llm.answers import honest
from tests.fakes.llm.dialects import fault_body, reply_body, unacceptable
from tests.fakes.llm.seen import Seen, dialect_of
from tests.fakes.llm.turns import Turn

BACKLOG = 1024


class LoadServer:
    """Serves all connections from one event loop and counts."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.served = 0
        self.under_way = 0
        self.most_at_once = 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests one after another until the client leaves."""
        try:
            while (asked := await _read(reader)) is not None:
                writer.write(await self._answer(*asked))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _answer(self, path: str, query: str, headers: dict[str, str], body: bytes) -> bytes:
        if path == "/counts":
            return _response(200, {"served": self.served, "most_at_once": self.most_at_once})
        dialect = dialect_of(path)
        if dialect is None:
            return _response(404, {"error": {"message": f"no {path} here"}})
        arrived = time.monotonic()
        seen = Seen(dialect, path, query, headers, json.loads(body), arrived)
        if fault := unacceptable(seen):
            return _response(fault[0], fault_body(dialect, *fault))
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        reply = _response(200, reply_body(seen, Turn(), json.dumps(honest(seen))))
        # The time is the model's: what this process took for the reply is part of it.
        await asyncio.sleep(max(0.0, self.seconds - (time.monotonic() - arrived)))
        self.under_way -= 1
        self.served += 1
        return reply


async def _read(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes] | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    path, _, query = first.split(" ")[1].partition("?")
    return path, query, headers, await reader.readexactly(int(headers.get("content-length", 0)))


def _response(status: int, content: dict[str, object]) -> bytes:
    body = json.dumps(content).encode("utf-8")
    head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode("ascii") + b"\r\n\r\n" + body


async def serve(port: int, seconds: float) -> None:
    """Listens until the process is ended."""
    load = LoadServer(seconds)
    server = await asyncio.start_server(load.connected, "127.0.0.1", port, backlog=BACKLOG)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def main() -> None:
    """Reads the arguments and serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--seconds", type=float, default=0.5, help="time for each reply")
    chosen = parser.parse_args()
    try:
        asyncio.run(serve(chosen.port, chosen.seconds))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
