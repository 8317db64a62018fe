"""Tells an answer from what only fills the box: placeholders, mash, copies, stuffing, denial."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from interviews.scoring.signals import Reading
from interviews.scoring.words import plain

_PLACEHOLDERS = frozenset(
    [
        "tbd",
        "tba",
        "tbc",
        "todo",
        "na",
        "none",
        "nil",
        "null",
        "nothing",
        "unknown",
        "test",
        "testing",
        "tester",
        "foo",
        "bar",
        "baz",
        "xxx",
        "xx",
        "x",
        "asdf",
        "abc",
        "example",
        "sample",
        "text",
        "placeholder",
        "blank",
        "empty",
        "pending",
        "later",
        "soon",
        "idk",
        "dunno",
        "yes",
        "no",
        "ok",
        "okay",
        "maybe",
        "sure",
        "hello",
        "hi",
        "answer",
        "see",
        "above",
        "same",
        "ditto",
        "whatever",
        "anything",
        "something",
        "sonstiges",
        "keine",
        "nichts",
        "rien",
        "aucun",
        "wip",
        "fixme",
        "lorem",
        "ipsum",
        "bla",
        "blah",
        "blub",
        "dummy",
        "stuff",
        "various",
        "etc",
    ]
)
_LOREM = re.compile(
    r"\b(?:lorem|ipsum|dolor|amet|consectetur|adipiscing|elit|tempor|incididunt|labore|magna|aliqua"
    r"|veniam|nostrud|exercitation|ullamco|laboris|nisi|aliquip|commodo|consequat|pariatur"
    r"|excepteur|occaecat|cupidatat|proident|mollit|laborum|voluptate|fugiat|eiusmod"
    r"|vestibulum|faucibus|orci|luctus|ultrices|posuere|cubilia|donec|velit|neque|auctor|curae|nunc"
    r"|vivamus|phasellus|maecenas|pellentesque|quisque|morbi|tortor|sapien|mauris|tellus|sollicitudin"
    r"|praesent|nullam|fusce|sed|vitae|ligula|egestas|curabitur|suspendisse|bibendum|malesuada)\b",
    re.IGNORECASE,
)
_VOWELS = re.compile(r"[aeiouyäöüéèàâêîôûåæøœ]", re.IGNORECASE)
_KEYBOARD = re.compile(r"(?:asdf|sdfg|dfgh|fghj|ghjk|hjkl|qwer|wert|erty|zxcv|xcvb|cvbn|uiop|jkl)")
_RUN = re.compile(r"(.)\1{4}")
_BREAK = re.compile(r"[,;:|()=→\n]|[.!?](?=\s|$)|\s[-–/+x×]\s|->")
#: Real lists of facts use more than commas; a list of keywords does not.
_COMMA = re.compile(r",|\band\b")
_STRUCTURE = re.compile(r"[:;()=→\n]|[.!?]\s|->")
_GRAMMAR_SHARE = 0.26
_COPY_SHARE = 0.56
_SENTENCE_SHARE = 0.72
_DENIAL = re.compile(
    r"^\W*(?:there (?:is|are|will be) )?(?:none|no one|nobody|nothing|not applicable|n/?a|never"
    r"|no (?:\w+ ){0,3}(?:risks?|issues?|problems?|bias|harm|concerns?|impact|effects?|consequences?"
    r"|material risk|one else)|it is (?:not|fully|completely)|does not apply|not relevant"
    r"|we (?:do not|don't) (?:see|expect|have) any)\b",
    re.IGNORECASE,
)
_ALL_FINE = re.compile(
    r"\b(?:always in control|fully (?:secure|compliant|tested|under control)|completely safe"
    r"|(?:is|are) (?:encrypted|tested|safe|secure|fair|unbiased|compliant|fully \w+)\W*$"
    r"|no (?:material )?risks?\b|no bias|cannot (?:go wrong|fail|be hacked|happen)|100 ?% (?:safe|secure))",
    re.IGNORECASE,
)


def is_placeholder(text: str) -> bool:
    """Whether nothing was really written: "tbd", "n/a", lorem ipsum, a mashed keyboard."""
    words = plain(text.replace("/", ""))
    letters = [word for word in words if not word[0].isdigit()]
    if not letters:
        return True
    if all(word in _PLACEHOLDERS for word in letters) and len(letters) <= 8:
        return True
    if len(_LOREM.findall(text)) >= max(3, len(letters) * 0.15):
        return True
    return _is_mash(letters)


def _is_mash(words: list[str]) -> bool:
    mashed = sum(
        1
        for word in words
        if len(word) >= 4
        and (_RUN.search(word) or _KEYBOARD.search(word) or not _VOWELS.search(word))
    )
    return mashed * 3 >= len(words) and mashed > 0 and len(words) <= 40


def is_stuffed(reading: Reading) -> bool:
    """Whether it repeats itself, or is a bare list of keywords."""
    words = [word.text for word in reading.words]
    if len(words) < 8:
        return len(words) >= 4 and len(set(words)) * 3 <= len(words)
    return _repeats(reading, words) or _is_keyword_list(reading, words)


def _repeats(reading: Reading, words: list[str]) -> bool:
    lines = Counter(
        " ".join(plain(reading.sentence_text(number))) for number in range(len(reading.spans))
    )
    repeated = sum(count - 1 for line, count in lines.items() if len(line) > 15)
    if repeated >= 2 and repeated * 3 >= sum(lines.values()):
        return True
    if repeated and len(lines) == 1:
        return True
    return is_repetitive(words)


def is_repetitive(words: list[str]) -> bool:
    """Whether the same words come in the same order again and again."""
    triples = list(zip(words, words[1:], words[2:], strict=False))
    if len(triples) >= 12 and len(set(triples)) < 0.62 * len(triples):
        return True
    return len(words) >= 25 and len(set(words)) < 0.3 * len(words)


def _is_keyword_list(reading: Reading, words: list[str]) -> bool:
    """Single words one after another, with hardly any grammar or punctuation between them."""
    if reading.has("identifier"):
        return False
    grammar = len(reading.hits.get("function", ()))
    parts = [part for part in _BREAK.split(reading.text) if part.strip()]
    if len(parts) == 1:
        return len(words) >= 10 and grammar < _GRAMMAR_SHARE * len(words)
    if _lists_phrases(reading, words, grammar):
        return True
    listed = [part for part in _COMMA.split(reading.text) if part.strip()]
    if len(listed) >= 9 and len(words) < 1.9 * len(listed) and not _STRUCTURE.search(reading.text):
        return True
    numbers = sum(word[0].isdigit() for word in words)
    if numbers * 8 >= len(words) or reading.text.count(":") + reading.text.count("(") >= 2:
        return False
    return grammar * 14 < len(words) and len(words) < 2.2 * len(parts)


def _lists_phrases(reading: Reading, words: list[str], grammar: int) -> bool:
    """Two words, a comma, two words: phrases without a figure, a name or a verb between them."""
    listed = [part for part in reading.text.split(",") if part.strip()]
    if len(listed) < 8 or _STRUCTURE.search(reading.text) or reading.firm_anchors:
        return False
    return len(words) < 2.5 * len(listed) and grammar < 0.15 * len(words)


def is_denial(text: str) -> bool:
    """Whether it only says that there is nothing to say."""
    words = plain(text)
    if len(words) > 30 or not words:
        return False
    if re.search(r"\d", text) and len(words) > 12:
        return False
    return _DENIAL.match(text) is not None or _ALL_FINE.search(text) is not None


@lru_cache(maxsize=1024)
def pairs(text: str) -> frozenset[tuple[str, str]]:
    """Neighbouring words of a text, figures left out of account."""
    words = ["0" if word[0].isdigit() else word for word in plain(text)]
    return frozenset(zip(words, words[1:], strict=False))


@lru_cache(maxsize=256)
def _pairs_of(text: str) -> list[tuple[str, str]]:
    words = ["0" if word[0].isdigit() else word for word in plain(text)]
    return list(zip(words, words[1:], strict=False))


def _long_words(text: str) -> int:
    return sum(len(word) > 2 and not word[0].isdigit() for word in plain(text))


def _share(text: str, source: frozenset[tuple[str, str]]) -> float:
    own = _pairs_of(text)
    return sum(pair in source for pair in own) / len(own) if own else 0.0


def is_copy(text: str, sources: Iterable[str]) -> bool:
    """Whether the text is mostly one of the sources, also with small edits or a new wrap."""
    own = _pairs_of(text)
    if len(own) < 3:
        bare = " ".join(plain(text))
        return bool(bare) and any(bare == " ".join(plain(source)) for source in sources)
    return any(_share(text, pairs(source)) >= _COPY_SHARE for source in sources)


def copied_sentences(reading: Reading, sources: Iterable[str]) -> set[int]:
    """The sentences that stand in a source."""
    known = [pairs(source) for source in sources]
    found: set[int] = set()
    for number in range(len(reading.spans)):
        sentence = reading.sentence_text(number)
        if _long_words(sentence) >= 5 and any(
            _share(sentence, source) >= _SENTENCE_SHARE for source in known
        ):
            found.add(number)
    return found
