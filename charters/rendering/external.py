"""The copy that leaves the house: money, names, personal data and confidential text taken out.

What is private is found in the answers themselves (fields of money, fields that name people, rows
about personal data), and then taken out of every text in which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from charters.content import CharterContent
from charters.rendering import measured_money
from charters.rendering.measured_money import AMOUNT
from charters.rendering.nodes import Entry, Layout, Remark
from interviews.protocol.types import Field, Protocol

WITHHELD = "[withheld]"
ALL_LEFT_OUT = "every row is left out of external copies."
NAME, MONEY, PERSONAL = "[name withheld]", "[amount withheld]", "[personal data withheld]"
CONFIDENTIAL = "[confidential text withheld]"
BANNER = Entry(
    label="External copy.",
    value="Money, names, rows about personal data, the transcript, comments and whatever is marked "
    "confidential are left out. The content hash is that of the complete charter.",
)
#: Fields that name somebody, in answers, deliverables and the charter's own lists.
PEOPLE_FIELDS = frozenset(
    {
        "owner", "approver", "accepted_by", "decided_by", "champion", "auditor", "who_can_stop",
        "incident_report_to", "unknown_owner", "edited_by", "author",
    }
)  # fmt: skip
PEOPLE_LABELS = frozenset(
    {
        "Owner", "Who does it", "Approved by", "Decided by", "Who sees to it", "Who reads it",
        "Who reads it and acts", "By whom", "Who may switch it off", "Who is told of an incident",
        "Who helps the others on site", "Who finds out",
    }
)  # fmt: skip
#: Amounts; a site's own questions add theirs by their kind.
MONEY_FIELDS = frozenset(
    {
        "value_at_stake", "value_at_stake_none", "cost_build", "cost_run_annual", "benefit_low",
        "benefit_expected", "benefit_high", "benefit_basis", "cost", "cost_per_label", "total_cost",
        "net_3y", "budget_total",
    }
)  # fmt: skip
MONEY_LABELS = frozenset({"How you calculated it", "Why it cannot be expressed in money"})
#: Table of the answers -> the field that says whether a row is about people, its harmless values,
#: and the field that names the row.
PERSONAL_ROWS = {
    "personal_data": (frozenset({"", "none", "no"}), "name"),
    "category": (frozenset({"", "none"}), "data"),
}
LEAST_NAME = 3
#: A name or a role has no more.
MOST_WORDS = 5
LEAST_AMOUNT = 1000
LEAST_MARKED = 4
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
#: "+44 20 7946 0018", "(0)30 123-4567" and "030 1234567" (no date), "(555) 123-4567", "555-123-4567".
_PHONE = re.compile(
    r"(?<![\w.])\+\d[\d ()/-]{6,}\d"
    r"|(?<![\w.,:/-])(?!\d{1,2}[/-]\d{1,2}[/-]\d{2,4}(?!\d))\(?0\d?\)?[\d ()/-]{6,18}\d(?![\w,])"
    r"|(?<![\w.,:/-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w-])"
)
#: As people type it: "Confidential :", "**Confidential**:", "[ confidential ]".
_WORD = "(?:confidential|vertraulich)"
_COLON = rf"\b{_WORD}[*_]{{0,2}}\s?[:：]"
_OPENED, _CLOSED = rf"\[\s?{_WORD}\s?\]", rf"\[\s?/\s?{_WORD}\s?\]"
_MARKED_LINE = re.compile(rf"{_COLON}[^\n]*", re.IGNORECASE)
_MARKED_SPAN = re.compile(rf"{_OPENED}.*?(?:{_CLOSED}|\Z)", re.IGNORECASE | re.DOTALL)
_REPEATED = re.compile(rf"{re.escape(PERSONAL)}(?:, {re.escape(PERSONAL)})+")
_MARK = re.compile(rf"{_OPENED}|{_CLOSED}|{_COLON}", re.IGNORECASE)
#: What the files themselves call people by: part of a name only in jest.
NO_NAMES = frozenset(
    {"requester", "reviewer", "committee", "chair", "owner", "author", "admin", "administrator",
     "operator", "team", "demo", "first", "second", "third"}
)  # fmt: skip
#: Each word begins with a capital, as names do: "Ruth Calloway", "Ursula von der Aue".
_PERSON = re.compile(r"[^\W\d_a-z]\S*(?: (?:[^\W\d_a-z]\S*|vo[nm]|de[rnl]?|v[ao]n|d[aiu]|l[ae]))*")
_TITLES = re.compile(r"^(?:dr|prof|mr|mrs|ms|herr|frau)\b\.?\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Private:
    """What must not leave: field names, column labels, and one pattern over all known values."""

    people_fields: frozenset[str]
    money_fields: frozenset[str]
    labels: frozenset[str]
    names: re.Pattern[str] | None
    amounts: re.Pattern[str] | None
    personal: re.Pattern[str] | None
    #: The same where a name stands by itself or in a list: there the shortest counts too.
    listed: re.Pattern[str] | None
    #: What was marked confidential, for where the mark got lost: a summary cuts sentences out.
    marked: re.Pattern[str] | None


def private_of(
    content: CharterContent, *, protocol: Protocol | None = None, people: Sequence[str] = ()
) -> Private:
    """Found in the answers; ``people`` are others who are named around them, such as the owner."""
    fields = list(_fields(protocol)) if protocol else []
    money = MONEY_FIELDS | {field.name for field in fields if field.kind == "money"}
    labels = PEOPLE_LABELS | MONEY_LABELS
    labels |= {field.label for field in fields if field.kind == "money"}
    labels |= {field.label for field in fields if field.name in PEOPLE_FIELDS - {"accepted_by"}}
    held = content.model_dump(mode="json")
    money |= measured_money.named(held)
    words = NO_NAMES | {label for field in fields for label in _option_labels(field)}
    names = {text for value in _at(held, PEOPLE_FIELDS) for text in _texts(value, words)}
    names |= {
        part for name in (*people, *names) for part in _name_parts(name, name in people, words)
    }
    amounts = {form for value in _at(held, money) for form in _spellings(value)}
    by_unit = measured_money.amounts(held)
    amounts |= {form for value in (*_budgets(held), *by_unit) for form in _spellings(value)}
    personal = set(_personal_names(held))
    return Private(
        people_fields=PEOPLE_FIELDS,
        money_fields=money,
        labels=labels,
        names=_any_of({name for name in names if len(name) >= LEAST_NAME}),
        amounts=_any_of(amounts),
        personal=_any_of({name for name in personal if len(name) > LEAST_NAME}),
        listed=_any_of(personal, before=r"(?:\A|(?<=[,;] ))", after=r"(?=[,;]| \(|\s*\Z)"),
        marked=_any_of({text for text in _marked(held) if len(text) >= LEAST_MARKED}),
    )


def external_content(content: CharterContent, private: Private) -> CharterContent:
    """The content without what is private; its hash is another than the original's."""
    return CharterContent.model_validate(_clean(content.model_dump(mode="json"), private))


