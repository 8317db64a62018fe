"""Keeps of drafted prose only the sentences that the record holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from charters.prose.facts import PASSAGES, SUMMARY, Fact
from charters.sections.summary import MOST_WORDS
from charters.sections.wording import word_count
from interviews.consistency.wording import words
from interviews.scoring import injection
from interviews.scoring.grounding import ungrounded
from interviews.scoring.plain import on_one_line, unmarked
from interviews.scoring.words import sentence_spans

MOST_INTRODUCTION_WORDS = 60
#: Entries of a reply, and characters of each, that are looked at.
MOST_WRITTEN, MOST_CHARACTERS = 24, 6_000
#: Share of a sentence's meaningful words that its facts must hold.
LEAST_SUPPORT = 1 / 3
#: The decision is governance's alone; prose neither gives nor asks for one.
_DECIDES = re.compile(
    r"\b(approv\w*|reject\w*|proceed\w*|halt\w*|recommend\w*|sign.?off|green.?light|go ahead"
    r"|committee\w*|should be (built|accepted|funded|launched)|ready (to|for) (build|launch|go))\b",
    re.IGNORECASE,
)


class WrittenPassage(BaseModel):
    """One passage as a model wrote it; short names, because they cost tokens."""

    #: The key of the passage.
    s: str
    #: Its text.
    t: str


class ProseReply(BaseModel):
    """All passages of one call."""

    p: list[WrittenPassage]


@dataclass(frozen=True)
class Sentence:
    """One sentence that stands, and the answers that hold it."""

    text: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """What is left of one passage."""

    sentences: tuple[Sentence, ...]
    dropped: int = 0

    @property
    def text(self) -> str:
        return " ".join(one.text for one in self.sentences)


def check(
    passage: str,
    text: str,
    facts: Sequence[Fact],
    *,
    project_name: str = "",
    patterns: Sequence[str] = injection.GUIDE_PATTERNS,
) -> Checked:
    """The sentences of a passage that its facts hold, within the passage's length."""
    sources = sources_for(passage, facts)
    known = [fact.text for fact in sources] + [project_name]
    most = MOST_WORDS if passage == SUMMARY else MOST_INTRODUCTION_WORDS
    kept: list[Sentence] = []
    sentences = plain_sentences(text)
    for sentence in sentences:
        stands = _stands(sentence, known, patterns)
        items = _items(sentence, sources) if stands else ()
        room = most - sum(word_count(one.text) for one in kept)
        is_new = sentence not in {one.text for one in kept}
        if items and is_new and word_count(sentence) <= room:
            kept.append(Sentence(sentence, items))
    return Checked(tuple(kept), len(sentences) - len(kept))


def check_all(
    reply: ProseReply,
    facts: Sequence[Fact],
    *,
    project_name: str = "",
    patterns: Sequence[str] = injection.GUIDE_PATTERNS,
) -> dict[str, Checked]:
    """Every passage that was asked for, once; passages of other names are not ours."""
    found: dict[str, Checked] = {}
    for written in reply.p[:MOST_WRITTEN]:
        key = written.s.strip()
        if key in PASSAGES and key not in found:
            found[key] = check(
                key,
                written.t[:MOST_CHARACTERS],
                facts,
                project_name=project_name,
                patterns=patterns,
            )
    return found


def sources_for(passage: str, facts: Sequence[Fact]) -> list[Fact]:
    """The summary draws on everything, an introduction on its section and the summary's facts."""
    if passage == SUMMARY:
        return list(facts)
    return [fact for fact in facts if fact.passage in (passage, SUMMARY)]


def plain_sentences(text: str, *, keep_marks: bool = False) -> list[str]:
    """The sentences, on one line each; a model's without markup, a person's as they are."""
    plain = on_one_line(text) if keep_marks else unmarked(text)
    spans = sentence_spans(plain)
    return [found for start, stop in spans if (found := plain[start:stop].strip())]


def _stands(sentence: str, known: Sequence[str], patterns: Sequence[str]) -> bool:
    if _DECIDES.search(sentence) or injection.screen(sentence, patterns):
        return False
    # "½" and "²" are figures too; nobody has to work out whether the record holds them.
    odd = {sign for sign in sentence if sign.isnumeric() and not sign.isdecimal()}
    return odd <= set(" ".join(known)) and not ungrounded(sentence, known)


def _items(sentence: str, facts: Iterable[Fact]) -> tuple[str, ...]:
    """The answers behind the facts that share the most words with the sentence."""
    said = words(sentence)
    shared: Mapping[Fact, frozenset[str]] = {fact: said & words(fact.text) for fact in facts}
    held = frozenset().union(*shared.values()) if shared else frozenset()
    if not said or len(held) < LEAST_SUPPORT * len(said):
        return ()
    best = max(len(common) for common in shared.values())
    found = [fact.items for fact, common in shared.items() if len(common) * 2 >= max(best, 2)]
    return tuple(dict.fromkeys(item for items in found for item in items))
