"""Makes people's words safe inside Markdown: nothing they typed becomes markup."""

from __future__ import annotations

import json
import re
from html import escape

_SPECIAL = re.compile(r"([\\`*_\[\]|~#$^])")
#: What opens a list, a heading underline or a quote at the start of a line.
_LINE_START = re.compile(r"^([-+=:])|^(\d+)([.)])(?=\s|$)")
_FRONT_MATTER_MARKUP = re.compile(r"[<>&\[\]`*|!]")
_URL_UNSAFE = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\n": "", "\r": ""}


def inline(text: str) -> str:
    """Text on one line, e.g. in a heading or a table cell."""
    return _line(" ".join(text.split()))


def paragraphs(text: str) -> str:
    """Text that keeps its line breaks as paragraphs."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n\n".join(_line(line) for line in lines if line)


def _line(text: str) -> str:
    marked = _SPECIAL.sub(r"\\\1", escape(text, quote=False))
    return _LINE_START.sub(lambda at: f"\\{at[1]}" if at[1] else f"{at[2]}\\{at[3]}", marked)


def url(address: str) -> str:
    """An address that cannot end the link it stands in."""
    return "".join(_URL_UNSAFE.get(character, character) for character in address)


def front_matter_value(value: str | int) -> str:
    """A YAML scalar that stays harmless where a reader takes front matter for text."""
    if isinstance(value, int):
        return str(value)
    printable = "".join(c if c.isprintable() else " " for c in value)
    # A JSON string is a YAML string too; both know these escapes.
    quoted = json.dumps(printable, ensure_ascii=False)
    return _FRONT_MATTER_MARKUP.sub(lambda at: f"\\u{ord(at[0]):04x}", quoted)
