"""People who answer while servers fall: they note what was acknowledged, and send again what was not."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

TEXT = (
    "Each month 46 of 2,900 tools go out again with a defect that the last borrower had told the "
    "desk about, because the slip is read after the tool is back on its shelf. Case {}."
)
#: How long somebody sends the same thing again before giving up, in seconds.
PATIENCE = 60.0
#: How long somebody thinks before the next one: six write about as fast as four threads score.
THINKING = 0.25


@dataclass
class Notes:
    """What all of them saw; ``faults`` holds (when it was sent, status or the connection's fault)."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    given_up: list[str] = field(default_factory=list)
    faults: list[tuple[float, str]] = field(default_factory=list)
    requests: int = 0
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Proposer(threading.Thread):
    """Starts interviews and answers one question of each until told to stop."""

    def __init__(self, root: str, key: str, notes: Notes, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self.root, self.key, self.notes, self.stopping = root, key, notes, stopping

    def run(self) -> None:
        while not self.stopping.is_set():
            self.answer_one()
            self.stopping.wait(THINKING)

    def answer_one(self) -> None:
        """One interview with one answer, each sent until it is acknowledged."""
        name = f"Case {uuid.uuid4()}"
        made = self.insist("/sessions", {"project_name": name})
        if made is None:
            return
        path = f"/sessions/{made['id']}/items/S1-01/attempts"
        body = {"value": TEXT.format(name), "answer_version": 0}
        if self.insist(path, body) is not None:
            with self.notes.lock:
                self.notes.acknowledged[made["id"]] = name

    def insist(self, path: str, body: dict[str, Any]) -> Any:
        """The reply, after as many tries as it takes under one Idempotency-Key; None = given up."""
        once, until = str(uuid.uuid4()), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            reply = self.send(path, body, once)
            if reply is not None:
                return reply
            time.sleep(0.2)
        with self.notes.lock:
            self.notes.given_up.append(path)
        return None

    def send(self, path: str, body: dict[str, Any], once: str) -> Any:
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        headers["Idempotency-Key"] = once
        request = urllib.request.Request(
            f"{self.root}/api/v1{path}", json.dumps(body).encode(), headers, method="POST"
        )
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=40) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as fault:
            said = fault.read().decode(errors="replace")
            self._note(began, f"{fault.code} {said[:300]}")
        except OSError as fault:
            self._note(began, type(fault).__name__)
        finally:
            with self.notes.lock:
                self.notes.requests += 1
                self.notes.slowest = max(self.notes.slowest, time.monotonic() - began)
        return None

    def _note(self, began: float, fault: str) -> None:
        with self.notes.lock:
            self.notes.faults.append((began, fault))


class Crowd:
    """So many proposers at once, for as long as the block lasts."""

    def __init__(self, root: str, key: str, count: int = 6) -> None:
        self.notes, self._stopping = Notes(), threading.Event()
        self._people = [Proposer(root, key, self.notes, self._stopping) for _ in range(count)]

    def __enter__(self) -> Notes:
        for person in self._people:
            person.start()
        return self.notes

    def __exit__(self, *exc_info: object) -> None:
        self._stopping.set()
        for person in self._people:
            person.join(timeout=PATIENCE + 45)
