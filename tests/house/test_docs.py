"""The documentation says what the code does: both sides' leftovers fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.permissions import Permission, Role
from tests.house.tree import ROOT, name_of, parsed, python_files, rooms_files

DOCS = ROOT / "docs"
ADRS = sorted((DOCS / "adr").glob("[0-9][0-9][0-9][0-9]-*.md"))
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
#: The only modules that may look at the environment beside settings.py and its readers.
READERS = {
    "uaip_project/env.py": "the typed readers that settings.py uses",
    "uaip_project/celery.py": "names the settings module, as every Django entry point does",
    "uaip_project/wsgi.py": "names the settings module, as every Django entry point does",
}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _first_column(page: Path) -> list[str]:
    """The back-ticked names that open the rows of a page's tables."""
    return re.findall(r"^\| `([^`]+)`", _text(page), re.MULTILINE)


def _calls(path: Path) -> Iterator[tuple[str, str]]:
    """(function, first text argument) of every call with one."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            yield ast.unparse(node.func), str(node.args[0].value)


def names_of_settings() -> set[str]:
    """Every name that settings.py reads; a secret may also come as NAME_FILE."""
    found = set()
    for function, name in _calls(ROOT / "uaip_project" / "settings.py"):
        if function.startswith("env_"):
            found.add(name)
        if function == "env_secret":
            found.add(f"{name}_FILE")
    return found


def _names_of_scripts() -> set[str]:
    return {
        name
        for path in python_files("deploy")
        for function, name in _calls(path)
        if function == "os.environ.get"
    }


def test_every_setting_is_explained_and_none_is_made_up() -> None:
    explained = _first_column(DOCS / "reference" / "settings.md")
    assert sorted(explained) == sorted(names_of_settings() | _names_of_scripts())


def test_the_example_environment_names_every_setting() -> None:
    named = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", _text(ROOT / ".env.example"), re.MULTILINE))
    assert named == names_of_settings()


def test_only_settings_reads_the_environment() -> None:
    readers = {name_of(path) for path in rooms_files() if "os.environ" in _text(path)}
    assert sorted(readers) == sorted(READERS)


def test_every_permission_is_explained_with_who_has_it() -> None:
    page = DOCS / "reference" / "permissions.md"
    assert sorted(_first_column(page)) == sorted(Permission)
    assert all(role.label in _text(page) for role in Role)


def test_every_command_is_explained() -> None:
    commands = {
        path.stem
        for path in rooms_files()
        if path.parent.name == "commands" and not path.stem.startswith("_")
    }
    page = _text(DOCS / "reference" / "commands.md")
    assert sorted(re.findall(r"^## `(\w+)`", page, re.MULTILINE)) == sorted(commands)


@pytest.mark.parametrize("adr", ADRS, ids=lambda path: path.stem)
def test_an_adr_says_why_and_is_in_the_index(adr: Path) -> None:
    text = _text(adr)
    assert f"({adr.name})" in _text(DOCS / "adr" / "README.md")
    assert text.startswith(f"# {int(adr.stem[:4])}. ")
    assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences"))
    assert re.search(r"^Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE)


def test_adrs_are_numbered_without_a_gap() -> None:
    assert [int(path.stem[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))


def test_an_adr_named_in_the_code_exists() -> None:
    named = {
        number for path in rooms_files() for number in re.findall(r"docs/adr/(\d{4})", _text(path))
    }
    assert named <= {path.stem[:4] for path in ADRS}


def test_the_changelog_opens_with_what_is_not_released() -> None:
    assert re.search(r"^## \[Unreleased\]", _text(ROOT / "CHANGELOG.md"), re.MULTILINE)


def test_the_readme_is_short_and_names_the_two_commands() -> None:
    text = _text(ROOT / "README.md")
    assert len(text.splitlines()) <= 120
    assert "make run" in text
    assert "make test" in text


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_and_says_why_it_is_here(name: str) -> None:
    reason, faults = "", []
    for line in _text(ROOT / name).splitlines():
        if line.startswith("#"):
            reason = line
        elif not line.strip():
            reason = ""
        elif not line.startswith("-"):
            pinned = re.fullmatch(r"[\w.-]+(\[[\w,.-]+\])?==[\w.]+", line)
            if not pinned or not reason:
                faults.append(line)
    assert faults == []


def _pages() -> list[Path]:
    return [
        *sorted(DOCS.rglob("*.md")),
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    ]


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", _text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def _broken(page: Path) -> Iterator[str]:
    prose = re.sub(r"^```.*?^```", "", _text(page), flags=re.MULTILINE | re.DOTALL)
    for match in LINK.finditer(prose):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        found = (page.parent / place).resolve() if place else page
        if not found.exists() or (anchor and anchor not in _anchors(found)):
            yield f"{name_of(page)}: {target}"


def test_no_link_is_broken() -> None:
    assert [one for page in _pages() for one in _broken(page)] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    """Within two clicks, as a newcomer would look for it."""
    near = {DOCS / "index.md", DOCS / "adr" / "README.md"}
    linked = {
        (page.parent / match.group(1).partition("#")[0]).resolve()
        for page in near
        for match in LINK.finditer(_text(page))
        if match.group(1) and not re.match(r"[a-z]+:", match.group(1))
    }
    assert sorted(map(name_of, set(DOCS.rglob("*.md")) - linked - near)) == []
