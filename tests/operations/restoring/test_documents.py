"""What the guides tell an operator to type exists, with the options that they name."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.operations.restoring.server import SCRIPTS

DOCS = Path(__file__).resolve().parents[3] / "docs"
GUIDES = (
    "how-to/restore.md",
    "how-to/point-in-time-recovery.md",
    "runbooks/database-corruption.md",
    "runbooks/whole-system-loss.md",
    "runbooks/restore-one-project.md",
)
TYPED = re.compile(r"manage\.py ([a-z_]+)((?:[^\n`]|\\\n)*)")


def typed(guide: str) -> list[tuple[str, list[str]]]:
    """Commands of a guide with their options."""
    text = (DOCS / guide).read_text(encoding="utf-8").replace("\\\n", " ")
    found = TYPED.findall(text)
    return [(name, [one for one in shlex.split(rest) if one[:2] == "--"]) for name, rest in found]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_a_guide_exists(guide: str) -> None:
    commands = typed(guide)
    assert commands
    for name, options in commands:
        assert name in get_commands(), name
        text = _options_of(name)
        for option in options:
            assert option.partition("=")[0] in text, f"{name} {option}"


def _options_of(name: str) -> set[str]:
    """Of the command and of each of its deeds."""
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    parsers = [parser, *(one for action in parser._actions for one in _deeds(action.choices))]
    return {text for one in parsers for action in one._actions for text in action.option_strings}


def _deeds(choices: object) -> list[object]:
    return list(choices.values()) if isinstance(choices, dict) else []


def test_the_log_is_handed_over_each_minute_by_our_script() -> None:
    conf = (SCRIPTS / "postgresql.pitr.conf").read_text(encoding="utf-8")
    said = dict(re.findall(r"^(\w+) = '?(.+?)'?$", conf, re.MULTILINE))
    assert said["archive_timeout"] == "60"
    assert said["archive_mode"] == "on"
    assert (SCRIPTS / Path(said["archive_command"].split()[0]).name).exists()


def test_each_service_has_its_times_and_its_place_in_line() -> None:
    text = (DOCS / "how-to/restore.md").read_text(encoding="utf-8")
    for service in ("database", "queue", "cache", "record of deeds", "metrics"):
        assert re.search(rf"^\| .*{service}.* \| .+ \| .+ \|", text, re.MULTILINE), service
    order = text.partition("## In which order")[2]
    assert [int(one) for one in re.findall(r"^(\d)\. ", order, re.MULTILINE)] == list(range(1, 8))
