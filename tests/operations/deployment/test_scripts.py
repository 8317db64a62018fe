"""The scripts of operators, run for real with stand-ins for what is not here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts import peppers, sealing, signing
from tests.house.tree import ROOT
from tests.operations.test_circuit_command import run as run_command
from uaip_project.operations.backups import backup_keys

SCRIPTS = ROOT / "deploy" / "scripts"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a script in an environment of its own; programs of ``tmp_path``/bin come first."""
    (tmp_path / "bin").mkdir()

    def go(name: str, *arguments: str, **environment: str) -> tuple[int, str]:
        path = f"{tmp_path / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["/bin/sh", SCRIPTS / name, *arguments],
            env={**os.environ, "PATH": path, "WAIT_SECONDS": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return done.returncode, done.stdout + done.stderr

    return go


@pytest.fixture
def stand_in(tmp_path: Path) -> Callable[..., Path]:
    """A program that notes how it was called; exit code by what stands in its words."""

    def make(name: str, fails_at: str = "never", says: str = "") -> Path:
        program, notes = tmp_path / "bin" / name, tmp_path / f"{name}.log"
        program.write_text(
            f'#!/bin/sh\necho "${{VERSION:-}}|$*" >> {notes}\n'
            f'case "$*" in *"{fails_at}"*) exit 1 ;; esac\nprintf "%s" "{says}"\n'
        )
        program.chmod(0o755)
        return notes

    return make


def test_secrets_are_made_once_and_can_be_used(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    code, said = run("make_secrets.sh", str(folder))
    assert code == 0, said
    made = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}
    assert len(made["secret_key"]) >= 43
    assert sealing._field_keys(made["field_keys"])
    assert backup_keys._key(made["backup_key"], 1)
    assert re.fullmatch(r"[0-9a-f]{8}:\S{43,}", made["key_peppers"])
    assert "PRIVATE KEY" in made["jwt_private_key"]
    assert folder.stat().st_mode & 0o077 == 0
    assert run("make_secrets.sh", str(folder))[1].count("kept  ") == len(made)
    assert {path.name: path.read_text() for path in folder.iterdir() if path.is_file()} == made
    run("make_secrets.sh", str(folder), "--force")
    assert all((folder / name).read_text() != text for name, text in made.items())


def test_the_pepper_and_the_signing_key_are_taken_by_the_site(
    run: Run, tmp_path: Path, settings: object
) -> None:
    folder = tmp_path / "secrets"
    run("make_secrets.sh", str(folder))
    settings.KEY_PEPPERS = (folder / "key_peppers").read_text()  # type: ignore[attr-defined]
    settings.JWT_PRIVATE_KEY = (folder / "jwt_private_key").read_text()  # type: ignore[attr-defined]
    assert len(peppers.peppers()) == 1
    assert signing.ring().private.key_size == 3072


@pytest.mark.django_db(transaction=True)
def test_the_smoke_test_asks_a_real_site(run: Run, live_server: LiveServer) -> None:
    code, said = run("smoke_test.sh", live_server.url)
    assert (code, "problem" in said) == (0, False), said
    assert said.count("ok ") >= 6


def test_the_smoke_test_names_what_is_not_there(run: Run) -> None:
    code, said = run("smoke_test.sh", "http://127.0.0.1:1")
    assert code == 1
    assert "problem  /ready answered 000" in said


def test_the_installer_checks_before_it_starts(
    run: Run, stand_in: Callable[..., Path], tmp_path: Path
) -> None:
    notes = stand_in("docker")
    stand_in("curl", says="200")
    code, said = run(
        "install.sh", "compose", "--domain", "uaip.example.org", SKIP_HOST_CHECK="yes",
        ENV_FILE=str(tmp_path / "env"), SECRETS=str(tmp_path / "secrets"),
    )  # fmt: skip
    assert code == 0, said
    done = [line.split("|")[1] for line in notes.read_text().splitlines()]
    order = [one.split()[1] for one in done if one.startswith("compose")]
    assert order == ["version", "build", "run", "up"]
    assert "validate_config" in done[2]
    written = (tmp_path / "env").read_text()
    assert "ALLOWED_HOSTS=localhost,uaip.example.org\n" in written
    assert "COMPOSE_PROFILES=monitoring\n" in written


def test_the_installer_stops_where_the_configuration_cannot_work(
    run: Run, stand_in: Callable[..., Path], tmp_path: Path
) -> None:
    notes = stand_in("docker", fails_at="validate_config")
    code, _ = run(
        "install.sh", "compose", SKIP_HOST_CHECK="yes",
        ENV_FILE=str(tmp_path / "env"), SECRETS=str(tmp_path / "secrets"),
    )  # fmt: skip
    assert code != 0
    assert " up " not in notes.read_text()


def _upgrade(run: Run) -> tuple[int, str]:
    return run(
        "upgrade.sh", "1.1.0", "1.0.0", MANAGE="manage", MANAGE_NEW="manage",
        START="service start", STOP="service stop",
    )  # fmt: skip


def test_an_upgrade_backs_up_before_it_stops_and_migrates_before_it_starts(
    run: Run, stand_in: Callable[..., Path]
) -> None:
    manage, service = stand_in("manage"), stand_in("service")
    stand_in("curl", says="200")
    code, said = _upgrade(run)
    assert code == 0, said
    deeds = [line.split()[0] for line in manage.read_text().splitlines()]
    assert deeds == [
        "1.0.0|maintenance", "1.0.0|backup", "1.0.0|verify_backup",
        "1.1.0|upgrade_check", "1.1.0|migrate", "1.1.0|upgrade_check",
    ]  # fmt: skip
    assert service.read_text().split() == ["1.0.0|stop", "1.1.0|start"]


@pytest.mark.parametrize("fails_at", ["verify_backup", "upgrade_check"])
def test_an_upgrade_that_may_not_begin_stops_nothing(
    run: Run, stand_in: Callable[..., Path], fails_at: str
) -> None:
    stand_in("manage", fails_at=fails_at)
    service = stand_in("service")
    code, said = _upgrade(run)
    assert (code, "nothing was changed" in said) == (1, True)
    assert not service.exists()


def test_a_migration_that_fails_leaves_the_old_version_serving(
    run: Run, stand_in: Callable[..., Path]
) -> None:
    stand_in("manage", fails_at="migrate")
    service = stand_in("service")
    stand_in("curl", says="200")
    code, _ = _upgrade(run)
    assert code == 1
    assert service.read_text().split() == ["1.0.0|stop", "1.0.0|start"]


def test_a_new_version_that_does_not_serve_gives_way_to_the_old(
    run: Run, stand_in: Callable[..., Path]
) -> None:
    stand_in("manage")
    service = stand_in("service")
    stand_in("curl", says="503")
    code, _ = _upgrade(run)
    assert code == 1
    assert service.read_text().split() == ["1.0.0|stop", "1.1.0|start", "1.1.0|stop", "1.0.0|start"]


def test_a_rollback_asks_first_whether_the_schema_will_do(
    run: Run, stand_in: Callable[..., Path]
) -> None:
    stand_in("manage", fails_at="--rollback")
    service = stand_in("service")
    given = {"MANAGE": "manage", "START": "service start", "STOP": "service stop"}
    code, said = run("rollback.sh", "1.0.0", **given)
    assert (code, "rollback.md" in said) == (1, True)
    assert not service.exists()
    stand_in("manage")
    stand_in("curl", says="200")
    assert run("rollback.sh", "1.0.0", **given)[0] == 0
    assert service.read_text().split() == ["1.0.0|stop", "1.0.0|start"]


def test_an_emergency_restart_waits_until_it_serves(
    run: Run, stand_in: Callable[..., Path]
) -> None:
    service = stand_in("service")
    stand_in("curl", says="200")
    assert run("emergency_restart.sh", RESTART="service restart")[0] == 0
    assert service.read_text().strip() == "|restart"
    stand_in("curl", says="503")
    code, said = run("emergency_restart.sh", RESTART="service restart")
    assert (code, "container-failure.md" in said) == (1, True)


@pytest.mark.parametrize(
    ("age", "count", "seconds_ago", "wanted"),
    [
        (31, 1, 0, 2), (31, 4, 900, 4), (15, 2, 900, 2), (0, 2, 900, 1), (0, 2, 100, 2), (0, 1, 900, 1),
    ],
)  # fmt: skip
def test_workers_follow_the_age_of_the_oldest_job(
    run: Run, stand_in: Callable[..., Path], tmp_path: Path, age: int, count: int,
    seconds_ago: int, wanted: int,
) -> None:  # fmt: skip
    mark = tmp_path / "mark"
    mark.write_text("1000000")
    notes = stand_in("scale")
    code, said = run(
        "autoscale.sh", AGE=f"echo {age}", COUNT=f"echo {count}", SCALE="scale $WANTED",
        MARK=str(mark), NOW=str(1_000_000 + seconds_ago),
    )  # fmt: skip
    assert (code, f"workers {count} -> {wanted}" in said) == (0, True), said
    assert notes.exists() is (wanted != count)


@pytest.mark.django_db
def test_the_age_that_workers_follow_is_what_the_queue_tells(
    run: Run, stand_in: Callable[..., Path]
) -> None:
    told = run_command("stats", "--json", name="queue").out.replace('"', '\\"')
    stand_in("docker", says=told)
    said = run("autoscale.sh", COUNT="echo 1", SCALE="true", MARK="/dev/null")[1]
    assert said == "oldest 0 s, workers 1 -> 1\n"
    assert "oldest_due_seconds" in told


@pytest.mark.parametrize("tool", ["ufw", "firewall-cmd"])
def test_the_firewall_leaves_people_and_administrators_in(
    run: Run, stand_in: Callable[..., Path], tool: str
) -> None:
    stand_in(tool)
    code, said = run(
        "firewall.sh", "--print", PATH=f"{Path(str(stand_in(tool))).parent / 'bin'}:/bin:/usr/bin"
    )
    assert code == 0
    assert "443" in said or "https" in said
    assert "10000" in said
    assert "60543" in said


def test_a_secret_is_found_and_the_source_has_none(run: Run, tmp_path: Path) -> None:
    planted = tmp_path / "notes.md"
    planted.write_text("fine\ntoken AKIA" + "ABCDEFGHIJKLMNOP\n")
    code, said = run("find_secrets.sh", str(planted))
    assert (code, f"{planted}:2: " in said) == (1, True)
    assert "ABCDEFGH" not in said
    files = [str(path) for room in ("deploy", "uaip_project") for path in (ROOT / room).rglob("*")]
    assert (
        run("find_secrets.sh", *(one for one in files if one.endswith((".py", ".yml", ".sh"))))[0]
        == 0
    )
