"""A model's words as plain text: what would be markup or an address on a page falls away."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"<[^>]*>|[`*_#|\[\]{}<>]|https?://\S+")


def unmarked(text: str) -> str:
    """Without markup and links, on one line."""
    return on_one_line(_MARKUP.sub(" ", text))


def on_one_line(text: str) -> str:
    """The same characters on one line, those that cannot be printed left out."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
