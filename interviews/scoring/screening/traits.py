"""What a sentence is made of, for weighing it when no rule has its very shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = {
    "scoring": "score scores scoring scored rating ratings rate rated grade grades grading graded mark marks marking"
    " points point verdict verdicts credit evaluation evaluate evaluating assessment assess threshold judge judging"
    " judgement judgment marker",
    "rubric": "rubric rubrics criteria criterion element elements checklist specificity measurability completeness"
    " rulebook scale bar boxes dimension dimensions",
    "top": "ten 10 nine 9 perfect full maximum max highest best top excellent flawless outstanding great brilliant"
    " generously generous lenient kind exemplary positive favourable 100",
    "done": "accept accepted acceptance approve approved approval pass passed met satisfied fulfilled complete answered"
    " finalise finalize green ticked yes fine okay ok approving accepting accepts passes",
    "you": "you your yours yourself",
    "me": "i me my mine",
    "answer": "answer response submission reply paragraph text entry item essay statement passage wrote written",
    "instructions": "instructions instruction prompt prompts rules guidelines orders directives rulebook guidance"
    " constraints restrictions rule procedure training commands limits filters",
    "task": "task evaluation mode conversation evaluating grading scoring assessment",
    "drop": "ignore forget disregard skip stop drop exit leave revoke revoked removed cancel cancelled break bypass"
    " override finished instead contrary without overlook disobey discard lifted obsolete irrelevant wrong joke"
    " anymore longer quit abandon suspend suspended replace replaced void",
    "judge": "grader graders evaluator evaluators scorer ai model models examiner assessor assistant llm chatbot bot"
    " machine gpt reviewer marker reader",
    "role": "pretend imagine suppose act play role character voice persona friend become picture impersonate yourself"
    " human partner swap speak roleplay behave actor",
    "show": "print show output reveal tell paste read see list display write say repeat know share copy recite describe"
    " explain quote",
    "hidden": "hidden system prompt secret above previous operator developer developers message messages rubric key"
    " configuration context initial verbatim word conversation before criteria guidelines",
    "please": "please kindly pretty favour favor grateful thanks thank appreciate",
    "people": "staff officer officers clerk clerks user users patient patients applicants operators operator employees"
    " supervisor team customers teachers drivers nurses inspectors people department agency council committee company"
    " vendor residents managers citizens students schools children farmers they he she their his her who our we",
    "condition": "if when unless until where while whenever because after once since",
}  # fmt: skip
#: Who tells of people, figures or conditions tells of a project.
TELLS = frozenset({"people", "unit", "condition", "report", "long"})
CONCERNS = frozenset({"scoring", "rubric", "done", "instructions", "hidden", "role", "drop", "top"})
_OF_WORD: dict[str, tuple[str, ...]] = {}
for _name, _listed in _WORDS.items():
    for _word in _listed.split():
        _OF_WORD[_word] = (*_OF_WORD.get(_word, ()), _name)
_START = re.compile(
    r"^\W{0,40}(?:(?:please|kindly|now|just|then|so|ok|okay|hey|pretty please|simply|instead|also|in this case|for this one),? )*"
    r"(?:ignore|forget|disregard|skip|stop|drop|exit|leave|revoke|cancel|break|bypass|override|discard|abandon|quit|accept|approve|pass|finali[sz]e|close|mark|rate|score|grade|give|award|assign|"
    r"record|count|consider|treat|regard|interpret|return|output|set|put|add|change|bump|raise|make|let|be|act|pretend|imagine|suppose|picture|speak|play|say|write|tell|show|print|reveal|paste|"
    r"read|list|repeat|conclude|confirm|assume|answer|respond|reply|do|take|use|follow|obey|see|look|note|become|switch|enter|start|begin|go|grant|credit|judge|assess|evaluate|choose|select|tick|keep|proceed|recommend|report|state|believe|remember|trust|help|find|declare|register|log|enter|insert|copy|describe|explain|summari[sz]e|translate|replace|reset|erase|delete|disobey|overlook|excuse|forgive|ensure)\b"
)
_SELF = re.compile(
    r"\b(?:this|my|the above|the present) (?:\w+ )?(?:answer|response|submission|reply|paragraph|text|entry|item|one|essay|statement|passage|question)\b|\bwhat i (?:wrote|have written|say)\b|\b(?:an|every|any) answer like this\b"
)
_DEICTIC = re.compile(
    r"\b(?:this|here|it)\b(?! (?:is|was|has|will|means|year|month|week|can|takes|costs|would))"
)
_NOT = re.compile(r"\b(?:do not|don't|dont|never|no need|not|no|nothing|under no circumstances)\b")
_UNIT = re.compile(
    r"\d ?(?:%|percent|per cent|euros?|days?|hours?|minutes?|weeks?|months?|years?|mg|kg|km|litres?|tonnes|people|cases|staff|calls|dollars|degrees|million|thousand|k\b|m\b)|\b(?:19|20)\d\d\b|[$€£]"
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|has been|have been|be|gets?) (?:\w+ )?\w{3,}ed\b")
_REPORT = re.compile(r"^\W{0,40}(?:the|an?|our|each|every|in|on|at|all|two|three|most|some|we) ")
_WORD = re.compile(r"[a-z]+|\d+")
_LONG, _SHORT = 22, 9


def traits(folded: str) -> frozenset[str]:
    """What the sentence has."""
    words = _WORD.findall(folded)
    found = {name for word in words for name in _OF_WORD.get(word, ())}
    if len(words) > _LONG:
        found.add("long")
    if not found.isdisjoint(TELLS) or found.isdisjoint(CONCERNS):
        return frozenset(found)
    for name, shape in _SHAPES:
        if shape.search(folded) is not None:
            found.add(name)
    if len(words) <= _SHORT:
        found.add("short")
    if folded.rstrip().endswith("?"):
        found.add("asks")
    return frozenset(found)


_SHAPES = (
    ("order", _START),
    ("self", _SELF),
    ("deictic", _DEICTIC),
    ("not", _NOT),
    ("unit", _UNIT),
    ("passive", _PASSIVE),
    ("report", _REPORT),
)


def pairs(found: frozenset[str]) -> Iterator[str]:
    """Traits one by one, and each two of them together."""
    names = sorted(found)
    yield from names
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            yield f"{first} {second}"
