"""The rehearsal of a restore, and files for a new machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import Settings

from accounts.job_kinds import OUTBOUND
from tests.builders.people import make_person
from tests.operations.command import run
from tests.operations.restoring.site import Site
from uaip_project.operations.backups import folder, secret_checks
from uaip_project.operations.models import OpsRun
from uaip_project.operations.restoring import outward
from uaip_project.operations.sight import upkeep


@pytest.fixture(scope="module")
def archive(site: Site) -> Path:
    make_person("alice")
    return site.backup()


def test_a_drill_measures_what_a_loss_would_cost(site: Site, archive: Path) -> None:
    before = site.tables()
    said = run("restore_drill", "--json").json
    assert said["is_verified"]
    assert said["rto_seconds"] > 0
    assert said["rpo_seconds"] >= 0
    row = OpsRun.objects.get(kind="restore_drill")
    assert (row.status, row.result["rto_seconds"]) == (OpsRun.Status.OK, said["rto_seconds"])
    words = f"back in {said['rto_seconds']:.0f} seconds (target 15 minutes)"
    assert words in upkeep.drill().said
    after = site.tables()
    assert {name for name in before if before[name] != after[name]} == {"ops_runs"}


def test_a_drill_with_a_damaged_archive_is_a_problem(archive: Path) -> None:
    raw = archive.read_bytes()
    archive.write_bytes(raw[:5000] + bytes([raw[5000] ^ 1]) + raw[5001:])
    said = run("restore_drill", "--json")
    archive.write_bytes(raw)
    assert said.code == 1
    assert "db.dump" in said.json["problems"][0]


def test_an_archive_of_last_week_misses_the_target(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    week_ago = timezone.now() - timedelta(days=7)
    monkeypatch.setattr(folder, "taken_at", lambda name: week_ago)
    said = run("restore_drill", "--json")
    assert said.code == 1
    assert "168 h old" in said.json["problems"][0]


def test_a_site_without_a_verified_archive_cannot_rehearse(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "mark_of", lambda path: None)
    assert run("restore_drill").code == 2


def test_what_leaves_the_house_is_held() -> None:
    assert {"invitation", "webhook", "reminder_mail"} <= set(outward.kinds())
    assert set(outward.kinds()) == OUTBOUND - outward.TO_MODELS


def test_work_for_a_model_is_held_where_there_is_one(settings: Settings) -> None:
    assert "score" not in outward.kinds()
    settings.LLM_PROVIDER = "openai"
    assert set(outward.kinds()) >= outward.TO_MODELS


@pytest.fixture
def unpacked(archive: Path, tmp_path: Path) -> Iterator[Path]:
    target = tmp_path / "new-machine"
    said = run("restore", str(archive), "--unpack", str(target))
    assert said.code == 0, said.err
    yield target


def test_a_new_machine_gets_configuration_and_secrets_as_files(unpacked: Path) -> None:
    secret = unpacked / "secrets" / "SECRET_KEY"
    assert secret.read_text() == settings.SECRET_KEY
    assert secret.stat().st_mode & 0o077 == 0
    assert f"SECRET_KEY_FILE={secret}" in (unpacked / "environment").read_text()
    ours = settings.CONFIG_DIR / "stages.yaml"
    assert (unpacked / "config" / "stages.yaml").read_bytes() == ours.read_bytes()


def test_files_are_not_unpacked_over_others(unpacked: Path, archive: Path) -> None:
    said = run("restore", str(archive), "--unpack", str(unpacked))
    assert said.code == 2
    assert "is not empty" in said.err


def test_nothing_of_the_secrets_is_printed(archive: Path, tmp_path: Path) -> None:
    said = run("restore", str(archive), "--unpack", str(tmp_path / "again"), "--json")
    assert settings.SECRET_KEY not in json.dumps(said.json)


@pytest.mark.parametrize("part", ["secrets", "environment"])
def test_names_of_secrets_that_lead_elsewhere_are_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    outside = tmp_path / "outside"
    said = {"secrets": {}, "environment": {}} | {part: {str(outside): "theirs"}}
    monkeypatch.setattr(secret_checks, "sealed_content", lambda: json.dumps(said).encode())
    path = site.backup(is_verified=False)
    told = run("restore", str(path), "--unpack", str(tmp_path / "new"))
    assert (told.code, outside.exists()) == (2, False)
    assert "no setting" in told.err
