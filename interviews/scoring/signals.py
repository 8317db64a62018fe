"""Reads an answer once: which signals it carries, where, and how concrete each sentence is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from interviews.scoring.lexicon import Hit, Matcher, general_lists
from interviews.scoring.shapes import find_shapes
from interviews.scoring.words import Token, sentence_spans, stem, tokens

#: Signals found by shape; every general word list is a signal as well.
SHAPES = (
    "number", "figure", "count", "percent", "money", "duration", "date", "period", "rhythm",
    "limit", "rate", "change", "arrow", "equals", "identifier", "person", "proper",
)  # fmt: skip
#: Signals that tie a sentence to something that can be pointed at.
ANCHORS = ("figure", "number", "money", "date", "identifier", "person", "proper", "change")
_FIRM = ("figure", "money", "date", "identifier", "person", "proper", "change", "limit")
_COMMON_CAPITALS = frozenset(
    [
        "ai",
        "ml",
        "it",
        "kpi",
        "kpis",
        "roi",
        "nlp",
        "llm",
        "ok",
        "tbd",
        "na",
        "i",
        "api",
        "csv",
        "us",
        "uk",
        "eu",
        "q1",
        "q2",
        "q3",
        "q4",
        "gpu",
        "cpu",
        "faq",
    ]
)
_HOLLOW_SHARE = 0.16
#: What a reading works out once and must forget when sentences are set aside.
_REMEMBERED = ("_masks", "_distinct", "content", "anchor_count", "firm_anchors", "domain_words")


def signal_names() -> frozenset[str]:
    """All signal names that an element's specification may use."""
    return frozenset(SHAPES) | frozenset(general_lists())


@dataclass
class Reading:
    """What was found in one text. ``hits`` are by signal, or by the name of any other list."""

    text: str
    spans: list[tuple[int, int]]
    words: list[Token]
    hits: dict[str, list[Hit]]
    #: Sentences that do not count: copied, or nothing but fine words.
    ignored: set[int] = field(default_factory=set)

    def ignore(self, sentences: set[int]) -> None:
        """Leave sentences out of account from now on."""
        if sentences - self.ignored:
            self.ignored |= sentences
            for name in _REMEMBERED:
                self.__dict__.pop(name, None)

    def mask(self, name: str) -> int:
        """The sentences that carry the signal, as bits."""
        known = self._masks.get(name)
        if known is None:
            known = 0
            for _start, _end, sentence in self.hits.get(name, ()):
                if sentence not in self.ignored:
                    known |= 1 << sentence
            self._masks[name] = known
        return known

    @cached_property
    def _masks(self) -> dict[str, int]:
        return {}

    def has(self, name: str) -> bool:
        return self.mask(name) != 0

    def count(self, name: str) -> int:
        """How many different passages carry the signal."""
        return len({hit[:2] for hit in self.hits.get(name, ()) if hit[2] not in self.ignored})

    def first(self, names: Iterable[str]) -> Hit | None:
        """The earliest passage among several signals."""
        found = [
            hit for name in names for hit in self.hits.get(name, ()) if hit[2] not in self.ignored
        ]
        return min(found, default=None)

    def sentence_text(self, number: int) -> str:
        start, end = self.spans[number]
        return self.text[start:end].strip()

    @cached_property
    def content(self) -> list[Token]:
        """Words that carry meaning, in the sentences that count."""
        grammar = {hit[0] for hit in self.hits.get("function", ())}
        return [
            word
            for word in self.words
            if word.start not in grammar
            and word.sentence not in self.ignored
            and not word.text[0].isdigit()
            and len(word.text) > 1
        ]

    @cached_property
    def anchor_count(self) -> int:
        """How many different things can be pointed at."""
        places = {
            hit[0] // 3
            for name in ANCHORS
            for hit in self.hits.get(name, ())
            if hit[2] not in self.ignored
        }
        return len(places)

    @cached_property
    def domain_words(self) -> int:
        """How many different words belong to a domain rather than to any project."""
        loose = {
            hit[0]
            for name in ("generic", "vague", "buzz", "wish")
            for hit in self.hits.get(name, ())
        }
        return sum(start not in loose for start in self._distinct.values())

    @cached_property
    def _distinct(self) -> dict[str, int]:
        return {stem(word.text): word.start for word in self.content}

    @cached_property
    def firm_anchors(self) -> int:
        """How many different facts stand in the text: figures, dates, names, identifiers."""
        places = {
            hit[0] // 3
            for name in _FIRM
            for hit in self.hits.get(name, ())
            if hit[2] not in self.ignored
        }
        return len(places)

    @property
    def anchored_sentences(self) -> set[int]:
        """The sentences with a fact other than a name."""
        return {hit[2] for name in _FIRM if name != "proper" for hit in self.hits.get(name, ())}

    @property
    def fluff_share(self) -> float:
        """Share of the meaning words that are fine or vague words."""
        fluff = {
            hit[0]
            for name in ("buzz", "vague", "wish")
            for hit in self.hits.get(name, ())
            if hit[2] not in self.ignored
        }
        return len(fluff) / max(1, len(self.content))


def read(text: str, matcher: Matcher) -> Reading:
    """Find every signal of a text and set hollow sentences aside."""
    spans = sentence_spans(text)
    words = tokens(text, spans)
    hits = matcher.hits(words)
    starts = [start for start, _end in spans]
    for name, start, end in find_shapes(text):
        sentence = max(0, bisect_right(starts, start) - 1)
        hits.setdefault(name, []).append((start, end, sentence))
    hits["proper"] = _proper_names(text, words)
    reading = Reading(text, spans, words, hits)
    reading.ignore(_hollow(reading))
    return reading


def _proper_names(text: str, words: list[Token]) -> list[Hit]:
    """Capitalised words inside a sentence, and abbreviations."""
    found: list[Hit] = []
    previous = -1
    for word in words:
        written = text[word.start : word.end]
        is_first = word.sentence != previous
        previous = word.sentence
        if word.text in _COMMON_CAPITALS or not written[0].isupper():
            continue
        after_break = text[max(0, word.start - 2) : word.start].strip() in (":", "(", "-", "–", '"')
        if (len(written) > 1 and written.isupper()) or (not is_first and not after_break):
            found.append((word.start, word.end, word.sentence))
    return found


def _hollow(reading: Reading) -> set[int]:
    """Sentences of fine words that point at nothing."""
    fluff: dict[int, set[int]] = {}
    for name in ("buzz", "vague", "wish"):
        for start, _end, sentence in reading.hits.get(name, ()):
            fluff.setdefault(sentence, set()).add(start)
    size: dict[int, int] = {}
    for word in reading.content:
        size[word.sentence] = size.get(word.sentence, 0) + 1
    anchored = reading.anchored_sentences
    hollow: set[int] = set()
    for sentence, places in fluff.items():
        share = len(places) / max(1, size.get(sentence, 0))
        if (
            sentence not in anchored
            and len(places) >= 2
            and share >= _HOLLOW_SHARE
            or len(places) >= 5
            and share >= 0.4
        ):
            hollow.add(sentence)
    return hollow
