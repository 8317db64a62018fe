"""Writes docs/reference/quick.md from the commands themselves: every command, what it does, its deeds."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "quick.md"
HEAD = """# Quick reference

All commands on one page, written by `deploy/scripts/quick_reference.py` from the commands themselves. Each has `--help`;
those of operators take `--json` and end with 0 (well), 1 (a problem was found) or 2 (it could not run).
[Commands](commands.md) says more.

| Command | Does |
|---|---|
"""


def rows() -> Iterator[tuple[str, str]]:
    """(command with its deed, what it does), by name."""
    for name, app in sorted(get_commands().items()):
        if not str(app).startswith(
            ("accounts", "interviews", "charters", "governance", "uaip_project")
        ):
            continue
        command = load_command_class(str(app), name)
        yield name, command.help
        parser = command.create_parser("manage.py", name)
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for said in action._choices_actions:
                    yield f"{name} {said.dest}", said.help or ""


def page() -> str:
    """The whole page."""
    lines = (f"| `{name}` | {does.replace('|', '/')} |" for name, does in rows())
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uaip_project.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
