"""Why a verb of this room cannot proceed, as words of the domain."""

from __future__ import annotations

from dataclasses import dataclass

from interviews.consistency.types import GateOutcome


class Refusal(Exception):
    """A situation that a face turns into a sentence."""


@dataclass
class CharterNotReady(Refusal):
    """At least one stage is not finished, or its gate does not pass any more; ``stages`` says
    which, and what the gate says now (nothing, where only the finishing is missing)."""

    stages: dict[int, GateOutcome]


class NothingNew(Refusal):
    """The newest revision already says exactly this."""


class NoModel(Refusal):
    """No language model is configured, or the interview is kept away from it."""


class ProseChanged(Refusal):
    """Somebody else (or another tab, or a new draft) was faster."""


@dataclass
class LookRefused(Refusal):
    """A logo, template or style that we do not take; ``problems`` says why, by field."""

    problems: dict[str, str]