def external_document(document: Layout, private: Private) -> Layout:
    """A laid-out charter without what is private and without the parts meant for insiders."""
    held = document.model_dump(mode="json")
    held["entries"] = [one for one in held["entries"] if one["label"] != "Author"]
    held["parts"] = [
        part | {"nodes": [node for node in part["nodes"] if not node["is_internal"]]}
        for part in held["parts"]
        if not part["is_internal"]
    ]
    footer, properties = held["footer"], held["properties"] | {"profile": "external"}
    cleaned = _clean(held, private) | {"author": "", "footer": footer, "properties": properties}
    cleaned["properties"]["project"] = cleaned["title"]
    cleaned["banners"] = [BANNER.model_dump(), *cleaned["banners"]]
    for part in cleaned["parts"]:
        part["nodes"] = [_said_if_emptied(node) for node in part["nodes"]]
    return Layout.model_validate(cleaned)


def _said_if_emptied(node: dict[str, Any]) -> dict[str, Any]:
    """A table that lost every row says so: a heading above nothing looks like a fault.

    Lines of a list that lost what told them apart become one.
    """
    if node["kind"] == "bullets":
        lines = {
            one["text"] if PERSONAL in one["text"] else at: one
            for at, one in enumerate(node["items"])
        }
        return node | {"items": list(lines.values())}
    if node["kind"] != "grid" or node["rows"]:
        return node
    return Remark(text=f"{node['title'] or 'This table'}: {ALL_LEFT_OUT}").model_dump()


