"""Point-in-time recovery, on a PostgreSQL server of the test's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.operations.command import Outcome, run
from tests.operations.restoring.server import Server, place, running_server
from tests.operations.restoring.waiting import wait_until
from uaip_project.operations.restoring.clusters import Cluster, programs

ROWS_BEFORE, ROWS_AFTER = 60, 40


@dataclass(frozen=True)
class Lost:
    """What is left of a server whose machine is gone: a base backup and the archived log."""

    base: Path
    wal: Path
    #: Right after the sixtieth row.
    moment: str
    home: Path

    def recovered(self, name: str, to: str, *, wal: Path | None = None) -> tuple[Path, Outcome]:
        target = self.home / name
        where = ["--from", str(self.base), "--wal", str(wal or self.wal)]
        whose = ["--database", "postgres", "--user", "postgres"]
        return target, run(
            "pitr_restore", "--to", to, *where, "--target-dir", str(target), *whose, "--json"
        )


@pytest.fixture(scope="module")
def lost() -> Iterator[Lost]:
    """Sixty rows, a moment, forty more; then the server is killed and its disk is gone."""
    with running_server() as server:
        base, moment = _written(server)
        server.crash()
        shutil.rmtree(server.data)
        yield Lost(base=base, wal=server.wal, moment=moment, home=server.home)


def _written(server: Server) -> tuple[Path, str]:
    with server.connect() as connection:
        connection.execute("CREATE TABLE facts (id integer PRIMARY KEY)")
        base = server.base_backup()
        for number in range(ROWS_BEFORE):
            connection.execute("INSERT INTO facts VALUES (%s)", [number])
        (moment,) = connection.execute("SELECT clock_timestamp()::text").fetchone() or ("",)
        for number in range(ROWS_BEFORE, ROWS_BEFORE + ROWS_AFTER):
            connection.execute("INSERT INTO facts VALUES (%s)", [number])
            if number % 10 == 0:
                connection.execute("SELECT pg_switch_wal()")
        (last,) = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone() or (
            "",
        )
    # archive_timeout hands the last segment over by itself.
    wait_until((server.wal / last).exists, f"{last} in the archive")
    return base, moment


def _rows(folder: Path) -> list[int]:
    """What is in the recovered cluster, which the command left stopped."""
    cluster = Cluster(
        folder, programs((folder / "PG_VERSION").read_text().strip()), 5432, "postgres"
    )
    cluster.start()
    try:
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres") as connection:
            found = connection.execute("SELECT id FROM facts ORDER BY id").fetchall()
    finally:
        cluster.stop()
    return [number for (number,) in found]


def test_a_lost_database_comes_back_as_it_was_at_the_exact_time(lost: Lost) -> None:
    folder, said = lost.recovered("then", lost.moment)
    assert said.code == 0, said.err
    assert _rows(folder) == list(range(ROWS_BEFORE))
    assert said.json["last_commit_at"] < lost.moment.replace(" ", "T")


def test_a_time_that_the_log_does_not_reach_is_refused_in_words(lost: Lost) -> None:
    _, said = lost.recovered("never", "2999-01-01 00:00:00")
    assert said.code == 2
    assert "ends before 2999-01-01 00:00:00 UTC" in said.err


def test_a_folder_that_is_there_is_not_written_to(lost: Lost) -> None:
    (lost.home / "taken").mkdir()
    folder, said = lost.recovered("taken", lost.moment)
    assert (said.code, list(folder.iterdir())) == (2, [])


def test_a_damaged_base_backup_is_not_recovered_from(lost: Lost) -> None:
    base = lost.home / "damaged"
    shutil.copytree(lost.base, base, symlinks=True)
    page = next(one for one in (base / "base").rglob("1259"))
    good = page.read_bytes()
    page.write_bytes(good[:100] + bytes([good[100] ^ 0xFF]) + good[101:])
    _, said = Lost(base, lost.wal, lost.moment, lost.home).recovered("from-damaged", lost.moment)
    assert said.code == 2
    assert "pg_verifybackup" in said.err


def test_a_log_without_a_gap_says_so(lost: Lost) -> None:
    said = run("pitr_restore", "--check", "--wal", str(lost.wal), "--from", str(lost.base))
    assert said.code == 0
    assert said.out.startswith("No gap: ")


@pytest.fixture
def gapped(lost: Lost) -> Iterator[tuple[Path, str]]:
    """A copy of the log without a segment in its middle."""
    folder = place("uaip-gap-")
    for one in lost.wal.iterdir():
        shutil.copyfile(one, folder / one.name)
    segments = sorted(one for one in folder.iterdir() if len(one.name) == 24)
    segments[-2].unlink()
    yield folder, segments[-2].name
    shutil.rmtree(folder)


def test_a_missing_segment_is_named(gapped: tuple[Path, str], lost: Lost) -> None:
    folder, name = gapped
    said = run("pitr_restore", "--check", "--wal", str(folder), "--from", str(lost.base), "--json")
    assert said.code == 1
    assert said.json["missing"] == [name]


def test_a_segment_that_was_cut_short_is_named(lost: Lost, gapped: tuple[Path, str]) -> None:
    folder, name = gapped
    (folder / name).write_bytes((lost.wal / name).read_bytes()[: 1 << 20])
    said = run("pitr_restore", "--check", "--wal", str(folder), "--json")
    assert said.code == 1
    assert said.json["damaged"] == [name]


def test_a_time_behind_a_gap_is_not_pretended(gapped: tuple[Path, str], lost: Lost) -> None:
    folder, _ = gapped
    _, said = lost.recovered("behind-a-gap", "2999-01-01 00:00:00", wal=folder)
    assert said.code == 2
    assert "has a gap" in said.err


@pytest.mark.skipif(os.geteuid() != 0, reason="The server runs as ourselves.")
def test_a_log_that_the_server_may_not_read_is_said_to_be_so(
    lost: Lost, gapped: tuple[Path, str]
) -> None:
    folder, _ = gapped
    for one in folder.iterdir():
        one.chmod(0o600)
    _, said = lost.recovered("unreadable", lost.moment, wal=folder)
    assert said.code == 2
    assert f"postgres may not read what lies in {folder}" in said.err


def test_a_log_without_the_base_backups_start_is_refused(lost: Lost, tmp_path: Path) -> None:
    last = max(one for one in lost.wal.iterdir() if len(one.name) == 24)
    shutil.copy(last, tmp_path)
    _, said = lost.recovered("no-start", lost.moment, wal=tmp_path)
    assert said.code == 2
    assert "in which the base backup begins" in said.err
