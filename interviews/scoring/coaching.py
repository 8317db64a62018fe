"""Words a person's answer over with nothing but their own facts, and blanks for what lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from interviews.protocol.types import Question, RubricElement
from interviews.protocol.values import display
from interviews.scoring.grounded_dates import cut_dates
from interviews.scoring.grounding import ungrounded
from interviews.scoring.injection import GUIDE_PATTERNS, screen, without_steering
from interviews.scoring.judgement import ElementVerdict, Judgement
from interviews.scoring.lexicon import general_lists
from interviews.scoring.prompt_text import rendered
from interviews.scoring.words import plain, sentence_spans, stem, stems

LONGEST = 4000
LONGEST_BLANK = 120
#: Of one earlier answer, as much is told.
RELATED_LENGTH = 600
#: A sentence with fewer of its words from the sources says something new.
OWN_SHARE = 0.5
#: More made-up facts than these in a sentence, and it is dropped whole.
_BLANKS_PER_SENTENCE = 3
_WORDS_TO_ASK = 4
_BLANK = re.compile(r"\[[^\[\]\n]*\]")
#: Marks of formatting, and signs that turn the direction of reading.
_MARKUP = re.compile(r"[*_`#<>|\u202a-\u202e\u2066-\u2069]{1,3}")
_BULLET = re.compile(r"^\s*(?:[-–•]|\d{1,2}[.)])\s+", re.MULTILINE)
_DIGIT = re.compile(r"\d")
_GRAMMAR = frozenset(stem(word.lstrip("=")) for word in general_lists()["function"])


@dataclass(frozen=True)
class Coached:
    """The worked text and how many sentences of a model were left out of it."""

    text: str
    dropped_count: int = 0


class CoachReply(BaseModel):
    """What a model says: the text alone."""

    model_config = ConfigDict(extra="forbid")

    t: str


@dataclass(frozen=True)
class Material:
    """What a worked text may draw on: the person's words, and earlier answers that may be shown."""

    question: Question
    value: Any
    #: Earlier answers as people read them.
    earlier: tuple[str, ...] = ()

    @property
    def own_words(self) -> str:
        return rendered(self.question, self.value).sent

    @property
    def sources(self) -> list[str]:
        return [self.own_words, *self.earlier]


def material(
    question: Question, value: Any, related: Iterable[tuple[Question, Any]] = ()
) -> Material:
    """The material for one answer; each earlier one only as far as a model is told of it."""
    told = (display(asked, held)[:RELATED_LENGTH] for asked, held in related)
    return Material(question, value, tuple(one for one in told if one.strip()))


# --- A model's text, checked ----------------------------------------------------------------------


def checked(
    reply: CoachReply, sources: Sequence[str], patterns: Sequence[str] = GUIDE_PATTERNS
) -> Coached:
    """The model's text with every fact that the person did not give made a blank, or left out.

    Nothing remains ("") when no sentence says what the person said.
    """
    known = _known(sources)
    kept, dropped, end = "", 0, 0
    text = _without_markup(reply.t)
    for start, stop in sentence_spans(text):
        sentence = _honest(text[start:stop], sources, known, tuple(patterns))
        if sentence:
            kept += _gap(text[end:start], kept) + sentence
        else:
            dropped += 1
        end = stop
    return Coached(kept.strip() if _says_something(kept) else "", dropped)


def _gap(between: str, before: str) -> str:
    if not before:
        return ""
    return "\n" * min(2, between.count("\n")) or " "


def _without_markup(text: str) -> str:
    text = _BULLET.sub("", text.replace("\r\n", "\n"))[:LONGEST]
    return _MARKUP.sub("", text).strip()


def _says_something(text: str) -> bool:
    return bool(_BLANK.sub("", text).strip(" .,;:\n"))


