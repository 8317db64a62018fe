"""Finds passages that address the scorer or tell it what to do; honest prose passes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

#: The guide's patterns, made precise. ``.*`` means "within 40 characters".
GUIDE_PATTERNS = (
    "ignore.*previous.*instructions",
    "forget.*everything",
    "system.*prompt",
    "you.*are.*now",
    "override",
)
_GAP = r"\W[^.!?;\n]{0,40}?\b"
#: What stands before an order: the start, a break, "please", "you must". A subject
#: ("operators ignore ...") makes it a statement.
_ORDER = (
    r"(?:^|[.!?:;,\"'“”(\[{<>*#|/–—-]\s{0,3}|\b(?:please|kindly|now|and|then|just|simply|also|so|but"
    r"|instead|you (?:must|should|will|shall|have to|need to|can|are to|may)(?: now)?"
    r"|(?:want|need|ask|instruct|order|tell|beg|expect)(?:ed|s)? you to|let's|bitte)\s)"
)
_ANSWER = r"(?:answer|response|submission|reply|text|entry|attempt)"
_THIS = rf"(?:this|it|me|us|(?:this|my|our|the|every|each)\s(?:\w+\s)?{_ANSWER}|(?:the|everything) above)"
_JUDGE = (
    r"(?:scorer|grader|evaluator|rater|marker|scoring (?:engine|system|model|bot)|llm|ai|language model"
    r"|ai (?:model|system|assistant|scorer|grader|evaluator|language model|judge)|chatbot|gpt|claude|gemini"
    r"|grading (?:engine|system|model|bot)|automated (?:scorer|grader|reviewer|system)|reviewing model)"
)
_TOP = (
    r"(?:full marks|full points|full score|top (?:score|marks|rating|grade)|perfect (?:score|rating|10|marks)"
    r"|max(?:imum)? (?:score|points|marks|rating|grade)|highest (?:possible )?(?:score|mark|marks|rating|grade)"
    r"|(?:score|rating|grade|mark) (?:of|to|=|is|as) (?:a )?(?:\d|ten)|10\s?/\s?10|10 out of 10|ten out of ten"
    r"|(?:a |an )(?:10|9|ten|nine)\b(?!\s?%))"
)
_GOOD = r"(?:10|ten|9|9\.5|full|perfect|excellent|maximum|highest|met|complete|accepted|satisfied|pass(?:ed)?|fulfilled)"
#: The guide's patterns that would catch honest prose as they stand, made precise.
_PRECISE = {
    "override": r"override\s+(?:all|your|the)\s+(?:rules|instructions|prompt|safety)",
    "ignore.*previous.*instructions": _ORDER
    + r"ignore\b[^.!?;\n]{0,40}?\bprevious\b[^.!?;\n]{0,40}?\binstructions",
    "you.*are.*now": r"you\s+are\s+(?:now|from now on)\s+(?:\w+\s){0,4}?(?:ai|assistant|model|chatbot|bot"
    r"|dan|scorer|grader|evaluator|judge|jailbroken|unrestricted|unfiltered|in developer mode|admin mode"
    r"|free of|reviewer|examiner|persona|character|lenient|generous)\b",
    "forget.*everything": _ORDER
    + r"forget\s+(?:about\s+)?(?:everything|all)\s?(?:$|[.!,;:]|you\b|above\b|before\b|previous|that came|i said"
    r"|and\b|said\b|in the\b|from (?:above|before)\b)",
    "system.*prompt": r"(?:your|my|new|hidden) system\s?prompt|system prompt\s?[:=]"
    r"|(?:reveal|print|show|repeat|output|display|ignore|leak|what is) (?:\w+ ){0,3}?system prompt",
}
#: Words that speak about such attacks rather than make one.
_MENTION = re.compile(
    r"\b(?:attack\w*|inject\w*|malicious|hackers?|adversar\w*|jailbreaks?|could (?:write|type|enter|try|hide)"
    r"|might (?:write|type|enter|try)|may (?:write|type|enter|try)|tries to|try to|tried to|tricked?|filtered"
    r"|blocked|red.team\w*|phrases? (?:such as|like)|someone|students?|applicants?|manipulat\w+)\b",
    re.IGNORECASE,
)
#: Shapes of score steering and of orders to a machine, whatever the site configures.
STEERING = (
    rf"{_ORDER}(?:give|award|assign|grant|return|output|set|report|record|enter|put)\b[^.!?;\n]{{0,40}}?\b{_TOP}",
    rf"{_ORDER}(?:score|rate|grade|mark)\s+{_THIS}\b[^.!?;\n]{{0,30}}?\b{_GOOD}\b",
    rf"{_ORDER}(?:mark|count|treat|consider|judge|classify|accept|regard|label|flag|set)\b[^.!?;\n]{{0,30}}?"
    rf"\b(?:elements?|criteria|criterion|rubric|verdicts?|{_THIS})\b[^.!?;\n]{{0,24}}?\b{_GOOD}\b",
    rf"{_ORDER}(?:accept|approve|pass)\s(?:this|my|our|the)\s{_ANSWER}\b",
    rf"(?:this|my|the above) {_ANSWER}\b[^.!?;\n]{{0,16}}?\b(?:fully |clearly |certainly |completely )?"
    r"(?:(?:deserves?|merits?|warrants?|earns?)\b[^.!?;\n]{0,24}?\b(?:score|mark|marks|rating|grade|10|points|credit)"
    r"|(?:should|must) (?:get|receive|be (?:given|scored|rated|marked|graded|accepted))"
    r"|(?:meets?|satisf(?:y|ies)|fulfil?ls?|covers?|contains?|addresses) (?:all|every|each)\b[^.!?;\n]{0,24}?(?:criteri|element|requirement|rubric|point)"
    r"|is (?:a )?(?:perfect|worth (?:a )?10|10|ten out))",
    r"(?:all|every|each of the)\s+(?:the\s)?(?:rubric|scoring|grading)\s(?:elements?|criteria|points)\b",
    r"^\W*(?:therefore |so |thus )?(?:all|every)\s+(?:the\s|required\s)?(?:elements?|criteria|criterion)\s(?:are|is|have been|has been|were)"
    r"\s(?:fully\s|clearly\s|all\s)?(?:met|satisfied|fulfilled|covered|present|addressed)\W*$",
    rf"(?:dear|hello|hi|hey|attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|important for) (?:the\s|an?\s|any\s|all\s)?{_JUDGE}s?\b",
    rf"^\W*(?:to the |to any )?{_JUDGE}s?\s?[:,!]",
    rf"(?:the|this|any|an?)\s{_JUDGE}\s(?:must|should|shall|has to|needs to|is (?:told|instructed|required|ordered|asked) to)\s(?:\w+\s)?"
    r"(?:give|assign|award|accept|score|rate|mark|grade|return|output|treat|consider|note that|ignore)\b",
    rf"(?:if )?you are (?:an?|the) (?:\w+ )?{_JUDGE}\b|as (?:an?|the) (?:\w+ )?{_JUDGE},? you\b",
    r"you (?:must|have to|should|are required to) (?:now )?(?:accept|score|grade|rate|mark|award|approve)\b[^.!?;\n]{0,20}?\b(?:this|it|my|the answer|me)\b",
    r"(?:be|stay) (?:generous|lenient|kind|positive|mild)\b[^.!?;\n]{0,20}?\b(?:scor\w+|rating|grad\w+|marks?|marking|assess\w+|evaluat\w+)",
    rf"if you (?:could |would )?(?:score|scored|rate|rated|give|gave|mark|marked|grade|graded)\s(?:me|{_THIS})\b",
    r"for (?:grading|scoring|evaluation|assessment) purposes\b[^.!?;\n]{0,30}?\b(?:assume|treat|consider|count|every|all)",
    r"^\W*(?:final |overall |my |the )?(?:score|rating|grade|result|points)\s?[:=]\s?[\"']?(?:10|ten|9\.\d|100|met|max|full)\b(?:\s?/\s?10)?\W*$"
    r"|\b(?:score|rating|grade)\s?=\s?(?:10|100|9\.\d|max)\b",
    r"[\"']?verdict[\"']?\s?[:=]\s?[\"']?met|[\"']?is_off_topic[\"']?\s?[:=]|\bverdicts? (?:met|must be)\b",
    r"<\s?/?\s?(?:system|assistant|instructions?|im_start|im_end|rubric)\s?[|>]|\[/?(?:inst|system)\]|<\|[a-z_]{2,20}\|>",
    r"^\W*system\s?:\s?(?:you|ignore|scoring|new|override|the (?:scorer|model|assistant)|set|score)",
    rf"{_ORDER}(?:ignore|disregard|skip|bypass|forget|neglect|override|drop|discard)\b[^.!?;\n]{{0,40}}?\b(?:previous|prior|above|earlier|preceding"
    r"|all|any|your|the|these|those|former|system|given|foregoing)\b[^.!?;\n]{0,24}?\b(?:instructions?|prompts?|rubric|guidelines|criteria"
    r"|scoring rules|grading rules|directions|directives you)\b",
    r"(?:new|updated|revised|real|actual|further|additional) (?:instructions?|system message|task)\s?(?:for you\b|for the (?:ai|model|scorer|grader)\b|:)",
    rf"{_ORDER}(?:reveal|print|show|repeat|output|display|leak|tell me|disclose)\b[^.!?;\n]{{0,24}}?\b(?:your|hidden|initial|system)\b[^.!?;\n]{{0,16}}?\b(?:instructions|prompt|rubric|rules|message)",
    rf"{_ORDER}(?:respond|reply|answer|return|output)\s(?:only\s|just\s|simply\s)?(?:with|in)?\s?(?:only\s|just\s|the\s)?(?:valid )?(?:json\b|[\"'{{]|the (?:word|number)\b|met\b|a score\b|10\s?(?:$|[.!]|/|out of))",
    r"(?:do not|don't|never)\s(?:evaluate|grade|score|assess|judge|penali[sz]e|downgrade|ask (?:any )?follow-?up)\b[^.!?;\n]{0,20}?\b(?:this answer|my|the answer|me\b|questions?|follow)",
    r"no follow-?ups? (?:questions? )?(?:is |are )?(?:needed|necessary|required)",
    rf"{_ORDER}(?:pretend|act as if|act like|act as|imagine|roleplay|role-play)\b[^.!?;\n]{{0,40}}?\b(?:you are|you're|an? (?:ai|assistant|unrestricted|lenient|generous)|no rules|perfect score|full marks)",
    r"do anything now\b|(?:enable|enter|activate|switch to|you are in) (?:developer|god|unrestricted|jailbreak) mode",
    r"(?:ignoriere|vergiss)\b[^.!?\n]{0,40}?\b(?:anweisungen|regeln|vorgaben)|ignore[zr]\b[^.!?\n]{0,40}?\b(?:consignes|instructions)"
    r"|(?:ignora|olvida)\b[^.!?\n]{0,40}?\b(?:instrucciones|istruzioni)|gib\b[^.!?\n]{0,30}?\b(?:volle punktzahl|10 punkte|höchstnote)"
    r"|\bbitte\b[^.!?\n]{0,20}?\b(?:bewerten?|beurteilen?|werten?|geben|gib|vergeben|akzeptieren?)\b[^.!?\n]{0,60}?"
    r"\b(?:antwort|10 (?:von 10|punkten?)|höchst\w*|maximal\w*|volle\w*|bestnote|punkte?)\b"
    r"|\b(?:bewerten?|werten|vergeben)\b[^.!?\n]{0,40}?\b(?:10 von 10|10 punkten?|höchstpunktzahl|bestnote|volle[nr]? punktzahl)\b"
    r"|\b(?:calificar?|evalúe|puntúe|notez|évaluez|valuti)\b[^.!?\n]{0,60}?\b(?:10|respuesta|réponse|risposta|note maximale|maximum)\b"
    r"|donnez?\b[^.!?\n]{0,30}?\b(?:note maximale|10/10)",
)  # fmt: skip
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF]
    + list(range(0x200B, 0x2010))
    + list(range(0x202A, 0x202F))
    + list(range(0x2060, 0x2070))
    + list(range(0xFE00, 0xFE10))
    + list(range(0xE0000, 0xE0080))
)
_LOOK_ALIKE = str.maketrans("асеіорухѕјԁɡ‐‑–—’‘“”", "aceiopyxsjdg----''\"\"")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?=\s|$)|\n|$)|[.!?\n]+")


def normalise(text: str) -> str:
    """The text without compatibility forms, invisible characters and doubled blanks."""
    text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_LOOK_ALIKE)
    return re.sub(r"[^\S\n]{1,200}", " ", text)


@lru_cache(maxsize=32)
def compile_patterns(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """The configured patterns and the steering shapes as one pattern, read in linear time."""
    parts = [_precise(pattern) for pattern in patterns] + list(STEERING)
    return re.compile("|".join(rf"(?:(?<!\w)|(?=\W))(?:{part})" for part in parts), re.I | re.M)


def _precise(pattern: str) -> str:
    """One configured pattern, with word boundaries and at most 40 characters between."""
    known = _PRECISE.get(pattern.strip().lower())
    if known is not None:
        return known
    words = [part for part in re.split(r"(?:\.\*\??|\.\+\??)", pattern) if part]
    return r"(?<!\w)" + _GAP.join(re.escape(word) if not _is_safe(word) else word for word in words)


def _is_safe(part: str) -> bool:
    """Whether a piece of a configured pattern may stay a pattern: no open repetition."""
    if re.search(r"[*+{]", part):
        return False
    try:
        re.compile(part)
    except re.error:
        return False
    return True


def screen(text: str, patterns: Sequence[str] = GUIDE_PATTERNS) -> tuple[str, ...]:
    """The sentences that steer, as written; empty when there are none."""
    return tuple(dict.fromkeys(text[a:b].strip() for a, b in _steering(text, tuple(patterns))))


def without_steering(text: str, patterns: Sequence[str] = GUIDE_PATTERNS) -> str:
    """The text with its steering sentences taken out; the very text when there are none."""
    spans = _steering(text, tuple(patterns))
    if not spans:
        return text
    kept: list[str] = []
    position = 0
    for start, end in spans:
        kept.append(text[position:start])
        position = end
    kept.append(text[position:])
    return "".join(kept).strip()


def _steering(text: str, patterns: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the steering sentences stand."""
    compiled = compile_patterns(patterns)
    if compiled.search(normalise(text)) is None:
        return []
    return [
        (match.start(), match.end())
        for match in _SENTENCE.finditer(text)
        if _steers(normalise(match.group()).strip(), compiled)
    ]


def _steers(sentence: str, compiled: re.Pattern[str]) -> bool:
    """Whether the sentence steers; one that tells of such an attack does not."""
    hit = compiled.search(sentence)
    return hit is not None and _MENTION.search(sentence, 0, hit.start()) is None
