"""Fifty people at work: asks a running U-AIP for pages as they would, and judges the answers.

Needs nothing but Python. A session cookie of somebody who is signed in lets it ask for pages, an
API key for operations; without them it asks for what strangers see.

    python deploy/scripts/load/load.py https://uaip.example.org --cookie sessionid=… --seconds 60

Exit 0 where all thresholds hold, 1 where one does not, 2 where nothing could be asked.
"""

from __future__ import annotations

import argparse
import http.client
import json
import secrets
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: Path, how often of ten, and the seconds within which 95 % are answered.
SIGNED_IN = (("/", 3, 2.0), ("/sessions/", 3, 2.0), ("/portfolio/", 2, 2.0), ("/health", 2, 0.5))
STRANGERS = (("/accounts/login/", 5, 2.0), ("/health", 5, 0.5))
#: More than this share of faults and the run has failed.
MOST_FAULTS = 0.01
TIMEOUT = 30.0


@dataclass
class Told:
    """What came back, by path; shared by all threads."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, path: str, seconds: float, *, is_well: bool) -> None:
        with self.lock:
            self.seconds.setdefault(path, []).append(seconds)
            self.faults[path] = self.faults.get(path, 0) + (not is_well)


def person(site: str, paths: tuple, headers: dict[str, str], until: float, told: Told) -> None:
    """One person: asks, reads for a while, asks again, on one connection."""
    parts, draw = urlsplit(site), secrets.SystemRandom()
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(parts.hostname, parts.port, timeout=TIMEOUT)
    choices = [path for path, often, _ in paths for _ in range(often)]
    while time.monotonic() < until:
        path, began, is_well = draw.choice(choices), time.perf_counter(), False
        try:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            answer.read()
            is_well = answer.status == 200
        except (OSError, http.client.HTTPException):
            line.close()
        told.note(path, time.perf_counter() - began, is_well=is_well)
        time.sleep(draw.uniform(0.5, 1.5))


def run(site: str, *, people: int, seconds: float, ramp: float, headers: dict[str, str]) -> Told:
    """All of them, coming one after the other during the ramp."""
    told, until = Told(), time.monotonic() + ramp + seconds
    paths = SIGNED_IN if headers else STRANGERS
    threads = [
        threading.Thread(target=person, args=(site, paths, headers, until, told))
        for _ in range(people)
    ]
    for thread in threads:
        thread.start()
        time.sleep(ramp / people)
    for thread in threads:
        thread.join()
    return told


def judged(told: Told) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Figures by path, and sentences about thresholds that do not hold."""
    rows, broken = {}, []
    limits = {path: limit for path, _, limit in (*SIGNED_IN, *STRANGERS)}
    for path, seconds in sorted(told.seconds.items()):
        ordered = sorted(seconds)
        most = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
        share = told.faults[path] / len(ordered)
        rows[path] = {
            "requests": len(ordered),
            "faults": told.faults[path],
            "median": round(statistics.median(ordered), 4),
            "p95": round(most, 4),
            "worst": round(ordered[-1], 4),
        }
        if most > limits[path]:
            broken.append(f"{path}: 95 % within {most:.2f} s, not {limits[path]:.1f} s.")
        if share > MOST_FAULTS:
            broken.append(f"{path}: {100 * share:.1f} % faults.")
    return rows, broken


def main(arguments: list[str] | None = None) -> int:
    """Reads the arguments, runs, prints JSON."""
    reader = argparse.ArgumentParser(description="Fifty people at work.")
    reader.add_argument("site", help="such as https://uaip.example.org")
    reader.add_argument("--people", type=int, default=50)
    reader.add_argument("--seconds", type=float, default=60.0, help="after the ramp")
    reader.add_argument("--ramp", type=float, default=10.0, help="seconds until all are there")
    reader.add_argument("--cookie", default="", help="sessionid=… of somebody signed in")
    given = reader.parse_args(arguments)
    headers = {"Cookie": given.cookie} if given.cookie else {}
    began = time.monotonic()
    told = run(
        given.site, people=given.people, seconds=given.seconds, ramp=given.ramp, headers=headers
    )
    rows, broken = judged(told)
    total = sum(row["requests"] for row in rows.values())
    report = {
        "people": given.people,
        "requests": total,
        "per_second": round(total / (time.monotonic() - began), 1),
        "paths": rows,
        "broken": broken,
    }
    print(json.dumps(report, indent=2))
    if not total or all(row["faults"] == row["requests"] for row in rows.values()):
        return 2
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
