"""Draws a table to type in; built in Python because 60 rows of 14 columns are 840 inputs."""

from __future__ import annotations

from typing import Any

from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interviews.fields import controls, names
from interviews.fields.raw import as_lines, none_of, rows_of, token_of
from interviews.fields.sheet import Remark, Sheet
from interviews.protocol.types import Field, Option

EMPTY = format_html("{}", "")
#: What stands in place of a row's number in the row that the script copies.
NEW_ROW = "__row__"
BLANK_ROWS = 3

WIDTHS = {
    "long_text": "wide",
    "list": "wide",
    "multi": "middle",
    "text": "middle",
    "choice": "short",
    "yes_no": "tiny",
    "date": "date",
    "duration": "short",
}


def draw(sheet: Sheet, table: Field) -> SafeString:
    """The whole table with its buttons."""
    rows = rows_of(sheet.raw, table, sheet.question)
    reason = none_of(sheet.raw, table, sheet.question)
    if not rows and sheet.is_editable and not reason:
        rows = [{} for _ in range(min(max(table.min_rows, BLANK_ROWS), table.max_rows))]
    name = names.table_id(table.name)
    remarks = sheet.remarks_by_target.get(name, [])
    columns = [_Column(sheet, table, column) for column in table.columns]
    return format_html(
        '<section class="sheet" id="{}" data-table="{}" data-max="{}"><h2 class="sheet-title">{}</h2>'
        '{}{}<div class="sheet-scroll" tabindex="0" role="group" aria-label="{}">'
        "<table{}>{}{}</table></div>{}{}{}</section>",
        name,
        table.name,
        table.max_rows,
        table.label,
        format_html('<p class="hint">{}</p>', table.help) if table.help else EMPTY,
        _choices_explained(columns) + _remarks(f"{name}-error", remarks),
        f"{table.label}, table",
        flatatt({"class": "grid"}),
        _head(table, columns, sheet.is_editable),
        _body(sheet, table, columns, rows),
        _template(sheet, table, columns),
        _buttons(table) if sheet.is_editable else EMPTY,
        _none(sheet, table, reason) if table.none_allowed else EMPTY,
    )


class _Column:
    """A column with everything that is the same in every row."""

    def __init__(self, sheet: Sheet, table: Field, field: Field) -> None:
        self.field = field
        self.table = table.name
        self.options: tuple[Option, ...] = tuple(
            controls.choices_of(field, sheet.options_of(field))
        )
        self.unit = sheet.unit_of(field)
        self.width = self._width()
        self.is_editable = sheet.is_editable
        self._offered: dict[str, SafeString] = {}

    def _width(self) -> str:
        """Wide enough to read what is chosen."""
        if self.options and self.field.kind != "multi":
            longest = max(len(option.label) for option in self.options)
            return "tiny" if longest <= 4 else "short" if longest <= 16 else "middle"
        return WIDTHS.get(self.field.kind, "number")

    @property
    def heading(self) -> str:
        return f"{self.field.label} ({self.unit})" if self.unit else self.field.label

    def cell(self, row_id: int | str, label: str, raw: Any, remarks: list[Remark]) -> SafeString:
        """One cell: the input, and what is wrong with it."""
        name = names.cell_name(self.table, row_id, self.field.name)
        attributes: dict[str, Any] = {"id": name, "aria-label": f"{label}, {self.field.label}"}
        if not self.is_editable:
            attributes["disabled"] = True
        if remarks:
            attributes["aria-describedby"] = f"{name}-error"
        if any(not one.is_warning for one in remarks):
            attributes["aria-invalid"] = "true"
        return format_html(
            '<td class="is-{}" data-label="{}">{}{}</td>',
            self.width,
            self.heading,
            self._control(name, label, raw, attributes),
            _remarks(f"{name}-error", remarks),
        )

    def _control(self, name: str, label: str, raw: Any, attributes: dict[str, Any]) -> SafeString:
        kind = self.field.kind
        if kind == "multi" and self.options:
            return self._several(name, label, raw, attributes)
        if self.options and kind != "multi":
            return self._select(name, raw, attributes)
        if kind in ("long_text", "list", "multi", "text"):
            return controls.area(name, raw, 1, attributes | self._limit())
        if kind == "duration":
            return controls.duration(name, raw, f"{label}, {self.field.label}", attributes)
        return controls.line(self.field, name, raw, attributes)

    def _limit(self) -> dict[str, Any]:
        return {"maxlength": self.field.max_length} if self.field.max_length else {}

    def _select(self, name: str, raw: Any, attributes: dict[str, Any]) -> SafeString:
        # The options of a column differ only by which one is chosen: drawn once per choice.
        chosen = token_of(raw, self.options)
        if chosen not in self._offered:
            self._offered[chosen] = controls.offered(chosen, self.options)
        return controls.select(name, self._offered[chosen], attributes)

    def _several(self, name: str, label: str, raw: Any, attributes: dict[str, Any]) -> SafeString:
        chosen = len(as_lines(raw))
        disabled = {"disabled": True} if "disabled" in attributes else {}
        return format_html(
            '<details class="cell-boxes"><summary aria-label="{}">{}</summary>{}</details>',
            f"{label}, {self.field.label}: {chosen} chosen",
            f"{chosen} chosen",
            controls.boxes(name, raw, self.options, kind="checkbox", attributes=disabled),
        )


def _choices_explained(columns: list[_Column]) -> SafeString:
    """What the choices of a column mean, where the protocol explains them."""
    drawn = EMPTY
    for column in columns:
        explained = [one for one in column.options if one.help]
        if explained:
            drawn += format_html(
                '<details><summary>What to choose under “{}”</summary><dl class="facts">{}</dl>'
                "</details>",
                column.field.label,
                format_html_join(
                    "",
                    "<div><dt>{}</dt><dd>{}</dd></div>",
                    ((one.label, one.help) for one in explained),
                ),
            )
    return drawn


