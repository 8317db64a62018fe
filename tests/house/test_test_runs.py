"""`make test` refuses what fails, and tells it from what a busy machine did."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT

RUNS: dict[str, Any] = runpy.run_path(str(ROOT / "deploy" / "scripts" / "run_tests.py"))
FAILS = "def test_it(): assert False\n"
MANY_FAIL = """
import pytest

@pytest.mark.parametrize("who", range(6))
def test_it(who):
    assert False
"""
FAILS_ONCE = """
import pathlib, pytest

@pytest.mark.parametrize("who", ["a - b"])
def test_it(who):
    seen = pathlib.Path(__file__).with_name("seen")
    was_seen = seen.exists()
    seen.touch()
    assert was_seen, "the first time"
"""


def run(folder: Path, text: str, arguments: list[str] | None = None) -> tuple[int, str]:
    (folder / "test_one.py").write_text(text)
    own = ("PYTEST_", "DJANGO_SETTINGS_MODULE")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    # What the real suite loads takes each of its processes seconds.
    plain |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p xdist.plugin"}
    code, line = RUNS["run_suite"]("here", plain, arguments or RUNS["AT_ONCE"], folder)
    return code, line


def test_what_fails_alone_too_fails(tmp_path: Path) -> None:
    code, line = run(tmp_path, FAILS)
    assert (code, line) == (1, "here: 1 failed (failed alone too: test_one.py::test_it)")


def test_what_failed_beside_others_and_passes_alone_is_named(tmp_path: Path) -> None:
    code, line = run(tmp_path, FAILS_ONCE)
    assert (code, line) == (0, "here: 1 failed (passed alone: test_one.py::test_it[a - b])")


def test_what_somebody_asked_for_by_name_runs_once(tmp_path: Path) -> None:
    assert run(tmp_path, FAILS_ONCE, ["test_one.py"]) == (1, "here: 1 failed")


@pytest.mark.parametrize("text", [MANY_FAIL, "import nothing_of_the_name\n"])
def test_many_or_a_broken_file_are_no_accident(tmp_path: Path, text: str) -> None:
    code, line = run(tmp_path, text)
    assert code != 0
    assert "alone" not in line
