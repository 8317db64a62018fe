"""Draws the fields of a form, a screening, or a single text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interviews.fields import controls, grid, names
from interviews.fields.raw import YES_NO, as_text, part_of, token_of
from interviews.fields.sheet import Remark, Sheet
from interviews.protocol.lookup import field_of
from interviews.protocol.types import Condition, Field, Option, Question

EMPTY = format_html("{}", "")
NARROW = controls.NUMBERS | {"date", "duration"}
#: Choices with fewer letters in all stand beside each other.
ONE_LINE = 60
UNSURE = (*YES_NO, Option("unsure", "Unsure"))


def draw(sheet: Sheet) -> SafeString:
    """All inputs of the sheet's question."""
    if sheet.question.input == "screening":
        return _screening(sheet)
    drawn = (_form_field(sheet, field) for field in sheet.question.fields if _applies(sheet, field))
    return format_html_join("", "{}", ((one,) for one in drawn))


def _applies(sheet: Sheet, field: Field) -> bool:
    """A field that depends on another question is drawn only while that answer asks for it."""
    condition = field.show_when
    if condition is None or condition.question is None:
        return True
    return field_of(sheet.values.get(condition.question), condition.field) in condition.values


def _form_field(sheet: Sheet, field: Field) -> SafeString:
    if field.kind == "table":
        return _beside_condition(sheet.question, field, grid.draw(sheet, field))
    if field.kind == "group":
        return _group(sheet, field)
    raw = part_of(sheet.raw, field.name, sheet.question)
    drawn = _field(sheet, field, names.field_name(field.name), raw)
    return _beside_condition(sheet.question, field, drawn)


def _group(sheet: Sheet, field: Field) -> SafeString:
    held = part_of(sheet.raw, field.name, sheet.question)
    raw = held if isinstance(held, dict) else {}
    parts = format_html_join(
        "",
        "{}",
        (
            (_field(sheet, part, names.group_name(field.name, part.name), raw.get(part.name)),)
            for part in field.columns
        ),
    )
    return format_html(
        '<fieldset class="field field-group"><legend>{}{}</legend>{}'
        '<div class="field-row">{}</div></fieldset>',
        field.label,
        _optional(field),
        hint(field, names.field_name(field.name)),
        parts,
    )


def _field(sheet: Sheet, field: Field, name: str, raw: Any) -> SafeString:
    remarks = sheet.remarks_by_target.get(name, [])
    options = controls.choices_of(field, sheet.options_of(field))
    attributes: controls.Attributes = {} if sheet.is_editable else {"disabled": True}
    described = describing(field, name, remarks)
    if field.kind == "multi" and options:
        body = controls.boxes(name, raw, options, kind="checkbox", attributes=attributes)
        return _fieldset(field, name, remarks, body, described, options)
    if _as_radios(field, options):
        body = controls.boxes(name, raw, options, kind="radio", attributes=attributes)
        described |= {"role": "radiogroup", **_required(field)}
        return _fieldset(field, name, remarks, body, described, options)
    attributes |= {"id": name, **described, **_invalid(remarks), **_required(field)}
    return format_html(
        '<div class="field{}"><label for="{}">{}{}</label>{}{}{}</div>',
        " is-invalid" if _invalid(remarks) else "",
        name,
        field.label,
        _optional(field),
        hint(field, name, missing_options=_misses_options(field, options)),
        errors(name, remarks),
        _control(sheet, field, name, raw, options, attributes),
    )


def _as_radios(field: Field, options: Any) -> bool:
    if field.kind == "yes_no":
        return True
    return field.kind in ("choice", "rating") and 0 < len(options) <= controls.RADIO_LIMIT


def _misses_options(field: Field, options: Any) -> str:
    return field.options_from[0] if field.options_from and not options else ""


def _control(
    sheet: Sheet, field: Field, name: str, raw: Any, options: Any, attributes: dict[str, Any]
) -> SafeString:
    if field.kind in ("choice", "rating") and options:
        nothing = "Choose…" if len(options) > 1 else ""
        body = controls.offered(token_of(raw, options), options, nothing)
        return controls.select(name, body, attributes)
    if field.kind in ("long_text", "list", "multi"):
        rows = 8 if sheet.question.input == "text" else 4
        return controls.area(name, raw, rows if field.kind == "long_text" else 3, attributes)
    if field.kind == "duration":
        return controls.duration(name, raw, field.label, attributes)
    if field.kind in NARROW:
        attributes["class"] = "input-number" if field.kind != "date" else "input-date"
    drawn = controls.line(field, name, raw, attributes)
    unit = sheet.unit_of(field)
    if not unit:
        return drawn
    return format_html('<span class="pair">{}<span class="unit">{}</span></span>', drawn, unit)


