"""Compares the guide's YAML files with the questions that are asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from interviews.protocol.types import Protocol, Stage


def require_agreement(
    protocol: Protocol, *, conversation: Mapping[str, Any], stages: Mapping[str, Any], config: Path
) -> None:
    """Stage names, numbers of groups and lengths of questions. Raises ImproperlyConfigured.

    A stages.yaml may leave names and numbers of groups out.
    """
    for stage in protocol.stages:
        _compare(stage, stages["stage_agents"].get(f"stage{stage.number}", {}), config)
    most = int(conversation["security"]["max_question_length"])
    for question in protocol.questions:
        if len(question.ask) > most:
            raise ImproperlyConfigured(
                f"{config / 'conversation.yaml'}: security.max_question_length: {most} is less "
                f"than the {len(question.ask)} characters of {question.key} in "
                f"stage_{question.stage_number}.yaml."
            )


def _compare(stage: Stage, said: Mapping[str, Any], config: Path) -> None:
    for key, asked in (("name", stage.name), ("question_groups", len(stage.groups))):
        if key in said and said[key] != asked:
            raise ImproperlyConfigured(
                f"{config / 'stages.yaml'}: stage_agents.stage{stage.number}.{key}: "
                f"{said[key]!r}, but stage_{stage.number}.yaml of the question set has {asked!r}. "
                "Make them agree, or leave the key out."
            )
