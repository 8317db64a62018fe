"""The program in a bundle decides as the engine does, and names every file that was touched."""

from __future__ import annotations

import ast
import copy
import importlib.util
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.services import audit
from governance.bundle import checking, packing
from governance.bundle.assembling import program
from governance.bundle.plain_facts import UnreadableFacts, plain_facts
from governance.engine import decide, read_facts
from governance.engine.facts import UnusableFacts
from governance.services import bundles
from tests.builders.cases import decided as make_decided
from tests.governance.engine_facts import calm_facts, decided, facts, risky_facts
from tests.governance.test_engine_vectors import VECTORS

SEEDS = range(60)


def loaded() -> dict[str, Any]:
    """The program's own names, as a machine without U-AIP has them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "verify.py"
        file.write_text(program(), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("verify", file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # Its dataclasses look their module up by name.
        sys.modules["verify"] = module
        spec.loader.exec_module(module)
    return module.__dict__


ALONE = loaded()


def decided_alone(raw: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = ALONE["decide"](ALONE["plain_facts"](raw)).to_json()
    return answer


@pytest.mark.parametrize("raw", [one[1] for one in VECTORS], ids=[one[0] for one in VECTORS])
def test_every_row_of_the_table_is_decided_alike(raw: dict[str, Any]) -> None:
    assert decided_alone(raw) == decided(raw).to_json()


@settings(max_examples=2000, deadline=None)
@given(facts)
def test_any_facts_are_decided_alike(raw: dict[str, Any]) -> None:
    assert decided_alone(raw) == decided(raw).to_json()


@settings(max_examples=300, deadline=None)
@given(facts, st.fixed_dictionaries({}, optional={
    "revise_below": st.floats(0, 1), "excellent": st.floats(0, 1),
    "breadth_count": st.integers(-1, 6), "major_revise": st.integers(0, 5),
    "halt": st.integers(0, 6), "committee": st.integers(1, 5), "monitor": st.integers(1, 5),
}))  # fmt: skip
def test_other_thresholds_are_read_or_refused_alike(
    raw: dict[str, Any], config: dict[str, Any]
) -> None:
    raw = raw | {"config": config}
    try:
        wanted = decide(read_facts(raw)).to_json()
    except UnusableFacts:
        with pytest.raises(ALONE["UnreadableFacts"]):
            decided_alone(raw)
    else:
        assert decided_alone(raw) == wanted


ODD = [
    None,
    True,
    -1,
    0,
    1,
    2.5,
    6,
    "",
    "x",
    "yes",
    "2026-02-30",
    "2026-11-21",
    [],
    ["x"],
    [""],
    {},
]
ODD += [{"x": "yes"}, {"valid_until": "2026-1-1"}, {"stated": 3}, "a" * 201, ["a" * 200], 1.0]
PATHS = [(key,) for key in (*calm_facts(), "unknown")]
PATHS += [("principles", "robustness", "risks", 0, key) for key in ("ref", "severity", "controls")]
PATHS += [("principles", "fairness"), ("principles", "fairness", "stated"), ("config", "halt")]
PATHS += [("data_quality", key) for key in ("overall_score", "blocking_gaps")]


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_what_the_engine_refuses_is_refused(path: tuple[Any, ...]) -> None:
    for value in ODD:
        refused_or_decided_alike(path, value)


def refused_or_decided_alike(path: tuple[Any, ...], value: Any) -> None:
    raw = copy.deepcopy(risky_facts(4, 5))
    inner: Any = raw
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    try:
        wanted = decide(read_facts(raw)).to_json()
    except UnusableFacts:
        with pytest.raises(UnreadableFacts):
            plain_facts(raw)
    else:
        assert decided_alone(raw) == wanted


# --- A whole bundle -------------------------------------------------------------------------------


@pytest.fixture
def whole(alice: User) -> dict[str, bytes]:
    decision = make_decided(alice)
    return packing.sealed(
        bundles.bundle_files(decision), charter=str(decision.revision.charter.code), revision=1
    )


def unpack(files: dict[str, bytes], place: Path) -> Path:
    for name, data in files.items():
        (place / name).write_bytes(data)
    return place


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In the folder itself, without the site's packages or anything of the environment."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *arguments],
        cwd=place, env={}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_machine_without_the_product_computes_the_decision_again(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    done = run(unpack(whole, tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Computed again from facts and rules: SUBMIT_TO_COMMITTEE" in done.stdout
    assert done.stdout.endswith("WHOLE.\n")


@pytest.mark.django_db
def test_it_reads_the_zip_file_as_it_was_downloaded(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "verify.py").write_bytes(whole["verify.py"])
    (tmp_path / "bundle.zip").write_bytes(packing.packed(whole))
    assert run(tmp_path, "bundle.zip").returncode == 0
    assert run(tmp_path, "nothing.zip").returncode == checking.UNUSABLE


@pytest.mark.django_db
def test_any_flipped_byte_names_its_file(whole: dict[str, bytes]) -> None:
    for seed in SEEDS:
        chance = random.Random(seed)
        name = chance.choice(sorted(whole))
        data = bytearray(whole[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        found = ALONE["faults_of"]({**whole, name: bytes(data)})
        assert name in {fault.file for fault in found}, (seed, name)


@pytest.mark.django_db
def test_every_byte_of_the_manifests_hash_counts(whole: dict[str, bytes]) -> None:
    for position in range(len(whole[checking.SEAL])):
        data = bytearray(whole[checking.SEAL])
        data[position] ^= 1
        found = checking.faults_of({**whole, checking.SEAL: bytes(data)})
        assert checking.SEAL in {fault.file for fault in found}


@pytest.mark.django_db
def test_files_that_come_go_or_change_their_names_are_named(whole: dict[str, bytes]) -> None:
    for name in whole:
        without = {key: data for key, data in whole.items() if key != name}
        assert name in {one.file for one in checking.faults_of(without)}
        renamed = {one.file for one in checking.faults_of({**without, "else.json": whole[name]})}
        assert name in renamed
        assert "else.json" in renamed or name in (checking.MANIFEST, checking.SEAL)
    assert {one.file for one in checking.faults_of({**whole, "new": b""})} == {"new"}


@pytest.mark.django_db
def test_a_flipped_byte_in_the_zip_file_changes_nothing_unseen(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    packed = packing.packed(whole)
    for seed in SEEDS:
        chance = random.Random(seed)
        data = bytearray(packed)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (tmp_path / "b.zip").write_bytes(bytes(data))
        try:
            read = checking.read_bundle(tmp_path / "b.zip")
        except checking.UnusableBundle:
            continue
        assert checking.faults_of(read) or read == whole


def resealed(whole: dict[str, bytes], name: str, change: Any) -> set[str]:
    """What is found when somebody changes a file and makes the hashes anew."""
    content = checking.json.loads(whole[name])
    change(content)
    kept = {k: v for k, v in whole.items() if k not in (checking.MANIFEST, checking.SEAL)}
    code = checking.json.loads(whole[checking.MANIFEST])["charter"]
    made = {**kept, name: checking.canonical_json(content)}
    return {one.file for one in checking.faults_of(packing.sealed(made, charter=code, revision=1))}


@pytest.mark.django_db
def test_a_forger_who_makes_the_hashes_anew_is_found_by_what_is_said(
    whole: dict[str, bytes],
) -> None:
    assert resealed(whole, checking.DECISION, lambda it: it["outcome"].update(decision="HALT")) == {
        checking.DECISION
    }
    assert resealed(whole, checking.FACTS, lambda it: it.update(open_blockers=["X-01"]))
    assert resealed(whole, checking.FACTS, lambda it: it["config"].update(halt=4)) >= {
        checking.FACTS
    }
    assert resealed(whole, checking.RULES, lambda it: it["thresholds"].update(revise=4)) >= {
        checking.RULES
    }
    assert resealed(whole, checking.CONTENT, lambda it: it.update(max_residual=1)) == {
        checking.CONTENT
    }
    assert resealed(whole, checking.DEEDS, lambda it: it[3].update(actor="person x")) == {
        checking.DEEDS
    }
    assert resealed(whole, checking.DEEDS, lambda it: it.reverse()) == {checking.DEEDS}


@pytest.mark.django_db
def test_a_deed_has_the_hash_that_was_recorded(alice: User) -> None:
    event = audit.record(type="a.b", actor=alice, subject="ü 1", detail={"b": 1.5, "a": "é"})
    assert checking.deed_hash(bundles._deed(event)) == event.hash


def test_it_needs_nothing_newer_than_python_3_9() -> None:
    ast.parse(program(), feature_version=(3, 9))
    assert "strict=" not in program()
    names = [one.name for one in ast.parse(program()).body if hasattr(one, "name")]
    assert len(names) == len(set(names))
