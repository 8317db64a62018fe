"""The site's own patterns from conversation.yaml, made precise and linear."""

from __future__ import annotations

import re
from functools import lru_cache

from interviews.scoring.screening.orders import EXTRACTIONS, OVERRIDES, ROLES

#: The guide's patterns, made precise. ``.*`` means "within 40 characters".
GUIDE_PATTERNS = (
    "ignore.*previous.*instructions",
    "forget.*everything",
    "system.*prompt",
    "you.*are.*now",
    "override",
)
_GAP = r"\W[^.!?;\n]{0,40}?\b"
#: Those of the guide's that would catch honest prose; the rules named here look for the same.
PRECISE = {
    "ignore.*previous.*instructions": OVERRIDES,
    "forget.*everything": OVERRIDES,
    "system.*prompt": EXTRACTIONS,
    "you.*are.*now": ROLES,
    "override": OVERRIDES,
}


@lru_cache(maxsize=32)
def compile_patterns(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """The configured patterns as one; None when the rules cover them all."""
    own = [one for one in patterns if one.strip().lower() not in PRECISE]
    if not own:
        return None
    return re.compile("|".join(rf"(?:{_precise(one)})" for one in own), re.IGNORECASE)


def _precise(pattern: str) -> str:
    """One configured pattern, with word boundaries and at most 40 characters between."""
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
