"""A whole site of its own: database, broker, web server and worker as real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.chaos.workers import ROOT, wait_until
from tests.operations.restoring.server import Server, place
from tests.ports import free_port

PEOPLE = {"--email": "sue@example.org", "--name": "Sue", "--role": "superadmin"}


class Postgres(Server):
    """A server that keeps what it has promised, reached by its socket."""

    def start(self) -> None:
        words = f"-c listen_addresses= -c unix_socket_directories={self.home}"
        log = str(self.home / "server.log")
        self.run("pg_ctl", "-D", str(self.data), "-l", log, "-o", words, "-w", "start")

    def restart(self, mode: str) -> None:
        """``fast`` as for an update, ``immediate`` as after a crash."""
        log = str(self.home / "server.log")
        self.run("pg_ctl", "-D", str(self.data), "-l", log, "-m", mode, "-w", "restart")

    def drop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.home, ignore_errors=True)


@dataclass
class Broker:
    """A Redis server with a log on disk, as reliability.md D5 wants the broker."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--appendonly", "yes", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        assert wait_until(self._answers, seconds=240)

    def _answers(self) -> bool:
        try:
            return bool(redis.Redis(port=self.port, socket_timeout=1).ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        self._send(signal.SIGKILL)
        if self.process:
            self.process.wait(timeout=10)

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def wipe(self) -> None:
        """As new: nothing of what was queued is left."""
        redis.Redis(port=self.port, socket_timeout=5).flushall()

    def _send(self, what: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(what)


class Site:
    """Web server and worker on given servers; ``environment`` says which."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.port = folder, free_port()
        own = {
            "DJANGO_SETTINGS_MODULE": "uaip_project.settings",
            "PYTHONPATH": str(ROOT),
            "UAIP_DATA_DIR": str(folder),
            "UAIP_SQLITE_PATH": str(folder / "uaip.sqlite3"),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
            "RATE_LIMITING_ENABLED": "False",
            "UAIP_JOB_LEASE_SECONDS": "3",
            "UAIP_JOB_HEARTBEAT_SECONDS": "0.5",
            "UAIP_JOB_SWEEP_SECONDS": "0.5",
            "UAIP_JOB_MAX_ATTEMPTS": "1000",
            "UAIP_TEST_SCORING_SECONDS": "0.2",
            "ENVIRONMENT": "development",
        }
        for name in ("POSTGRES_HOST", "REDIS_URL", "UAIP_BROKER_URL", "UAIP_CACHE_URL"):
            own[name] = ""
        self.environment = os.environ | own | environment
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        for name in ("queue", "control"):
            (folder / "broker" / name).mkdir(parents=True, exist_ok=True)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def key(self) -> str:
        """An API key of somebody who may start interviews and answer them."""
        self.manage("create_user", *(word for pair in PEOPLE.items() for word in pair))
        scopes = "session.start,session.view,session.answer"
        made = self.manage(
            *("create_api_key", "--name", "Driver", "--scopes", scopes, "--json"),
            *("--by", PEOPLE["--email"]),
        )
        return str(json.loads(made)["key"])

    def start_web(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "uaip_project.wsgi:application"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread"]
        command += ["--workers", "2", "--threads", "4", "--timeout", "30", "--log-level", "warning"]
        self.web = self._launch(command)
        assert wait_until(self.lives, seconds=240), self.log()

    def start_worker(self) -> None:
        """One that is started anew when it ends, as every way to deploy does it."""
        command = [sys.executable, "-m", "celery", "-A", "tests.chaos.slow_worker", "worker"]
        command += ["--pool", "threads", "--concurrency", "4", "--loglevel", "warning"]
        command += ["--without-gossip", "--without-mingle"]
        again = ["sh", "-c", 'while :; do "$@"; sleep 1; done', "supervisor"]
        self.worker = self._launch([*again, *command])

    def _launch(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / "site.log").open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def log(self) -> str:
        return (self.folder / "site.log").read_text(errors="replace")[-3000:]

    def lives(self) -> bool:
        """Whether a web process answers."""
        try:
            return self.health() is not None
        except OSError:
            return False

    def health(self) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as reply:
            return json.load(reply)

    def kill_worker(self) -> None:
        _kill_group(self.worker)

    def kill_web(self) -> None:
        """All of it; ``kill_one_web`` leaves the master, which starts another."""
        _kill_group(self.web)

    def kill_one_web(self) -> None:
        assert self.web
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()
        if children:
            os.kill(int(children[0]), signal.SIGKILL)

    def stop(self) -> None:
        self.kill_worker()
        self.kill_web()


def _kill_group(process: subprocess.Popen[bytes] | None) -> None:
    if process and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


@contextmanager
def postgres_and_redis(folder: Path) -> Iterator[tuple[Site, Postgres, Broker]]:
    """A site on servers that nobody else uses."""
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed.")
    database = Postgres(place("uaip-chaos-"))
    broker = Broker(folder)
    site = None
    try:
        database.run("initdb", "-D", str(database.data), "-U", "postgres", "-A", "trust", "-N")
        database.start()
        broker.start()
        where = {"POSTGRES_HOST": str(database.home), "POSTGRES_PORT": "5432"}
        where |= {"POSTGRES_USER": "postgres", "POSTGRES_DB": "postgres", "POSTGRES_PASSWORD": ""}
        site = Site(folder, where | {"REDIS_URL": broker.url})
        yield site, database, broker
    finally:
        if site:
            site.stop()
        broker.thaw()
        broker.kill()
        database.drop()


def breathe(seconds: float) -> None:
    """Lets the fault last."""
    time.sleep(seconds)
