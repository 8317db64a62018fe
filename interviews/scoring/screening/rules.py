"""What a rule is: words that must be there at all, then a shape that they must have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from interviews.scoring.screening.findings import Hit, Kind

_WORD = re.compile(r"[a-z]+\+?|\d+")

#: What stands before an order: the start, a break, "please", "you must". A subject
#: ("operators ignore ...") makes it a statement.
ORDER = (
    r"(?:(?:^\W{0,40}|[.!?:;,\"'(\[{<>*#|/=~-]\s{0,3})(?:(?:so|now|then|therefore|instead|also|ok|okay|thus|hence|first|well|next|just|and|but|or) ,?){0,2}"
    r"|\b(?:please|pls|kindly|and|then|but"
    r"|you (?:must|should|will|shall|have to|need to|can|could|are to|may|might|ought to|are required to"
    r"|are asked to|are told to|are expected to|are instructed to|are free to|are allowed to|would do well to)(?: now)?"
    r"|(?:want|need|ask|instruct|order|tell|beg|expect|urge|request|command|invite|require)(?:ed|s|ing)? you to"
    r"|(?:can|could|would|will) you|let's|let us|be sure to|make sure to|make sure you|remember to|feel free to"
    r"|(?:your (?:job|task|role|mission|duty|goal|only job|new job|new task) is(?: now)? to)|go ahead and|try to"
    r"|time to|important to|it is (?:best|fine|ok|okay) to|better to|you'd better|bitte)\s)"
    r"(?:(?:immediately|completely|entirely|simply|just|now|always|fully|please|kindly|hereby|also|only|instead"
    r"|henceforth|first|again|directly|then|automatically|quietly|silently|honestly|really|totally|all)\s){0,2}"
)
ANSWER = (
    r"(?:answer|response|submission|reply|text|entry|attempt|essay|statement|solution|contribution|write-?up"
    r"|submitted text|piece|passage|work|input|candidate|applicant|author|message|paragraph)"
)
#: "this answer", and what stands for it as an object.
SELF = (
    rf"(?:(?:this|my|our|the (?:above|following|present|given|preceding|user's|applicant's|candidate's|author's))\s(?:\w+\s)?"
    rf"(?:{ANSWER}s?|one|section|proposal|project|form|item|question)|(?:the|that|each|every|any|such an?) (?:answer|response|submission|reply|essay|applicant|candidate|user)s?"
    rf"|what i (?:wrote|have written|write|say|said)|everything (?:here|i wrote|i write|written here|above))"
)
THIS = rf"(?:{SELF}|this|it|me|us|mine|myself)"
JUDGE = (
    r"(?:scorers?|graders?|evaluators?|raters?|markers?|assessors?|(?:scoring|grading|marking|rating|evaluating|assessing|judging|reviewing) (?:engine|system|model|bot|ai|machine|software|agent|program|algorithm|assistant)"
    r"|llms?|a\.?i\.?|ais|language models?|large language models?|(?:ai|automated|automatic) (?:model|system|assistant|scorer|grader|evaluator|judge|reviewer|rater|examiner|screener|agent|assessment|reader)s?"
    r"|chatbots?|chatgpt|gpt(?:-\d)?|claude|gemini|copilot|llama|mistral|bots?|machine reading|model reading|judges?|examiners?|assistant|virtual assistant|robots?|neural network|reviewing model)"
)
SCORE = r"(?:scores?|ratings?|grades?|marks?|points?|results?|evaluations?|assessments?|verdicts?|values?|credits?|notes?|rank(?:ing)?|level|outcome|band|mark)"
TOP = (
    r"(?:full (?:marks|points|score|credit|mark|rating)|(?:the )?(?:very )?(?:top|best|highest|maximum|max|maximal|perfect|excellent|outstanding|flawless|exemplary|stellar|ideal|generous|favou?rable|positive|passing|high|higher)(?: possible| available| achievable| attainable| quality)?"
    rf" {SCORE}|{SCORE} (?:of|to|as|at|=|is|be|:) ?(?:a |an |the )?(?:10|ten|9(?:\.\d)?|nine|100|maximum|max|full|perfect|excellent|1\.0)\b(?! ?(?:mg|ml|g|kg|m|km|cm|mm|l|euros?|eur|usd|%|percent|per|days?|hours?|minutes?|months?|weeks?|years?)\b)"
    r"|10 ?/ ?10|9(?:\.\d)? ?/ ?10|100 ?/ ?100|5 ?/ ?5|(?:10|ten|9|nine|9\.\d) (?:out of|of|from) (?:10|ten)|five stars|5 stars|(?:top|upper end|high end|highest end|maximum|best end|head) of the (?:scale|range|list)"
    r"|(?:a|an) (?:perfect |clean |solid |clear |straight |full )?(?:10|ten|9|nine|9\.\d|a\+|100)\b(?! ?(?:mg|ml|g|kg|m|km|cm|mm|l|euros?|percent|%|-|per|days?|hours?|minutes?|months?|weeks?|years?|second|year|day|month|week|point|member|page|person|people))"
    r"|a\+|100 ?(?:%|percent|points)|(?:10|ten) points|the maximum|maximum for|top[- ]grade|top[- ]rated|top marks|distinction|flying colou?rs)"
)
GOOD = (
    r"(?:10|ten|9|9\.\d|full|perfect|perfectly|excellent|outstanding|maximum|highest|met|complete|completed|accepted|approved|satisfied|pass|passed|passing|a pass|fulfilled|covered|present|satisfactory"
    r"|exemplary|flawless|sufficient|strong|correct|right|mastered|provided|exceptional|top|adequate)"
)
RUBRIC = r"(?:rubric|criteri(?:a|on)|key points?|elements?|verdicts?|requirements?|dimensions?|checklist|categor(?:y|ies)|aspects?|bullets?|conditions?|rubric items?)"
#: Who is being given orders, when no verb shows it.


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape, worth looking for only where one word of each set occurs."""

    kind: Kind
    needs: tuple[frozenset[str], ...]
    shape: re.Pattern[str]


def rule(kind: Kind, shape: str, *needs: str) -> Rule:
    """A rule from its shape and, for each set, the words with blanks between."""
    return Rule(kind, tuple(frozenset(one.split()) for one in needs), re.compile(shape))


def words_of(folded: str) -> frozenset[str]:
    """The words of a folded sentence, each once."""
    return frozenset(_WORD.findall(folded))


class Rules:
    """Rules, found by the words that they need."""

    def __init__(self, *rules: Rule) -> None:
        self._always = [one for one in rules if not one.needs]
        self._by_word: dict[str, list[int]] = {}
        self._rules = [one for one in rules if one.needs]
        for place, one in enumerate(self._rules):
            for word in min(one.needs, key=len):
                self._by_word.setdefault(word, []).append(place)

    def hits(self, folded: str) -> Iterator[Hit]:
        """What the rules find, at most once for each."""
        words = words_of(folded)
        places = {place for word in words for place in self._by_word.get(word, ())}
        for one in (*self._always, *(self._rules[place] for place in sorted(places))):
            if all(not need.isdisjoint(words) for need in one.needs):
                found = one.shape.search(folded)
                if found is not None:
                    yield Hit(one.kind, *found.span())
