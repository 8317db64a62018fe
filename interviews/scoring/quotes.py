"""Finds a model's quote in an answer and decides whether it can carry a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from interviews.scoring.injection import screen
from interviews.scoring.judgement import QUOTE_LENGTH
from interviews.scoring.prompt_text import Rendered

#: One character for one, so that places in the folded text are places in the answer.
_FOLD = str.maketrans("‘’‚‛“”„‟«»‹›‐‑‒–—−", '\'\'\'\'""""""""------')
_AROUND = " \t\r\n\"'.,;:…|-"
#: A quote of Latin letters holds at least a figure, an abbreviation or a word that is no particle.
_WORD = re.compile(r"\d|[A-Z]{2,}|[^\W\d_]{4,}|[^\W\d_\u0000-\u024f]")
_RUN = re.compile(r"\w+")
#: So many words prove something; fewer only where they are all that a field holds.
LEAST_WORDS = 2
#: Elements that one quote may carry; of those that want it the first ones.
MOST_CARRIED = 2
#: From Thai on, scripts write without blanks between words.
_UNSPACED_FROM = 0x0E00


def find(quote: str, answer: Rendered) -> str:
    """The answer's own words that are quoted; "" when it does not hold them.

    White space, upper case and the form of quotation marks do not count; labels of ours in
    front are left out, since nobody wrote them.
    """
    wanted = _trimmed(_cut(quote))
    for words in (wanted, *_without_label(wanted, answer.labels)):
        found = _verbatim(words, answer.said)
        if found:
            return found[:QUOTE_LENGTH].strip()
    return ""


def proving(
    found: Iterable[str], answer: Rendered, passages: Sequence[str], patterns: Sequence[str]
) -> frozenset[str]:
    """Those of the quotes found that prove something: two words or a whole field, none that steer.

    ``passages`` are those that the screen found in the whole answer.
    """
    worded = {
        " ".join(quote.split()): quote
        for quote in found
        if _says_something(quote, answer.said) and not _is_in_any(quote, passages)
    }
    if not screen("\n".join(worded), patterns):
        return frozenset(worded.values())
    return frozenset(quote for line, quote in worded.items() if not screen(line, patterns))


def may_carry(quote: str) -> int:
    """How many elements of one rubric a quote may carry.

    A passage can show two things at once; a lone word ("Yes", "4"), where it counts at all, one.
    """
    return MOST_CARRIED if _word_count(quote) >= LEAST_WORDS else 1


def _says_something(quote: str, said: str) -> bool:
    is_passage = _word_count(quote) >= LEAST_WORDS and _WORD.search(quote)
    return bool(is_passage) or _is_whole_cell(quote, said)


def _word_count(quote: str) -> int:
    """Words, figures among them; where no blanks stand between words, two characters are one."""
    runs = _RUN.findall(quote)
    return sum(len(run) // 2 or 1 if ord(run[0]) >= _UNSPACED_FROM else 1 for run in runs)


def _is_in_any(quote: str, passages: Sequence[str]) -> bool:
    return any(quote in passage or passage in quote for passage in passages if passage)


def _cut(quote: str) -> str:
    """At most the length that is kept, without half a word at its end."""
    if len(quote) <= QUOTE_LENGTH:
        return quote
    head, blank, _ = quote[:QUOTE_LENGTH].rpartition(" ")
    return head if blank else quote[:QUOTE_LENGTH]


def _trimmed(quote: str) -> str:
    return quote.replace("\\n", " ").strip(_AROUND)


def _without_label(quote: str, labels: Sequence[str]) -> list[str]:
    """The quote without a label of ours at its start."""
    heads = [label for label in labels if quote.lower().startswith(f"{label.lower()}:")]
    return [_trimmed(quote[len(label) + 1 :]) for label in heads]


def _verbatim(words: str, said: str) -> str:
    """The words as they stand in the text, wherever no word is cut in two; "" if nowhere."""
    parts = _folded(words).split()
    if not parts:
        return ""
    start = r"(?<!\w)" if ord(parts[0][0]) < _UNSPACED_FROM else ""
    end = r"(?!\w)" if ord(parts[-1][-1]) < _UNSPACED_FROM else ""
    pattern = start + r"\s+".join(map(re.escape, parts)) + end
    match = re.search(pattern, _folded(said))
    return said[match.start() : match.end()] if match else ""


def _folded(text: str) -> str:
    """The text in lower case, except where that is not one character for one."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := one.lower()) == 1 else one for one in text)
    return lowered.translate(_FOLD)


def _is_whole_cell(quote: str, said: str) -> bool:
    """A short token such as "Yes" or "4" counts where it is all that a field holds."""
    return quote in (cell.strip() for cell in re.split(r" \| |\n", said))
