"""How much a text says about one project that no other project could say: facts and own words.

Copying the question's words, praising the answer or stringing key words together adds nothing
here, in whatever vocabulary; naming things, with figures, does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from interviews.scoring.signals import Reading
from interviews.scoring.words import Token, stem

#: Words of these lists stand in answers to anything.
_LOOSE = ("generic", "buzz", "vague", "wish", "model_metric", "money_words", "function")
#: Fitted to labelled answers (tests/scoring/data/dev_*), then rounded.
_START, _OWN_WORDS, _OWN_SHARE, _FACTS = -4.4, 2.35, 0.9, 1.5
_NO_FACT, _FLUFF, _GRAMMAR = -1.3, -2.0, -2.0
#: Without a single fact, more words than these are only more talk.
_TALK, _TALK_SHARE = 8, 0.5
_ECHO_SHARE = 0.5
#: Facts count double beside own words.
_RICH = 9


@dataclass(frozen=True)
class Concreteness:
    """What a text has of its own."""

    #: Different words that neither the question nor any project in general brings along.
    own_words: int
    own_share: float
    facts: int
    fluff_share: float
    #: Share of grammar words: telegrams have few, empty prose many.
    grammar_share: float

    @property
    def is_rich(self) -> bool:
        """Whether enough is told that what seems to be missing may be there in other words."""
        return self.facts > 0 and 2 * self.facts + self.own_words >= _RICH

    @property
    def degree(self) -> float:
        """0 for empty phrases, towards 1 for a text full of things that can be pointed at."""
        is_talk = not self.facts and self.own_share <= _TALK_SHARE
        total = (
            _START
            + _OWN_WORDS * math.log1p(min(self.own_words, _TALK) if is_talk else self.own_words)
            + _OWN_SHARE * self.own_share
            + _FACTS * math.log1p(self.facts)
            + (0 if self.facts else _NO_FACT)
            + _FLUFF * self.fluff_share
            + _GRAMMAR * self.grammar_share
        )
        return 1 / (1 + math.exp(-total))


def weigh(reading: Reading, asked: frozenset[str]) -> Concreteness:
    """What a text says beyond ``asked``, the stems that the question itself is made of."""
    said = _by_stem(reading)
    loose = _loose_places(reading)
    own = {word for word, start in said.items() if start not in loose and word not in asked}
    return Concreteness(
        own_words=len(own),
        own_share=len(own) / max(1, len(said)),
        facts=max(reading.firm_anchors, int(reading.has("number"))),
        fluff_share=reading.fluff_share,
        grammar_share=len({hit[0] for hit in reading.hits.get("function", ())})
        / max(1, len(reading.words)),
    )


def echoes(reading: Reading, asked: frozenset[str]) -> set[int]:
    """Sentences that hand the question's own words back, with nothing added."""
    loose = _loose_places(reading)
    anchored = reading.anchored_sentences
    words: dict[int, list[Token]] = {}
    for word in reading.content:
        words.setdefault(word.sentence, []).append(word)
    found: set[int] = set()
    for sentence, held in words.items():
        repeated = sum(stem(word.text) in asked for word in held)
        added = any(w.start not in loose and stem(w.text) not in asked for w in held)
        if sentence not in anchored and not added and repeated >= _ECHO_SHARE * len(held):
            found.add(sentence)
    return found


def _by_stem(reading: Reading) -> dict[str, int]:
    return {stem(word.text): word.start for word in reading.content}


def _loose_places(reading: Reading) -> set[int]:
    return {hit[0] for name in _LOOSE for hit in reading.hits.get(name, ())}
