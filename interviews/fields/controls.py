"""Draws one input: whatever its kind, in a form or in a cell of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interviews.fields import names
from interviews.fields.raw import UNITS, YES_NO, as_lines, as_text, token_of
from interviews.protocol.types import Field, Option

#: Up to this many choices stand as radio buttons in a form, more as a list to open.
RADIO_LIMIT = 6
NUMBERS = frozenset({"number", "integer", "money", "percent", "rating"})

UNIT_OPTIONS = tuple(Option(token, words) for token, words in UNITS)

Attributes = dict[str, Any]


def choices_of(field: Field, options: Sequence[Option]) -> Sequence[Option]:
    """The tokens of a choosing field, whatever its kind."""
    if field.kind == "yes_no":
        return YES_NO
    if field.kind == "rating" and not options:
        least, most = int(field.minimum or 0), int(field.maximum or 10)
        return [Option(str(number), str(number)) for number in range(least, most + 1)]
    return options


def offered(chosen: str, options: Sequence[Option], nothing: str = "") -> SafeString:
    """What a list offers; a value that is no longer on offer stays visible and chosen."""
    rows = [("", "" if chosen else "selected", nothing)]
    rows += [(one.value, "selected" if one.value == chosen else "", one.label) for one in options]
    if chosen and all(one.value != chosen for one in options):
        rows.append((chosen, "selected", f"{chosen} (not on the list)"))
    return format_html_join("", '<option value="{}" {}>{}</option>', rows)


def select(name: str, body: SafeString, attributes: Attributes) -> SafeString:
    """A list to open."""
    return format_html("<select{}>{}</select>", flatatt({"name": name, **attributes}), body)


def line(field: Field, name: str, raw: Any, attributes: Attributes) -> SafeString:
    """One line of text, a number or a date."""
    extra: Attributes = {"type": "date" if field.kind == "date" else "text"}
    if field.kind in NUMBERS or field.kind == "duration":
        extra |= {"inputmode": "decimal", "autocomplete": "off"}
    if field.max_length and field.kind == "text":
        extra["maxlength"] = field.max_length
    parts = {"name": name, "value": as_text(raw), **extra, **attributes}
    return format_html("<input{}>", flatatt(parts))


def area(name: str, raw: Any, rows: int, attributes: Attributes) -> SafeString:
    """Several lines of text; grows with what is typed."""
    # A newline right after the tag is swallowed by browsers, so one is always given.
    return format_html(
        "<textarea{}>\n{}</textarea>",
        flatatt({"name": name, "rows": rows, "data-grow": True, **attributes}),
        as_text(raw),
    )


def duration(name: str, raw: Any, label: str, attributes: Attributes) -> SafeString:
    """A number and its unit."""
    held = raw if isinstance(raw, Mapping) else {"value": as_text(raw), "unit": ""}
    amount = {
        "name": name,
        "value": as_text(held.get("value")),
        "type": "text",
        "inputmode": "decimal",
        "autocomplete": "off",
        **attributes,
        "class": f"{attributes.get('class', '')} input-number".strip(),
    }
    chosen = as_text(held.get("unit"))
    # No unit is chosen beforehand: 14 days must not become 14 seconds by forgetting.
    units = offered(chosen, UNIT_OPTIONS, "unit…")
    return format_html(
        '<span class="pair"><input{}>{}</span>',
        flatatt(amount),
        select(names.unit_name(name), units, {"aria-label": f"{label}, unit"}),
    )


def boxes(
    name: str, raw: Any, options: Sequence[Option], *, kind: str, attributes: Attributes
) -> SafeString:
    """Radio buttons (one) or checkboxes (several); a value not on offer stays ticked."""
    if kind == "radio":
        chosen = {token_of(raw, options)} - {""}
    else:
        chosen = {token_of(one, options) for one in as_lines(raw)}
    offered = {one.value for one in options}
    strays = [Option(one, f"{one} (not on the list)") for one in chosen if one not in offered]
    return format_html_join(
        "",
        '<span class="box"><input{}><label for="{}">{}{}</label></span>',
        (
            (
                flatatt(
                    {
                        "type": kind,
                        "name": name,
                        "value": one.value,
                        "id": _box_id(name, number),
                        "checked": one.value in chosen,
                        **attributes,
                    }
                ),
                _box_id(name, number),
                one.label,
                format_html('<span class="box-help">{}</span>', one.help) if one.help else "",
            )
            for number, one in enumerate([*options, *strays])
        ),
    )


def _box_id(name: str, number: int) -> str:
    # The first one carries the field's own id, so that an error links to it.
    return name if number == 0 else f"{name}--{number}"
