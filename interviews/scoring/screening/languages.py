"""Orders to a scorer in other languages than English, from languages.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from interviews.scoring.screening.findings import Hit, Kind
from interviews.scoring.screening.folding import fold

_FILE = Path(__file__).with_name("languages.yaml")
#: How many letters of its first word say whether a language is worth a closer look.
_STEM = 4
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_a-z]")
#: (kind, first part, at most so many characters, second part); whether the order is free.
_SHAPES = (
    (Kind.OVERRIDE, "drop", 60, "instr", False),
    (Kind.STEERING, "give", 70, "top", False),
    (Kind.STEERING, "answer", 70, "top", True),
    (Kind.STEERING, "pass", 30, "answer", False),
    (Kind.EXTRACTION, "show", 50, "prompt", False),
    (Kind.ROLE_PLAY, "be", 50, "who", False),
)
_SWITCHES = ("loose", "verb_last")
#: So many of these words make a sentence English, whatever other words look like.
_IS_ENGLISH = 2
_ENGLISH = frozenset(
    [
        "the",
        "and",
        "of",
        "with",
        "that",
        "which",
        "are",
        "this",
        "from",
        "be",
        "by",
        "have",
        "our",
        "they",
        "you",
        "your",
        "it",
        "is",
        "was",
        "has",
        "were",
        "for",
        "not",
        "will",
        "can",
        "their",
        "we",
        "to",
        "on",
        "or",
        "if",
        "been",
        "when",
        "should",
        "must",
    ]
)
#: Who tells of attacks in another language does not make one.
_ATTACKS = re.compile(
    r"(?<!\w)(?:an)?(?:angreif|angriff|bosartig|attaqu|malveill|atacant|ataque|malicios|maligno|attacc|malevol|aanval"
    r"|kwaadaardig|atakuj|zlosliw|utocni|utok|angrip|angreb|ondsind|hyokka|haitalli|saldir|atac|tamad|serangan|penyerang|injecti|injekt|inyec|injec"
    r"|iniezion|wstrzyk|jailbreak|атак|злоумыш|вредонос|инъекц|зловмис|επιθεσ|επιτιθ|κακοβουλ|εγχυσ)"
    r"|攻击|攻擊|攻撃|注入|恶意|惡意|悪意|越狱|越獄|漏洞|黑客|駭客|インジェクション|공격|악의|인젝션|हमल|दुर्भावना|इंजेक्शन|هجوم|مهاجم|تقיف|חקיר|תוקף|מתקפ|tan cong"
)
_HEADS = ("drop", "give", "pass", "show", "be", "answer")


@dataclass(frozen=True, slots=True)
class Language:
    """The shapes of one language, and the stems or signs without which none can occur."""

    stems: frozenset[str]
    signs: str | None
    shapes: tuple[tuple[Kind, str], ...]


@cache
def languages() -> tuple[Language, ...]:
    """All languages of the file."""
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(_language(entry) for entry in raw.values())


def _language(entry: Mapping[str, Any]) -> Language:
    loose = bool(entry.get("loose"))
    parts = {
        name: _alternatives(phrases, loose=loose)
        for name, phrases in entry.items()
        if name not in _SWITCHES
    }
    shapes = []
    for kind, first, gap, second, both in _SHAPES:
        if first not in parts or second not in parts:
            continue
        between = rf"[^.!?;\n]{{0,{gap}}}?"
        shape = rf"{parts[first]}{between}{parts[second]}"
        if both or entry.get("verb_last"):
            shape += rf"|{parts[second]}{between}{parts[first]}"
        shapes.append((kind, shape))
    heads = [phrase for name in _HEADS for phrase in entry.get(name, ())]
    signs = _alternatives(heads, loose=True) if loose else None
    return Language(frozenset(_stems(heads)), signs, tuple(shapes))


def _stems(phrases: Iterable[str]) -> Iterator[str]:
    for phrase in phrases:
        found = _WORD.search(fold(phrase))
        if found is not None:
            yield found.group()[:_STEM]


def _alternatives(phrases: Sequence[str], *, loose: bool) -> str:
    """The phrases as one pattern, the longest first."""
    written = sorted({_written(str(phrase)) for phrase in phrases}, key=len, reverse=True)
    inside = "|".join(written)
    return f"(?:{inside})" if loose else rf"(?<!\w)(?:{inside})(?!\w)"


def _written(phrase: str) -> str:
    """A phrase as a pattern: "*" alone stands for up to three words, at an end for any ending."""
    parts = []
    for part in phrase.split():
        if part == "*":
            parts.append(r"(?:[^\s.!?;]{1,30} ){0,3}?")
        else:
            parts.append(r"\w{0,12}".join(re.escape(fold(one)) for one in part.split("*")) + " ")
    return "".join(parts).rstrip()


@cache
def _compiled(shape: str) -> re.Pattern[str]:
    """Compiled when a text first needs it: nobody writes in all languages."""
    return re.compile(shape)


def foreign(folded: str) -> Iterator[Hit]:
    """What is found in any other language than English."""
    words = frozenset(_WORD.findall(folded))
    if len(words & _ENGLISH) >= _IS_ENGLISH:
        return
    stems = frozenset(word[:_STEM] for word in words)
    is_plain = _LETTERS.search(folded) is None
    near = [
        language
        for language in languages()
        if (
            not language.stems.isdisjoint(stems)
            if language.signs is None
            else not is_plain and _compiled(language.signs).search(folded) is not None
        )
    ]
    if not near or _ATTACKS.search(folded) is not None:
        return
    for kind, shape in (one for language in near for one in language.shapes):
        found = _compiled(shape).search(folded)
        if found is not None:
            yield Hit(kind, *found.span())