def _fieldset(
    field: Field,
    name: str,
    remarks: list[Remark],
    body: SafeString,
    described: dict[str, str],
    options: Sequence[Option],
) -> SafeString:
    return format_html(
        '<fieldset class="field{}"{}><legend>{}{}</legend>{}{}'
        '<div class="boxes{}">{}</div></fieldset>',
        " is-invalid" if _invalid(remarks) else "",
        flatatt(described | _invalid(remarks)),
        field.label,
        _optional(field),
        hint(field, name),
        errors(name, remarks),
        " boxes-inline" if _fits_one_line(options) else "",
        body,
    )


def _fits_one_line(options: Sequence[Option]) -> bool:
    """Yes and no, or a scale, read better along one line."""
    letters = sum(len(one.label) for one in options)
    return letters < ONE_LINE and not any(one.help for one in options)


def _optional(field: Field) -> SafeString:
    return EMPTY if field.required else format_html(' <span class="optional">{}</span>', "optional")


def _invalid(remarks: list[Remark]) -> dict[str, str]:
    return {"aria-invalid": "true"} if any(not one.is_warning for one in remarks) else {}


def _blamed(name: str, remarks: list[Remark]) -> dict[str, str]:
    """An input without a hint and the errors beside it."""
    return _invalid(remarks) | ({"aria-describedby": f"{name}-error"} if remarks else {})


def _required(field: Field) -> dict[str, str]:
    return {"aria-required": "true"} if field.required else {}


def describing(field: Field, name: str, remarks: list[Remark]) -> dict[str, str]:
    """aria-describedby for the hint and the errors that stand beside an input."""
    parts = [f"{name}-hint"] if field.help else []
    parts += [f"{name}-error"] if remarks else []
    return {"aria-describedby": " ".join(parts)} if parts else {}


def hint(field: Field, name: str, *, missing_options: str = "") -> SafeString:
    """The help below a label."""
    drawn = EMPTY
    if field.help:
        drawn = format_html('<p class="hint" id="{}-hint">{}</p>', name, field.help)
    if missing_options:
        words = "There is nothing to choose from until {} is answered; you can type it here."
        drawn += format_html('<p class="hint">{}</p>', words.format(missing_options))
    return drawn


def errors(name: str, remarks: list[Remark]) -> SafeString:
    """What is wrong, beside the input it is about."""
    if not remarks:
        return EMPTY
    lines = format_html_join(
        "",
        '<span class="{}">{}</span>',
        (("warning" if one.is_warning else "error", one.message) for one in remarks),
    )
    return format_html('<p class="remarks" id="{}-error">{}</p>', name, lines)


def _beside_condition(question: Question, field: Field, drawn: SafeString) -> SafeString:
    """Marks a field that applies only with certain choices; the script hides it otherwise."""
    condition: Condition | None = field.show_when
    if condition is None or condition.question is not None:
        return drawn
    other = question.field(condition.field)
    labels = ", ".join(other.option_label(as_text(value)) for value in condition.values)
    return format_html(
        '<div class="conditional" data-show-field="{}" data-show-values="{}">'
        '<p class="hint">Only where “{}” is: {}.</p>{}</div>',
        names.field_name(condition.field),
        json.dumps([as_text(value) for value in condition.values]),
        other.label,
        labels,
        drawn,
    )


def _screening(sheet: Sheet) -> SafeString:
    field = sheet.question.fields[0]
    held = sheet.raw if isinstance(sheet.raw, dict) else {}
    drawn = (_practice(sheet, field, one, held.get(one.value)) for one in sheet.options_of(field))
    return format_html(
        '{}<div class="screening">{}</div>',
        hint(field, names.field_name(field.name)),
        format_html_join("", "{}", ((one,) for one in drawn)),
    )


def _practice(sheet: Sheet, field: Field, option: Option, raw: Any) -> SafeString:
    held = raw if isinstance(raw, dict) else {"answer": raw}
    name = names.practice_name(field.name, option.value)
    comment = names.comment_name(field.name, option.value)
    disabled = {} if sheet.is_editable else {"disabled": True}
    remarks = sheet.remarks_by_target.get(name, [])
    about = sheet.remarks_by_target.get(comment, [])
    answer = token_of(held.get("answer"), UNSURE)
    described = f"{name}-hint {name}-error" if remarks else f"{name}-hint"
    return format_html(
        '<fieldset class="field practice{}"{}><legend>{}</legend><p class="hint" id="{}-hint">{}</p>{}'
        '<div class="boxes boxes-inline">{}</div>'
        '<div class="practice-comment"><label for="{}">Why, for yes or unsure</label>{}{}</div>'
        "</fieldset>",
        " is-invalid" if remarks or about else "",
        flatatt({"role": "radiogroup", **_invalid(remarks), "aria-describedby": described}),
        option.label,
        name,
        option.help,
        errors(name, remarks),
        controls.boxes(name, answer, UNSURE, kind="radio", attributes=disabled),
        comment,
        errors(comment, about),
        controls.area(
            comment, held.get("comment"), 2, {"id": comment, **_blamed(comment, about), **disabled}
        ),
    )
