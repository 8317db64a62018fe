"""Whoever does something leaves a deed: every service that knows its actor records it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.tree import FunctionNode, exists, module_of, name_of, parsed, rooms_files

RECORD = "accounts.services.audit.record"

#: Services that take ``by`` and record nothing, function -> why.
SILENT = {
    "governance.services.votes.put_down": "a part of a vote or a ruling, which record the deed",
    "charters.services.exports.kept_or_rendered": "the opening of the link is the deed",
    "charters.services.exports.request_export": "the deed is noted when the file leaves the house",
    "accounts.services.members.roles_to_give": "a question: which roles somebody may give",
    "interviews.services.drafts.save_draft": "a draft is nobody's word yet; the answer is the deed",
    "interviews.services.drafts.discard_draft": "a draft is nobody's word yet",
    "interviews.services.candidates.put_into_draft": "its callers record what was accepted",
    "uaip_project.operations.maintenance_deeds.do": "hands on to verbs that record their deeds",
    "uaip_project.operations.scheduled.run_here": "the run's row names the person, the task its deeds",
    "uaip_project.operations.runs.during": "the run's own row names the person; its work records deeds",
    "uaip_project.operations.config_deeds.snapshot": "its run's row names the person; nothing changes",
    "uaip_project.operations.config_deeds.versions": "a question",
    "uaip_project.operations.config_deeds.diff": "a question",
    "uaip_project.operations.config_deeds.migrate_env": "writes a file beside the site, not its data",
    "uaip_project.operations.config_snapshots.take": "a picture; the change beside it is the deed",
    "interviews.services.settling.settle_ruling": "a part of a ruling, which records the deed",
    "interviews.services.coaching.ask_coaching": "changes no answer; a call to a model has its own row",
}


@cache
def _services() -> tuple[Path, ...]:
    """Modules that do things for people: services of the rooms, and what stands in for them."""
    return tuple(
        path
        for path in rooms_files()
        if ".services." in module_of(path) or _is_operation(path) or ".llm." in module_of(path)
    )


def _is_operation(path: Path) -> bool:
    """The roof keeps its services beside each other, not in a folder."""
    return path.parent.name == "operations"


@cache
def _functions(path: Path) -> dict[str, FunctionNode]:
    body = parsed(path).body
    return {one.name: one for one in body if isinstance(one, ast.FunctionDef)}


@cache
def _names(path: Path) -> dict[str, str]:
    """Name in the module -> dotted path of what it stands for."""
    found = {name: f"{module_of(path)}.{name}" for name in _functions(path)}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def _called(path: Path, function: FunctionNode) -> Iterator[str]:
    """Dotted paths of what a function calls, or hands on to be called."""
    names = _names(path)
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in names:
                yield f"{names[node.value.id]}.{node.attr}"
        elif isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]


@cache
def _recording() -> frozenset[str]:
    """Every function that reaches audit.record, however far away."""
    calls = {
        f"{module_of(path)}.{name}": set(_called(path, node))
        for path in rooms_files()
        for name, node in _functions(path).items()
    }
    found = {RECORD}
    while more := {name for name, called in calls.items() if name not in found and called & found}:
        found |= more
    return frozenset(found)


def _knows_its_actor(function: FunctionNode) -> bool:
    """Questions (may_invite) ask about somebody; what does something is a deed."""
    if function.name.startswith(("may_", "is_")):
        return False
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return any(one.arg == "by" for one in arguments)


def _deeds() -> dict[str, str]:
    """Public services that take ``by`` -> the file they stand in."""
    return {
        f"{module_of(path)}.{name}": name_of(path)
        for path in _services()
        for name, node in _functions(path).items()
        if not name.startswith("_") and _knows_its_actor(node)
    }


def test_services_are_really_looked_at() -> None:
    found = _deeds()
    assert "interviews.services.sessions.start_session" in found
    assert "charters.services.revisions.issue_revision" in found
    assert len(found) > 30
    assert exists("accounts.services.audit")


def test_every_service_that_knows_its_actor_records_the_deed() -> None:
    silent = [
        f"{file}: {name.rpartition('.')[2]}"
        for name, file in _deeds().items()
        if name not in _recording() and name not in SILENT
    ]
    assert silent == []


def test_every_excuse_is_still_needed() -> None:
    needed = {name for name in _deeds() if name not in _recording()}
    assert sorted(SILENT) == sorted(set(SILENT) & needed)


def test_a_deed_is_recorded_by_services_and_not_by_pages() -> None:
    """What a page records, the API and the commands would forget."""
    faces = [
        name_of(path)
        for path in rooms_files()
        if {"views", "api", "commands"} & set(path.parts)
        and any(
            called == RECORD for node in _functions(path).values() for called in _called(path, node)
        )
    ]
    assert faces == []
