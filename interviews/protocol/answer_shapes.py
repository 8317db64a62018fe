"""Writes down, as Markdown, the shape of the answer that each question takes in a file."""

from __future__ import annotations

from collections.abc import Iterator

from interviews.protocol.types import Condition, Field, Option, Protocol, Question

#: How a value of each kind is written in JSON.
WRITTEN = {
    "text": "text",
    "long_text": "text",
    "choice": "one token",
    "multi": "list of tokens",
    "list": "list of texts",
    "number": "number",
    "integer": "whole number",
    "money": "number, in the currency of S1-02",
    "percent": "number, 0 to 100",
    "rating": "whole number",
    "duration": '{"value": 3, "unit": "s, min, h, day or week"}',
    "date": '"YYYY-MM-DD"',
    "yes_no": "true or false",
    "group": "mapping",
    "table": "list of rows",
}
WHOLE = {
    "text": "A plain text.",
    "form": "A mapping with these keys.",
    "table": "A list of rows with these keys.",
    "screening": 'For each code `{"answer": "yes", "comment": "..."}`; yes, no or unsure.',
}
LONGEST_LIST = 30
HEADER = ("| Key | Value | Needed | Notes |", "|---|---|---|---|")


def as_markdown(protocol: Protocol) -> str:
    """One section for each question, in the order in which they are asked."""
    lines: list[str] = []
    for stage in protocol.stages:
        lines += [f"## Stage {stage.number}: {stage.name}", ""]
        for question in stage.questions:
            lines += [*_question(question), ""]
    return "\n".join(lines)


def _question(question: Question) -> Iterator[str]:
    yield f"### {question.key} {question.title}"
    yield ""
    yield WHOLE[question.input] + _remarks(question)
    if question.input == "text":
        return
    yield ""
    yield from HEADER
    if question.input == "screening":
        yield from (f"| `{one.value}` | answer | yes | {one.label} |" for one in _options(question))
        return
    fields = question.table.columns if question.is_table else question.fields
    for field in fields:
        yield from _rows(field, "")


def _options(question: Question) -> tuple[Option, ...]:
    return question.fields[0].options


def _remarks(question: Question) -> str:
    said = []
    if question.is_table and question.table.none_allowed:
        said.append('Instead of rows: `{"none": "reason"}`.')
    if question.show_when:
        said.append(f"Asked only {_when(question.show_when)}.")
    if not question.unknown_allowed:
        said.append("May not be left unknown.")
    return "".join(f" {one}" for one in said)


def _rows(field: Field, within: str) -> Iterator[str]:
    name = f"{within}{field.name}"
    needed = "yes" if field.required else "no"
    yield f"| `{name}` | {WRITTEN[field.kind]} | {needed} | {'; '.join(_notes(field))} |"
    joint = "[]." if field.kind == "table" else "."
    for column in field.columns:
        yield from _rows(column, f"{name}{joint}")


def _notes(field: Field) -> Iterator[str]:
    if field.options:
        yield _tokens(field.options)
    if field.options_from:
        key, column = field.options_from
        yield f"a `{column}` of {key}"
    if field.minimum is not None or field.maximum is not None:
        yield _range(field)
    if field.min_length:
        yield f"at least {field.min_length} characters"
    if field.unit:
        yield field.unit
    if field.none_allowed:
        yield 'or `{"none": "reason"}`'
    if field.show_when:
        yield f"only {_when(field.show_when)}"


def _tokens(options: tuple[Option, ...]) -> str:
    """All tokens; of a long list the first few."""
    shown = options if len(options) <= LONGEST_LIST else options[:5]
    words = ", ".join(f"`{one.value}`" for one in shown)
    return words if shown == options else f"{words} and {len(options) - 5} more"


def _range(field: Field) -> str:
    if field.maximum is None:
        return f"from {field.minimum:g}"
    return (
        f"{field.minimum:g} to {field.maximum:g}"
        if field.minimum is not None
        else (f"up to {field.maximum:g}")
    )


def _when(condition: Condition) -> str:
    words = ", ".join(f"`{str(value).lower()}`" for value in condition.values)
    place = (
        f"{condition.question} `{condition.field}`"
        if condition.question
        else (f"`{condition.field}`")
    )
    return f"when {place} is {words}"
