"""Tells figures that stand for something from figures sprinkled over talk, lists and jumbles."""

from __future__ import annotations

import re

from interviews.scoring.concreteness import Concreteness
from interviews.scoring.signals import Reading
from interviews.scoring.words import plain, stem

#: What consultants count: nouns that belong to no trade, and the verbs that go with them.
_CONSULTING = (
    "pillar checkpoint dimension approach axis axes layer sprint phase wave maturity level"
    " readiness benchmark norm assurance potential roadmap ratio corridor sigma exposure"
    " remediation effort concept buffer capability punctuality outcome solution option"
    " shortlist coverage balance segment zone path completion interim need impact evidence"
    " proof confidence industry standard programme return lever proprietary expectation"
    " probability aggregate uncertainty principle control mitigation residual gap cycle value"
    " reaction score average overall conventional unlock untapped effective assess yield"
    " confirm exceed deliver rise workstream initiative driver dashboard indicator index factor"
    " component module building block stage milestone gate framework methodology method"
    " strategy domain area perspective criterion criteria category topic cluster portfolio"
    " adoption uplift improvement reduction increase efficiency productivity performance"
    " excellence quality satisfaction alignment engagement transformation acceleration gain"
    " point percentage percent rate share degree scale range band tier target baseline result"
    " effect progress success rest land arrive reach achieve consider fall state make time"
    " timing faster positive amber conservative moderate optimum optimal expected estimated"
    " risk tolerance appetite governance stakeholder process measure step round review"
    " assessment evaluation analysis scenario assumption scope side aspect element part item"
    " plan planned project implementation realisation execution proven robust holistic core"
)
_ABSTRACT = frozenset(map(stem, _CONSULTING.split()))
_SPRINKLED, _SPRINKLED_OVER_ROLES, _FEW_FIGURES = 0.62, 0.8, 3
_FLUENT = 14
_TALK, _OWN_IN_TALK = 0.7, 0.3
#: Least that is said in words few answers use: two words that none of them uses, about.
_TELLING, _TELLING_SHARE = 5.2, 0.5
#: The same where most words are the question's, and nothing has a name.
_OWN_SHARE, _TELLING_ECHO = 0.4, 8.5
_NAMES = ("person", "proper", "identifier", "date")
#: A calculation with so many amounts needs fewer words, but must say what it counts.
_SUM, _TELLING_SUM = 2, 1.8
_CALCULATION = re.compile(r"\d[^.;\n]{0,40}?(?:\s[x×*]\s|\btimes\b|[=≈])")
#: Words that only one of these languages writes; a text that needs three of them says nothing.
_LANGUAGES = tuple(
    frozenset(words.split())
    for words in (
        "the and with from are which when everything our this that in",
        "alle und mit der das keine wenn für ist nicht werden diverse sowie eine durch bei verfügbar",
        "toutes tous les avec et pour est une dans nous notre nos aucune sans selon sur disponibles",
        "con alta sin los las para todos todas una nuestro muy más calidad y restricciones siempre",
        "della delle per tutti tutte gli sono nostra molto senza ogni anche qualità",
        "voor alle het een niet zijn wij deze geen van",
    )
)
_JUMBLE, _JUMBLE_SHARE = 3, 0.12
#: Pairs of grammar words that no sentence has, and how many of them are no slip.
_CLASH = re.compile(
    r"\b(?:the|a|an) (?:of|by|to|and|or|than|because|is|are|was|when|if|at|for|with|from)(?= [a-z])"
    r"|\b(?:of|for|from|at) (?:of|by|than|because|is|are|was)(?= [a-z])"
    r"|\b(?:the|an?) (?:the|an?|it|we|they)(?= [a-z])",
    re.IGNORECASE,
)
_CLASHES = 2
#: Fine words, beside words that consultants use for everything, with hardly a word of its own.
_GLOSS, _GLOSSY, _GLOSS_SHARE, _GLOSS_OWN, _GLOSS_FACTS = 0.2, 0.11, 0.5, 0.65, 3
#: The same, whatever the figures, where half of the rest is the question's or anybody's.
_GLOSS_THIN, _GLOSS_THIN_OWN = 0.105, 0.5
_DETAILS = (
    r"(?:defin|decid|determin|specif|agreed|provid|elaborat|detail|document|clarif|describ|deliver"
    r"|quantif|complet|submit|suppl|fill|add|work|set out|finali[sz]|identif|nam|present)\w*"
)
#: "Will be specified in the next phase", "the attached sheet lists it".
_ELSEWHERE = re.compile(
    rf"\b(?:will|shall|to|can|would) (?:\w+ )?be (?:\w+ ){{0,2}}{_DETAILS}\b[^.;]{{0,40}}?\b(?:later|soon|afterwards"
    r"|once|in due course|in (?:the |a )?(?:next|second|later|following|coming|subsequent|second) \w+"
    r"|during (?:the )?(?:project|kick-?off|workshop|inception)|in the (?:workshop|kick-?off))\b"
    rf"|\b(?:we|i|the team) (?:will|shall|are going to|intend to|promise to) (?:\w+ )?{_DETAILS}\b[^.;]{{0,40}}?\b"
    r"(?:later|soon|afterwards|once|in due course|next (?:week|month|quarter|phase)|in the (?:next|second) \w+)\b"
    r"|\b(?:see|refer to|consult|please find|found in|listed in|described in|set out in|contained in)"
    r" (?:\w+ ){0,3}?(?:attach\w+|annex\w*|append\w+|enclos\w+|slides?|deck|spreadsheet|wiki|e-?mail|sharepoint|pdf)\b"
    r"|\b(?:the |our )?(?:attached|enclosed) (?:\w+ ){0,3}(?:document|sheet|file|slides?|report|table|deck|pdf|spreadsheet)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;.](?=\s|$)|\n")
