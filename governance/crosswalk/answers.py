"""Reads the answers of a charter's content for checks: by structure, never by their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DETAILS = "DETAILS"
#: Shown for what was added for the crosswalk alone.
DETAILS_TITLE = "details for the crosswalk"
#: An escalated answer counts, but nobody accepted it.
WEAK = frozenset({"escalated"})
GIVEN = frozenset({"accepted"})


class Answers:
    """Answers by item, as ``content["answers"]`` holds them, with the details beside them."""

    def __init__(
        self, answers: Mapping[str, Any], details: Mapping[str, Any] | None = None
    ) -> None:
        self._answers = answers
        self.details: Mapping[str, Any] = details or {}

    def is_asked(self, item: str) -> bool:
        """Whether the item was asked at all; a conditional one may not have been.

        Where nothing was answered, nobody can tell: then everything still is to be asked.
        """
        return item == DETAILS or item in self._answers or not self._answers

    def is_known(self, item: str) -> bool:
        """Whether somebody answered it, well or not."""
        if item == DETAILS:
            return bool(self.details)
        answer = self._answers.get(item) or {}
        return answer.get("state") in GIVEN | WEAK and answer.get("value") is not None

    def is_weak(self, item: str) -> bool:
        """Whether its answer was never accepted, or only for the time being."""
        answer = self._answers.get(item) or {}
        return answer.get("state") in WEAK or bool(answer.get("is_provisional"))

    def value(self, item: str) -> Any:
        """What was answered; None while nobody did."""
        if item == DETAILS:
            return self.details
        return self._answers[item]["value"] if self.is_known(item) else None

    def field(self, item: str, name: str) -> Any:
        """One field of a form's answer; None where it says nothing."""
        value = self.value(item)
        return value.get(name) if isinstance(value, Mapping) else None

    def named(self, item: str) -> str:
        """The item as a sentence names it."""
        if item == DETAILS:
            return DETAILS_TITLE
        title = (self._answers.get(item) or {}).get("title", "")
        return f"{item} ({title})" if title else item