def _honest(
    sentence: str, sources: Sequence[str], known: frozenset[str], patterns: tuple[str, ...]
) -> str:
    """The sentence with blanks in the place of made-up facts; "" when it cannot stand."""
    if screen(sentence, patterns):
        return ""
    sentence = _BLANK.sub(lambda blank: _honest_blank(blank.group(), sources), sentence)
    invented = ungrounded(_outside(sentence), sources)
    if len(invented) > _BLANKS_PER_SENTENCE:
        return ""
    for written in sorted(invented, key=len, reverse=True):
        sentence = _blanked(sentence, written)
    if ungrounded(_outside(sentence), sources):
        return ""
    if not _is_own(sentence, known, may_ask=not invented):
        return ""
    return sentence.strip()


def _honest_blank(blank: str, sources: Sequence[str]) -> str:
    """A blank asks; one that tells a fact asks for the fact instead."""
    inner = " ".join(blank[1:-1].split()).rstrip("?. ")
    if not inner or len(inner) > LONGEST_BLANK or ungrounded(inner, sources):
        return "[fact and source?]"
    return f"[{inner}?]"


def _outside(sentence: str) -> str:
    """What the sentence claims: without its blanks."""
    return _BLANK.sub(" ", sentence)


def _blanked(sentence: str, written: str) -> str:
    pattern = re.compile(rf"(?<!\w){re.escape(written)}(?!\w)(?![^\[]*\])")
    return pattern.sub(_blank_for(written), sentence)


def _blank_for(written: str) -> str:
    if cut_dates(written)[0]:
        return "[date?]"
    if _DIGIT.search(written):
        return "[figure, unit and source?]"
    return "[how much or how many?]" if written[:1].islower() else "[name?]"


def _known(sources: Sequence[str]) -> frozenset[str]:
    return frozenset().union(*(stems(source) for source in sources))


def _is_own(sentence: str, known: frozenset[str], *, may_ask: bool) -> bool:
    """Whether enough of its words are the person's; "Today it takes [time?]" only asks."""
    said = {stem(word) for word in plain(_outside(sentence)) if not word[0].isdigit()} - _GRAMMAR
    if not said:
        return True
    asks = may_ask and _BLANK.search(sentence) is not None and len(said) <= _WORDS_TO_ASK
    return asks or len(said & known) >= OWN_SHARE * len(said)


# --- Without a model ------------------------------------------------------------------------------


def from_rubric(
    question: Question,
    value: Any,
    judgement: Judgement,
    patterns: Sequence[str] = GUIDE_PATTERNS,
) -> Coached:
    """The person's own sentences in the order of what is asked, and a blank for each gap."""
    said = without_steering(rendered(question, value).said, patterns)
    sentences = [said[start:stop].strip() for start, stop in sentence_spans(said)]
    verdicts = {one.id: one for one in judgement.elements}
    places = _places(sentences, [verdicts.get(one.id) for one in question.rubric])
    joint = "\n" if question.is_table else " "
    lines: list[str] = []
    for number, element in enumerate(question.rubric):
        own = [one for one, place in zip(sentences, places, strict=True) if place == number]
        verdict = verdicts.get(element.id)
        found = verdict.verdict if verdict else "absent"
        lines.append(joint.join([*own, *_asked(element, found)]))
    loose = [one for one, place in zip(sentences, places, strict=True) if place is None]
    return Coached("\n".join(line for line in [joint.join(loose), *lines] if line))


def _places(
    sentences: Sequence[str], verdicts: Sequence[ElementVerdict | None]
) -> list[int | None]:
    """The element that each sentence belongs to; one that shows none follows the one before."""
    found: list[int | None] = []
    for sentence in sentences:
        own = next(
            (number for number, one in enumerate(verdicts) if one and _shows(sentence, one)), None
        )
        found.append(own if own is not None else (found[-1] if found else None))
    return found


def _shows(sentence: str, verdict: ElementVerdict) -> bool:
    quote = verdict.quote.strip()
    return bool(quote) and (quote in sentence or sentence in quote)


def _asked(element: RubricElement, found: str) -> Iterator[str]:
    """The blank for what lacks: all of the element, or its other half."""
    if found == "met":
        return
    means = element.means.strip().rstrip(".")
    means = means[:1].lower() + means[1:] if not means[1:2].isupper() else means
    yield f"[{means}?]" if found == "absent" else f"[more exactly: {means}?]"
