"""Reads one stage file into plain mappings, stricter than YAML itself."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from interviews.protocol.faults import ProtocolFault


class _RepeatedKey(yaml.MarkedYAMLError):
    """The same key twice in one mapping; YAML would silently keep the last."""


class _StageLoader(yaml.SafeLoader):
    """Safe YAML in which yes and no are words and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                raise _RepeatedKey(
                    problem=f'the key "{key}" stands twice', problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


# Option tokens such as yes and no must stay words, as in YAML 1.2.
_StageLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StageLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)


def read_stage_file(path: Path) -> dict[str, Any]:
    """The file's top mapping. Raises ProtocolFault."""
    try:
        text = path.read_text(encoding="utf-8")
        # The loader is a SafeLoader: it builds plain data only.
        found = _load(text)
    except (OSError, UnicodeDecodeError) as problem:
        raise ProtocolFault(f"{path.name}: cannot be read: {problem}") from problem
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise ProtocolFault(f"{path.name}: is not usable YAML: {_one_line(problem)}") from problem
    if not isinstance(found, dict):
        raise ProtocolFault(f"{path.name}: must be a mapping of keys to values.")
    return found


def _load(text: str) -> Any:
    loader = _StageLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _one_line(problem: Exception) -> str:
    mark = getattr(problem, "problem_mark", None)
    words = getattr(problem, "problem", None) or " ".join(str(problem).split())
    return f"line {mark.line + 1}: {words}" if mark else str(words)