def external_outcome(outcome: Mapping[str, Any] | None, private: Private) -> dict[str, Any] | None:
    """The computed decision without names."""
    return None if outcome is None else _clean(dict(outcome), private)


# -- finding -------------------------------------------------------------------------------------


def _fields(protocol: Protocol) -> Iterator[Field]:
    for stage in protocol.stages:
        for group in stage.groups:
            for question in group.questions:
                yield from _below(question.fields)
                if question.table is not None:
                    yield from _below((question.table,))


def _below(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _below(field.columns)


def _at(value: Any, names: frozenset[str]) -> Iterator[Any]:
    """Everything that stands under one of the names, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in names:
                yield inner
            yield from _at(inner, names)
    elif isinstance(value, list):
        for inner in value:
            yield from _at(inner, names)


def _option_labels(field: Field) -> Iterator[str]:
    return (option.label.casefold() for option in field.options)


def _texts(value: Any, words: Set[str]) -> Iterator[str]:
    """A field's value, and what it lists; ``words`` are nobody's name."""
    if isinstance(value, str) and value.strip() and value.strip().casefold() not in words:
        yield value.strip()
        for part in re.split(r"[,;/]", value):
            joined = re.split(r" and | und ", part)
            listed = [part, *(one for one in joined if _PERSON.fullmatch(one.strip()))]
            # Part of a list of people, not of a sentence about them.
            yield from (
                one.strip()
                for one in (listed if len(joined) > 1 else [part])
                if one.strip()[:1].isupper() and len(one.split()) <= MOST_WORDS
                if one.strip().casefold() not in words
            )
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, words)


def _name_parts(name: str, is_person: bool, words: Set[str]) -> Iterator[str]:
    """A person's name is also known by its parts; a role ("Lead developer") is not."""
    yield name.strip()
    bare = _TITLES.sub("", name.strip())
    if is_person or bare != name.strip():
        yield bare
        parts = (part.strip("().,") for part in bare.split() if len(part) > LEAST_NAME)
        yield from (part for part in parts if part.casefold() not in words)


def _budgets(held: Mapping[str, Any]) -> Iterator[Any]:
    """Amounts among the limits, whose field holds staff and dates too."""
    for rows in _at(held, frozenset({"constraints"})):
        yield from _budget_rows(rows)
    yield from _budget_rows(held["answers"].get("S1-11", {}).get("value"))


def _budget_rows(rows: Any) -> Iterator[Any]:
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and row.get("kind") == "budget":
            yield row.get("amount")


def _spellings(value: Any) -> Iterator[str]:
    """How an amount may be written; small ones stand for too much else to be taken out."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) < LEAST_AMOUNT:
        return
    grouped = f"{value:,.0f}"
    yield grouped
    yield f"{value:.0f}"
    for mark in (" ", ".", "'", "’", "\u00a0", "\u202f"):
        yield grouped.replace(",", mark)
    for unit, words in ((1e3, ("k", "thousand", "Tsd")), (1e6, ("m", "million", "Mio", "M"))):
        short = f"{value / unit:g}"
        for word in words:
            for spelt in {short, short.replace(".", ",")}:
                yield from (f"{spelt}{word}", f"{spelt} {word}")


def _personal_names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _personal_names(inner)
    elif isinstance(value, list):
        for inner in value:
            row_name = _personal_name(inner)
            if row_name is not None:
                yield row_name
            yield from _personal_names(inner)


def _personal_name(row: Any) -> str | None:
    """What a row about personal or confidential data is called; None for any other row."""
    if not isinstance(row, Mapping):
        return None
    for field, (harmless, name) in PERSONAL_ROWS.items():
        if field in row and name in row and str(row[field] or "") not in harmless:
            return str(row[name] or "")
    return None


def _marked(value: Any) -> Iterator[str]:
    """Sentences that stand inside a mark, wherever it stands."""
    if isinstance(value, str):
        for pattern in (_MARKED_SPAN, _MARKED_LINE):
            for found in pattern.finditer(value):
                inner = _MARK.sub(" ", found[0])
                yield from (one.strip() for one in re.split(r"[.!?]+(?:\s|$)|\n", inner))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _marked(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _marked(inner)


def _any_of(
    texts: Iterable[str], *, before: str = r"(?<!\w)", after: str = r"(?!\w)"
) -> re.Pattern[str] | None:
    """The longest first, so that no part of one is left."""
    found = sorted(set(texts) - {""}, key=lambda text: (-len(text), text))
    if not found:
        return None
    # A layout may have broken a line or doubled a blank.
    spelt = "|".join(r"\s+".join(map(re.escape, text.split())) for text in found)
    return re.compile(rf"{before}(?:{spelt}){after}", re.IGNORECASE)


# -- taking out ----------------------------------------------------------------------------------


def _clean(value: Any, private: Private) -> Any:
    if isinstance(value, str):
        return clean_text(value, private)
    if isinstance(value, list):
        return [_clean(one, private) for one in value if _personal_name(one) is None]
    if isinstance(value, Mapping):
        held = _clean_table(value, private) if "columns" in value and "rows" in value else value
        money = private.money_fields | measured_money.money_fields(held)
        return {name: _clean_field(name, inner, private, money) for name, inner in held.items()}
    return value


def _clean_field(name: str, value: Any, private: Private, money: Set[str]) -> Any:
    if name in private.people_fields:
        return WITHHELD if isinstance(value, str) and value else _clean(value, private)
    if name in money and isinstance(value, int | float):
        return None
    if name in private.money_fields and isinstance(value, str):
        return WITHHELD if value else ""
    return _clean(value, private)


def _clean_table(table: Mapping[str, Any], private: Private) -> dict[str, Any]:
    """Cells under a private label, and the answers beside one."""
    columns: list[str] = table["columns"]
    hidden = measured_money.hidden_cells(columns, [row["cells"] for row in table["rows"]])
    for row, column in hidden:
        table["rows"][row]["cells"][column] = WITHHELD
    rows = [
        row | {"cells": _clean_cells(columns, row["cells"], private)}
        for row in table["rows"]
        if not _is_personal_row(row["cells"], private)
    ]
    return dict(table) | {"rows": rows}


def _clean_cells(columns: list[str], cells: list[str], private: Private) -> list[str]:
    hidden = [column in private.labels for column in columns]
    if len(cells) == 2 and cells[0] in private.labels:
        return [cells[0], WITHHELD]
    return [
        WITHHELD if at < len(hidden) and hidden[at] and cell not in ("", "—") else cell
        for at, cell in enumerate(cells)
    ]


def _is_personal_row(cells: list[str], private: Private) -> bool:
    """A row that is named after personal data."""
    return bool(cells and private.listed and private.listed.fullmatch(cells[0].strip()))


def clean_text(text: str, private: Private) -> str:
    """One text without what is private."""
    text = _MARKED_LINE.sub(CONFIDENTIAL, _MARKED_SPAN.sub(CONFIDENTIAL, text))
    text = _PHONE.sub(NAME, _MAIL.sub(NAME, text))
    text = AMOUNT.sub(MONEY, text)
    for pattern, word in (
        (private.marked, CONFIDENTIAL),
        (private.amounts, MONEY),
        (private.names, NAME),
        (private.personal, PERSONAL),
        (private.listed, PERSONAL),
    ):
        if pattern is not None:
            text = pattern.sub(word, text)
    return _REPEATED.sub(PERSONAL, text)
