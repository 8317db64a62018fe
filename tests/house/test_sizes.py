"""Nothing grows past what a reader can hold in mind (docs/style.md says what we aim at)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import (
    ROOMS,
    ROOT,
    functions,
    length,
    module_of,
    name_of,
    parsed,
    python_files,
    rooms_files,
)

FUNCTION_LINES = 60
VIEW_LINES = 45
MODULE_LINES = 400
TEMPLATE_LINES = 200
TEST_LINES = 40
SCRIPT_LINES = 600

#: name -> why it may be longer.
LONG_FUNCTIONS: dict[str, str] = {}
LONG_MODULES: dict[str, str] = {
    "uaip_project/settings.py": "every setting stands in one file, grouped by subject",
}
#: "file:function" -> why everything must be caught there.
BROAD_EXCEPTS: dict[str, str] = {
    "uaip_project/operations/runs.py:during": (
        "a run that ends in any way must end in its row, and what ended it goes on"
    ),
    "accounts/services/jobs.py:_run_job": (
        "whatever a handler stumbles over must end in a row that a person can see"
    ),
}


def _line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _named(path: Path) -> Iterator[tuple[str, int]]:
    for function in functions(path):
        yield f"{name_of(path)}:{function.name}", length(function)


def _too_long(paths: tuple[Path, ...], limit: int) -> list[str]:
    return [f"{name_of(path)} {_line_count(path)}" for path in paths if _line_count(path) > limit]


def test_no_function_is_too_long_to_read() -> None:
    files = python_files(*ROOMS, "tests", "deploy")
    long = [
        f"{name} {lines}"
        for path in files
        for name, lines in _named(path)
        if lines > FUNCTION_LINES
    ]
    assert [one for one in long if one.split()[0] not in LONG_FUNCTIONS] == []


def test_no_view_is_too_long_to_read() -> None:
    views = [path for path in rooms_files() if ".views" in module_of(path)]
    assert views
    assert [
        f"{name} {lines}" for path in views for name, lines in _named(path) if lines > VIEW_LINES
    ] == []


def test_no_test_is_too_long_to_read() -> None:
    files = [path for path in python_files("tests") if path.name.startswith("test_")]
    assert [
        f"{name} {lines}"
        for path in files
        for name, lines in _named(path)
        if name.split(":")[1].startswith("test_") and lines > TEST_LINES
    ] == []


def test_no_module_is_too_long_to_read() -> None:
    long = _too_long(python_files(*ROOMS, "tests", "deploy"), MODULE_LINES)
    assert [one for one in long if one.split()[0] not in LONG_MODULES] == []


def test_no_template_is_too_long_to_read() -> None:
    templates = tuple(sorted((ROOT / "templates").rglob("*.html")))
    assert templates
    assert _too_long(templates, TEMPLATE_LINES) == []


def test_our_own_scripts_stay_small_together() -> None:
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert sum(_line_count(path) for path in scripts) <= SCRIPT_LINES


def _broad_excepts(path: Path) -> Iterator[str]:
    for function in functions(path):
        for node in ast.walk(function):
            if isinstance(node, ast.ExceptHandler) and _catches_everything(node):
                yield f"{name_of(path)}:{function.name}"


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    named = {one.id for one in ast.walk(handler.type or handler) if isinstance(one, ast.Name)}
    return handler.type is None or bool(named & {"Exception", "BaseException"})


def test_nothing_unexpected_is_caught() -> None:
    found = [one for path in python_files(*ROOMS, "deploy") for one in _broad_excepts(path)]
    assert [one for one in found if one not in BROAD_EXCEPTS] == []


def test_every_broad_except_is_inside_a_function() -> None:
    """What stands at module level would slip past the test above."""
    handlers = [
        name_of(path)
        for path in python_files(*ROOMS, "deploy")
        for node in parsed(path).body
        if isinstance(node, ast.Try)
        for handler in node.handlers
        if _catches_everything(handler)
    ]
    assert handlers == []
