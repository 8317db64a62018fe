"""Holds a whole interview through the HTTP API and brings its charter home.

    UAIP_KEY=uaip_... python uaip_client.py http://localhost:10000 answers.json charter.json

The key needs session.start, session.view, session.answer and charter.issue. answers.json is a run
file (docs/reference/run-file.md). Python's own library is enough.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

#: Seconds between two looks while answers are scored, and at most for all of a stage.
LOOK_AGAIN, LONGEST = 1.0, 300.0
#: How often a refused request is sent again when the server says "later" (429, 503).
TRIES = 5


class Refused(Exception):
    """The API said no; ``error`` is the body's: code, message, details, request_id."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(f"{status} {error['code']}: {error['message']} {error['details']}")
        self.status, self.error = status, error


class Uaip:
    """One installation, as the holder of a key. ``wait`` sleeps for so many seconds."""

    def __init__(self, url: str, key: str, wait: Callable[[float], object] = time.sleep) -> None:
        self.root, self.key, self.wait = f"{url.rstrip('/')}/api/v1", key, wait

    def get(self, path: str) -> Any:
        return json.loads(self.send("GET", path))

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Sent again after a lost reply it is still done once: the Idempotency-Key says so."""
        return json.loads(
            self.send("POST", path, body or {}, {"Idempotency-Key": str(uuid.uuid4())})
        )

    def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> bytes:
        """The reply as it came. Raises Refused."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"X-API-Key": self.key, "Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.root + path, data, sent, method=method)
        for attempt in range(1, TRIES + 1):
            try:
                with urllib.request.urlopen(request, timeout=60) as reply:
                    return bytes(reply.read())
            except urllib.error.HTTPError as fault:
                if fault.code not in (429, 503) or attempt == TRIES:
                    raise Refused(fault.code, json.load(fault)["error"]) from None
                self.wait(float(fault.headers.get("Retry-After", 1)))
        raise AssertionError("the last attempt returns or raises")

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page."""
        page = self.get(f"{path}?cursor=&limit=100")
        yield from page["items"]
        while page["next"]:
            page = self.get(page["next"].removeprefix("/api/v1"))
            yield from page["items"]


def hold_interview(api: Uaip, session: str, answers: dict[str, Any]) -> None:
    """Answers every question that applies, and finishes the five stages."""
    at = f"/sessions/{session}"
    for stage in range(1, 6):
        # An answer can make further questions apply, so we look until none is left.
        while asked := _open_questions(api, at, stage):
            for item in asked:
                _answer(api, f"{at}/items/{item['key']}", item, answers.get(item["key"]))
            _wait_for_scores(api, at)
        _carry_blockers(api, at, stage)
        api.post(f"{at}/stages/{stage}/advance")


def _open_questions(api: Uaip, at: str, stage: int) -> list[dict[str, Any]]:
    found = api.get(f"{at}/items?stage={stage}")["items"]
    return [item for item in found if item["state"] in ("draft", "needs_work")]


def _answer(api: Uaip, at: str, item: dict[str, Any], given: Any) -> None:
    """The next attempt that the file has; without one the question is left to a person."""
    if isinstance(given, dict) and "unknown" in given:
        api.post(f"{at}/unknown", given["unknown"])
        return
    listed = isinstance(given, dict) and "attempts" in given
    attempts = given["attempts"] if listed else [given]
    if item["attempt_count"] < len(attempts):
        value = attempts[item["attempt_count"]]
        api.post(f"{at}/attempts", {"value": value, "answer_version": item["version"]})
    else:
        api.post(f"{at}/escalate")


def _wait_for_scores(api: Uaip, at: str) -> None:
    """Scores are given in the background."""
    waited = 0.0
    while api.get(at)["counts"]["scoring"]:
        if waited > LONGEST:
            raise TimeoutError("Answers are still being scored. Is a worker running?")
        api.wait(LOOK_AGAIN)
        waited += LOOK_AGAIN


def _carry_blockers(api: Uaip, at: str, stage: int) -> None:
    """What the rules find is a person's to judge; here all that may be carried forward is."""
    for finding in api.pages(f"{at}/findings"):
        if finding["gate"] == stage and finding["state"] == "open" and _can_be_carried(finding):
            wish = {"action": "carry", "reason": "Carried by the example client."}
            api.post(f"{at}/findings/{finding['rule_id']}", wish)


def _can_be_carried(finding: dict[str, Any]) -> bool:
    return finding["severity"] == "BLOCKER" and not finding["is_completeness"]


def main(url: str, answers_file: str, charter_file: str) -> None:
    """Start, answer, look at findings, issue, download."""
    api = Uaip(url, os.environ["UAIP_KEY"])
    run = json.loads(Path(answers_file).read_text(encoding="utf-8"))
    session = api.post("/sessions", {"project_name": run["project_name"]})["id"]
    hold_interview(api, session, run["answers"])
    for finding in api.pages(f"/sessions/{session}/findings"):
        sys.stdout.write(f"{finding['rule_id']} {finding['severity']}: {finding['message']}\n")
    issued = api.post(f"/sessions/{session}/charter/generate")
    sys.stdout.write(f"Decision: {issued['outcome']['decision']}\n")
    charter = api.send("GET", f"/charters/{issued['id']}/download?format=json")
    Path(charter_file).write_bytes(charter)


if __name__ == "__main__":
    main(*sys.argv[1:])
