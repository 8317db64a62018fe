"""Shows the typed content of a deliverable: any nesting of facts, lists and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interviews.fields.raw import as_text

EMPTY = format_html("{}", "")
NOTHING = format_html('<span class="nothing">{}</span>', "Not given")
#: Longer ones get a column that is wide enough to read.
LONG_CELL = 48
#: Ends of field names that say a unit.
UNIT_ENDS = (
    ("_pct", "%"),
    ("_ms", "ms"),
    ("_s", "seconds"),
    ("_days", "days"),
    ("_hours", "hours"),
    ("_months", "months"),
    ("_gb", "GB"),
    ("_weeks", "weeks"),
)
SHOUTED = {
    "kpi": "KPI",
    "kpis": "KPIs",
    "ml": "ML",
    "ai": "AI",
    "id": "ID",
    "qa": "QA",
    "hci": "HCI",
    "fair": "FAIR",
    "3y": "3 years",
}


def label_of(name: str) -> tuple[str, str]:
    """A field name as words, and the unit that it ends in."""
    unit = ""
    for end, words in UNIT_ENDS:
        if name.endswith(end) and len(name) > len(end) + 2:
            name, unit = name[: -len(end)], words
            break
    parts = [SHOUTED.get(part, part) for part in name.strip("_").split("_")]
    text = " ".join(parts)
    return text[:1].upper() + text[1:], unit


def sections_of(content: Mapping[str, Any]) -> list[tuple[str, SafeString]]:
    """Every top field of a deliverable with its heading."""
    found = []
    for name, value in content.items():
        label, unit = label_of(name)
        found.append((label, show(value, unit)))
    return found


def show(value: Any, unit: str = "") -> SafeString:
    """One value, whatever it is."""
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if isinstance(value, Mapping):
        return _facts(value)
    if isinstance(value, list):
        return _table(value) if all(isinstance(one, Mapping) for one in value) else _list(value)
    return format_html("{}", _words(value, unit))


def _brief(value: Any, unit: str) -> SafeString:
    """What stands in a cell: one line even for a list or a few facts."""
    if value is None or value == "" or value == [] or value == {}:
        return EMPTY
    if isinstance(value, Mapping):
        parts = [f"{label_of(str(name))[0]}: {_words(part, '')}" for name, part in value.items()]
        return format_html("{}", "; ".join(parts))
    if isinstance(value, list) and not any(isinstance(one, Mapping) for one in value):
        return format_html("{}", "; ".join(_words(one, "") for one in value))
    return show(value, unit)


def _cell(value: Any, label: str, unit: str) -> tuple[str, str, SafeString]:
    shown = _brief(value, unit)
    return label, "is-long" if len(shown) > LONG_CELL else "", shown


def _span(seconds: float) -> str:
    """Seconds in the largest unit that leaves a readable number."""
    for size, word in ((604_800, "weeks"), (86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if abs(seconds) >= 2 * size or seconds == size:
            amount = f"{seconds / size:,.1f}".removesuffix(".0")
            return f"{amount} {word[:-1] if amount == '1' else word}"
    return f"{seconds:,.1f}".removesuffix(".0") + " seconds"


def _words(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is None:
        return "not given"
    if isinstance(value, int | float) and unit == "seconds":
        return _span(value)
    if isinstance(value, int | float):
        shown = f"{value:,.2f}".rstrip("0").rstrip(".")
        return f"{shown} {unit}".strip()
    text = as_text(value)
    # Tokens of enumerations read better as words; sentences stay as they are.
    return text.replace("_", " ") if text.islower() and " " not in text else text


def _facts(value: Mapping[str, Any]) -> SafeString:
    rows = []
    for name, part in value.items():
        label, unit = label_of(str(name))
        rows.append((label, show(part, unit)))
    return format_html(
        '<dl class="facts">{}</dl>',
        format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows),
    )


def _list(value: list[Any]) -> SafeString:
    return format_html(
        "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((show(one),) for one in value))
    )


def _table(rows: list[Mapping[str, Any]]) -> SafeString:
    columns = [
        name
        for name in dict.fromkeys(name for row in rows for name in row)
        if any(row.get(name) not in (None, "", [], {}) for row in rows)
    ]
    labels = {name: label_of(name) for name in columns}
    head = format_html_join("", '<th scope="col">{}</th>', ((labels[name][0],) for name in columns))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (
                format_html_join(
                    "",
                    '<td data-label="{}" class="{}">{}</td>',
                    (_cell(row.get(name), *labels[name]) for name in columns),
                ),
            )
            for row in rows
        ),
    )
    return format_html(
        '<div class="table-scroll"><table class="data"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        head,
        body,
    )
