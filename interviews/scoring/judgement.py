"""What a scorer says about one attempt, whoever it is: verdicts, flags, follow-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from interviews.scoring.version import SHIPPED, version_with

#: Name and version of the embedded scorer with the shipped question set.
SCORER_VERSION = version_with(SHIPPED)
#: Longest quote kept with a verdict.
QUOTE_LENGTH = 200

Verdict = Literal["met", "partly", "absent"]


@dataclass(frozen=True)
class ElementVerdict:
    """One rubric element: found, half found or missing, and the words that show it."""

    id: str
    verdict: Verdict
    #: Verbatim from the answer, "" when absent.
    quote: str = ""
    comment: str = ""


@dataclass(frozen=True)
class FollowUpText:
    """A further question, aimed at one rubric element."""

    element_id: str
    text: str


@dataclass(frozen=True)
class Judgement:
    """Everything about one attempt but the number, which rubric.score computes."""

    elements: tuple[ElementVerdict, ...]
    is_off_topic: bool = False
    injection_suspected: bool = False
    #: Passages that try to steer the scorer; they were not scored.
    passages: tuple[str, ...] = ()
    #: The question's own example or wording pasted back.
    copied_example: bool = False
    followups: tuple[FollowUpText, ...] = ()
    #: A strong example from another domain, from the second attempt on.
    example: str = ""
    scored_by: str = SCORER_VERSION
    #: specificity, measurability, completeness, coherence, relevance: 0-10, analytics only.
    dimensions: dict[str, float] = field(default_factory=dict)
    #: Nothing that could be an answer: "tbd", lorem ipsum, key mash, stuffing.
    is_placeholder: bool = False
    #: "No risk here", without a reason.
    is_denial: bool = False
    #: A valid answer to a question that is complete as soon as it is valid.
    is_complete: bool = False
