"""Tells sentences written for the scorer from sentences about the work, by their grammar.

Key words in a row, one word said over and over, the question handed back, and talk about how
good the answer is: none of it depends on the subject.
"""

from __future__ import annotations

import re

from interviews.scoring.concreteness import Concreteness
from interviews.scoring.signals import Reading
from interviews.scoring.words import Token, stem

#: Longest row of words without grammar or punctuation that a person writes.
_LONGEST_ROW = 8
#: Own words that a text needs to be excused such a row.
_ROW_SHARE = 0.5
#: Different words among all words of meaning; people repeat themselves less.
_VARIETY, _VARIETY_SHARE = 0.74, 0.35
#: Share of own words below which a text is made of the question's words and of stock words.
_OWN_SHARE = 0.22
#: The same for a text with hardly an own word and no figure.
_FEW_OWN, _ECHO_SHARE = 3, 0.3
_FEW = 6
#: Fine words, and the own words that excuse them.
_FLUFFY, _FLUFFY_SHARE = 0.18, 0.45
#: The same for texts with hardly a fact.
_POLISHED, _POLISHED_SHARE, _THROWN_IN = 0.055, 0.56, 2
_FILLED_IN = re.compile(r"(?:^|[.;,]\s)[A-Z]?[\w -]{2,25}: [\w-]+(?: \w+)?(?=[.;,]|$)")
_BLANKS = 4
#: From so many amounts on it is a calculation, which needs few words.
_SUM = 2
_BREAK = re.compile(r"[.,;:()\n=→!?/|]|[-–] ")
_ANSWER = r"(?:answer|response|submission|reply|entry|text)"
_QUALITY = (
    r"(?:stated|named|given|described|specified|covered|considered|identified|met|present|included"
    r"|addressed|provided|explained|listed|defined|quantified|realistic|specific|concrete|complete"
    r"|measurable|honest|justified|satisfied|fulfilled|sufficient|precise|detailed|clear"
    r"|measured|found|planned|known|compared|tried|in place|available|checkable)"
)
_CLAIM = re.compile(
    rf"\b(?:is|are|was|were|has been|have been|:)\s(?:\w+ly\s|all\s|also\s|both\s)?{_QUALITY}\b",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    rf"\b(?:this|my|our|the above|the present) {_ANSWER}\b[^.;]{{0,30}}?\b(?:names?|explains?|contains?"
    rf"|lists?|covers?|meets?|provides?|gives?|states?|includes?|address(?:es)?|describes?|satisf\w+"
    rf"|fulfil\w*|demonstrates?|shows?|offers?|specif\w+|(?:is|are)\s(?:\w+\s)?{_QUALITY})\b"
    rf"|\b(?:review|read|judg|assess|evaluat|grad|scor)ing this {_ANSWER}\b|\byou will (?:note|see|find) (?:that )?"
    r"|\b(?:all|every) (?:the )?(?:required |requested |necessary |relevant )?"
    rf"(?:elements?|criteri\w+|parts?|points|aspects|requirements?) (?:\w+ ){{0,3}}(?:is|are) (?:\w+ )?{_QUALITY}\b"
    rf"|\b(?:score|rating) (?:is|:) \d|\bas (?:required|requested) by the (?:question|rubric)\b",
    re.IGNORECASE,
)
#: "Success means success", "the strategy is strategic".
_TAUTOLOGY = re.compile(
    r"\b(\w{4,}?)s?(?:\w{0,3}) (?:is|are|was|means?|decides? what) (?:a |an |the )?(?:\w+ )?\1",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\b(?:variable|metric|item|condition|field|feature|owner|person|user|source|reason) [1-9]\b"
    r"|\bDD[./-]MM\b|\bYYYY\b|\b[Nn]ame [Ss]urname\b|\[[A-Za-z ]{3,30}\]"
    r"|<[a-z ]{3,30}>|\binsert \w+ here\b|\bJohn Doe\b|\b[A-Z]{1,2}X{2,}\b|\bXX+\b"
)
#: "Gap 1", "group A", "risk two": a thing without a name, told from others by its number.
_NUMBERED = re.compile(
    r"\b(?i:gap|group|option|risk|control|owner|person|user|source|field|feature|variable|system|case type"
    r"|case|class|type|metric|indicator|effect|safeguard|assumption|category|basis|department|manager|unit"
    r"|step|value|failure|event|record|quality|problem|factor|test|evidence|outcome|target|button|form|reviewer"
    r"|condition|position|mechanism|driver|action|kpi|measure|goal|frustration|method|query|reason|alternative)"
    r" (?:[1-9]|one|two|three|four|[A-DXYZ])\b(?! ?[%€]|[.,]\d| (?:of|in|days?|hours?|weeks?|min|out))"
)
_NUMBERED_THINGS, _NUMBERED_SHARE = 3, 0.08
_BLANK_WORD = re.compile(
    r"\b(?:some|something|somebody|someone|somehow|foo|bar|baz|qux|quux|blah|bla|xyz|text|thing|stuff"
    r"|sample|placeholder|dummy|example answer|filler)\b",
    re.IGNORECASE,
)
_BLANK_WORDS, _BLANK_SHARE = 4, 0.1
#: Words that stand for no word: one letter over and over, rows of the alphabet or the keyboard.
_NONSENSE = re.compile(
    r"\b(?:([a-z])\1{2,}|foo|bar|baz|qux|quux|foobar|xyz|xyzzy|abc|qwe|qwer|qwerty|asd|asdf|yxc|zxc"
    r"|lorem|ipsum|bla|blah|blub|blubb|lala|lalala|tra|dada|hmm|umm|blabla)\b",
    re.IGNORECASE,
)
_NONSENSE_WORDS = 3


