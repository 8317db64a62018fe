"""Reads the source tree for the house tests; nothing here knows a rule."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: From the ground floor to the roof: a room may import itself and what stands before it.
ROOMS = ("accounts", "interviews", "charters", "governance", "uaip_project")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ImportNode = ast.Import | ast.ImportFrom


def name_of(path: Path) -> str:
    """A file as the tests name it: relative to the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every Python file of the folders, without what Django wrote (migrations)."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in found if not {"migrations", "__pycache__"} & set(path.parts))


def rooms_files() -> tuple[Path, ...]:
    """The product's own Python files."""
    return python_files(*ROOMS)


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of one file, read once."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def module_of(path: Path) -> str:
    """interviews/models/answer.py -> interviews.models.answer"""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def exists(module: str) -> bool:
    """Whether a dotted name is a module of ours (and not something inside one)."""
    path = ROOT.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


def targets(node: ImportNode) -> Iterator[str]:
    """The modules that one import statement brings in."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    for alias in node.names:
        whole = f"{node.module}.{alias.name}"
        yield whole if whole.split(".")[0] in ROOMS and exists(whole) else str(node.module)


def imports(path: Path) -> Iterator[tuple[ImportNode, str]]:
    """Every import of a file, wherever it stands, with each module it names."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for target in targets(node):
                yield node, target


def functions(path: Path) -> Iterator[FunctionNode]:
    """Every function and method of a file."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: FunctionNode) -> int:
    """Lines from the first decorator to the end."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return (node.end_lineno or node.lineno) - first + 1
