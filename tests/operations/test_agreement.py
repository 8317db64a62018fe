"""The guide's files and the shipped questions agree, or the start says which two do not."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from interviews.protocol.catalogue import default_protocol
from tests.operations.command import ROOT, uaip
from uaip_project.operations.agreement import require_agreement


def compare(*, stages: Any = None, conversation: Any = None) -> None:
    require_agreement(
        default_protocol(),
        conversation=conversation or settings.CONVERSATION,
        stages=stages or settings.STAGES,
        config=Path("config"),
    )


@pytest.mark.parametrize(
    ("key", "value"), [("name", "Business"), ("question_groups", 3), ("question_groups", "4")]
)
def test_a_difference_names_both_files(key: str, value: Any) -> None:
    stages = copy.deepcopy(settings.STAGES)
    stages["stage_agents"]["stage1"][key] = value
    with pytest.raises(ImproperlyConfigured) as fault:
        compare(stages=stages)
    for part in ("config/stages.yaml", f"stage_agents.stage1.{key}", "stage_1.yaml"):
        assert part in str(fault.value)


def test_what_is_left_out_is_no_difference() -> None:
    stages = copy.deepcopy(settings.STAGES)
    for agent in stages["stage_agents"].values():
        agent.pop("name")
        agent.pop("question_groups", None)
    compare(stages=stages)


def test_a_question_longer_than_allowed_is_named() -> None:
    conversation = copy.deepcopy(settings.CONVERSATION)
    conversation["security"]["max_question_length"] = 127
    with pytest.raises(ImproperlyConfigured, match="127 is less than the 128 characters of S5-10"):
        compare(conversation=conversation)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A site's own copy of the configuration, with a stage of another name."""
    folder = Path(shutil.copytree(settings.CONFIG_DIR, tmp_path / "config"))
    file = folder / "stages.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Business Translation", "Business Talk"), encoding="utf-8")
    return folder


def test_a_difference_stops_the_start(config: Path, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "UAIP_DATA_DIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=env | {"UAIP_CONFIG_DIR": str(config)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert "stage_agents.stage1.name: 'Business Talk'" in ended.stderr.splitlines()[-1]


def test_a_difference_in_another_folder_is_refused(config: Path) -> None:
    done = uaip("--config", str(config), "score", "--jsonl")
    assert done.code == 2
    assert "'Business Talk'" in done.err
