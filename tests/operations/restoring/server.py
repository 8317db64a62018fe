"""A PostgreSQL server of the test's own, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

SCRIPTS = Path(__file__).resolve().parents[3] / "deploy" / "scripts" / "pitr"


def programs() -> Path:
    """The newest installed release's programs; skips where there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[4])
    )
    if not found:
        pytest.skip("PostgreSQL's server programs are not installed.")
    return found[-1].parent


def _as_server() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@dataclass
class Server:
    """A running server with its log archived into ``wal``; it is reached by a socket alone."""

    home: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def wal(self) -> Path:
        return self.home / "wal"

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        path = f"{programs()}:{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "PGHOST": str(self.home), "PGUSER": "postgres"}
        done = subprocess.run(
            [*_as_server(), *command],
            capture_output=True,
            text=True,
            check=False,
            env=env,
            cwd="/",
            timeout=120,
        )
        assert done.returncode == 0 or not check, done.stderr
        return done

    def start(self) -> None:
        settings = (
            "fsync=off",
            "listen_addresses=",
            f"unix_socket_directories={self.home}",
            "archive_mode=on",
            f"archive_command={SCRIPTS / 'archive_wal.sh'} %p %f {self.wal}",
            "archive_timeout=1",
        )
        words = " ".join(f"-c '{one}'" for one in settings)
        log = str(self.home / "server.log")
        self.run("pg_ctl", "-D", str(self.data), "-l", log, "-o", words, "-w", "start")

    def crash(self) -> None:
        """All of it at once and without a word, as when the machine is gone."""
        number = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(number, signal.SIGKILL)

    def base_backup(self) -> Path:
        made = self.run(str(SCRIPTS / "base_backup.sh"), str(self.home / "bases"))
        return Path(made.stdout.strip())

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.home), user="postgres", dbname="postgres", autocommit=True, **options
        )


def place(prefix: str) -> Path:
    """A short folder that the server's user may enter."""
    home = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    home.chmod(0o755)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
    return home


@contextmanager
def running_server() -> Iterator[Server]:
    """One that is made, started and swept away."""
    server = Server(place("uaip-pitr-"))
    try:
        server.run("initdb", "-D", str(server.data), "-U", "postgres", "-A", "trust", "-N")
        server.run("mkdir", str(server.wal))
        server.start()
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.run("pg_ctl", "-D", str(server.data), "-m", "immediate", "stop", check=False)
        shutil.rmtree(server.home, ignore_errors=True)
