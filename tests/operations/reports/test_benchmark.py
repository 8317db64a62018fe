"""The benchmark measures everything it names, and says what became slower."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.operations.command import run
from uaip_project.operations import benchmarking
from uaip_project.operations.management.commands import benchmark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own database is a scratch one already."""
    monkeypatch.setattr(benchmark, "use_scratch_database", lambda: None)


def test_it_measures_with_the_machine_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "now.json"
    done = run("benchmark", "--rounds", "2", "--interviews", "2", "--out", str(out))
    assert done.code == 0, done.err
    found = json.loads(out.read_text())
    assert found["machine"]["processors"] >= 1
    assert len(found["rows"]) == 9
    assert all(row["median_ms"] > 0 for row in found["rows"].values())


def figures(milliseconds: float) -> dict[str, object]:
    return {"rows": {"scoring": {"processor_ms": milliseconds}, "new": {"processor_ms": 1.0}}}


@pytest.mark.parametrize(("now", "count"), [(10.0, 0), (12.5, 0), (12.6, 1), (5.0, 0)])
def test_more_than_a_quarter_slower_is_said(now: float, count: int) -> None:
    before = {"rows": {"scoring": {"processor_ms": 10.0}}}
    assert len(benchmarking.compared(figures(now), before)) == count


def test_a_file_that_holds_no_figures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    assert run("benchmark", "--baseline", str(tmp_path / "x.json")).code == 2
