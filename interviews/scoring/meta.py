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
    r"|\b(?:it|this|which|that|and|thus|so) (?:\w+ )?(?:meets?|satisf\w+|fulfils?|covers?|ticks?|address\w*|answers?)"
    r" (?:all|every|each|both)(?: of)?(?: the| your)? (?:\w+ )?(?:points?|box\w*|elements?|criteri\w+|parts|requirements?|aspects)\b"
    r"|\b(?:therefore|hence|thus|consequently|accordingly) (?:it is |this is |fully )?(?:complete|sufficient|accepted|acceptable|satisfied)\b"
    r"|\b(?:nothing (?:else|more|further)|no (?:further|more|other) \w+) (?:is|are|remains?) (?:needed|required|missing|necessary)\b"
    r"|\b(?:every|each|all) (?:the )?(?:elements?|points?|parts) of (?:this|the) (?:question|item|rubric)\b"
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
#: "A named group", "the manager in charge": what the rubric asks for, in its own words, unfilled.
_UNFILLED = re.compile(
    r"\b(?:an?|the|one|each|with|by|for|of) (?:named|specific|concrete|plausible|measurable|explicit|numeric|accountable"
    r"|observable|realistic|fixed|clear|stated|required|relevant|respective|responsible|independent|good|solid|sound)"
    r" (?:group|groups|team|role|person|officer|owner|event|mechanism|control|controls|trigger|limit|threshold|source|measure"
    r"|change|step|action|reason|reasons|evidence|exchange|outcome|target|gap|condition|conditions|safeguard|safeguards"
    r"|date|figure|failure|framework|definition|range|calculation|fallback)\b"
    r"|\b(?:one|some) thing (?:for|against|and)\b|\b(?:manager|person|role|team|owner|people|party) in charge\b"
    r"|\b(?:specific|named|concrete|plausible|measurable) (?:control|event|group|trigger|mechanism|owner|gap|person|threshold),"
    r"|\bthe (?:decision owner|bearer|harmed group|accountable person|comparison group|numeric limit|explicit exchange"
    r"|stop trigger|review time|appeal route|harmed person) (?:is|are|has)\b",
    re.IGNORECASE,
)
_UNFILLED_PARTS = 2
_THING = (
    r"(?:facts|details|figures|numbers|counts|calculation|inventory|list|results?|everything|all (?:of )?this|minutes"
    r"|options|plan|answers?|shares|limits|steps|effects|chain|values|benchmark|assessments|indicators"
    r"|kpis?|baselines?|targets?|owners|thresholds?|controls|definitions|risks|inventory|permissions|numbers and \w+)"
)
_DOCUMENT = (
    r"(?:report|paper|minutes|booklet|brochure|catalogue|register|tool|intranet|workbook|file|drive|folder|profile"
    r"|contract|tables?|annex|pages?|whiteboard|project room|document\w*|deck|slides?|protocol|study|handbook|wiki"
    r"|confluence|sharepoint|onenote|notion|jira|teams channel|business case|proposal|tender|concept|chapter|section|manual"
    r"|strategy|roadmap)"
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
    r"|\bwill (?:then|afterwards|subsequently|thereafter|later|soon) (?:\w+ly )?(?:list|name|set|define|decide|fix|write|draft|choose|determine"
    r"|identify|describe|agree|draw up|propose|publish|specify|work out|produce|prepare|detail|collect|fill)\b"
    r"|\b(?:as|see|like) (?:\w+ )?(?:explained|answered|stated|said|described|mentioned|given|discussed|shown)?"
    r" ?(?:above |earlier |already |before )?(?:in|under|at|to) (?:my |the |our )?(?:previous |earlier |last )?(?:question|answer|item) \w+"
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
            or len(_UNFILLED.findall(reading.text[start:end])) >= _UNFILLED_PARTS
        ):
            found.add(number)
    return found
