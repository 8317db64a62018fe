"""Turns the mappings of stage files into the typed question set."""

from __future__ import annotations

import re
from typing import Any

from interviews.protocol.entry import Entry
from interviews.protocol.faults import Place
from interviews.protocol.types import (
    FIELD_KINDS,
    INPUT_KINDS,
    Condition,
    Field,
    Option,
    Question,
    QuestionGroup,
    RubricElement,
    Stage,
)

ASK_LIMIT = 500
FOLLOW_UP_LIMIT = 2_000
RUBRIC_TOTAL = 10
_TOKEN = re.compile(r"^[a-z][a-z0-9_]*$")
_KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")


def build_stage(data: Any, file: str) -> Stage:
    """One stage file. Raises ProtocolFault."""
    entry = Entry(data, Place(file))
    number = entry.integer("stage")
    stage = Stage(
        number=number,
        name=entry.text("name"),
        minutes=entry.integer("minutes"),
        intro=entry.text("intro"),
        deliverable=entry.text("deliverable"),
        groups=entry.each(
            "groups", lambda group, place: _group(group, place, number), optional=False
        ),
    )
    # A place for YAML anchors, such as a rubric that several questions share.
    entry.raw("shared", None)
    entry.finish()
    return stage


def _group(data: Any, place: Place, stage_number: int) -> QuestionGroup:
    entry = Entry(data, place)
    key = _token(entry, "key")
    group = QuestionGroup(
        key=key,
        title=entry.text("title"),
        questions=entry.each(
            "questions",
            lambda question, where: _question(question, where, stage_number, key),
            optional=False,
        ),
    )
    entry.finish()
    return group


def _question(data: Any, place: Place, stage_number: int, group_key: str) -> Question:
    entry = Entry(data, place)
    key = entry.text("key")
    if not _KEY.match(key):
        raise place.at("key").fault("must be letters, digits and hyphens, such as S1-01.")
    entry.place = place.of_item(key)
    question = Question(
        key=key,
        slug=_token(entry, "slug"),
        title=entry.text("title", limit=120),
        ask=entry.text("ask", limit=ASK_LIMIT),
        why=entry.text("why", limit=ASK_LIMIT),
        input=_one_of(entry, "input", INPUT_KINDS),
        stage_number=stage_number,
        group_key=group_key,
        minutes=entry.number("minutes") or 0,
        fields=entry.each("fields", build_field, optional=False),
        rubric=entry.each("rubric", _element),
        vague=entry.text("vague"),
        strong=entry.text("strong"),
        fills=entry.words("fills"),
        show_when=_condition(entry, "show_when"),
        unknown_allowed=entry.flag("unknown_allowed", True),
        depends_on=entry.words("depends_on"),
        checks=entry.words("checks"),
        none_cap=entry.number("none_cap", None),
        scored=entry.flag("scored", True),
    )
    entry.finish()
    _require_weights(question, entry.place)
    return question


def build_field(data: Any, place: Place) -> Field:
    """A field of a form, or a column of a table. Raises ProtocolFault."""
    entry = Entry(data, place)
    field = Field(
        name=_token(entry, "name"),
        kind=_one_of(entry, "kind", FIELD_KINDS),
        label=entry.text("label"),
        required=entry.flag("required", False),
        help=entry.text("help", ""),
        options=entry.each("options", _option),
        options_from=_options_from(entry),
        minimum=entry.number("minimum", None),
        maximum=entry.number("maximum", None),
        min_length=entry.length("min_length"),
        max_length=entry.length("max_length"),
        unit=entry.text("unit", ""),
        show_when=_condition(entry, "show_when"),
        columns=entry.each("columns", build_field),
        min_rows=entry.integer("min_rows", 0),
        max_rows=entry.integer("max_rows", 60),
        preset_rows=entry.each("preset_rows", _preset_row),
        preset_from=entry.text("preset_from", ""),
        none_allowed=entry.flag("none_allowed", False),
    )
    entry.finish()
    return field


def _option(data: Any, place: Place) -> Option:
    """``{value, label}``, or a plain token whose label is derived: db_query -> Db query."""
    if isinstance(data, str):
        return Option(value=data, label=label_of(data))
    entry = Entry(data, place)
    value = entry.text("value")
    option = Option(
        value=value,
        label=entry.text("label", label_of(value)),
        from_date=entry.day("from_date"),
        help=entry.text("help", ""),
    )
    entry.finish()
    return option


def label_of(token: str) -> str:
    """What a person reads for a token that has no label of its own."""
    words = token.replace("_", " ")
    return words[:1].upper() + words[1:]


def _element(data: Any, place: Place) -> RubricElement:
    entry = Entry(data, place)
    element = RubricElement(
        id=_token(entry, "id"),
        weight=entry.integer("weight"),
        required=entry.flag("required", False),
        means=entry.text("means"),
        ask=entry.text("ask", limit=FOLLOW_UP_LIMIT),
    )
    entry.finish()
    if not 1 <= element.weight <= RUBRIC_TOTAL:
        raise place.at("weight").fault(f"must be 1 to {RUBRIC_TOTAL}.")
    return element


def _condition(entry: Entry, key: str) -> Condition | None:
    if entry.raw(key, None) is None:
        return None
    inner = Entry(entry.raw(key), entry.place.at(key))
    values = inner.raw("values")
    if not isinstance(values, list) or not values:
        raise inner.place.at("values").fault("must be a list with at least one value.")
    condition = Condition(
        field=inner.text("field"),
        values=tuple(values),
        question=inner.text("question") if inner.has("question") else None,
    )
    inner.finish()
    return condition


def _options_from(entry: Entry) -> tuple[str, str] | None:
    """``[S1-07, name]`` or ``{question: S1-07, field: name}``."""
    found = entry.raw("options_from", None)
    place = entry.place.at("options_from")
    if found is None:
        return None
    if isinstance(found, list):
        if len(found) != 2 or not all(isinstance(part, str) for part in found):
            raise place.fault("must be a question key and a field name.")
        return found[0], found[1]
    inner = Entry(found, place)
    pair = inner.text("question"), inner.text("field")
    inner.finish()
    return pair


def _preset_row(data: Any, place: Place) -> dict[str, Any]:
    if not isinstance(data, dict) or not data:
        raise place.fault("must be a mapping of column names to values.")
    return dict(data)


def _token(entry: Entry, key: str) -> str:
    found = entry.text(key)
    if not _TOKEN.match(found):
        raise entry.place.at(key).fault(f'must be lower_snake_case, not "{found}".')
    return found


def _one_of(entry: Entry, key: str, known: tuple[str, ...]) -> str:
    found = entry.text(key)
    if found not in known:
        raise entry.place.at(key).fault(f'must be one of {", ".join(known)}; not "{found}".')
    return found


def _require_weights(question: Question, place: Place) -> None:
    if not question.rubric and not question.scored:
        return
    total = sum(element.weight for element in question.rubric)
    if total != RUBRIC_TOTAL:
        raise place.at("rubric.weight").fault(
            f"the weights add up to {total}; they must add up to {RUBRIC_TOTAL}."
        )
