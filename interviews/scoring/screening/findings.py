"""What the screen says of a text, and the names of what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a passage tries; the last three say how it was hidden."""

    OVERRIDE = "override"
    ROLE_PLAY = "role_play"
    EXTRACTION = "prompt_extraction"
    STEERING = "score_steering"
    STRUCTURE = "fake_structure"
    PATTERN = "site_pattern"
    LANGUAGE = "other_language"
    ENCODED = "encoded"
    OBFUSCATED = "obfuscated"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, and where it stands in the folded text it was found in."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Screening:
    """Whether a text is suspected, of what, and the passages as they were written."""

    suspected: bool
    kinds: tuple[str, ...]
    passages: tuple[str, ...]
