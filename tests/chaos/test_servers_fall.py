"""Servers restart, freeze, forget and die under load; nothing that was acknowledged is lost or doubled."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.chaos.proposers import Crowd, Notes
from tests.chaos.whole_site import Broker, Postgres, Site, breathe, postgres_and_redis
from tests.chaos.workers import wait_until

#: Rounds of all faults; `make chaos` asks for many.
ROUNDS = int(os.environ.get("UAIP_TEST_FALLS", "1"))
#: What was written meanwhile is scored after the last fault within so many seconds.
DRAINED_WITHIN = 300

pytestmark = [pytest.mark.kills, pytest.mark.timeout(600 + ROUNDS * 60)]

Scene = tuple[Site, Postgres, Broker]
COUNT = """
    SELECT s.code::text, count(DISTINCT a.id), count(DISTINCT m.id),
        count(*) FILTER (WHERE w.state = 'scoring')
    FROM sessions s JOIN answers w ON w.session_id = s.id AND w.question_key = 'S1-01'
        LEFT JOIN answer_attempts a ON a.answer_id = w.id
        LEFT JOIN assessments m ON m.attempt_id = a.id
    GROUP BY s.code
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with postgres_and_redis(tmp_path_factory.mktemp("site")) as made:
        site, _, _ = made
        site.manage("migrate", "--verbosity", "0")
        site.start_web()
        site.start_worker()
        yield made


@pytest.fixture(scope="module")
def key(scene: Scene) -> str:
    return scene[0].key()


@contextmanager
def crowd(scene: Scene, key: str) -> Iterator[Notes]:
    """People at work; afterwards all of it is there once and scored once."""
    site, database, _ = scene
    with Crowd(f"http://127.0.0.1:{site.port}", key) as notes:
        assert wait_until(lambda: len(notes.acknowledged) > 5, seconds=240), site.log()
        yield notes
        reached = len(notes.acknowledged)
        assert wait_until(lambda: len(notes.acknowledged) > reached + 5, seconds=240), site.log()
    assert not notes.given_up, notes.faults[-5:]
    assert wait_until(lambda: not _open_jobs(database), seconds=DRAINED_WITHIN), site.log()
    rows = {code: counts for code, *counts in _asked(database, COUNT)}
    lost = [code for code in notes.acknowledged if code not in rows]
    assert lost == []
    assert [code for code in notes.acknowledged if rows[code] != [1, 1, 0]] == []
    doubled = "SELECT project_name FROM sessions GROUP BY project_name HAVING count(*) > 1"
    assert _asked(database, doubled) == []


def _asked(database: Postgres, statement: str) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(statement.encode()).fetchall()


def _open_jobs(database: Postgres) -> bool:
    try:
        return bool(_asked(database, "SELECT 1 FROM jobs WHERE status IN ('pending', 'running')"))
    except psycopg.Error:
        return True


def _unfriendly(notes: Notes, since: float) -> list[str]:
    """Faults that were not the 503 of ours which says when to come again."""
    return [fault for at, fault in notes.faults if at >= since and not fault.startswith("503")]


def test_three_restarts_of_the_database_lose_nothing(scene: Scene, key: str) -> None:
    with crowd(scene, key) as notes:
        for _ in range(3 * ROUNDS):
            scene[1].restart("fast")
            breathe(2)
        back = time.monotonic()
        breathe(3)
    assert not [fault for at, fault in notes.faults if at > back + 1], notes.faults[-3:]
    assert not [fault for _, fault in notes.faults if fault.startswith("500")]


def test_a_crash_of_the_database_loses_nothing_and_doubles_nothing(scene: Scene, key: str) -> None:
    with crowd(scene, key):
        for _ in range(ROUNDS):
            scene[1].restart("immediate")
            breathe(2)


def test_answers_are_taken_while_the_broker_is_gone(scene: Scene, key: str) -> None:
    broker = scene[2]
    with crowd(scene, key) as notes:
        for _ in range(ROUNDS):
            broker.kill()
            breathe(3)
            broker.start()
            breathe(1)
    assert notes.faults == []


def test_answers_are_taken_while_the_broker_is_frozen(scene: Scene, key: str) -> None:
    broker = scene[2]
    with crowd(scene, key) as notes:
        for _ in range(ROUNDS):
            broker.freeze()
            breathe(4)
            broker.thaw()
            breathe(1)
    assert notes.faults == []


def test_a_broker_that_forgot_everything_costs_nothing(scene: Scene, key: str) -> None:
    with crowd(scene, key) as notes:
        for _ in range(3 * ROUNDS):
            scene[2].wipe()
            breathe(0.7)
    assert notes.faults == []


def test_workers_and_web_processes_are_killed(scene: Scene, key: str) -> None:
    site = scene[0]
    with crowd(scene, key) as notes:
        for _ in range(3 * ROUNDS):
            site.kill_worker()
            site.kill_one_web()
            breathe(0.5)
            site.start_worker()
            breathe(2)
            # On a busy machine a process takes longer to start than we take to kill it.
            assert wait_until(site.lives, seconds=240), site.log()
    assert not [fault for _, fault in notes.faults if fault.startswith("500")]
