"""What the inputs of a question are called, and where an issue's path points on the page."""

from __future__ import annotations

import re

from interviews.protocol.types import Field, Question

_ROW_PATH = re.compile(r"^(?P<table>[a-z0-9_]*)\[(?P<row>\d+)\](?:\.(?P<column>[a-z0-9_]+))?$")


def field_name(field: str) -> str:
    return f"f-{field}"


def group_name(field: str, part: str) -> str:
    return f"g-{field}-{part}"


def cell_name(table: str, row: int | str, column: str) -> str:
    return f"t-{table}-{row}-{column}"


def rows_name(table: str) -> str:
    """Hidden input that stands once in every row; their order is the order of the rows."""
    return f"t-{table}-row"


def none_name(table: str) -> str:
    return f"t-{table}-none"


def paste_name(table: str) -> str:
    return f"p-{table}"


def unit_name(name: str) -> str:
    return f"{name}-unit"


def practice_name(field: str, code: str) -> str:
    return f"f-{field}-{code}"


def comment_name(field: str, code: str) -> str:
    return f"f-{field}-{code}-comment"


def table_id(table: str) -> str:
    return f"t-{table}"


def element_id(question: Question, path: str) -> str:
    """The id of the input that an issue's path is about."""
    found = _ROW_PATH.match(path)
    if found:
        table = found["table"] or question.fields[0].name
        column = found["column"] or first_column(question.field(table))
        return cell_name(table, found["row"], column)
    head, _, rest = path.partition(".")
    if question.input == "screening":
        return _screening_id(question, head, rest)
    if question.is_table:
        table = question.fields[0].name
        return none_name(table) if head == "none" else table_id(table)
    return _form_id(question, head, rest)


def first_column(table: Field) -> str:
    return table.columns[0].name


def _screening_id(question: Question, code: str, rest: str) -> str:
    field = question.fields[0].name
    if not code:
        return practice_name(field, question.fields[0].options[0].value)
    return comment_name(field, code) if rest == "comment" else practice_name(field, code)


def _form_id(question: Question, head: str, rest: str) -> str:
    known = {field.name: field for field in question.fields}
    field = known.get(head, question.fields[0])
    if field.kind == "table":
        return none_name(field.name) if rest == "none" else table_id(field.name)
    if field.kind == "group":
        return group_name(field.name, rest or field.columns[0].name)
    return field_name(field.name)
