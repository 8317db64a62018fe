"""What operators read: commands in it exist, variables are read by somebody, days of review hold."""

from __future__ import annotations

import argparse
import json
import re
import runpy
import shlex
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandParser

from tests.house.test_docs import names_of_settings
from tests.house.tree import ROOT
from tests.operations.deployment.manifests import DEPLOY
from uaip_project.env_files import OF_OTHERS

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"]
REVIEWED: dict[str, dict[str, Any]] = yaml.safe_load((DOCS / "reviewed.yml").read_text("utf-8"))
CLOUD = sorted((DEPLOY / "cloud").iterdir())
QUICK = runpy.run_path(str(DEPLOY / "scripts" / "quick_reference.py"))
RAN = re.compile(r"manage\.(?:py|sh) +([a-z_]+[^`\n]*)")


def _spoken(page: Path) -> Iterator[str]:
    """Every command of a page, as typed: up to a pipe, a quote that stays open, or the line's end."""
    for match in RAN.finditer(page.read_text("utf-8").replace("\\\n", " ")):
        yield re.split(r"[|;&<>#)\"'…]| \.\.\.", match[1])[0].strip()


def _parsers(parser: CommandParser) -> dict[str, Any]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _fault(line: str) -> str:
    """What of a command is not there, "" for nothing."""
    name, *arguments = shlex.split(line)
    if name not in get_commands():
        return f"no command {name}"
    app = str(get_commands()[name])
    parser: Any = load_command_class(app, name).create_parser("manage.py", name)
    deeds = _parsers(parser)
    if deeds and arguments and re.fullmatch(r"[a-z][a-z-]*", arguments[0]):
        if arguments[0] not in deeds:
            return f"{name} has no {arguments[0]}"
        parser = deeds[arguments[0]]
    known = {option for action in parser._actions for option in action.option_strings}
    strange = [one for one in arguments if one.startswith("--") and one.split("=")[0] not in known]
    return f"{name} has no {strange[0]}" if strange else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_command_of_a_page_is_there_with_its_options(page: Path) -> None:
    faults = {line: fault for line in _spoken(page) if (fault := _fault(line))}
    assert faults == {}


def test_a_command_or_option_that_is_not_there_is_found() -> None:
    assert _fault("no_such_thing --json") == "no command no_such_thing"
    assert _fault("config shwo") == "config has no shwo"
    assert _fault("validate_config --conect") == "validate_config has no --conect"
    assert _fault("validate_config --connect") == ""


def test_the_quick_reference_names_every_command_and_deed() -> None:
    page = (DOCS / "reference" / "quick.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE))
    there = {name for name, _ in QUICK["rows"]()}
    assert named == there, "Run deploy/scripts/quick_reference.py."


def test_each_command_says_what_it_does() -> None:
    assert [name for name, does in QUICK["rows"]() if not does] == []


@pytest.mark.parametrize("recipe", CLOUD, ids=lambda path: path.stem)
def test_every_variable_of_a_cloud_recipe_is_a_setting(recipe: Path) -> None:
    content = yaml.safe_load(recipe.read_text("utf-8"))
    named = set(re.findall(r'"?name"?: "?([A-Z][A-Z0-9_]+)"?', json.dumps(content)))
    assert {"POSTGRES_HOST", "SECRET_KEY", "FIELD_KEYS"} <= named <= names_of_settings()


@pytest.mark.parametrize("page", ["deploy-in-a-cloud", "use-docker-compose", "configure-secrets"])
def test_every_variable_of_a_deployment_page_is_read_by_somebody(page: str) -> None:
    text = (DOCS / "how-to" / f"{page}.md").read_text("utf-8")
    named = set(re.findall(r"\b((?:UAIP|POSTGRES|LLM)_[A-Z_0-9]+)\b", text))
    assert {one for one in named if not OF_OTHERS.fullmatch(one)} <= names_of_settings()


def test_every_folder_of_pages_has_a_day_of_review() -> None:
    folders = {path.parent.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert folders == set(REVIEWED)


def overdue(today: date) -> list[str]:
    """Folders that somebody should read again."""
    return [
        name
        for name, one in REVIEWED.items()
        if one["reviewed"] + timedelta(days=one["every_days"]) < today
    ]


def test_a_page_that_nobody_read_for_long_is_named() -> None:
    assert overdue(date(2026, 11, 23)) == []
    assert "runbooks" in overdue(date(2027, 6, 1))
    for folder in overdue(date.today()):  # noqa: DTZ011
        warnings.warn(f"docs/{folder} is due for a review.", stacklevel=1)


def test_a_version_has_its_entry_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heads = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert heads[0] == "Unreleased"
    released = [one for one in heads if one != "Unreleased"]
    # Before the first release everything is unreleased.
    assert not released or released[0] == settings.APP_VERSION


def test_production_needs_staging_and_staging_needs_the_scans() -> None:
    jobs = yaml.safe_load((DEPLOY / "ci" / "release.yml").read_text("utf-8"))["jobs"]
    assert jobs["production"]["needs"] == ["staging"]
    assert jobs["staging"]["needs"] == ["image"]
    assert set(jobs["image"]["needs"]) == {"test", "secrets"}
    steps = json.dumps(jobs)
    for word in ("linux/amd64,linux/arm64", "--pull --no-cache", "HIGH,CRITICAL", "gitleaks"):
        assert word in steps
