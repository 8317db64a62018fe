"""Loads a folder of stage files as one typed, validated question set.

A stage file mirrors the dataclasses of ``types`` key by key; its top mapping holds
stage, name, minutes, intro, deliverable, groups, and optionally ``shared`` (YAML anchors).
Options are ``{value, label}`` or a plain token; ``options_from`` is ``[S1-07, name]``;
``show_when`` is ``{question: S3-06, field: origin, values: [...]}``, without ``question``
for a field of the same card or the same row. A screening has one field of kind multi named
``practices`` whose options are the practices, each with its ``from_date`` if it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from interviews.protocol.building import build_stage
from interviews.protocol.conditions import holds
from interviews.protocol.entry import Entry
from interviews.protocol.faults import Place, ProtocolFault
from interviews.protocol.linking import check_links, check_stage, require_distinct
from interviews.protocol.stage_file import read_stage_file
from interviews.protocol.types import Protocol, Question, Stage

#: The question set that ships with the product.
PROTOCOL_VERSION = "uaip/1"
_SHIPPED = Path(__file__).parent / "v1"
#: Names the version of a set of one's own: ``version: acme/1``.
_ABOUT = "protocol.yaml"

__all__ = [
    "PROTOCOL_VERSION",
    "ProtocolFault",
    "configure",
    "default_protocol",
    "is_visible",
    "load",
    "visible_questions",
]


class _Site:
    """Which folder this installation asks from."""

    folder: Path = _SHIPPED


def configure(folder: Path | None) -> None:
    """Ask from another folder from now on; None goes back to the shipped set."""
    _Site.folder = folder or _SHIPPED


def default_protocol() -> Protocol:
    """The shipped question set, or the one of the configured folder. Raises ProtocolFault."""
    return _loaded(_Site.folder)


@cache
def _loaded(folder: Path) -> Protocol:
    return load(folder)


def load(folder: Path) -> Protocol:
    """Read and validate every stage file of a folder. Raises ProtocolFault."""
    paths = sorted(folder.glob("stage_*.yaml"))
    if not paths:
        raise ProtocolFault(f"{folder}: holds no stage_*.yaml file.")
    stages = [(_load_stage(path), path.name) for path in paths]
    require_distinct(
        ((str(stage.number), Place(file).at("stage")) for stage, file in stages), "The stage number"
    )
    for what, name in (("The question key", "key"), ("The slug", "slug")):
        require_distinct(
            (
                (str(getattr(question, name)), Place(file, question.key, name))
                for stage, file in stages
                for question in stage.questions
            ),
            what,
        )
    ordered = tuple(stage for stage, _ in sorted(stages, key=lambda pair: pair[0].number))
    protocol = Protocol(version=_version(folder), stages=ordered)
    check_links(protocol, {stage.number: file for stage, file in stages})
    return protocol


def _load_stage(path: Path) -> Stage:
    stage = build_stage(read_stage_file(path), path.name)
    check_stage(stage, path.name)
    return stage


def _version(folder: Path) -> str:
    about = folder / _ABOUT
    if not about.exists():
        return PROTOCOL_VERSION
    entry = Entry(read_stage_file(about), Place(_ABOUT))
    version = entry.text("version", limit=40)
    entry.finish()
    return version


def is_visible(question: Question, values: Mapping[str, Any]) -> bool:
    """Whether earlier answers make the question relevant; ``values`` are canonical, by key."""
    if question.show_when is None:
        return True
    return holds(question.show_when, {}, values) is True


def visible_questions(
    protocol: Protocol, values: Mapping[str, Any], stage: int | None = None
) -> tuple[Question, ...]:
    """The questions to ask now, in order; of one stage, or of all."""
    asked = protocol.questions if stage is None else protocol.stage(stage).questions
    return tuple(question for question in asked if is_visible(question, values))
