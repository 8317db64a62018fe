"""Turns one answer into paragraphs and tables that keep the person's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charters.sections.cells import EMPTY, cell, day
from charters.sections.record import NOBODY, Record
from charters.statements import Block, Paragraph, Statement, Table
from interviews.answerset import AnswerState, AnswerView
from interviews.protocol.types import Field, Question

#: Tables of the page name themselves; a question with one table has its own title.
CODE_COLUMNS = ("Question", "Answer", "Comment")


def answer_blocks(record: Record, *keys: str) -> list[Block]:
    """The blocks of several questions, in the order given; hidden ones are left out."""
    return [
        block
        for key in keys
        if key in record.visible
        for block in _blocks_of(record, record.protocol.question(key))
    ]


def _blocks_of(record: Record, question: Question) -> list[Block]:
    answer = record.usable(question.key)
    if answer is None:
        return [Paragraph(title=question.title, statements=[unknown_statement(record, question)])]
    blocks = _answered(record, question, answer)
    if answer.state == AnswerState.ESCALATED:
        blocks.append(Paragraph(statements=[escalated_statement(record, question)]))
    return blocks


def _answered(record: Record, question: Question, answer: AnswerView) -> list[Block]:
    value = answer.value
    if isinstance(value, Mapping) and isinstance(value.get("none"), str):
        words = record.state(f"None. {value['none']}", question.key)
        return [Paragraph(title=question.title, statements=[words])]
    if question.input == "table" and isinstance(value, list):
        return [_table(record, question, question.title, question.table, value)]
    if question.input == "screening" and isinstance(value, Mapping):
        return [_screening(record, question, value)]
    if isinstance(value, Mapping):
        return _form(record, question, value)
    return [Paragraph(title=question.title, statements=[record.state(str(value), question.key)])]


def unknown_statement(record: Record, question: Question) -> Statement:
    """Says that nobody knows yet, who finds out and by when."""
    owner, due = record.owner_and_due(question.key)
    by_when = f" by {day(due)}" if due else ""
    who = "Nobody has been named to find out" if owner == NOBODY else f"{owner} finds out"
    text = f"Not known yet: {question.ask} {who}{by_when}."
    answer = record.answers.get(question.key)
    if answer is not None and answer.unknown and answer.unknown.note:
        text = f"{text} {answer.unknown.note}"
    return record.state(text, question.key)


def escalated_statement(record: Record, question: Question) -> Statement:
    """Says that the answer above never reached its threshold and who settles it."""
    text = f"“{question.title}” stayed below its threshold; a reviewer settles it before approval."
    return record.state(text, question.key)


def _form(record: Record, question: Question, value: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = []
    words = value.get("text")
    if isinstance(words, str) and words.strip():
        blocks.append(
            Paragraph(title=question.title, statements=[record.state(words, question.key)])
        )
    rows = [
        record.row(
            [field.label, cell(field, value[field.name], currency=record.currency)], question.key
        )
        for field in question.fields
        if field.name != "text" and field.kind != "table" and field.name in value
    ]
    if rows:
        title = question.title if not blocks else f"{question.title}: details"
        blocks.append(Table(title=title, columns=["Detail", "Answer"], rows=rows))
    blocks += [
        _table(record, question, field.label, field, value[field.name])
        for field in question.fields
        if field.kind == "table" and isinstance(value.get(field.name), list | Mapping)
    ]
    return blocks


def _table(record: Record, question: Question, title: str, table: Field, value: Any) -> Block:
    if isinstance(value, Mapping):
        reason = record.state(f"None. {value.get('none', '')}", question.key)
        return Paragraph(title=title, statements=[reason])
    rows = [row for row in value if isinstance(row, Mapping)]
    # A column that nobody filled in would only make a wide table wider.
    columns = [
        column
        for column in table.columns
        if any(row.get(column.name) not in (None, "", []) for row in rows)
    ]
    return Table(
        title=title,
        columns=[column.label for column in columns],
        rows=[
            record.row(
                [
                    cell(column, row.get(column.name), currency=record.currency)
                    for column in columns
                ],
                question.key,
            )
            for row in rows
        ],
    )


def _screening(record: Record, question: Question, value: Mapping[str, Any]) -> Block:
    names = practice_names(question)
    rows = [
        record.row(
            [
                names.get(code, code.replace("_", " ").capitalize()),
                str(row.get("answer") or EMPTY).capitalize(),
                str(row.get("comment") or EMPTY),
            ],
            question.key,
        )
        for code, row in value.items()
        if isinstance(row, Mapping)
    ]
    return Table(title=question.title, columns=list(CODE_COLUMNS), rows=rows)


def practice_names(question: Question) -> dict[str, str]:
    """What a person reads for each code of the screening."""
    return {option.value: option.label for field in question.fields for option in field.options}
