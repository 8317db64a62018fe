"""What a window of text has that may speak for or against an attack: words, parts of words, concepts, shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from interviews.scoring.screening.concepts import concepts_of, concepts_of_signs

_WORD = re.compile(r"[^\W_]+(?:'[a-z]{1,4})?")
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
        "in",
        "a",
        "an",
        "as",
        "at",
        "i",
        "my",
    ]
)
_KEPT_NUMBERS = frozenset({"10", "9", "100", "0", "5", "1"})
_SIGNS = re.compile(
    r"[\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_SHAPES = tuple(
    (name, re.compile(shape))
    for name, shape in (
        ("json", r"[{\[,]\s?[\"'][\w ]{1,30}[\"']\s?:"),
        ("pair", r"\b[a-z]\w{2,20}\s?[:=]\s?[\"']?(?:10|ten|met|true|false|pass\w*|accept\w*|full|max\w*|ok|complete\w*|approved|excellent|none)\b"),
        ("tag", r"<\s?[/!|]?\s?[a-z|][^<>]{0,60}>|<!--|\[/?[a-z _]{3,24}\]|\{\{|<\||<<|\[\["),
        ("label", r"^\W{0,12}(?:[a-z]+[ _-]){0,4}[a-z]+\W{0,3}:"),
        ("speaker", r"^\W{0,12}(?:system|assistant|user|developer|admin\w*|evaluator|grader|model|ai|human|reviewer|moderator|tool|function|platform|operator|scorer|judge)\b[^:]{0,25}:"),
        ("fence", r"^\W{0,3}(?:#{1,4}|[*]{2,}|={3,}|-{3,}|`{3}|~{3}|\||>{1,3})"),
        ("rule", r"[=#*~-]{4,}"),
        ("ask", r"\?\W{0,3}$"),
        ("shout", r"!\W{0,3}$"),
        ("of10", r"\b(?:10|9(?:[.,]\d)?|ten|nine|100) ?(?:/|out of|of|from|von|sur|de|su|z|van|av|из) ?(?:10|ten|100)\b"),
        ("unit", r"\d ?(?:%|percent|euros?|days?|hours?|minutes?|weeks?|months?|years?|kg|km|tonnes|people|cases|k\b|m\b)|\b(?:19|20)\d\d\b|[$\u20ac\u00a3]"),
        ("quote", r"\"[^\"]{3,300}\"|(?<!\w)'[^']{4,300}'(?!\w)"),
        ("dear", r"^\W{0,12}(?:dear|hello|hi|hey|to (?:the|whom|any|all)|note|attention|memo|message|important|psst|p\.?s)\b"),
        ("first", r"^\W{0,12}(?:we|our|the|a|an|in|at|each|every|on|all)\b"),
        ("brackets", r"^\W{0,3}[\[({].*[\])}]\W{0,3}$"),
        ("table", r"\w ?\| ?\w"),
        ("verb_you", r"\byou (?:are|will|must|should|may|can|have|need|shall|do|just|now)\b"),
        ("this_answer", r"\b(?:this|my|the above|the following|the present) (?:\w+ )?(?:answer|response|submission|reply|paragraph|text|entry|item|section|field|question)\b"),
    )
)  # fmt: skip
#: Signs of which a shape has at least one, where there are such; looked for first, as it is quick.
_NEEDED = {
    "json": frozenset("\"'"),
    "pair": frozenset(":="),
    "tag": frozenset("<[{"),
    "label": frozenset(":"),
    "speaker": frozenset(":"),
    "fence": frozenset("#*=-`~|>"),
    "rule": frozenset("=#*~-"),
    "ask": frozenset("?"),
    "shout": frozenset("!"),
    "quote": frozenset("\"'"),
    "brackets": frozenset("[({"),
    "table": frozenset("|"),
}
_LENGTHS = ((4, "1"), (8, "2"), (14, "3"), (22, "4"), (35, "5"))


def is_english(words: list[str]) -> bool:
    """Whether so many small words are English that the rest is, too."""
    return sum(word in _ENGLISH for word in words) * 6 > len(words)


def words_of(folded: str) -> list[str]:
    """The words of a folded text; numbers that are no score as "#"."""
    return [
        word if not word.isdigit() or word in _KEPT_NUMBERS else "#"
        for word in _WORD.findall(folded)
    ]


@lru_cache(maxsize=32768)
def parts_of(word: str) -> tuple[str, ...]:
    """A word and its pieces of three to five letters; of one to three signs."""
    if _SIGNS.search(word):
        sizes, written = (1, 2, 3), word[:60]
        return tuple(
            f"c:{written[at : at + size]}"
            for size in sizes
            for at in range(len(written) - size + 1)
        )
    written = f"<{word[:24]}>"
    pieces = (
        f"c:{written[at : at + size]}"
        for size in (3, 4, 5)
        for at in range(len(written) - size + 1)
        if len(word) > 3
    )
    return (f"w:{word}", *pieces)


def features(folded: str, marks: tuple[str, ...] = ()) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a window, and everything else that it has."""
    words = words_of(folded)
    return frozenset(words), frozenset(others(folded, words, marks))


def others(folded: str, words: list[str], marks: tuple[str, ...]) -> Iterator[str]:
    """What the words have together, and the shapes of the whole."""
    for first, second in zip(["^", *words], [*words, "$"], strict=True):
        yield f"b:{first} {second}"
    english = is_english(words)
    seen: dict[str, None] = {}
    last: tuple[str, ...] = ("^",)
    for found in _concepts(folded, words, english=english):
        if not found:
            continue
        for one in found:
            seen[one] = None
            for before in last:
                yield f"s:{before} {one}"
        last = found
    names = tuple(sorted(seen))
    yield from _together(names)
    if not english:
        yield "t:foreign"
    shapes = _shapes_of(folded)
    for name in (*shapes, *marks):
        yield f"t:{name}"
        for one in names:
            yield f"m:{name} {one}"
    yield f"t:{next((name for most, name in _LENGTHS if len(words) <= most), '6')}"


def _shapes_of(folded: str) -> list[str]:
    signs = frozenset(folded)
    return [
        name
        for name, shape in _SHAPES
        if (name not in _NEEDED or not signs.isdisjoint(_NEEDED[name]))
        and shape.search(folded) is not None
    ]


@lru_cache(maxsize=8192)
def _together(names: tuple[str, ...]) -> tuple[str, ...]:
    """Concepts one by one, and each two of them together."""
    two = (f"k:{first} {second}" for first, second in combinations(names, 2))
    return (*(f"k:{name}" for name in names), *two)


def _concepts(folded: str, words: list[str], *, english: bool) -> Iterator[tuple[str, ...]]:
    for word in words:
        yield concepts_of(word, english=english)
    if not english and _SIGNS.search(folded):
        yield from concepts_of_signs(folded)
