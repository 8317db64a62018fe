"""A second PostgreSQL cluster: its programs, its user, its start and its end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

START_SECONDS = 3600
LOOK_SECONDS = 0.1
#: Settings of the first server that the second must not go below, or it does not recover.
_FLOORS = {
    "max_connections setting": "max_connections",
    "max_worker_processes setting": "max_worker_processes",
    "max_wal_senders setting": "max_wal_senders",
    "max_prepared_xacts setting": "max_prepared_transactions",
    "max_locks_per_xact setting": "max_locks_per_transaction",
}


class ClusterFault(Exception):
    """A program of PostgreSQL could not do its part; the words are its last ones."""


def programs(version: str) -> Path:
    """The folder of that release's server programs. Raises ClusterFault."""
    found = shutil.which("pg_ctl")
    for folder in (
        Path(f"/usr/lib/postgresql/{version}/bin"),
        *([Path(found).resolve().parent] if found else []),
    ):
        if (folder / "pg_ctl").is_file() and (folder / "postgres").is_file():
            return folder
    raise ClusterFault(
        f"The server programs of PostgreSQL {version} (postgres, pg_ctl) are not on this machine. "
        "Install the same release as the database's."
    )


@dataclass(frozen=True)
class Cluster:
    """A data folder with the programs that run it, as ``user`` where we are root."""

    folder: Path
    bin: Path
    port: int
    user: str = ""

    @property
    def log(self) -> Path:
        """Where the server writes what it does."""
        return self.folder / "uaip-recovery.log"

    def run(self, program: str, *arguments: str, seconds: float = 600) -> str:
        """One program, to its end. Raises ClusterFault."""
        command = [*self._as_user(), str(self.bin / program), *arguments]
        done = _finished(command, seconds)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise ClusterFault(f"{program}: {said[-1] if said else 'it failed without a word'}")
        return done.stdout

    def _as_user(self) -> list[str]:
        """PostgreSQL refuses to run as root."""
        return ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []

    def take_over(self) -> None:
        """Gives the folder to the user who runs the server."""
        if os.geteuid() != 0:
            return
        try:
            owner = pwd.getpwnam(self.user)
        except KeyError:
            raise ClusterFault(f"There is no user {self.user} who could run the server.") from None
        for root, folders, files in os.walk(self.folder):
            for name in (".", *folders, *files):
                os.chown(Path(root) / name, owner.pw_uid, owner.pw_gid, follow_symlinks=False)

    def start(self) -> None:
        """Starts it and waits until its recovery is over. Raises ClusterFault."""
        self.log.unlink(missing_ok=True)
        options = {
            "port": str(self.port),
            # Nobody but the server's user and root comes into the folder where the socket lies.
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "hba_file": str(self.folder / "uaip-recovery.hba"),
            "config_file": str(self.folder / "uaip-recovery.conf"),
            "archive_mode": "off",
            "ssl": "off",
        }
        words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        arguments = ["-D", str(self.folder), "-l", str(self.log), "-o", words]
        wait = ["-w", "-t", str(START_SECONDS), "start"]
        self.run("pg_ctl", *arguments, *wait, seconds=START_SECONDS + 60)
        self._await_end_of_recovery()

    def _await_end_of_recovery(self) -> None:
        """pg_ctl is content with a server that still recovers."""
        told = self.folder / "postmaster.pid"
        until = monotonic() + START_SECONDS
        while monotonic() < until:
            try:
                lines = told.read_text(encoding="utf-8").splitlines()
            except FileNotFoundError:
                raise ClusterFault("The server ended during its recovery.") from None
            if lines and lines[-1].strip() == "ready":
                return
            sleep(LOOK_SECONDS)
        raise ClusterFault(f"The recovery took longer than {START_SECONDS} s.")

    def stop(self) -> None:
        """Ends the server in order; one that does not run is no fault."""
        if (self.folder / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "stop")

    def floors(self) -> dict[str, str]:
        """What the first server's settings were, as its control file says."""
        said = self.run("pg_controldata", "-D", str(self.folder))
        pairs = (line.partition(":") for line in said.splitlines())
        told = {name.strip(): value.strip() for name, _, value in pairs}
        return {ours: told[theirs] for theirs, ours in _FLOORS.items() if theirs in told}


def _finished(command: Sequence[str], seconds: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, check=False, cwd="/"
        )
    except subprocess.TimeoutExpired:
        raise ClusterFault(f"{command[-1]} took longer than {seconds:.0f} s.") from None
    except OSError as fault:
        raise ClusterFault(f"{command[0]} cannot be run: {fault.strerror}.") from None


def copied(base: Path, target: Path) -> None:
    """A copy of a base backup under its final name only when it is whole. Raises ClusterFault."""
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        shutil.copytree(base, part, symlinks=True)
        part.chmod(0o700)
        part.rename(target)
    except OSError as fault:
        shutil.rmtree(part, ignore_errors=True)
        raise ClusterFault(f"{target} cannot be written: {fault}") from fault
