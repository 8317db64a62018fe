"""A wrong setting stops the start with a sentence that names it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import uaip_project
from uaip_project import env
from uaip_project.siteconfig import load_conversation, load_stages

ROOT = Path(uaip_project.__file__).parent.parent
SHIPPED = ROOT / "uaip_project" / "config"
NAME = "UAIP_A_TEST"


@pytest.fixture(autouse=True)
def forget_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The readers note what they find; nobody else shall hear of the names in here."""
    monkeypatch.setattr(env, "FOUND", dict(env.FOUND))


@pytest.mark.parametrize("text", ["yes", "on", "2", "Treu"])
def test_a_switch_is_true_or_false(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}={text}: use True or False"):
        env.env_bool(NAME, default=False)


@pytest.mark.parametrize(
    ("text", "value"), [("True", True), ("1", True), ("false", False), ("0", False), (" ", True)]
)
def test_a_switch_is_read_in_any_case(
    monkeypatch: pytest.MonkeyPatch, text: str, value: bool
) -> None:
    monkeypatch.setenv(NAME, text)
    assert env.env_bool(NAME, default=True) is value


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ten", lambda: env.env_int(NAME, default=1)),
        ("1.5", lambda: env.env_int(NAME, default=1)),
        ("0", lambda: env.env_int(NAME, default=1, least=1)),
        ("fast", lambda: env.env_float(NAME, default=1.0)),
        ("prod", lambda: env.env_choice(NAME, choices=("development",), default="development")),
        ("boss", lambda: env.env_choices(NAME, choices=("admin",), default=[])),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, text: str, read: Callable[[], object]
) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME}={text}: use "):
        read()


@pytest.mark.parametrize(
    ("text", "value"), [("", ["b"]), ("none", []), ("a", ["a"]), ("a, b", ["a", "b"])]
)
def test_some_of_the_choices_or_none(
    monkeypatch: pytest.MonkeyPatch, text: str, value: list[str]
) -> None:
    monkeypatch.setenv(NAME, text)
    assert env.env_choices(NAME, choices=("a", "b"), default=["b"]) == value


def test_a_list_is_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "a.example, b.example,")
    assert env.env_list(NAME, default=[]) == ["a.example", "b.example"]


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("from the file\n", encoding="utf-8")
    assert env.env_secret(NAME) == ""
    monkeypatch.setenv(f"{NAME}_FILE", str(kept))
    assert env.env_secret(NAME) == "from the file"
    monkeypatch.setenv(NAME, "said directly")
    assert env.env_secret(NAME) == "said directly"


def test_a_secret_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", "/nowhere/secret")
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE=/nowhere/secret"):
        env.env_secret(NAME)


