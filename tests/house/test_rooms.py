"""Imports point down, faces stand side by side, and pure rooms stay pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import (
    ROOMS,
    functions,
    imports,
    module_of,
    name_of,
    parsed,
    python_files,
    rooms_files,
    targets,
)

#: What the outside touches; they call services and never each other.
FACES = ("views", "tasks", "api", "commands")
#: Modules that compute from their arguments alone: no database, no settings, no clock.
PURE = (
    "interviews.answerset",
    "interviews.risk",
    "interviews.protocol",
    "interviews.scoring",
    "interviews.consistency",
    "interviews.deliverables",
    "charters.canonical",
    "charters.content",
    "charters.feasibility",
    "charters.notice",
    "charters.particulars",
    "charters.prose",
    "charters.rendering",
    "charters.sections",
    "charters.statements",
    "governance.crosswalk",
    "governance.engine",
    "governance.facts",
    "governance.likeness",
    "governance.open_facts",
    "governance.portfolio",
    "governance.rulepacks",
)
#: Bare packages that only hold other modules.
HOLLOW = frozenset(ROOMS)
CLOCKS = frozenset({"now", "today", "utcnow", "localdate", "localtime", "monotonic", "time_ns"})
OUTER = re.compile(r"^(django|rest_framework|allauth|celery|kombu|os|random|secrets|time)(\.|$)")

LOCAL_IMPORTS = {
    "uaip_project/celery.py": "Celery imports this before Django is set up; models load after.",
    "tests/journeys/export_pictures.py": "Django is set up on a database of its own first.",
    "interviews/llm/providers/chat.py": "The SDK costs 0.7 s, and the web process asks no model.",
    "interviews/llm/providers/messages.py": "The SDK costs 1.3 s, and the web process asks no model.",
}


def _room(module: str) -> str:
    return module.split(".")[0]


def _is_pure(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in PURE)


def _face(module: str) -> tuple[str, str] | None:
    """(room, face) of a module; the roof's operations count as a room of their own."""
    parts = module.split(".")
    found = next((part for part in parts[1:] if part in FACES and parts[0] in ROOMS), None)
    return (".".join(parts[: parts.index(found)]), found) if found else None


def _upward(path: Path) -> Iterator[str]:
    floor = ROOMS.index(_room(module_of(path)))
    above = ROOMS[floor + 1 :]
    for node, target in imports(path):
        if _room(target) in above:
            yield f"{name_of(path)}:{node.lineno} imports {target}"
    # A dotted path in a string is an import that nobody sees.
    for text in ast.walk(parsed(path)):
        if isinstance(text, ast.Constant) and _names_one_of(above, text.value):
            yield f"{name_of(path)}:{text.lineno} names {text.value}"


def _names_one_of(rooms: tuple[str, ...], text: object) -> bool:
    return any(re.fullmatch(rf"{room}(\.\w+)+", str(text)) for room in rooms)


def test_imports_point_down() -> None:
    assert [fault for path in rooms_files() for fault in _upward(path)] == []


def test_faces_never_import_each_other() -> None:
    faults = []
    for path in rooms_files():
        here = _face(module_of(path))
        for node, target in imports(path):
            there = _face(target)
            if here and there and here != there:
                faults.append(f"{name_of(path)}:{node.lineno} imports {target}")
    assert faults == []


def test_what_lies_under_a_face_never_imports_one() -> None:
    inner = re.compile(r"^\w+\.(models|services|policies|forms|fields|refusals|append_only)(\.|$)")
    faults = [
        f"{name_of(path)}:{node.lineno} imports {target}"
        for path in rooms_files()
        for node, target in imports(path)
        if (inner.match(module_of(path)) or _is_pure(module_of(path))) and _face(target)
    ]
    assert faults == []


def test_models_never_import_services() -> None:
    faults = [
        f"{name_of(path)}:{node.lineno} imports {target}"
        for path in rooms_files()
        for node, target in imports(path)
        if ".models" in module_of(path) and ".services" in target
    ]
    assert faults == []


def _pure_files() -> list[Path]:
    return [path for path in rooms_files() if _is_pure(module_of(path))]


def test_every_pure_module_is_there() -> None:
    found = {module_of(path) for path in _pure_files()}
    assert [one for one in PURE if one not in found] == []


def test_pure_rooms_import_only_pure_rooms() -> None:
    faults = [
        f"{name_of(path)}:{node.lineno} imports {target}"
        for path in _pure_files()
        for node, target in imports(path)
        if OUTER.match(target)
        or (_room(target) in ROOMS and target not in HOLLOW and not _is_pure(target))
    ]
    assert faults == []


def test_pure_rooms_ask_no_clock() -> None:
    faults = [
        f"{name_of(path)}:{node.lineno} calls {ast.unparse(node.func)}"
        for path in _pure_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
    ]
    assert faults == []


def _indented(path: Path) -> Iterator[str]:
    """Imports inside functions, except a task's import of its own service."""
    is_task = path.name == "tasks.py"
    for function in functions(path):
        for node in ast.walk(function):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            if is_task and all(".services" in target for target in targets(node)):
                continue
            yield f"{name_of(path)}:{node.lineno}"


def test_indented_imports_are_only_where_they_must_be() -> None:
    faults = [
        fault
        for path in python_files(*ROOMS, "tests")
        for fault in _indented(path)
        if fault.split(":")[0] not in LOCAL_IMPORTS
    ]
    assert faults == []


def test_every_excuse_for_an_indented_import_is_still_needed() -> None:
    everywhere = python_files(*ROOMS, "tests")
    used = {fault.split(":")[0] for path in everywhere for fault in _indented(path)}
    assert sorted(LOCAL_IMPORTS) == sorted(used & set(LOCAL_IMPORTS))
