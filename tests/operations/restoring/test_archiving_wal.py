"""The script that PostgreSQL hands each log segment to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.operations.restoring.server import SCRIPTS
from uaip_project.operations.restoring import wal

NAME = "000000010000000000000007"


def archive(segment: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(SCRIPTS / "archive_wal.sh"), str(segment), NAME, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    found = tmp_path / "segment"
    found.write_bytes(b"log" * 1000)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "wal"
    made.mkdir()
    return made


def test_a_segment_stands_in_the_archive_under_its_name_alone(segment: Path, folder: Path) -> None:
    assert archive(segment, folder).returncode == 0
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {NAME: segment.read_bytes()}


def test_handing_the_same_segment_over_twice_is_no_fault(segment: Path, folder: Path) -> None:
    archive(segment, folder)
    assert archive(segment, folder).returncode == 0


def test_another_segment_of_the_same_name_is_never_overwritten(segment: Path, folder: Path) -> None:
    archive(segment, folder)
    first = (folder / NAME).read_bytes()
    segment.write_bytes(b"of another server")
    refused = archive(segment, folder)
    assert refused.returncode == 1
    assert "is not overwritten" in refused.stderr
    assert (folder / NAME).read_bytes() == first


def test_a_disk_that_is_not_mounted_keeps_the_segment_on_the_server(
    segment: Path, tmp_path: Path
) -> None:
    refused = archive(segment, tmp_path / "away")
    assert refused.returncode == 1
    assert "Is its disk mounted?" in refused.stderr


def test_a_copy_that_fails_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    assert archive(tmp_path / "gone", folder).returncode != 0
    assert list(folder.iterdir()) == []


def test_a_copy_cut_off_by_a_crash_is_done_again(segment: Path, folder: Path) -> None:
    (folder / f".{NAME}.part").write_bytes(b"lo")
    assert archive(segment, folder).returncode == 0
    assert (folder / NAME).read_bytes() == segment.read_bytes()


def test_a_failover_to_a_new_timeline_is_no_gap(folder: Path) -> None:
    for name in (
        "000000010000000000000001",
        "000000010000000000000002",
        "000000020000000000000002",
    ):
        (folder / name).write_bytes(b"\0" * (1 << 20))
    (folder / "00000002.history").write_text("1\t0/2A0000\tno recovery target specified\n")
    found = wal.look(folder, start="000000010000000000000001")
    assert (found.is_whole, found.last) == (True, "000000020000000000000002")


def test_a_gap_after_a_failover_is_named(folder: Path) -> None:
    for name in (
        "000000010000000000000001",
        "000000010000000000000002",
        "000000020000000000000004",
    ):
        (folder / name).write_bytes(b"\0" * (1 << 20))
    (folder / "00000002.history").write_text("1\t0/2A0000\tno recovery target specified\n")
    found = wal.look(folder, start="000000010000000000000001")
    assert found.missing == ["000000020000000000000002", "000000020000000000000003"]
