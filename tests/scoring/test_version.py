"""Another scorer has another name, so that unchanged answers are scored anew by it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from interviews.scoring.offline import SCORER_VERSION
from interviews.scoring.version import SHIPPED, fingerprint, version_with


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "questions"))


def test_the_name_holds_a_fingerprint_and_fits_its_column() -> None:
    assert re.fullmatch(r"embedded/1\+[0-9a-f]{8}", SCORER_VERSION)


def test_the_same_files_give_the_same_name_wherever_they_lie(copy: Path) -> None:
    assert fingerprint([copy]) == fingerprint([SHIPPED])
    assert version_with(copy).startswith("embedded/1+")


@pytest.mark.parametrize("name", ["evidence_1.yaml", "stage_3.yaml", "evidence_wording.json"])
def test_another_word_in_a_file_is_another_version(copy: Path, name: str) -> None:
    before = fingerprint([copy])
    file = copy / name
    file.write_bytes(file.read_bytes() + b"\n")
    assert fingerprint([copy]) != before


def test_code_and_word_lists_of_the_scorer_count(tmp_path: Path) -> None:
    seen = set()
    for name in ("rubric.py", "lexicons.yaml", "notes.txt"):
        (tmp_path / name).write_text("one", encoding="utf-8")
        seen.add(fingerprint([tmp_path]))
    assert len(seen) == 2


def test_moving_text_between_files_is_a_change(tmp_path: Path) -> None:
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_text("onetwo", encoding="utf-8")
    second.write_text("", encoding="utf-8")
    before = fingerprint([tmp_path])
    first.write_text("one", encoding="utf-8")
    second.write_text("two", encoding="utf-8")
    assert fingerprint([tmp_path]) != before