def _load_settings(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a process of their own, with nothing else in its environment."""
    kept = {"PATH": os.environ["PATH"], "UAIP_DATA_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", "import uaip_project.settings as s; print(s.SECRET_KEY)"],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("environment", ["production", "staging"])
def test_production_does_not_start_without_its_key(tmp_path: Path, environment: str) -> None:
    ended = _load_settings(tmp_path, ENVIRONMENT=environment)
    assert ended.returncode != 0
    assert "SECRET_KEY is not set" in ended.stderr
    assert not (tmp_path / "secret_key").exists()


def test_production_takes_its_key_from_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text("a long key from a secret store", encoding="utf-8")
    others = {"JWT_PRIVATE_KEY": "in PEM", "UAIP_KEY_PEPPERS": "one:of random characters"}
    ended = _load_settings(tmp_path, ENVIRONMENT="production", SECRET_KEY_FILE=str(kept), **others)
    assert ended.stdout.strip() == "a long key from a secret store"


def test_a_start_on_a_laptop_makes_its_own_key_and_keeps_it(tmp_path: Path) -> None:
    first, second = _load_settings(tmp_path), _load_settings(tmp_path)
    assert len(first.stdout.strip()) >= 50
    assert first.stdout == second.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


# --- The guide's YAML ---------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site's own copy of the shipped configuration."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "config"))


def _change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _load(folder: Path) -> None:
    load_stages(folder, load_conversation(folder))


def test_the_shipped_files_are_sound(folder: Path) -> None:
    stages = load_stages(folder, load_conversation(folder))
    agents = stages["stage_agents"]
    thresholds = [agents[f"stage{number}"]["quality_threshold"] for number in range(1, 6)]
    assert thresholds == [7.0, 7.5, 7.0, 7.0, 8.0]
    assert {agents[f"stage{number}"]["max_attempts"] for number in range(1, 6)} == {3}


@pytest.mark.parametrize(
    ("name", "old", "new", "key"),
    [
        ("stages.yaml", "threshold: 7.5", "threshold: high", "stage_agents.stage2.quality_thr"),
        ("stages.yaml", "threshold: 7.5", "threshold: 75", "stage_agents.stage2.quality_thr"),
        ("stages.yaml", "max_attempts: 3", "max_attempts: 0", "stage_agents.stage1.max_attempts"),
        ("stages.yaml", "unknown_limit: 0.2", "unknown_limit: true", "rules.unknown_limit"),
        ("stages.yaml", "      halt: 5", "      halt: 4", "governance_thresholds"),
        ("stages.yaml", "      monitor: 2", "      monitor: 4", "governance_thresholds"),
        ("stages.yaml", "      halt: 5", "      halt: 6", "governance_thresholds.halt"),
        ("conversation.yaml", "quality_threshold: 7.0", "quality_threshold:", "quality_threshold"),
        ("conversation.yaml", "timeout_seconds: 30", "timeout: 30", "timeout_seconds"),
        ("conversation.yaml", '"system.*prompt"', '"system.*(prompt"', "injection_patterns"),
        ("conversation.yaml", '"system.*prompt"', "7", "injection_patterns"),
    ],
)
def test_a_fault_names_file_and_key(folder: Path, name: str, old: str, new: str, key: str) -> None:
    _change(folder, name, old, new)
    with pytest.raises(ImproperlyConfigured) as fault:
        _load(folder)
    assert name in str(fault.value)
    assert key in str(fault.value)


@pytest.mark.parametrize(
    "text", ["stage_agents: 7", "stage_agents: {stage4: 7}", "- a list", "a: ["]
)
def test_a_file_of_another_shape_is_named(folder: Path, text: str) -> None:
    (folder / "stages.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="stages.yaml"):
        _load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "conversation.yaml").unlink()
    with pytest.raises(ImproperlyConfigured, match=r"conversation\.yaml: the file is missing"):
        _load(folder)


def test_a_stage_that_says_nothing_takes_the_conversations_figures(folder: Path) -> None:
    (folder / "stages.yaml").write_text(
        "stage_agents: {stage3: {data_quality_threshold: 0.7}}\n"
        "rules: {productive_hours_per_day: 6, comparison_value: 1, min_examples: 1,"
        " unknown_limit: 0.2}\n",
        encoding="utf-8",
    )
    stage = load_stages(folder, load_conversation(folder))["stage_agents"]["stage4"]
    assert (stage["quality_threshold"], stage["max_attempts"]) == (7.0, 3)


# --- A question set of one's own ---------------------------------------------------------------

ASK = (
    "import django; django.setup();"
    "from interviews.protocol.catalogue import default_protocol;"
    "from interviews.scoring.evidence import site_folder;"
    "print(default_protocol().version, site_folder())"
)


def _ask_from(folder: Path, data: Path) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "UAIP_DATA_DIR": str(data)}
    kept |= {"DJANGO_SETTINGS_MODULE": "uaip_project.settings", "UAIP_PROTOCOL_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=kept, capture_output=True, text=True, check=False
    )


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A site's own copy of the shipped questions."""
    folder = shutil.copytree(ROOT / "interviews" / "protocol" / "v1", tmp_path / "questions")
    (folder / "protocol.yaml").write_text("version: acme/1\n", encoding="utf-8")
    return Path(folder)


def test_another_folder_is_another_question_set(questions: Path, tmp_path: Path) -> None:
    """Also for the scorer: what it looks for stands beside the questions."""
    assert _ask_from(questions, tmp_path).stdout.split() == ["acme/1", str(questions)]


def test_a_faulty_question_stops_the_start_by_its_name(questions: Path, tmp_path: Path) -> None:
    _change(questions, "stage_1.yaml", "weight: 3", "weight: 4")
    ended = _ask_from(questions, tmp_path)
    assert ended.returncode != 0
    assert "stage_1.yaml: S1-01: rubric.weight" in ended.stderr.splitlines()[-1]


def test_a_faulty_evidence_file_stops_the_start_by_its_name(
    questions: Path, tmp_path: Path
) -> None:
    _change(questions, "evidence_1.yaml", "S1-01:", "S1-01: 7\nS9-99:")
    ended = _ask_from(questions, tmp_path)
    assert ended.returncode != 0
    assert "evidence_1.yaml" in ended.stderr.splitlines()[-1]
