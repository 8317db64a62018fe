"""Answers judged by a model, from commit to stored assessment: what we add, and how many at once.

`python -m tests.bench.model` needs PostgreSQL and Redis (POSTGRES_HOST and its fellows, REDIS_URL;
by default this machine's usual ports); the row on SQLite needs neither. Each measures on a database
of its own, in a process of its own; a real worker asks a fake model through the real SDK.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import redis

from accounts.models import User
from tests.bench import model_rig as rig
from tests.builders.people import make_person
from tests.builders.sessions import GOOD_PROBLEM

Row = dict[str, float]

#: Answers for each thread in a row of throughput, after one each to warm up.
ROUNDS = 6
REDIS_NUMBERS = range(15, 0, -1)
RATE, PACED, WARM_UP = 20.0, 400, 40
CALL_SECONDS, LONG_CALL_SECONDS = 0.5, 2.0
USUAL = {
    "POSTGRES_HOST": "127.0.0.1",
    "POSTGRES_PORT": "5432",
    "POSTGRES_USER": "postgres",
    "REDIS_URL": "redis://127.0.0.1:6379",
}


def rows() -> dict[str, Row]:
    """All rows; PostgreSQL's only where it and Redis answer."""
    found = _in_a_process("sqlite", dict.fromkeys((*USUAL, "UAIP_BROKER_URL"), ""))
    server = {key: os.environ.get(key) or usual for key, usual in USUAL.items()}
    try:
        socket.create_connection((server["POSTGRES_HOST"], server["POSTGRES_PORT"]), 1).close()
        with _empty_redis(server["REDIS_URL"]) as address:
            own = {"POSTGRES_DB": f"uaip_bench_{os.getpid()}"}
            own |= dict.fromkeys(("REDIS_URL", "UAIP_BROKER_URL", "UAIP_CACHE_URL"), address)
            return _in_a_process("postgresql", server | own) | found
    except (OSError, redis.RedisError) as fault:
        print(f"No rows of a model on PostgreSQL and Redis: {fault}")  # noqa: T201
    return found


@contextmanager
def _empty_redis(server: str) -> Iterator[str]:
    """A database of the server that nobody uses; what we leave in it is thrown away."""
    start = server.rsplit("/", 1)[0] if server.count("/") > 2 else server
    for number in REDIS_NUMBERS:
        address = f"{start}/{number}"
        with redis.Redis.from_url(address) as client:
            if client.dbsize() == 0:
                try:
                    yield address
                finally:
                    client.flushdb()
                return
    raise OSError("every database of the Redis server is in use")


def _in_a_process(where: str, own: dict[str, str]) -> dict[str, Row]:
    with tempfile.TemporaryDirectory(prefix="uaip-bench-") as folder:
        places = {"UAIP_DATA_DIR": folder, "UAIP_SQLITE_PATH": f"{folder}/uaip.sqlite3"}
        settings = {
            "DJANGO_SETTINGS_MODULE": "uaip_project.settings",
            "UAIP_POSTGRES_POOL": "False",
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.model", where],
            env=os.environ | own | places | settings,
            stdout=subprocess.PIPE,
            check=False,
        )
    found: dict[str, Row] = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    return found


def on_postgresql() -> dict[str, Row]:
    """Latency at a pace, then throughput with ever more calls in flight."""
    owner = make_person("bench")
    found = {"answer by a 0.5 s model, 20/s (ours: median aim 25, p95 aim 80 ms)": paced(owner)}
    for threads, aim in ((100, 0.90), (200, 0.85)):
        name = f"{threads} answers in flight at 2 s a call (share aim {aim:.2f}, CPU aim 9 ms)"
        found[name] = in_flight(owner, threads)
    return found


def on_sqlite() -> dict[str, Row]:
    """What one file and a broker of files give."""
    owner = make_person("bench")
    name = "SQLite: {} answers in flight at 2 s a call"
    return {name.format(threads): in_flight(owner, threads) for threads in (20, 50)}


def paced(owner: User) -> Row:
    """Milliseconds from commit to stored assessment at a steady rate, without the model's own."""
    sessions = rig.make_sessions(owner, WARM_UP + PACED)
    with rig.at_work(seconds=CALL_SECONDS, threads=100) as (worker, watch):
        _warm_up(sessions[:WARM_UP], watch)
        used, committed = worker.cpu(), {}
        start = time.monotonic()
        for number, session in enumerate(sessions[WARM_UP:]):
            time.sleep(max(0.0, start + number / RATE - time.monotonic()))
            attempt, moment = rig.submit_and_look_at_the_clock(session, _text(number))
            committed[attempt] = moment
        watch.wait_for(len(sessions))
        used = worker.cpu() - used
        unanswered = rig.unacknowledged()
    added = [
        (watch.stored[one] - moment - CALL_SECONDS) * 1000
        for one, moment in committed.items()
        if one in watch.stored
    ]
    return {
        "median_ms": statistics.median(added),
        "p95_ms": statistics.quantiles(added, n=20)[-1],
        "worker_cpu_ms": used / len(added) * 1000,
        "unacknowledged": unanswered,
    } | rig.left_over(len(sessions))


def in_flight(owner: User, threads: int) -> Row:
    """Share of what so many threads could do if answers cost nothing but the model's time."""
    sessions = rig.make_sessions(owner, threads * (1 + ROUNDS))
    before = rig.stored_count()
    with rig.at_work(seconds=LONG_CALL_SECONDS, threads=threads) as (worker, watch):
        _warm_up(sessions[:threads], watch)
        texts = [_text(number) for number in range(threads * ROUNDS)]
        used, start = worker.cpu(), time.monotonic()
        rig.submit_all(sessions[threads:], texts)
        watch.wait_for(len(sessions))
        took, used = time.monotonic() - start, worker.cpu() - used
        memory, unanswered = worker.megabytes(), rig.unacknowledged()
    return {
        "share": ROUNDS * LONG_CALL_SECONDS / took,
        "worker_cpu_ms": used / len(texts) * 1000,
        "worker_mb": memory,
        "unacknowledged": unanswered,
    } | rig.left_over(before + len(sessions))


def _warm_up(sessions: Sequence[rig.InterviewSession], watch: rig.Watch) -> None:
    """Threads, connections and the SDK are there before anything is measured."""
    rig.submit_all(sessions, [_text(-number) for number in range(len(sessions))])
    watch.wait_for(len(sessions))


def _text(number: int) -> str:
    return f"{GOOD_PROBLEM} In week {number} nobody was ill."


def main() -> None:
    """With the name of a database, measures there and prints JSON; else all rows, one a line."""
    if len(sys.argv) > 1:
        sys.setswitchinterval(0.0005)
        with rig.own_database():
            found = on_sqlite() if sys.argv[1] == "sqlite" else on_postgresql()
        print(json.dumps(found))  # noqa: T201
        return
    for name, row in rows().items():
        figures = "  ".join(f"{key} {value:.2f}" for key, value in row.items())
        print(f"{name}\n    {figures}")  # noqa: T201


if __name__ == "__main__":
    main()
