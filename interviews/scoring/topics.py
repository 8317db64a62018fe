"""Which question of the bank a text answers: a profile of tell-tale words for each one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from interviews.protocol.types import Field, Question
from interviews.scoring.evidence import Evidence
from interviews.scoring.lexicon import Matcher, general_lists
from interviews.scoring.signals import Reading
from interviews.scoring.words import plain, stem, tokens

_TOPIC, _STRONG, _OWN = 1.0, 2.0, 0.5
#: Evidence that every question is given, so that a text with little of it stays undecided.
_DOUBT = 0.5
#: The lead of another question at which half of the fit is lost.
_HALF_LOST = 2.0
_PREFIX = "topic:"
_GRAMMAR = frozenset(word.lstrip("=") for word in general_lists()["function"])


@dataclass(frozen=True)
class Fit:
    """How well a text fits one question, beside the question it fits best."""

    own: float
    best: float
    best_key: str
    #: The own share that comes from the question's tell-tale words.
    telling: float = 0.0
    #: Whether learned wording took part; then the difference counts, else the ratio.
    is_learned: bool = False
    #: How far the fit stands above that of most questions; little for what fits none.
    margin: float = math.inf

    @property
    def relative(self) -> float:
        """1.0 when no other question fits better, less the clearer another one wins."""
        if self.is_learned:
            return _HALF_LOST / (_HALF_LOST + self.best - self.own)
        return (self.own + _DOUBT) / (self.best + _DOUBT)


def compare(
    key: str,
    telling: Mapping[str, float],
    coverage: Mapping[str, float],
    learned: Mapping[str, float],
) -> Fit:
    """Weigh three signs of what a text answers: tell-tale words, the elements found in it,
    and how alike it is to labelled answers."""
    total = {
        name: telling[name] + coverage.get(name, 0.0) + learned.get(name, 0.0) for name in telling
    }
    best_key = max(total, key=lambda name: total[name], default=key)
    return Fit(
        total.get(key, 0.0),
        total.get(best_key, 0.0),
        best_key,
        telling.get(key, 0.0),
        key in learned,
        total[key] - median(total.values()) if key in learned else math.inf,
    )


class Topics:
    """The profiles of all questions of a bank."""

    def __init__(self, questions: Sequence[Question], evidence: Evidence) -> None:
        weights = {q.key: _weights(q, evidence) for q in questions}
        spread: dict[str, int] = {}
        for profile in weights.values():
            for entry in profile:
                spread[entry] = spread.get(entry, 0) + 1
        common = _common(questions, spread)
        self._holders: dict[str, list[tuple[str, float]]] = {}
        self._norm: dict[str, float] = {}
        for key, profile in weights.items():
            total = 0.0
            for entry, weight in profile.items():
                rarity = (len(weights) + 1) / (spread[entry] + common.get(entry, 0))
                value = weight * math.log(max(rarity, 1.1))
                self._holders.setdefault(entry, []).append((key, value))
                total += value
            self._norm[key] = math.sqrt(total) or 1.0

    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The profile words as lists for a matcher, one list a word."""
        return {_PREFIX + entry: (entry,) for entry in self._holders if not entry.startswith("@")}

    def fits(self, reading: Reading) -> dict[str, float]:
        """How well the text fits each question."""
        found = dict.fromkeys(self._norm, 0.0)
        for name in reading.hits:
            entry = name[len(_PREFIX) :] if name.startswith(_PREFIX) else "@" + name
            holders = self._holders.get(entry)
            if not holders:
                continue
            times = reading.count(name)
            if times:
                weight = 1 + 0.35 * (min(times, 4) - 1)
                for key, value in holders:
                    found[key] += value * weight
        return {key: value / self._norm[key] for key, value in found.items()}


def _common(questions: Sequence[Question], known: Mapping[str, int]) -> dict[str, int]:
    """In how many of the bank's strong examples each profile word stands: a word that
    examples of many questions use says little about any one of them."""
    matcher = Matcher({entry: (entry,) for entry in known})
    found: dict[str, int] = {}
    for question in questions:
        words = tokens(question.strong, [(0, len(question.strong))])
        for entry in matcher.hits(words):
            found[entry] = found.get(entry, 0) + 1
    return found


def _weights(question: Question, evidence: Evidence) -> dict[str, float]:
    """Profile word to weight; the heaviest reason counts."""
    found = dict.fromkeys(own_words(question), _OWN)
    spec = evidence.get(question.key)
    if spec is not None:
        topic = (entry for entry in spec.topic if entry not in _GRAMMAR)
        found.update(dict.fromkeys(map(_canonical, topic), _TOPIC))
        found.update(dict.fromkeys(map(_canonical, spec.strong), _STRONG))
    return found


def _canonical(entry: str) -> str:
    """Inflections of one word share an entry."""
    if entry.endswith("*") or entry.startswith(("@", "=")) or "_" in entry:
        return entry
    return stem(entry)


def own_words(question: Question) -> set[str]:
    """The words that the question itself is made of, grammar left out."""
    texts = [question.ask, question.title]
    texts += [f"{element.means} {element.ask}" for element in question.rubric]
    texts += [label for field in question.fields for label in _labels(field)]
    return _meaning(texts)


def _meaning(texts: Sequence[str]) -> set[str]:
    """The stems of the words that carry meaning."""
    return {
        stem(word)
        for text in texts
        for word in plain(text)
        if word not in _GRAMMAR and len(word) > 2 and not word[0].isdigit()
    }


def asked_words(question: Question) -> frozenset[str]:
    """The stems that a question and its rubric hand to whoever only repeats them; the
    choices of its form are left out, for an answer has to use those."""
    texts = [question.ask, question.title]
    texts += [f"{e.means} {e.ask} {e.id.replace('_', ' ')}" for e in question.rubric]
    return frozenset(_meaning(texts))


def _labels(field: Field) -> list[str]:
    found = [field.label, *(option.label for option in field.options)]
    for column in field.columns:
        found += _labels(column)
    return found
