"""Whatever happens to the bytes of an archive, it is found and named before anything is restored.

UAIP_BACKUP_CORRUPTIONS says how many; 40 unless it is set.
"""

from __future__ import annotations

import os
import random
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.operations.backups.site import KEY, OTHER_KEY, entries, small_archive
from uaip_project.operations.backups import cipher, manifest, tarball, verifying
from uaip_project.operations.backups.archive import open_archive, read_manifest
from uaip_project.operations.backups.problems import ArchiveBroken

pytestmark = pytest.mark.django_db

TIMES = int(os.environ.get("UAIP_BACKUP_CORRUPTIONS", "40"))
Spoil = Callable[[bytearray, list[tarball.Entry], random.Random], None]


def _flip(raw: bytearray, position: int, draw: random.Random) -> None:
    raw[position] ^= 1 << draw.randrange(8)


def _anywhere(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    _flip(raw, draw.randrange(len(raw)), draw)


def _in_a_header(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    _flip(raw, draw.choice(there).offset - 512 + draw.randrange(512), draw)


def _in_the_dump(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    _flip(raw, there[0].offset + draw.randrange(there[0].size), draw)


def _in_the_manifest(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    _flip(raw, there[-2].offset + draw.randrange(there[-2].size), draw)


def _in_the_seal(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    _flip(raw, there[-1].offset + draw.randrange(there[-1].size), draw)


def _in_the_padding(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    padded = draw.choice([one for one in there if one.size % 512])
    _flip(raw, padded.offset + padded.size + draw.randrange(-padded.size % 512), draw)


def _first_byte(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    _flip(raw, 0, draw)


def _last_byte(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    _flip(raw, len(raw) - 1, draw)


def _cut(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    del raw[draw.randrange(len(raw)) :]


def _one_byte_short(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    del raw[-1:]


def _longer(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    raw += bytes(draw.choice((1, 512, 10240)))


def _zeroed(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    start = there[0].offset + draw.randrange(there[0].size // 1024) * 512
    raw[start : start + 512] = bytes(512)


def _repeated(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    first, second = there[0].offset + 512, there[0].offset + 1024
    raw[second : second + 512] = raw[first : first + 512]


def _swapped_members(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    """Two neighbours with headers and all: the tar itself stays sound."""
    at = draw.randrange(len(there) - 3)
    starts = [one.offset - 512 for one in there]
    first, second = raw[starts[at] : starts[at + 1]], raw[starts[at + 1] : starts[at + 2]]
    raw[starts[at] : starts[at + 2]] = second + first


def _dropped_member(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    at = draw.randrange(len(there) - 2)
    del raw[there[at].offset - 512 : there[at + 1].offset - 512]


def _later_version(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    start, end = there[-2].offset, there[-2].offset + there[-2].size
    raw[start:end] = raw[start:end].replace(b"uaip-backup/1", b"uaip-backup/9")


def _other_count(raw: bytearray, there: list[tarball.Entry], draw: random.Random) -> None:
    """An edit that leaves the manifest readable: one row of one table more."""
    start, end = there[-2].offset, there[-2].offset + there[-2].size
    raw[start:end] = raw[start:end].replace(b'"count": 0', b'"count": 1', 1)


SPOILS: tuple[Spoil, ...] = (
    *(_anywhere, _in_a_header, _in_the_dump, _in_the_manifest, _in_the_seal, _in_the_padding),
    *(_first_byte, _last_byte, _cut, _one_byte_short, _longer, _zeroed, _repeated),
    *(_swapped_members, _dropped_member, _later_version, _other_count),
)


@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "readable"])
def test_every_corruption_is_found_and_named(
    whole_archive: Callable[[bool], Path],
    is_sealed: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What is wrong with the bytes is found before a restore is even begun.
    monkeypatch.setattr(verifying, "_restore_and_compare", lambda archive, found: None)
    whole = whole_archive(is_sealed)
    there, draw, missed = entries(whole), random.Random(TIMES), []
    bad = tmp_path / whole.name
    keys = [KEY] if is_sealed else []
    for number in range(TIMES // 2):
        spoil = SPOILS[number % len(SPOILS)]
        raw = bytearray(whole.read_bytes())
        spoil(raw, there, draw)
        assert raw != whole.read_bytes(), spoil.__name__
        bad.write_bytes(raw)
        found = verifying.verify(bad, keys)
        if found.is_good or not all(": " in one for one in found.problems):
            missed.append(spoil.__name__)
    assert missed == []


def test_a_swapped_member_is_called_by_its_name(
    whole_archive: Callable[[bool], Path], tmp_path: Path
) -> None:
    whole = whole_archive(True)
    raw, there = bytearray(whole.read_bytes()), entries(whole)
    _in_the_dump(raw, there, random.Random(1))
    bad = tmp_path / whole.name
    bad.write_bytes(raw)
    (problem,) = verifying.verify(bad, [KEY]).problems
    assert problem.startswith("db.dump: its bytes were changed")


def test_a_forged_manifest_of_a_readable_archive_is_refused_where_there_is_a_key(
    whole_archive: Callable[[bool], Path],
) -> None:
    (problem,) = verifying.verify(whole_archive(False), [KEY]).problems
    assert "it is not sealed, although this site has a backup key" in problem
    assert verifying.verify(
        whole_archive(False), [KEY], accepts_unsealed=True, is_quick=True
    ).is_good


def test_another_key_is_named_and_the_right_one_of_several_is_found(
    whole_archive: Callable[[bool], Path],
) -> None:
    path = whole_archive(True)
    (problem,) = verifying.verify(path, [OTHER_KEY]).problems
    assert cipher.key_id(KEY) in problem
    assert cipher.key_id(OTHER_KEY) in problem
    assert open_archive(path, [OTHER_KEY, KEY]).manifest == read_manifest(path)


def test_what_was_written_is_read_and_never_rejected(tmp_path: Path) -> None:
    """Sizes around the edges of blocks and chunks, none, long names; sealed and not."""
    draw = random.Random(TIMES)
    edges = [0, 1, 511, 512, 513, cipher.CHUNK - 1, cipher.CHUNK, cipher.CHUNK + 1]
    for number in range(TIMES):
        key = KEY if number % 2 else None
        sizes = [draw.choice(edges) if draw.random() < 0.5 else draw.randrange(9000)]
        contents = {
            f"config/{'x' * draw.randrange(1, 180)}{at}": draw.randbytes(size)
            for at, size in enumerate(sizes * 2)
        }
        path = small_archive(tmp_path / f"{number}.tar", contents, key)
        found = verifying.verify(path, [key] if key else [], is_quick=True)
        assert found.problems == []
        there = open_archive(path, [key] if key else [])
        assert {name: there.read(name) for name in there.member_names} == contents


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    for number, name in enumerate(("../../etc/cron.d/own", "/etc/passwd", "config/../../x")):
        path = small_archive(tmp_path / f"{number}.tar", {name: b"* * * * * root sh"}, KEY)
        with pytest.raises(ArchiveBroken, match="leads out of the folder"):
            open_archive(path, [KEY])


def test_any_tar_program_reads_it(tmp_path: Path) -> None:
    path = small_archive(tmp_path / "a.tar", {"config/llm.yaml": b"prices: {}\n"}, None)
    with tarfile.open(path) as opened:
        names = opened.getnames()
        found = opened.extractfile("config/llm.yaml")
    assert names == ["config/llm.yaml", manifest.NAME, manifest.SEAL_NAME]
    assert found is not None
