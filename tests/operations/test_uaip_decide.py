"""`uaip decide`: facts in, the engine's decision out, nothing else around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from governance.engine.decide import decide
from governance.engine.facts import read_facts
from tests.governance.engine_facts import calm_facts
from tests.operations.command import Outcome, run_file, shell, uaip


def decided(folder: Path, facts: Any) -> Outcome:
    return uaip("decide", "--facts", run_file(folder, facts))


def test_calm_facts_proceed(tmp_path: Path) -> None:
    done = decided(tmp_path, calm_facts())
    assert done.code == 0
    assert done.json["decision"] == "PROCEED"


def test_the_output_is_the_engines_own(tmp_path: Path) -> None:
    facts = calm_facts(prohibited={"social_scoring": "yes"})
    done = decided(tmp_path, facts)
    assert done.json == decide(read_facts(facts)).to_json()
    assert done.json["decision"] == "HALT"
    assert done.json["headline"] == "F-1"


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    facts = calm_facts((2, 3, 1, 2, 3))
    backwards = dict(reversed(facts.items()))
    assert decided(tmp_path, facts).out == decided(tmp_path, backwards).out


def test_facts_may_come_from_standard_input() -> None:
    done = uaip("decide", "--facts", "-", typed=json.dumps(calm_facts()))
    assert done.json["decision"] == "PROCEED"


def test_every_bad_path_is_named(tmp_path: Path) -> None:
    facts = calm_facts(automation_level="high", nonsense=1)
    facts["principles"]["fairness"]["stated"] = 9
    done = decided(tmp_path, facts)
    assert (done.code, done.out) == (2, "")
    named = {line.partition(": ")[0] for line in done.err.splitlines()}
    assert {"automation_level", "nonsense", "principles.fairness.stated"} <= named


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"", "(file)"),
        (b"[1]", "(facts)"),
        (b"[" * 10_000, "(file)"),
        (b"\xff", "(file)"),
        (b'{"automation_level": 1e400}', "automation_level"),
        (b'{"as_of": "2026-11-21", "as_of": "2026-11-22"}', "as_of"),
        (b'{"feasibility": "\\ud800"}', "feasibility"),
    ],
)
def test_hostile_facts_are_refused(raw: bytes, path: str, tmp_path: Path) -> None:
    done = decided(tmp_path, raw)
    assert (done.code, done.out) == (2, "")
    assert path in {line.partition(": ")[0] for line in done.err.splitlines()}


def test_a_real_process_needs_no_database(tmp_path: Path) -> None:
    done = shell(tmp_path, "decide", "--facts", run_file(tmp_path, calm_facts()))
    assert (done.code, done.err) == (0, "")
    assert not (tmp_path / "uaip.sqlite3").exists()


def test_a_real_process_refuses_with_2(tmp_path: Path) -> None:
    done = shell(tmp_path, "decide", "--facts", run_file(tmp_path, {"as_of": "soon"}))
    assert done.code == 2
    assert "Traceback" not in done.err
