"""Checks that a built question set holds together: names, shapes and references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from interviews.protocol.checks import CHECKS
from interviews.protocol.faults import Place, did_you_mean
from interviews.protocol.presets import PRESETS
from interviews.protocol.types import Condition, Field, Protocol, Question, Stage

DELIVERABLES = (
    "problem_statement",
    "metric_alignment_matrix",
    "data_quality_scorecard",
    "user_context",
    "ethical_risk_report",
)
#: Kinds that take options; ratings may name what each number means.
_CHOOSING = ("choice", "multi")
_WITH_OPTIONS = (*_CHOOSING, "rating")
_NESTING = ("table", "group")


@dataclass(frozen=True)
class _Reach:
    """What a field may refer to: the whole set, and the fields beside it."""

    protocol: Protocol
    siblings: Sequence[Field]


def require_distinct(places: Iterable[tuple[str, Place]], what: str) -> None:
    """Raise ProtocolFault if a name stands twice."""
    seen: dict[str, Place] = {}
    for name, place in places:
        if name in seen:
            raise place.fault(f'{what} "{name}" is taken already by {seen[name]}.')
        seen[name] = place


def check_stage(stage: Stage, file: str) -> None:
    """Everything about one stage that needs no other stage. Raises ProtocolFault."""
    place = Place(file)
    if stage.deliverable not in DELIVERABLES:
        raise place.at("deliverable").fault(f"must be one of {', '.join(DELIVERABLES)}.")
    require_distinct(
        ((group.key, place.at("groups").at(group.key)) for group in stage.groups), "The group key"
    )
    for question in stage.questions:
        _check_shape(question, place.of_item(question.key))


def check_links(protocol: Protocol, files: Mapping[int, str]) -> None:
    """Everything that refers to something else. Raises ProtocolFault."""
    for stage in protocol.stages:
        for question in stage.questions:
            _check_question_links(question, protocol, Place(files[stage.number], question.key))


def _check_shape(question: Question, place: Place) -> None:
    fields = place.at("fields")
    if question.input == "text" and _names_and_kinds(question) not in (
        [("text", "text")],
        [("text", "long_text")],
    ):
        raise fields.fault('a text question has exactly one text field named "text".')
    if question.input == "table" and _names_and_kinds(question) != [("rows", "table")]:
        raise fields.fault('a table question has exactly one table field named "rows".')
    if question.input == "screening" and _names_and_kinds(question) != [("practices", "multi")]:
        raise fields.fault('a screening has exactly one multi field named "practices".')
    require_distinct(
        ((element.id, place.at("rubric").at(element.id)) for element in question.rubric),
        "The rubric id",
    )
    _check_fields(question.fields, fields, is_nested=False)


def _names_and_kinds(question: Question) -> list[tuple[str, str]]:
    return [(field.name, field.kind) for field in question.fields]


def _check_fields(fields: Sequence[Field], place: Place, *, is_nested: bool) -> None:
    require_distinct(((field.name, place.at(field.name)) for field in fields), "The name")
    for field in fields:
        _check_field(field, place.at(field.name), is_nested=is_nested)


def _check_field(field: Field, place: Place, *, is_nested: bool) -> None:
    if field.kind in _CHOOSING and not field.options and field.options_from is None:
        raise place.at("options").fault("is missing; a choice needs options or options_from.")
    if field.options and field.kind not in _WITH_OPTIONS:
        raise place.at("options").fault(f"means nothing for the kind {field.kind}.")
    if field.kind in _NESTING and is_nested:
        raise place.at("kind").fault("a table or group cannot stand inside another.")
    if (field.kind in _NESTING) != bool(field.columns):
        raise place.at("columns").fault("belongs to a table or group, which needs it.")
    require_distinct(
        ((option.value, place.at("options").at(option.value)) for option in field.options),
        "The option",
    )
    _check_ranges(field, place)
    _check_fields(field.columns, place.at("columns"), is_nested=True)


def _check_ranges(field: Field, place: Place) -> None:
    pairs = (
        ("minimum", field.minimum, field.maximum),
        ("min_length", field.min_length, field.max_length),
        ("min_rows", field.min_rows, field.max_rows),
    )
    for key, low, high in pairs:
        if low is not None and high is not None and low > high:
            raise place.at(key).fault(f"is {low}, above its maximum {high}.")
    if field.kind == "rating" and (field.minimum is None or field.maximum is None):
        raise place.at("minimum").fault("a rating needs minimum and maximum.")
    columns = {column.name for column in field.columns}
    for row in field.preset_rows:
        for name in row:
            if name not in columns:
                raise place.at("preset_rows").fault(f'"{name}" is not a column.')


def _check_question_links(question: Question, protocol: Protocol, place: Place) -> None:
    for name in question.checks:
        if name not in CHECKS:
            hint = did_you_mean(name, CHECKS)
            raise place.at("checks").fault(f'there is no check "{name}".{hint}')
    for key in question.depends_on:
        if key not in protocol:
            raise place.at("depends_on").fault(f'there is no question "{key}".')
    if question.show_when is not None:
        if question.show_when.question is None:
            raise place.at("show_when").at("question").fault("is missing.")
        _check_condition(question.show_when, _Reach(protocol, ()), place.at("show_when"))
    _check_field_links(_Reach(protocol, question.fields), place.at("fields"))


def _check_field_links(reach: _Reach, place: Place) -> None:
    for field in reach.siblings:
        here = place.at(field.name)
        if field.preset_from and field.preset_from not in PRESETS:
            hint = did_you_mean(field.preset_from, PRESETS)
            raise here.at("preset_from").fault(f'there is no preset "{field.preset_from}".{hint}')
        if field.options_from is not None:
            key, name = field.options_from
            _find(reach.protocol, key, name, here.at("options_from"))
        if field.show_when is not None:
            _check_condition(field.show_when, reach, here.at("show_when"))
        _check_field_links(_Reach(reach.protocol, field.columns), here.at("columns"))


def _check_condition(condition: Condition, reach: _Reach, place: Place) -> None:
    if condition.question is None:
        found = _by_name(reach.siblings, condition.field, place.at("field"))
    else:
        found = _find(reach.protocol, condition.question, condition.field, place)
    tokens = [option.value for option in found.options]
    for value in condition.values:
        if found.kind in _CHOOSING and tokens and value not in tokens:
            hint = did_you_mean(str(value), tokens)
            raise place.at("values").fault(f'"{value}" is not an option of {found.name}.{hint}')
        if found.kind == "yes_no" and not isinstance(value, bool):
            raise place.at("values").fault("must be true or false for a yes/no field.")


def _find(protocol: Protocol, key: str, name: str, place: Place) -> Field:
    """The field or table column of a question that a reference names."""
    if key not in protocol:
        raise place.fault(f'there is no question "{key}".')
    question = protocol.question(key)
    return _by_name(question.table.columns if question.is_table else question.fields, name, place)


def _by_name(fields: Sequence[Field], name: str, place: Place) -> Field:
    for field in fields:
        if field.name == name:
            return field
    hint = did_you_mean(name, [field.name for field in fields])
    raise place.fault(f'there is no field "{name}".{hint}')
