"""What a refusal is called, whichever face says it: a status and a sentence."""

from __future__ import annotations

from interviews.refusals import (
    DisputedAlready,
    DisputeOver,
    FindingMoved,
    HeldAlready,
    NoLongerOwner,
    NotArchived,
    NotDisputable,
    NotHeld,
    NothingChanged,
    NotYours,
    Refusal,
    RequestClosed,
    SameScore,
    SessionGone,
    SessionHeld,
    SessionNotOpen,
    SessionReleased,
    SessionShutOff,
    TooShort,
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
    FindingMoved: (
        409,
        "This finding changed or was handled meanwhile. Read what it says now, then decide again.",
    ),
    NoLongerOwner: (409, "This interview was handed to somebody else meanwhile. Reload the page."),
    RequestClosed: (
        409,
        "This was handled already, perhaps in another tab or by a colleague. Reload the page.",
    ),
    DisputedAlready: (
        409,
        "This score is disputed already. A reviewer rules on it; withdraw that dispute to raise "
        "another.",
    ),
    DisputeOver: (
        409,
        "Somebody ruled on this score or withdrew the dispute meanwhile, or the answer changed. "
        "Nothing of yours was recorded. Reload the page to see how it stands.",
    ),
    SameScore: (
        422,
        "This is the score that is disputed. Keep it, or give another one.",
    ),
    SessionHeld: (
        409,
        "A legal hold keeps this interview. Ask an administrator; it can be deleted when it is lifted.",
    ),
    SessionShutOff: (
        409,
        "This interview is kept while a problem is looked into. It can be deleted afterwards.",
    ),
    HeldAlready: (409, "A legal hold is in force already. Read its reason before you change it."),
    NotHeld: (409, "No legal hold is in force on this interview. Nothing has to be lifted."),
    NotArchived: (409, "This interview is not archived. It can be worked on as it is."),
    SessionReleased: (
        409,
        "A charter was issued from this interview, so it is kept. Ask an administrator to archive it.",
    ),
}


def sentence(refusal: Refusal) -> tuple[int, str]:
    """Status and words of a refusal."""
    if isinstance(refusal, NotDisputable):
        return 409, refusal.sentence
    if isinstance(refusal, TooShort):
        return 422, f"Give a reason of at least {refusal.least} characters: others decide by it."
    return REFUSALS[type(refusal)]