def is_template(text: str) -> bool:
    """Whether the blanks of a form were left in, or numbers stand for names."""
    length = len(text.split())
    numbered, blanks = len(_NUMBERED.findall(text)), len(_BLANK_WORD.findall(text))
    return (
        len(_TEMPLATE.findall(text)) >= 2
        or numbered >= max(_NUMBERED_THINGS, _NUMBERED_SHARE * length)
        or blanks >= max(_BLANK_WORDS, _BLANK_SHARE * length)
        or len(_NONSENSE.findall(text)) >= _NONSENSE_WORDS
        or "quick brown fox" in text.lower()
    )


def praise(reading: Reading, asked: frozenset[str]) -> set[int]:
    """Sentences that say how good or complete the answer is."""
    found: set[int] = set()
    for number, (start, end) in enumerate(reading.spans):
        sentence = reading.text[start:end]
        if (
            _PRAISE.search(sentence)
            or _TAUTOLOGY.search(sentence)
            or _claims_only(reading, number, sentence, asked)
        ):
            found.add(number)
    return found


def _claims_only(reading: Reading, number: int, sentence: str, asked: frozenset[str]) -> bool:
    """ "Drift test: met.", "The other drivers are named": the rubric's words and a claim."""
    if _CLAIM.search(sentence) is None:
        return False
    held = [word for word in reading.content if word.sentence == number]
    claims = len(_CLAIM.findall(sentence))
    repeated = sum(stem(word.text) in asked for word in held)
    return repeated + claims >= 0.75 * len(held) or (claims >= 2 and repeated * 2 >= len(held))


def is_filler(reading: Reading, weight: Concreteness) -> bool:
    """Whether the text as a whole is strung together from words the scorer might look for."""
    meaning = [stem(word.text)[:6] for word in reading.content]
    if len(meaning) < _FEW:
        return False
    if _same_figure(reading):
        return True
    if _is_polished(reading, weight) or _is_filled_in(reading, weight):
        return True
    few = weight.own_words <= _FEW_OWN and not reading.has("number")
    if weight.own_share < (_ECHO_SHARE if few else _OWN_SHARE):
        return reading.count("money") < _SUM
    varied = len(set(meaning)) / len(meaning)
    if len(meaning) > _FEW + 1 and varied < _VARIETY and weight.own_share < _VARIETY_SHARE:
        return True
    return weight.own_share < _ROW_SHARE and longest_row(reading) >= _LONGEST_ROW


def _is_polished(reading: Reading, weight: Concreteness) -> bool:
    """Fine words with a figure or two thrown in."""
    if weight.fluff_share >= _FLUFFY and weight.own_share < _FLUFFY_SHARE:
        return True
    # One fine word is a slip of the tongue.
    fine = weight.fluff_share * len(reading.content)
    few = weight.facts <= _THROWN_IN and fine > 1.5
    return few and weight.fluff_share >= _POLISHED and weight.own_share < _POLISHED_SHARE


def _is_filled_in(reading: Reading, weight: Concreteness) -> bool:
    """A form of the rubric's words with a word behind each: "Training: yes. Stop rule: yes." """
    return weight.own_share < _FLUFFY_SHARE and len(_FILLED_IN.findall(reading.text)) >= _BLANKS


def _same_figure(reading: Reading) -> bool:
    """One figure behind every word."""
    figures = [word.text for word in reading.words if word.text[0].isdigit()]
    return len(figures) >= _FEW - 1 and len(set(figures)) * 4 <= len(figures)


def longest_row(reading: Reading) -> int:
    """The most words in a row without grammar or punctuation between them."""
    grammar = {hit[0] for hit in reading.hits.get("function", ())}
    best = row = 0
    previous: Token | None = None
    for word in reading.words:
        between = reading.text[previous.end : word.start] if previous else ""
        if word.start in grammar:
            row = 0
        elif _BREAK.search(between):
            row = 1
        else:
            row += not word.text[0].isdigit()
        best = max(best, row)
        previous = word
    return best
