"""Versioned prompts: one file each, never changed once shipped, found by name or by version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "prompts"
#: score.1.md: the name and the number of the version.
_FILE = re.compile(r"([a-z_]+)\.([1-9]\d*)\.md")
_COMMENT = re.compile(r"\A<!--.*?-->\s*", re.S)


class UnknownPrompt(LookupError):
    """No prompt file of that name or version is installed."""


@dataclass(frozen=True)
class Prompt:
    """The stable part of what a model is asked, and the version that rows keep: "score/1"."""

    version: str
    text: str

    @property
    def name(self) -> str:
        return self.version.partition("/")[0]


def prompt(name: str) -> Prompt:
    """The newest prompt of that name. Raises UnknownPrompt."""
    versions = [version for found, version in _files() if found == name]
    if not versions:
        raise UnknownPrompt(name)
    return _read(name, max(versions))


def prompt_of_version(version: str) -> Prompt:
    """The prompt that a stored row names, such as "score/1". Raises UnknownPrompt."""
    name, _, number = version.partition("/")
    if not number.isdecimal() or (name, int(number)) not in _files():
        raise UnknownPrompt(version)
    return _read(name, int(number))


def versions() -> tuple[str, ...]:
    """Every version installed, sorted: ("coach/1", "score/1", ...)."""
    return tuple(f"{name}/{number}" for name, number in sorted(_files()))


@cache
def _files() -> dict[tuple[str, int], Path]:
    found = {}
    for path in FOLDER.glob("*.md"):
        match = _FILE.fullmatch(path.name)
        if match:
            found[match[1], int(match[2])] = path
    return found


@cache
def _read(name: str, number: int) -> Prompt:
    """The text without the comment for readers at its top, white space trimmed."""
    text = _files()[name, number].read_text(encoding="utf-8")
    return Prompt(version=f"{name}/{number}", text=_COMMENT.sub("", text).strip())
