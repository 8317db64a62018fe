"""What a refusal is called, whichever face says it: a status and a sentence."""

from __future__ import annotations

from interviews.refusals import (
    NoLongerOwner,
    NothingChanged,
    NotYours,
    Refusal,
    RequestClosed,
    SessionGone,
    SessionNotOpen,
    SessionReleased,
    UnknownNotAllowed,
    Unstorable,
)

#: Status and sentence of every refusal that has no page of its own.
REFUSALS: dict[type[Refusal], tuple[int, str]] = {
    SessionNotOpen: (409, "This interview is paused or closed. Resume it, then try again."),
    Unstorable: (
        422,
        "The text holds a character that cannot be stored, or is nested too deeply. Type it again.",
    ),
    SessionGone: (404, "This interview was deleted meanwhile."),
    NothingChanged: (
        422,
        "The answer is the same as before. Add what the question below asks for, then submit again.",
    ),
    UnknownNotAllowed: (
        422,
        "This question needs an answer: leaving it open would hide a risk. Answer as well as you can.",
    ),
    NotYours: (
        409,
        "This finding cannot be handled that way. Change the answers it names, or reload the page.",
    ),
    NoLongerOwner: (409, "This interview was handed to somebody else meanwhile. Reload the page."),
    RequestClosed: (
        409,
        "This was handled already, perhaps in another tab or by a colleague. Reload the page.",
    ),
    SessionReleased: (
        409,
        "A charter was issued from this interview, so it is kept. Ask an administrator to archive it.",
    ),
}


def sentence(refusal: Refusal) -> tuple[int, str]:
    """Status and words of a refusal."""
    return REFUSALS[type(refusal)]
