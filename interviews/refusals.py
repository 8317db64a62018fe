"""Why a verb of this room cannot proceed, as words of the domain."""

from __future__ import annotations

from dataclasses import dataclass

from interviews.consistency.types import GateOutcome
from interviews.models import Answer, Draft


class Refusal(Exception):
    """A situation that a face turns into a sentence."""


@dataclass
class ProtocolGone(Refusal):
    """The session was held with another question set than the one this installation asks from."""

    held_with: str
    installed: str

    def __str__(self) -> str:
        set_held = f"question set {self.held_with}"
        if self.held_with == self.installed:
            set_held = f"another edition of question set {self.held_with}"
        return (
            f"This interview was held with {set_held}, which is not installed. Ask an operator to "
            "install it again (UAIP_PROTOCOL_DIR), or start a new interview. Charters that were "
            "issued from this one can still be read."
        )


class SessionNotOpen(Refusal):
    """The session is paused, abandoned or archived: nothing can be answered now."""


@dataclass
class AnswerChanged(Refusal):
    """Somebody else (or another tab) was faster; both versions are kept."""

    answer: Answer


@dataclass
class DraftChanged(Refusal):
    """Another tab or person saved a newer draft; both are kept."""

    draft: Draft


class SessionGone(Refusal):
    """Somebody deleted the session meanwhile."""


class Unstorable(Refusal):
    """The text holds a character, or a depth, that cannot be kept."""


class NothingChanged(Refusal):
    """The same value was submitted again although it needs more detail."""


class UnknownNotAllowed(Refusal):
    """This question must be answered: "I don't know yet" would hide a risk."""


@dataclass
class StageNotReady(Refusal):
    """The stage gate did not pass; the outcome says what is missing."""

    outcome: GateOutcome


class NotYours(Refusal):
    """A finding of this sort cannot be handled this way."""


class FindingMoved(NotYours):
    """The finding says something else by now, or somebody handled it since it was read."""


@dataclass
class NotDisputable(Refusal):
    """The score that counts cannot be disputed; the sentence says why, and what would allow it."""

    sentence: str


class DisputedAlready(Refusal):
    """A dispute of this answer's score is open."""


class DisputeOver(Refusal):
    """Somebody ruled on the dispute, withdrew it, or the score it is about was replaced."""


class SameScore(Refusal):
    """The correction is the score that stands there."""


@dataclass
class TooShort(Refusal):
    """A reason that says too little to whoever reads it."""

    least: int


class SessionReleased(Refusal):
    """A charter was issued from this session, so it is kept."""


class SessionHeld(Refusal):
    """A legal hold keeps this session, whoever wants to delete it."""


class SessionShutOff(Refusal):
    """It is shut off in an incident: evidence that nobody deletes."""


class HeldAlready(Refusal):
    """A hold is in force already."""


class NotHeld(Refusal):
    """There is no hold to lift."""


class NotArchived(Refusal):
    """Only what was put away can be taken out again."""


@dataclass
class NobodyThere(Refusal):
    """No active person has this address."""

    email: str


class OwnerAlready(Refusal):
    """The interview belongs to this person already."""


class NoLongerOwner(Refusal):
    """The interview was handed to somebody else meanwhile."""


class TooManyRequests(Refusal):
    """As many colleagues are asked at once as one interview may ask."""


class RequestClosed(Refusal):
    """The link was used, withdrawn or has expired, or the reply is handled already."""