_STRUCTURE = re.compile(r"[:;()=→]")
_LISTED, _BARE, _BARE_SHARE = 6, 4, 0.8
#: What carries a relation between two things, beyond the grammar words.
_SMALL = frozenset(["a", "an", "per", "the", "of", "and", "or", "yes", "no"])


def is_sprinkled(reading: Reading) -> bool:
    """Figures over nouns that any project could count, without one thing of this project."""
    # A telegram of a trade has generic words left when the figures are taken out.
    if len(reading.content) < _FLUENT:
        return False
    if reading.count("number") < _FEW_FIGURES or any(
        reading.has(name) for name in ("identifier", "person", "money")
    ):
        return False
    return abstract_share(reading) >= (_SPRINKLED_OVER_ROLES if reading.has("role") else _SPRINKLED)


def is_interchangeable(reading: Reading, telling: float | None, own_share: float) -> bool:
    """Whether it is made of words that stand in everybody's answers, whatever the figures."""
    if telling is None:
        return False
    if reading.count("money") >= _SUM and _CALCULATION.search(reading.text):
        return telling < _TELLING_SUM
    words = {stem(word.text) for word in reading.content}
    is_echo = own_share < _OWN_SHARE and not any(reading.has(name) for name in _NAMES)
    least = _TELLING_ECHO if is_echo else _TELLING
    return telling < max(least, _TELLING_SHARE * len(words))


def is_talk(reading: Reading, own_share: float) -> bool:
    """Assurances that fit any project, with hardly a figure."""
    if reading.count("number") >= _FEW_FIGURES or reading.has("identifier"):
        return False
    return own_share < _OWN_IN_TALK and abstract_share(reading) >= _TALK


def is_glossy(reading: Reading, weight: Concreteness) -> bool:
    """Whether figures only decorate fine words."""
    if weight.own_share >= _GLOSS_OWN or len(reading.content) < _LISTED:
        return False
    if weight.fluff_share >= _GLOSS:
        return True
    if weight.fluff_share >= _GLOSS_THIN and weight.own_share < _GLOSS_THIN_OWN:
        return True
    return (
        weight.fluff_share >= _GLOSSY
        and weight.facts <= _GLOSS_FACTS
        and abstract_share(reading) >= _GLOSS_SHARE
    )


def abstract_share(reading: Reading) -> float:
    """Share of the words of meaning that consultants use for everything."""
    generic = {
        hit[0] for name in ("buzz", "generic", "vague") for hit in reading.hits.get(name, ())
    }
    held = reading.content
    loose = sum(stem(word.text) in _ABSTRACT or word.start in generic for word in held)
    return loose / max(1, len(held))


def put_off(reading: Reading) -> set[int]:
    """Sentences that promise the answer for later or point to where else it might be."""
    return {
        number
        for number, (start, end) in enumerate(reading.spans)
        if _ELSEWHERE.search(reading.text, start, end)
    }


def is_jumble(text: str) -> bool:
    """Whether three languages or more are mixed, or grammar words stand where none can."""
    if len(_CLASH.findall(text)) >= _CLASHES:
        return True
    words = plain(text)
    seen = [sum(word in known for word in words) for known in _LANGUAGES]
    used = sum(count > 0 for count in seen[:4])
    return used >= _JUMBLE and sum(seen) >= _JUMBLE_SHARE * len(words) and sum(seen[1:]) >= 3


def is_bare_list(reading: Reading, *, is_table: bool) -> bool:
    """Noun and figure, comma, noun and figure: no part says how two things relate."""
    # A row of a table typed as text looks like this, but names something.
    if is_table and reading.firm_anchors:
        return False
    parts = [plain(part) for part in _PARTS.split(reading.text) if part.strip()]
    if len(parts) < _LISTED or reading.has("identifier"):
        return False
    if reading.firm_anchors and _STRUCTURE.search(reading.text):
        return False
    grammar = {
        reading.text[start:end].lower() for start, end, _ in reading.hits.get("function", ())
    }
    relations = grammar - _SMALL
    return sum(_is_bare(part, relations) for part in parts) >= _BARE_SHARE * len(parts)


def _is_bare(part: list[str], grammar: set[str]) -> bool:
    return len(part) <= _BARE and not any(word in grammar for word in part)
