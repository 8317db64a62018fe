"""docs/operations.md: every row of the operations checklist has its form and its proof."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import NamedTuple

import pytest
from django.core.management import CommandParser, get_commands, load_command_class
from django.urls import Resolver404, resolve

from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "operations.md"
ROWS = range(1, 323)
LINE = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TICKED = re.compile(r"`([^`]+)`")
MAKE = set(
    re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
METHOD = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /")
SOME_CODE = "0b0b4a3e-6a0e-4c0e-9a53-1f7f0f2f6f11"
#: What stands in for a proof must at least be a sentence.
LEAST_REASON = 20


class Row(NamedTuple):
    number: int
    capability: str
    form: str
    proof: str


@cache
def rows() -> list[Row]:
    found = LINE.findall(PAGE.read_text(encoding="utf-8"))
    return [Row(int(number), *(part.strip() for part in rest)) for number, *rest in found]


@cache
def deeds(command: str) -> frozenset[str]:
    """The deeds of a command, empty where it has none."""
    parser: CommandParser = load_command_class(get_commands()[command], command).create_parser(
        "manage.py", command
    )
    choices = [one.choices for one in parser._actions if one.dest == "deed" and one.choices]
    return frozenset(choices[0]) if choices else frozenset()


def exists(form: str) -> bool:
    """Whether there is such a command, deed, page, file or target."""
    words = form.removeprefix("manage.py ").split()
    if words[0] == "make":
        return words[1] in MAKE
    if words[0] in get_commands():
        known = deeds(words[0])
        second = words[1] if len(words) > 1 else ""
        return not known or not second or second.startswith("-") or second in known
    address = form.partition(" ")[2] if METHOD.match(form) else form
    if address.startswith("/"):
        try:
            return bool(resolve(re.sub(r"<[^>]+>|{[^}]+}", SOME_CODE, address)))
        except Resolver404:
            return False
    return (ROOT / form).exists() or f"`{form}`" in reference()


@cache
def reference() -> str:
    """Settings, figures and permissions have their own pages."""
    names = ("settings", "metrics", "permissions")
    pages = (ROOT / "docs" / "reference" / f"{name}.md" for name in names)
    return "".join(page.read_text(encoding="utf-8") for page in pages)


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


def is_proof(proof: str) -> bool:
    """Every test that is named exists; or a reason says why there is none."""
    if proof.startswith("-"):
        return len(proof) >= LEAST_REASON
    named = [one.strip("` ") for one in proof.split(",")]
    for one in named:
        path, name = one.partition("::")[0], one.rpartition("::")[2] if "::" in one else ""
        if not path.startswith("tests/") or not (ROOT / path).exists():
            return False
        if name and name.partition("[")[0] not in names_in(path):
            return False
    return True


def test_every_row_stands_there_once() -> None:
    assert sorted(row.number for row in rows()) == list(ROWS)


@pytest.mark.parametrize("part", range(0, 322, 46))
def test_every_row_names_what_there_is(part: int) -> None:
    chosen = [row for row in rows() if part < row.number <= part + 46]
    missing = [
        (row.number, form)
        for row in chosen
        for form in TICKED.findall(row.form) or [row.form]
        if TICKED.search(row.form) and not exists(form)
    ]
    assert missing == []


def test_every_row_says_its_form() -> None:
    assert [row.number for row in rows() if len(row.form) < 4 or len(row.capability) < 4] == []


def test_every_row_has_a_proof_or_says_why_not() -> None:
    assert [(row.number, row.proof) for row in rows() if not is_proof(row.proof)] == []
