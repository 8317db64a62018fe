"""The names we never use, and what no file may carry."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import ROOMS, ROOT, name_of, parsed, python_files, rooms_files

MODULE_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "core", "mixins", "base"})
#: Words for which the glossary has another (docs/glossary.md); whole class names.
CLASS_NAMES = frozenset(
    {"Session", "Survey", "Questionnaire", "Response", "Evaluation", "Grade", "Document", "Ballot"}
)
CLASS_ENDINGS = re.compile(r"(Helper|Utils?|Mixin|Error|Impl)$")
#: An actor is `by`, an assessment has `gaps`, a follow-up is `follow_up`.
NAMES = frozenset(
    {"performed_by", "created_user", "passmark", "cutoff", "ballot", "artefact", "deliverable_doc"}
)
#: "file:name" -> why marking it safe is safe there.
SAFE_MARKS: dict[str, str] = {}

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.I)
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
#: This file names what it forbids.
ITSELF = Path(__file__).resolve()


def _our_python() -> list[Path]:
    return [path for path in python_files(*ROOMS, "tests", "deploy") if path != ITSELF]


def test_every_module_opens_with_its_duty() -> None:
    silent = [
        name_of(path)
        for path in _our_python()
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(parsed(path))
    ]
    assert silent == []


def test_no_module_is_a_drawer() -> None:
    assert [name_of(path) for path in _our_python() if path.stem in MODULE_NAMES] == []


def test_no_class_has_a_name_that_we_never_say() -> None:
    found = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in rooms_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        and (node.name in CLASS_NAMES or CLASS_ENDINGS.search(node.name))
    ]
    assert found == []


def _identifiers(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef):
            yield node.lineno, node.name


def test_no_name_is_one_that_we_never_say() -> None:
    found = [
        f"{name_of(path)}:{line} {name}"
        for path in rooms_files()
        for line, name in _identifiers(path)
        if name in NAMES or "followup_" in name
    ]
    assert found == []


def test_nothing_is_kept_for_later() -> None:
    texts = [*_our_python(), *_templates(), *(ROOT / "docs").rglob("*.md")]
    found = [name_of(path) for path in texts if LEFTOVERS.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_no_file_knows_on_whose_machine_it_was_written() -> None:
    somebodys = re.compile(r"(?<![\w.])/(work|root|home|Users)/\w")
    texts = [*_our_python(), *_templates(), *(ROOT / "docs").rglob("*.md")]
    texts += [path for ending in ("md", "toml", "txt", "yml") for path in ROOT.glob(f"*.{ending}")]
    found = [name_of(path) for path in texts if somebodys.search(path.read_text("utf-8"))]
    assert found == []


def _templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_no_template_carries_script_or_style_of_its_own() -> None:
    found = [
        f"{name_of(path)}: {match.group().strip()}"
        for path in _templates()
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_template_trusts_what_a_person_wrote() -> None:
    trusting = re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b")
    found = [
        name_of(path) for path in _templates() if trusting.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def _safe_marks() -> Iterator[str]:
    for path in rooms_files():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                for call in ast.walk(node):
                    name = getattr(getattr(call, "func", None), "id", "")
                    if name in {"mark_safe", "SafeString"}:
                        yield f"{name_of(path)}:{node.name}"


def test_only_what_we_built_ourselves_is_marked_safe() -> None:
    assert sorted(set(_safe_marks())) == sorted(SAFE_MARKS)


def test_every_form_names_its_fields() -> None:
    found = [
        name_of(path)
        for path in rooms_files()
        if re.search(r"fields\s*=\s*[\"']__all__", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_check_is_silenced() -> None:
    silencers = re.compile(r"#\s*(noqa|type:\s*ignore|pragma: no cover)")
    named = {
        "uaip_project/operations/demo.py": "The demonstration's password is printed at the start.",
    }
    found = {name_of(path) for path in rooms_files() if silencers.search(path.read_text("utf-8"))}
    assert sorted(found) == sorted(named)
