"""`manage.py validate_config`: what could not work is named, with file and line, before anything starts."""

from __future__ import annotations

import random
import re
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.db import DatabaseError
from pytest_django import Settings

from tests.house.tree import ROOT
from tests.operations.command import Outcome
from tests.operations.test_circuit_command import run
from uaip_project.config_files import SHIPPED
from uaip_project.operations import host_facts

pytestmark = pytest.mark.django_db

BROKEN_FILES = 50
#: One way each to break a file: what is looked for, what takes its place, which file.
SLIPS = [
    ("conversation.yaml", r"quality_threshold: [\d.]+", "quality_threshold: eleven"),
    ("conversation.yaml", r"quality_threshold: [\d.]+", "quality_threshold: {n}1"),
    ("conversation.yaml", r"max_quality_attempts: \d+", "max_quality_attempts: 0"),
    ("conversation.yaml", r"max_response_length: \d+", "max_response_length: -{n}"),
    ("conversation.yaml", r"requests_per_minute: \d+", "requests_per_minute: none"),
    ("conversation.yaml", r"security:", "security: [{n}"),
    ("stages.yaml", r"quality_threshold: 7.5", "quality_threshold: 7{n}"),
    ("stages.yaml", r"data_quality_threshold: [\d.]+", "data_quality_threshold: {n}.5"),
    ("stages.yaml", r"halt: \d", "halt: 3"),
    ("stages.yaml", r"stage_agents:", "stage_agents: {n}\nothers:"),
    ("stages.yaml", r"sample_percent: \d+", "sample_percent: 1{n}0"),
    ("stages.yaml", r"  stage2:", "  stage2:\n\tname: {n}"),
    ("llm.yaml", r"warn_at: [\d.]+", "warn_at: {n}"),
    ("llm.yaml", r"daily: [\d.]+", "daily: -{n}"),
    ("llm.yaml", r"failures: \d+", "failures: {n}000000"),
    ("llm.yaml", r"circuit:", "circuit:\n  failures: {n}\n  failures: 5\nnothing:"),
]


def validate(*arguments: str) -> Outcome:
    return run(*arguments, name="validate_config")


def broken(folder: Path, seed: int) -> str:
    """A copy of the shipped files with one slip; the name of the file that has it."""
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("__pycache__"))
    choice = random.Random(seed)
    name, old, new = SLIPS[seed % len(SLIPS)]
    path = folder / name
    text, count = re.subn(old, new.format(n=choice.randint(2, 9)), path.read_text("utf-8"), count=1)
    assert count == 1, f"{name} has no {old}"
    path.write_text(text, "utf-8")
    return name


def test_the_shipped_files_and_the_example_of_variables_can_be_used() -> None:
    assert validate("--files", str(SHIPPED)).code == 0
    done = validate("--env-file", str(ROOT / ".env.example"))
    assert (done.code, done.err) == (0, "")


def test_fifty_broken_files_are_each_named_with_their_line(tmp_path: Path) -> None:
    for seed in range(BROKEN_FILES):
        folder = tmp_path / str(seed)
        name = broken(folder, seed)
        done = validate("--files", str(folder))
        assert done.code == 1, (seed, done.out)
        assert re.search(rf"{re.escape(str(folder / name))}:\d+: ", done.out), (seed, done.out)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("POSTGRES_PASWORD=x", "Is POSTGRES_PASSWORD meant?"),
        ("UAIP_NO_SUCH_THING=1", "Nobody reads UAIP_NO_SUCH_THING."),
        ("DB_POOL_SIZE=many", "use a number"),
        ("UAIP_DEBUG=maybe", "use True or False"),
        ("SECRET_KEY_FILE=/nowhere/at/all", "there is no /nowhere/at/all"),
        ("GEMINI_API_KEY=x", "is called GOOGLE_API_KEY now"),
        ("just some words", "NAME=value is expected"),
        ("LOG_LEVEL=DEBUG", "stands on line 1 already"),
    ],
)
def test_a_line_of_variables_that_helps_nobody_is_named(
    tmp_path: Path, line: str, words: str
) -> None:
    file = tmp_path / "uaip.env"
    file.write_text(f"LOG_LEVEL=INFO\n{line}\n", "utf-8")
    done = validate("--env-file", str(file))
    assert done.code == 1
    assert f"{file}:2: " in done.out
    assert words in done.out


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "conversation.yaml: The file is missing." in validate("--files", str(tmp_path)).out


def test_what_can_work_is_said_in_one_line_a_part() -> None:
    done = validate("--connect")
    assert (done.code, done.out.splitlines()[-1]) == (0, "The configuration can work.")
    for part in ("files", "environment", "database", "broker", "cache", "models", "backups"):
        assert f" {part}: " in done.out
    assert validate("--json").json["can_work"] is True


def test_a_database_that_is_down_is_named() -> None:
    with mock.patch("django.db.backends.utils.CursorWrapper.execute", side_effect=DatabaseError):
        done = validate("--connect")
    assert done.code == 1
    assert re.search(r"problem +database: \w+ does not answer", done.out)


@pytest.mark.parametrize(("name", "part"), [("BROKER_URL", "broker"), ("CACHE_URL", "cache")])
def test_a_redis_that_is_down_is_named_without_its_password(
    settings: Settings, name: str, part: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    setattr(settings, name, f"redis://:canary@127.0.0.1:{port}/0")
    done = validate("--connect")
    assert done.code == 1
    assert f"problem  {part}: redis://***@127.0.0.1:{port}/0 does not answer" in done.out
    assert "canary" not in done.out


def test_a_provider_without_a_key_is_named(settings: Settings) -> None:
    settings.LLM_PROVIDER, settings.LLM_MODEL = "openai", "gpt-4"
    settings.LLM_KEYS = settings.LLM_KEYS | {"OPENAI_API_KEY": ""}
    done = validate("--connect")
    assert done.code == 1
    assert "problem  models:" in done.out


def _certificate(path: Path, days: float) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "postgres")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    path.write_text(made.public_bytes(Encoding.PEM).decode())
    return str(path)


@pytest.mark.parametrize(
    ("days", "level", "code"), [(60.5, "ok", 0), (20.5, "warning", 0), (5.5, "problem", 1)]
)
def test_a_certificate_that_ends_soon_is_named(
    settings: Settings, tmp_path: Path, days: float, level: str, code: int
) -> None:
    settings.CERTIFICATES = [_certificate(tmp_path / "site.pem", days)]
    done = validate()
    assert done.code == code
    assert re.search(rf"{level} +certificates: .*{int(days)} days are left", done.out)


def test_warnings_count_where_somebody_is_strict(settings: Settings, tmp_path: Path) -> None:
    settings.CERTIFICATES = [_certificate(tmp_path / "site.pem", 20)]
    assert (validate().code, validate("--strict").code) == (0, 1)


@pytest.mark.parametrize("what", ["cores", "memory", "disk"])
def test_a_machine_that_is_too_small_is_named(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    enough = {"cores": 8.0, "memory": 16.0, "disk": 100.0}
    monkeypatch.setattr(host_facts, "measured", lambda: enough)
    assert validate("--host").code == 0
    monkeypatch.setattr(host_facts, "measured", lambda: enough | {what: 1.0})
    done = validate("--host")
    assert done.code == 1
    assert f"problem  host: {what}: 1.0" in done.out


def test_a_name_that_leads_nowhere_is_named(settings: Settings) -> None:
    settings.BASE_URL = "https://nobody.invalid"
    done = validate("--network")
    assert done.code == 1
    assert "UAIP_BASE_URL: nobody.invalid leads nowhere" in done.out
