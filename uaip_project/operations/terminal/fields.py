"""Asks for one small field: shows what can be chosen and reads what is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from interviews.fields.readable import words
from interviews.fields.sheet import Sheet
from interviews.protocol.types import Field, Option
from interviews.protocol.values.choices import find_option
from uaip_project.operations.terminal.screen import Leave, Screen

#: More options than this are not listed one by one.
MOST_LISTED = 20
CLEAR = "-"
YES_NO = (Option("yes", "Yes"), Option("no", "No"))
HINTS = {
    "integer": "a whole number",
    "number": "a number",
    "money": "an amount",
    "percent": "a percentage",
    "duration": "such as 3 h or 2 weeks",
    "date": "YYYY-MM-DD",
    "list": "several with ; between them",
}


def ask_field(screen: Screen, sheet: Sheet, field: Field, current: Any) -> Any:
    """What the person wants the field to hold; Enter keeps, a lone minus empties it."""
    options = YES_NO if field.kind == "yes_no" else sheet.options_of(field)
    screen.say(_title(sheet, field), indent=2)
    if field.help:
        screen.say(field.help, indent=4)
    _show_options(screen, field, options)
    if current not in (None, "", [], {}):
        screen.say(f"Now: {words(field, current)} (Enter keeps it, - empties it)", indent=4)
    if field.kind == "long_text":
        return _ask_paragraph(screen, current)
    typed = screen.ask("  > ")
    if typed == "":
        return current
    return None if typed == CLEAR else read_typed(field, typed, options)


def _ask_paragraph(screen: Screen, current: Any) -> Any:
    try:
        typed = screen.paragraph("  > ")
    except Leave as wish:
        wish.half_typed = _joined(wish.half_typed, current)
        raise
    if typed == "":
        return current
    return None if typed == CLEAR else _joined(typed, current)


def _joined(typed: str, current: Any) -> str:
    """What was typed; after a plus sign it goes behind what stands there."""
    if typed.startswith("+") and isinstance(current, str):
        return f"{current}\n{typed[1:].strip()}"
    return typed


def _title(sheet: Sheet, field: Field) -> str:
    hint = HINTS.get(field.kind, "")
    if field.kind == "rating" and field.maximum is not None:
        hint = f"{field.minimum or 0:g} to {field.maximum:g}"
    about = ", ".join(part for part in (hint, sheet.unit_of(field)) if part)
    need = "" if field.required else " (optional)"
    return f"{field.label}{f' [{about}]' if about else ''}{need}"


def _show_options(screen: Screen, field: Field, options: Sequence[Option]) -> None:
    if not options:
        return
    if len(options) > MOST_LISTED:
        some = ", ".join(one.value for one in options[:3])
        screen.say(f"One of {len(options)}, such as {some}.", indent=4)
        return
    for number, one in enumerate(options, start=1):
        screen.say(f"{number}  {one.label}", indent=4)
    if field.kind == "multi":
        screen.say("Several with commas between them, e.g. 1, 3", indent=4)


def read_typed(field: Field, typed: str, options: Sequence[Option]) -> Any:
    """A number out of the list, a token or a label as its token; all else as it was typed."""
    if field.kind == "multi":
        parts = [part.strip() for part in re.split(r"[,;]", typed) if part.strip()]
        if all(part.isdecimal() for part in parts):
            return [_chosen(part, options) for part in parts]
        return typed
    if field.kind == "list":
        return [part.strip() for part in typed.split(";") if part.strip()]
    if field.kind == "yes_no":
        found = _chosen(typed, options)
        return found == "yes" if found in ("yes", "no") else typed
    return _chosen(typed, options) if options else typed


def _chosen(typed: str, options: Sequence[Option]) -> str:
    token = find_option(options, typed)
    if token is not None:
        return token
    if typed.isdecimal() and len(typed) < 4 and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1].value
    return typed
