"""What the triage reads of a project: structured answers, and the details added to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.crosswalk.answers import Answers

YES, NO, OBVIOUS = "yes", "no", "obvious"
#: Tasks whose output is new text.
WRITING = frozenset({"generation"})
#: Tasks that may well talk with people; whether they do, somebody has to say.
TALKING = frozenset({"generation", "question_answering"})


@dataclass(frozen=True)
class Situation:
    """The facts that gates are asked on; None = nobody has said."""

    screening: Mapping[str, str] = field(default_factory=dict)
    areas: frozenset[str] | None = None
    role: str | None = None
    archetype: str | None = None
    subtask: str | None = None
    automation_level: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was answered that the triage could rest on."""
        return not self.screening and self.areas is None and not self.archetype

    def said(self, name: str) -> str | None:
        """A detail; None while nobody gave it."""
        found = self.details.get(name)
        return found if isinstance(found, str) and found else None

    @property
    def uses(self) -> frozenset[str]:
        found = self.details.get("uses") or ()
        return frozenset(found)

    @property
    def talks_to_people(self) -> str | None:
        """Whether people talk with it: as said, else no where its task cannot."""
        if said := self.said("talks_to_people"):
            return said
        if self.archetype is None:
            return None
        return None if self.subtask in TALKING else NO

    @property
    def synthetic_content(self) -> str | None:
        """Whether it makes text, sound or pictures: as said, else by its task."""
        if said := self.said("synthetic_content"):
            return said
        if self.archetype is None:
            return None
        return YES if self.subtask in WRITING else NO


def situation_of(answers: Answers) -> Situation:
    """The facts of one charter's answers."""
    screening = answers.value("S5-01")
    areas = answers.field("S5-02", "areas")
    level = answers.field("S4-04", "automation_level")
    return Situation(
        screening=_screening(screening) if isinstance(screening, Mapping) else {},
        areas=frozenset(areas) if isinstance(areas, list) and areas else None,
        role=answers.field("S5-02", "role"),
        archetype=answers.field("S1-09", "archetype"),
        subtask=answers.field("S1-09", "subtask"),
        automation_level=int(level) if level is not None else None,
        details=answers.details,
    )


def _screening(value: Mapping[str, Any]) -> dict[str, str]:
    return {
        code: row["answer"]
        for code, row in value.items()
        if isinstance(row, Mapping) and row.get("answer")
    }
