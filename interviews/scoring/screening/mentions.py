"""Tells a passage that speaks of an attack from one that makes it."""

from __future__ import annotations

import re

_REPORTED = (
    r"attack\w*|inject\w*|malicious|hackers?|adversar\w*|jail-?break(?:s|ing|er|ers)|jailbreak attempts?|attempts?"
    r"|exploit\w*|manipulat\w+|red.?team\w*|phish\w*|scam\w*|fraud\w*|abus\w+|threat\w*|tamper\w*|poison\w*"
    r"|vulnerabilit\w+|mitigat\w+|pen(?:etration)?.?test\w*|trick(?:ed|s|ing)?|fool(?:ed|s|ing)?|bypasses"
    r"|(?:could|might|may|would|can) (?:write|type|enter|try|hide|ask|say|send|insert|paste|submit|embed|include|contain|tell|add)"
    r"|tries to|try to|tried to|trying to|filtered|blocked|flagged|detected|stripped|refused|refuses|rejected by|screened|screens? (?:for|out)"
    r"|phrases? (?:such as|like)|(?:prompts?|texts?|inputs?|sentences?|messages?|requests?|words|lines?|strings?|passages?|mails?|answers?) (?:such as|like|that (?:say|read|contain|tell|ask)|which (?:say|read|contain|tell|ask)|saying|reading|containing)"
    r"|someone|somebody|students?|applicants?|users? (?:who|may|might|could|can|try|tries)|an? (?:user|applicant|student|candidate|attacker|tester|author)|testers?|spam\w*|for example|e\.g|example of"
)
_BEFORE = re.compile(rf"\b(?:{_REPORTED})\b")
_ABOUT = re.compile(
    rf"\b(?:{_REPORTED}|says?|said|reads?|phrase|called|named|spoken|text|wording|mail|message|sign|label|button|screen|rule|rules|told|tells|asks?|asked|display|introduc\w+|written|wrote|posts?|test\w*|log(?:s|ged)?|classic|typical|command|sentence|slogan|title|question)\b"
)
_QUOTES = re.compile(r'"[^"]{1,300}"|\'[^\']{4,300}\'(?!\w)|\([^)]{0,40}"[^"]{1,300}"[^)]{0,40}\)')


def is_mention(folded: str, start: int, end: int) -> bool:
    """Whether what stands there is told of, and not said to the reader."""
    if _BEFORE.search(folded, 0, start or end) is not None and (start or end == len(folded)):
        return True
    for quote in _QUOTES.finditer(folded):
        if quote.start() <= start + 2 and end <= quote.end() + 1:
            outside = folded[: quote.start()] + " " + folded[quote.end() :]
            return _ABOUT.search(outside) is not None
    return False
