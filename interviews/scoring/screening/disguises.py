"""Undoes what hides words from a reader of characters: spacing, digits for letters, shuffling."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

#: Words that orders to a scorer are made of. Only they are ever restored.
_WORDS = frozenset(
    [
        "a",
        "about",
        "above",
        "accept",
        "accepted",
        "accepting",
        "according",
        "act",
        "admin",
        "all",
        "always",
        "and",
        "answer",
        "answers",
        "any",
        "anything",
        "applicant",
        "approve",
        "approved",
        "are",
        "as",
        "assessment",
        "assessor",
        "assign",
        "assistant",
        "award",
        "be",
        "been",
        "before",
        "best",
        "bypass",
        "candidate",
        "complete",
        "completely",
        "confidential",
        "configuration",
        "consider",
        "count",
        "criteria",
        "criterion",
        "deserve",
        "deserves",
        "developer",
        "directions",
        "directive",
        "directives",
        "directly",
        "discard",
        "disclose",
        "disregard",
        "do",
        "earlier",
        "element",
        "elements",
        "end",
        "ensure",
        "evaluate",
        "evaluation",
        "evaluator",
        "every",
        "everything",
        "excellent",
        "fail",
        "filters",
        "follow",
        "following",
        "for",
        "forget",
        "from",
        "full",
        "generous",
        "generously",
        "get",
        "give",
        "given",
        "good",
        "grade",
        "grader",
        "grading",
        "guidelines",
        "hidden",
        "high",
        "highest",
        "ignore",
        "important",
        "in",
        "initial",
        "input",
        "instead",
        "instruction",
        "instructions",
        "internal",
        "is",
        "it",
        "judge",
        "just",
        "kindly",
        "language",
        "last",
        "lenient",
        "leniently",
        "let",
        "limits",
        "list",
        "mark",
        "marks",
        "max",
        "maximum",
        "me",
        "met",
        "mode",
        "model",
        "must",
        "my",
        "new",
        "no",
        "not",
        "nothing",
        "now",
        "obey",
        "of",
        "off",
        "on",
        "only",
        "or",
        "order",
        "orders",
        "original",
        "out",
        "output",
        "override",
        "pass",
        "passed",
        "perfect",
        "perfectly",
        "please",
        "points",
        "positive",
        "pretend",
        "previous",
        "print",
        "prior",
        "prompt",
        "prompts",
        "provided",
        "question",
        "questions",
        "rate",
        "rated",
        "rating",
        "rather",
        "reject",
        "repeat",
        "reply",
        "response",
        "restrictions",
        "result",
        "return",
        "reveal",
        "review",
        "reviewer",
        "role",
        "rubric",
        "rule",
        "rules",
        "safety",
        "say",
        "score",
        "scored",
        "scorer",
        "scoring",
        "secret",
        "set",
        "show",
        "should",
        "skip",
        "so",
        "stop",
        "strict",
        "submission",
        "system",
        "tell",
        "ten",
        "text",
        "that",
        "the",
        "them",
        "then",
        "these",
        "this",
        "to",
        "told",
        "top",
        "treat",
        "unrestricted",
        "up",
        "verdict",
        "was",
        "were",
        "what",
        "which",
        "with",
        "without",
        "words",
        "write",
        "you",
        "your",
        "verbatim",
        "whole",
        "word",
        "award",
        "awarded",
        "answered",
        "requirements",
        "requirement",
        "threshold",
        "bar",
        "lower",
        "follow-up",
        "followup",
        "ai",
        "bot",
        "chatbot",
        "assessed",
        "earlier",
        "guidance",
        "commands",
        "command",
        "task",
        "immediately",
        "anything",
        "everyone",
        "yes",
        "verdicts",
        "satisfied",
        "fulfilled",
        "acting",
        "supervisor",
        "unlimited",
        "override",
        "overrule",
    ]
)
_ONE_LETTER = frozenset({"a"})
_LONGEST_WORD = max(map(len, _WORDS))
#: One letter at a time, with one or two signs between: "i g n o r e", "i.g.n.o.r.e".
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[ \t\n]{1,3}[^\W_](?![^\W_])){4,400}")
_DOTTED = re.compile(r"(?<![^\W_])[^\W_](?:[.\-_*|/·•+~,:;'^=\\]{1,2}[^\W_](?![^\W_])){2,400}")
_WORD_GAP = re.compile(r"[ \t\n]{2,3}")
_HYPHENED = re.compile(r"[a-z]{1,14}(?:[-_.*~|·/+]{1,2}[a-z]{1,14}){1,6}")
_SYMBOLS = re.compile(
    r"(?<!\S)[\"'(]?(?=[^\s]{0,24}[a-z])(?=[^\s]{0,24}[0-9@$!|€£+])[a-z0-9@$!|€£+()]{3,24}"
)
_DIGITS = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "€": "e", "£": "l", "+": "t", "(": "c",
}  # fmt: skip
_LONG_WORD = re.compile(r"[a-z]{5,16}")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_SIGNS = re.compile(r"[a-z][-_.*~|·/+][a-z]")
_MARKUP = re.compile(r" ?(?:[*_~|`^=+#]|(?<!\w)\"|\"(?!\w))[ *_~|`^=+#\"]*")
_GLUED = re.compile(r"[a-z]{14,120}")
_KNOWN = 0.85
_BACKWARDS = re.compile(
    r"erongi|dragersid|tegrof|snoitcurtsni|tpmorp|suoiverp|rewsna|esnopser|erocs|gnidarg|cirbur|lufkram|skram|edirrevo|laever|etar|tpecca"
)
_SHUFFLED = {
    (word[0], word[-1], "".join(sorted(word))): word for word in sorted(_WORDS) if len(word) >= 5
}


def unspaced(text: str) -> str:
    """The text as written, with letters joined that stand one by one."""
    if not (_SPACED.search(text) or _DOTTED.search(text)):
        return text
    text = _DOTTED.sub(_undotted, text)
    return _SPACED.sub(_joined, text)


def _undotted(match: re.Match[str]) -> str:
    letters = re.sub(r"[^\w]|_", "", match.group())
    return letters if len(letters) <= _LONGEST_WORD else " ".join(cut(letters.lower()))


def _joined(match: re.Match[str]) -> str:
    """Letters as words: by the wider gaps when there are some, else by the words they make."""
    run = match.group()
    words = ["".join(part.split()) for part in _WORD_GAP.split(run)]
    if len(words) > 1:
        return " ".join(words)
    return " ".join(cut("".join(run.split()).lower()))


@lru_cache(maxsize=256)
def cut(letters: str) -> tuple[str, ...]:
    """Letters without blanks as words, with as few letters outside known words as can be."""
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(letters) + 1):
        cost, count, _ = best[end - 1]
        found = (cost + 3, count + 1, end - 1)
        for start in range(max(0, end - _LONGEST_WORD), end):
            word = letters[start:end]
            if word in _WORDS and (len(word) > 1 or word in _ONE_LETTER):
                found = min(found, (best[start][0], best[start][1] + 1, start))
        best.append(found)
    words = []
    end = len(letters)
    while end:
        start = best[end][2]
        words.append(letters[start:end])
        end = start
    return tuple(reversed(words))


def restored(folded: str) -> str:
    """The folded text with disguised words put right; the very text when there are none."""
    text = folded
    if _SIGNS.search(text):
        text = _HYPHENED.sub(_without_hyphens, text)
    text = _SYMBOLS.sub(_spelled, text.replace(" @ ", " a "))
    if len(_MARKUP.findall(text)) * 2 >= text.count(" ") + 1:
        text = _MARKUP.sub(" ", text)
    text = _REPEATED.sub(r"\1", text)
    text = _GLUED.sub(_unglued, text)
    return _LONG_WORD.sub(_in_order, text)


def _unglued(match: re.Match[str]) -> str:
    """A run of letters as words, when hardly a letter of it is left over."""
    words = cut(match.group())
    known = sum(len(word) for word in words if word in _WORDS)
    return " ".join(words) if known >= _KNOWN * len(match.group()) else match.group()


def _without_hyphens(match: re.Match[str]) -> str:
    joined = re.sub(r"[^a-z]", "", match.group())
    return joined if joined in _WORDS else match.group()


def _spelled(match: re.Match[str]) -> str:
    return _with_letters(match.group()) or match.group()


@lru_cache(maxsize=4096)
def _with_letters(written: str) -> str | None:
    """The word that digits and signs stand for; None when it is none that we know."""
    body = written.strip("\"'()")
    for end in (len(body), len(body) - 1):
        choices = [_DIGITS.get(letter, letter) for letter in body[:end]]
        if end >= 2 and sum(len(choice) > 1 for choice in choices) <= 4:
            for letters in product(*choices):
                if (word := "".join(letters)) in _WORDS:
                    return word + body[end:]
    return None


def _in_order(match: re.Match[str]) -> str:
    return _unshuffled(match.group())


@lru_cache(maxsize=16384)
def _unshuffled(word: str) -> str:
    """A word that we know and whose inner letters changed places, put right."""
    if word in _WORDS:
        return word
    return _SHUFFLED.get((word[0], word[-1], "".join(sorted(word))), word)


def turned(folded: str) -> str | None:
    """The text read from its end, when it has words that read so."""
    return folded[::-1] if _BACKWARDS.search(folded) else None