def _head(table: Field, columns: list[_Column], is_editable: bool) -> SafeString:
    cells = format_html_join(
        "",
        '<th scope="col" class="is-{}">{}{}{}</th>',
        (
            (
                column.width,
                column.heading,
                format_html('<span class="required" title="required">{}</span>', " *")
                if column.field.required
                else EMPTY,
                format_html('<span class="column-help">{}</span>', column.field.help)
                if column.field.help
                else EMPTY,
            )
            for column in columns
        ),
    )
    last = format_html('<th scope="col" class="row-tools">{}</th>', _hidden("Change the row"))
    return format_html(
        '<thead><tr><th scope="col" class="row-number">{}</th>{}{}</tr></thead>',
        _hidden("Row"),
        cells,
        last if is_editable else EMPTY,
    )


def _hidden(words: str) -> SafeString:
    return format_html('<span class="visually-hidden">{}</span>', words)


def _body(
    sheet: Sheet, table: Field, columns: list[_Column], rows: list[dict[str, Any]]
) -> SafeString:
    drawn = (
        (_row(sheet, table, columns, number, str(number + 1), row),)
        for number, row in enumerate(rows)
    )
    return format_html("<tbody>{}</tbody>", format_html_join("\n", "{}", drawn))


def _row(
    sheet: Sheet,
    table: Field,
    columns: list[_Column],
    row_id: int | str,
    shown: str,
    row: dict[str, Any],
) -> SafeString:
    found = sheet.remarks_by_target
    cells = (
        (
            column.cell(
                row_id,
                f"Row {shown}",
                row.get(column.field.name),
                found.get(names.cell_name(table.name, row_id, column.field.name), []),
            ),
        )
        for column in columns
    )
    return format_html(
        '<tr data-row="{}"><th scope="row" class="row-number"><span class="row-word">Row </span>'
        '<span class="row-shown">{}</span>'
        '<input type="hidden" name="{}" value="{}"></th>{}{}</tr>',
        row_id,
        shown,
        names.rows_name(table.name),
        row_id,
        format_html_join("", "{}", cells),
        _row_tools(table, row_id, shown) if sheet.is_editable else EMPTY,
    )


TOOLS = (
    ("up", "↑", "Move row {} up"),
    ("down", "↓", "Move row {} down"),
    ("remove", "×", "Remove row {}"),
)


def _row_tools(table: Field, row_id: int | str, shown: str) -> SafeString:
    buttons = format_html_join(
        "",
        '<button type="submit" class="tool" name="row_action" value="{}:{}:{}" data-tool="{}"'
        ' aria-label="{}" title="{}">{}</button>',
        (
            (verb, table.name, row_id, verb, words.format(shown), words.format(shown), sign)
            for verb, sign, words in TOOLS
        ),
    )
    return format_html('<td class="row-tools">{}</td>', buttons)


def _template(sheet: Sheet, table: Field, columns: list[_Column]) -> SafeString:
    if not sheet.is_editable:
        return EMPTY
    row = _row(sheet, table, columns, NEW_ROW, NEW_ROW, {})
    return format_html("<template>{}</template>", row)


def _buttons(table: Field) -> SafeString:
    paste = names.paste_name(table.name)
    headings = ", ".join(column.label for column in table.columns)
    return format_html(
        '<div class="sheet-buttons">'
        '<button type="submit" class="button is-quiet" name="row_action" value="add:{0}:1"'
        ' data-tool="add">Add a row</button>'
        '<button type="submit" class="button is-quiet" name="row_action" value="add:{0}:5"'
        ' data-tool="add">Add five rows</button></div>'
        '<details class="paste"><summary>Paste from a spreadsheet</summary>'
        '<label for="{1}">Rows from your spreadsheet</label>'
        '<p class="hint" id="{1}-hint">Copy the cells and paste them here. With a first line of'
        " column names in any order, or without one in this order: {2}.</p>"
        '<textarea id="{1}" name="{1}" rows="5" aria-describedby="{1}-hint"></textarea>'
        '<button type="submit" class="button is-quiet" name="row_action" value="paste:{0}">'
        "Add these rows</button></details>",
        table.name,
        paste,
        headings,
    )


def _none(sheet: Sheet, table: Field, reason: str) -> SafeString:
    name = names.none_name(table.name)
    remarks = sheet.remarks_by_target.get(name, [])
    described = f"{name}-hint {name}-error" if remarks else f"{name}-hint"
    attributes: dict[str, Any] = {"id": name, "aria-describedby": described}
    if remarks:
        attributes["aria-invalid"] = "true"
    if not sheet.is_editable:
        attributes["disabled"] = True
    return format_html(
        '<details class="none"{}><summary>There is nothing to list</summary><div class="field">'
        '<label for="{}">Why there is nothing to list</label>'
        '<p class="hint" id="{}-hint">Leave the table empty and give the reason; it is judged like'
        " any other answer.</p>{}{}</div></details>",
        flatatt({"open": bool(reason or remarks)}),
        name,
        name,
        _remarks(f"{name}-error", remarks),
        controls.area(name, reason, 3, attributes),
    )


def _remarks(element_id: str, remarks: list[Remark]) -> SafeString:
    if not remarks:
        return EMPTY
    lines = format_html_join(
        "",
        '<span class="{}">{}</span>',
        (("warning" if one.is_warning else "error", one.message) for one in remarks),
    )
    return format_html('<p class="remarks" id="{}">{}</p>', element_id, lines)
