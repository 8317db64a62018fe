"""Bundles: nothing secret in the one, nothing changed in the other."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import Job, User
from accounts.services import audit
from tests.builders.sessions import make_session, submit
from tests.operations.command import run
from uaip_project.operations.models import OpsRun

pytestmark = pytest.mark.django_db
CANARIES = {
    "project": "Heron-Canary-Project",
    "answer": "Kestrel-Canary-Answer",
    "key": "uaip_canary01_" + "k" * 40,
    "password": "Canary-Password-77",
    "person": "canary@example.org",
}


def parts_of(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        found = {one.name: archive.extractfile(one) for one in archive.getmembers()}
        return {name: file.read() for name, file in found.items() if file}


@pytest.fixture
def logged(tmp_path: Path, settings: Settings) -> None:
    """A log into which somebody wrote a key and a password."""
    settings.LOG_DIR = str(tmp_path / "logs")
    (tmp_path / "logs").mkdir()
    line = f"key {CANARIES['key']} password={CANARIES['password']} and all is well\n"
    (tmp_path / "logs" / "app.log").write_text(line)


def test_diagnostics_have_all_parts(tmp_path: Path, logged: None) -> None:
    OpsRun.objects.create(kind="backup")
    assert run("incident", "diagnostics", "--file", str(tmp_path / "d.tar.gz")).code == 0
    found = parts_of(tmp_path / "d.tar.gz")
    assert set(found) == {
        *("manifest.json", "checks.json", "machine.json", "log.txt", "settings.json"),
        *("system.json", "queue.json", "runs.json", "migrations.json", "sizes.json"),
    }
    assert b"all is well" in found["log.txt"]
    assert any(one["kind"] == "backup" for one in json.loads(found["runs.json"]))
    assert any("operations.0003" in one for one in json.loads(found["migrations.json"]))


def test_diagnostics_hold_no_secret_and_no_answer(
    tmp_path: Path, logged: None, alice: User, settings: Settings
) -> None:
    session = make_session(alice, project_name=CANARIES["project"])
    submit(session, "S1-01", CANARIES["answer"])
    User.objects.filter(pk=alice.pk).update(email=CANARIES["person"])
    fault = f"ValueError: {CANARIES['answer']} of {CANARIES['person']}"
    Job.objects.create(kind="score", subject_id=1, unique_key="x", last_fault=fault)
    OpsRun.objects.create(kind="report", said=CANARIES["person"], result={"x": CANARIES["project"]})
    run("incident", "diagnostics", "--file", str(tmp_path / "d.tar.gz"))
    whole = b"".join(parts_of(tmp_path / "d.tar.gz").values()).decode()
    assert [name for name, text in CANARIES.items() if text in whole] == []
    assert settings.SECRET_KEY not in whole


def test_a_bundle_is_its_owners_alone(tmp_path: Path) -> None:
    run("incident", "diagnostics", "--file", str(tmp_path / "d.tar.gz"))
    assert (tmp_path / "d.tar.gz").stat().st_mode & 0o077 == 0


@pytest.fixture
def evidence(tmp_path: Path, olga: User) -> Path:
    number = run("incident", "open", "Odd sign-ins", "--kind", "security", "--json").json["number"]
    audit.record(type="key.revoked", actor=olga, subject="key uaip_x")
    path = tmp_path / "e.tar.gz"
    done = run("incident", "evidence", number, "--file", str(path), "--by", olga.email)
    assert done.code == 0, done.err
    assert "Evidence taken, SHA-256" in run("incident", "show", number).out
    return path


def test_evidence_holds_the_deeds_the_chain_and_who_took_it(evidence: Path, olga: User) -> None:
    found = parts_of(evidence)
    deeds = [json.loads(line)["type"] for line in found["deeds.jsonl"].decode().splitlines()]
    assert "incident.opened" in deeds
    assert "key.revoked" in deeds
    assert json.loads(found["chain.json"])["is_whole"]
    assert json.loads(found["custody.json"])[0]["who"] == str(olga)
    assert run("incident", "verify", "--file", str(evidence)).code == 0


def test_nobody_takes_evidence_without_a_name(tmp_path: Path) -> None:
    number = run("incident", "open", "Odd", "--json").json["number"]
    done = run("incident", "evidence", number, "--file", str(tmp_path / "e.tar.gz"))
    assert (done.code, "--by" in done.err) == (2, True)
    assert not (tmp_path / "e.tar.gz").exists()


@pytest.mark.parametrize("name", ["deeds.jsonl", "custody.json", "manifest.json"])
def test_evidence_that_was_changed_is_recognised(evidence: Path, name: str) -> None:
    found = parts_of(evidence)
    found[name] = found[name].replace(b"e", b"a", 1)
    _rewrite(evidence, found)
    assert run("incident", "verify", "--file", str(evidence)).code == 1


def test_a_part_that_was_taken_out_or_put_in_is_named(evidence: Path) -> None:
    found = parts_of(evidence)
    _rewrite(evidence, {k: v for k, v in found.items() if k != "log.txt"})
    assert "log.txt is missing" in run("incident", "verify", "--file", str(evidence)).out
    _rewrite(evidence, found | {"new.txt": b"x"})
    assert (
        "new.txt is missing, or was added" in run("incident", "verify", "--file", str(evidence)).out
    )


def _rewrite(path: Path, parts: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, body in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))


def test_what_is_no_bundle_is_no_whole_bundle(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"nothing")
    assert run("incident", "verify", "--file", str(tmp_path / "x")).code == 1
