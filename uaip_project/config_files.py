"""Reads a site's configuration files without starting the site: each fault with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured

from accounts.sso_config import SsoMisconfigured, load_sso
from uaip_project.operationsconfig import load_operations
from uaip_project.siteconfig import load_conversation, load_llm, load_stages

SHIPPED = Path(__file__).resolve().parent / "config"
#: What must be in a folder of a site's own; the others are taken from the shipped folder.
NEEDED = ("conversation.yaml", "stages.yaml")
#: "/etc/uaip/stages.yaml: review.sample_days: ..." -> file, place, words.
_FAULT = re.compile(
    r"^(?P<file>/?[^:\n]+\.yaml): (?:(?P<place>[\w.\[\]-]+): )?(?P<words>.*)$", re.S
)
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; ``line`` 0 = of the file as a whole."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.words}" if self.line else f"{self.file}: {self.words}"
        )


def faults_of(folder: Path) -> list[Fault]:
    """Everything wrong with the files of a folder, in the order of files and lines."""
    if not folder.is_dir():
        return [Fault(str(folder), 0, "There is no such folder. Set UAIP_CONFIG_DIR to one.")]
    found = [one for path in sorted(folder.glob("*.yaml")) for one in _written_wrongly(path)]
    if not found:
        found = [one for load in _loaders(folder) for one in _refused(load)]
    found += [
        Fault(str(folder / name), 0, "The file is missing.")
        for name in NEEDED
        if not (folder / name).exists()
    ]
    # Stages are read with the conversation: one fault may come twice.
    return sorted(set(found), key=lambda one: (one.file, one.line, one.words))


def _loaders(folder: Path) -> Iterator[Callable[[], Any]]:
    """One for each file that is there; stages need a conversation, if only the shipped one."""
    if (folder / "conversation.yaml").exists():
        yield lambda: load_conversation(folder)
    if (folder / "stages.yaml").exists():
        yield lambda: load_stages(folder, load_conversation(SHIPPED))
    yield lambda: load_llm(folder)
    yield lambda: load_operations(folder)
    yield lambda: load_sso(folder)


def _refused(load: Callable[[], Any]) -> Iterator[Fault]:
    try:
        load()
    except (ImproperlyConfigured, SsoMisconfigured) as fault:
        yield placed(str(fault))
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        yield Fault("configuration", 0, f"A part has another shape than expected ({fault!r}).")


def placed(text: str) -> Fault:
    """What a loader said, with the line of the place that it names."""
    match = _FAULT.match(text)
    if not match:
        return Fault("configuration", 0, text)
    place, file = match["place"] or "", match["file"]
    words = f"{place}: {match['words']}" if place else match["words"]
    return Fault(file, _line_of(Path(file), place), words)


def _written_wrongly(path: Path) -> Iterator[Fault]:
    """No YAML, no mapping, no UTF-8, or a key that stands twice, of which only the last would count."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        yield Fault(str(path), mark.line + 1 if mark else 1, f"This is not YAML: {fault.problem}.")
        return
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        yield Fault(str(path), 1, f"This is no text that can be read as YAML ({fault}).")
        return
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        yield Fault(str(path), line, "A mapping of keys is expected.")
        return
    yield from _doubles(node, path)


def _doubles(node: yaml.Node, path: Path) -> Iterator[Fault]:
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _doubles(one, path)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            yield Fault(str(path), key.start_mark.line + 1, f"{key.value} stands twice here.")
        seen.add(str(key.value))
        yield from _doubles(value, path)


def _line_of(path: Path, place: str) -> int:
    """Where a dotted place stands; of one that is missing, where it should be."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return 0
    line = 1
    for step in _STEP.findall(place):
        found = _below(node, step)
        if found is None:
            break
        line, node = found
    return line


def _below(node: yaml.Node | None, step: str) -> tuple[int, yaml.Node] | None:
    """(line, what stands there) of a key or a position."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        one = node.value[int(step)]
        return one.start_mark.line + 1, one
    return None
