"""Takes style rules for the HTML file that load nothing and end nothing."""

from __future__ import annotations

import re

LONGEST = 20_000
_REFUSED = re.compile(r"<|\\|url\s*\(|@import|@charset|@namespace|image-set|expression|javascript:|behavior\s*:|-moz-binding", re.IGNORECASE)  # fmt: skip


class Unusable(Exception):
    """Rules that we do not take; the words say why and what to do."""


def checked(text: str) -> str:
    """The rules with their blanks trimmed. Raises Unusable."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Unusable("The style has more than 20,000 characters. Shorten it.")
    found = _REFUSED.search(text)
    if found:
        raise Unusable(
            f"The style must not hold “{found[0]}”: it may load nothing and hold no markup. "
            "Take it out."
        )
    if text.count("{") != text.count("}"):
        raise Unusable("The style has braces that do not match. Check it in an editor.")
    return text
