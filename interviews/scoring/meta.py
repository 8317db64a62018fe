"""Finds sentences that speak about the answer, or point to where the answer might be found."""

from __future__ import annotations

import re

from interviews.scoring.signals import Reading

_READER = r"(?:assessor|evaluator|grader|marker|examiner of this|scorer|reviewer|auditor of this)"
_TEXT = r"(?:answer|response|submission|reply|entry|statement|comment|description|explanation)"
_GIVEN = (
    r"(?:stated|named|given|described|specified|covered|considered|identified|met|present|included|shown"
    r"|addressed|provided|explained|listed|defined|quantified|justified|satisfied|fulfilled|demonstrated"
    r"|mentioned|answered|dealt with|concrete|complete|realistic|honest|clear|correct|excellent|strong)"
)
_ELEMENTS = (
    r"(?:elements?|criteri(?:on|a)|requirements?|rubric|evidence|calculation|mechanism|threshold|trigger|owners?"
    r"|dates?|groups?|ratings?|problem|consequence|effects?|causes?|reasons?|severity|likelihood|event|safeguards?"
    r"|plan b|trade-offs?|outcome|volume|limit|basis|method|range|window|costs?|authority|conditions?|expiry|control)"
)
#: Words to whoever judges, or about the judgement.
_TO_READER = re.compile(
    rf"\b(?:note (?:for|to) (?:the|any) {_READER}|to the {_READER}:|dear {_READER}|(?:any|the|a|careful) (?:\w+ )?{_READER}"
    rf" (?:will|can|should|may|would|must)|evident to the {_READER}|reader of this {_TEXT})"
    r"|\b(?:full|highest|top|maximum|best) (?:marks?|points|score|grade)\b|\bdeserves? (?:a|the|full|\d)"
    r"|\b(?:proceed|move on|go on|continue) (?:with|to) the next (?:question|item|step of the form)\b"
    r"|\b(?:as|which is|that is|exactly|just) (?:what|as) (?:was|is|the question|you|they) (?:asked|demand\w*|want\w*|require\w*)"
    r"|\bas the (?:question|rubric) (?:demands|asks|wants|requires)\b|\b(?:in|exactly) the way the (?:question|rubric)\b"
    r"|\bscore (?:of|is) (?:\d|at least|nine|ten|full)|\bscored (?:10|ten|9|nine)\b|\bplease (?:accept|approve|score|rate|grade)\b"
    rf"|\bmy {_TEXT}\b|\bthis (?:\w+ )?{_TEXT} (?:is|was|names|gives|lists|contains|covers|states|explains|clearly|fully|already)"
    rf"|\bin this (?:submission|{_TEXT})\b|\bperfect {_TEXT}\b|\bnothing is missing\b|\bI trust this suffices\b"
    rf"|\b(?:each|every|all)(?: \w+){{0,3}} (?:criteri(?:on|a)|rubric elements?)\b|\bby this {_TEXT}\b"
    r"|\b(?:diese|meine) antwort\b|\bvolle(?:r|n)? punktzahl\b|\bkriteri\w+ (?:ist|sind|werden|wurden)? ?(?:\w+ )?(?:erfüllt|genannt)"
    r"|\b(?:anforderungen|elemente) des kriteriums\b|\b(?:cette|ma) réponse\b|\bnote maximale\b|\btous les critères\b",
    re.IGNORECASE,
)
#: "The owner was named and a limit has been given": what belongs into an answer, given away.
_CLAIMED = re.compile(
    rf"\b{_ELEMENTS}\b[^.,;:]{{0,40}}?(?:\b(?:is|are|was|were|(?:has|have) been|being)\s|:\s)"
    rf"(?:\w+ly |all |also |both |clearly )?{_GIVEN}\b",
    re.IGNORECASE,
)
_CLAIMS = 2
_THING = (
    r"(?:facts|details|figures|numbers|counts|calculation|inventory|list|results?|everything|all (?:of )?this|minutes"
    r"|options|plan|answers?|shares|limits|steps|effects|chain|values|benchmark|assessments|indicators)"
)
_DOCUMENT = (
    r"(?:report|paper|minutes|booklet|brochure|catalogue|register|tool|intranet|workbook|file|drive|folder|profile"
    r"|contract|tables?|annex|pages?|whiteboard|project room|document\w*|deck|slides?|protocol|study|handbook|wiki)"
)
#: "The counts are in table 3 of the data profile", "ask Mr Koller for the figures".
_POINTS = re.compile(
    rf"\b{_THING}\b[^.;]{{0,60}}?\b(?:is|are|was|were|can be|may be|exists?|stands?|follows?|has been|have been)\b"
    rf"[^.;]{{0,40}}?\b(?:in|on|at|from|by|to) (?:the |our |a |this |its )?(?:\w+ ){{0,3}}{_DOCUMENT}\b"
    rf"|\bfollows? from (?:\w+ )?{_DOCUMENT}\b|\b(?:kindly|please) (?:look|ask|see|refer|read|consult|open|check) \w+"
    r"|\bask (?:him|her|them|Mr|Ms|Mrs|Dr)\b[^.;]{0,20}? for\b|\blog in (?:with|to|using)\b|\b(?:for|to) you on request\b|\bhave them\b"
    rf"|\bwhere (?:the \w+ [^.;]{{0,40}}?(?:is|are) given|all (?:of )?this is)\b|\bis written down in the \w+ ?{_DOCUMENT}"
    rf"|\bwritten down in (?:the|our) (?:\w+ )?{_DOCUMENT}\b|\b(?:report|study) of \d+ pages\b",
    re.IGNORECASE,
)
_SETTLED = (
    r"(?:present|propose|submit|hand(?:ed)? in|fix(?:ed)?|vote[d]?(?: on)?|decide[d]?|define[d]?|agree[d]?(?: on| upon)?|deliver(?:ed)?"
    r"|settle[d]?|determine[d]?|finali[sz]e[d]?|specif(?:y|ied)|announce[d]?|work(?:ed)? out|draw(?:n)? up|suppl(?:y|ied)|named?)"
)
#: "Will be fixed once the auditors are appointed", "the agency will propose a rule".
_LATER = re.compile(
    rf"\bwill (?:be )?(?:\w+ )?{_SETTLED}\b[^.;]{{0,60}}?\b(?:once|after|at the (?:council|meeting|workshop|board)|in its offer"
    r"|in (?:January|February|March|April|May|June|July|August|September|October|November|December)|as soon as|jointly|later)\b"
    r"|\bstill (?:negotiat|discuss|debat|decid|work)\w*",
    re.IGNORECASE,
)
_ADDRESSED = (_TO_READER, _POINTS, _LATER)


def beside_the_point(reading: Reading) -> set[int]:
    """Sentences about the answer, to its reader, or about where and when it may be found."""
    found: set[int] = set()
    for number, (start, end) in enumerate(reading.spans):
        if (
            any(pattern.search(reading.text, start, end) for pattern in _ADDRESSED)
            or len(_CLAIMED.findall(reading.text[start:end])) >= _CLAIMS
        ):
            found.add(number)
    return found
