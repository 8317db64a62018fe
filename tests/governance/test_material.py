"""What an approval is bound to, field by field; pure."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from charters.content import build_content
from governance import material
from interviews.answerset import AnswerSet
from interviews.consistency.confidence import confidence
from interviews.deliverables import build_all
from interviews.protocol import catalogue
from interviews.protocol.types import Field
from tests.builders.answers import AS_OF, accepted, consistent_values

CONFIG = {"halt": 5, "committee": 4, "revise": 3, "monitor": 2, "breadth_count": 3}
PROTOCOL = catalogue.default_protocol()
ENGINE = "uaip-engine/1"


def content_of(values: dict[str, Any], *, as_of: date = AS_OF) -> dict[str, Any]:
    """A charter's content, written from these values."""
    answers = AnswerSet({key: accepted(key, value) for key, value in values.items()})
    levels = {n: confidence(n, answers, protocol=PROTOCOL) for n in range(1, 6)}
    return build_content(
        protocol=PROTOCOL,
        answers=answers,
        deliverables=build_all(answers),
        findings=[],
        confidence=levels,
        project_name="Safer tools",
        charter_code="1234ABCD",
        charter_version=1,
        as_of=as_of,
    ).model_dump(mode="json")


def hash_of(values: dict[str, Any]) -> str:
    return material.material_hash(content_of(values), config=CONFIG, engine_version=ENGINE)


@cache
def the_hash() -> str:
    return hash_of(consistent_values())


def leaves() -> list[tuple[str, str, Field]]:
    """Every item field of the question bank: question, path, field."""
    found = []
    for question in PROTOCOL.questions:
        if question.input == "screening":
            practice = question.fields[0]
            found += [
                (question.key, f"practices.{name}", practice) for name in ("answer", "comment")
            ]
            continue
        for field in question.fields:
            if field.columns:
                found += [(question.key, f"{field.name}.{one.name}", one) for one in field.columns]
            else:
                found.append((question.key, field.name, field))
    return found


LEAVES = leaves()


@cache
def the_answers() -> dict[str, Any]:
    """What is material of the set as it stands."""
    return material.material_answers(content_of(consistent_values()))


def another(field: Field, value: Any) -> Any:
    """A value of the same kind that says something else."""
    tokens = [option.value for option in field.options]
    if field.kind == "choice":
        return next((token for token in tokens if token != value), f"{value or ''} other")
    if field.kind == "multi":
        return sorted(set(tokens) - set(value or []))[:1] or ["another thing"]
    if field.kind == "list":
        return [*(value or []), "one thing more"]
    if field.kind == "yes_no":
        return not value
    if field.kind == "duration":
        return {"value": (value or {"value": 1})["value"] + 1, "unit": "day"}
    if field.kind == "date":
        return (date.fromisoformat(value or "2027-01-01") + timedelta(days=9)).isoformat()
    if field.kind == "rating":
        return 1 if value != 1 else 2
    if field.kind in ("number", "integer", "money", "percent"):
        return (value or 0) + 1
    return f"{value or ''} and one thing more"


def edited(key: str, path: str, field: Field) -> dict[str, Any]:
    """All answers with this one field another."""
    values = copy.deepcopy(consistent_values())
    value, names = values[key], path.split(".")
    if path.startswith("practices."):
        row = next(iter(value.values()))
        row[names[1]] = "unsure" if names[1] == "answer" else "one thing more"
    elif isinstance(value, str):
        values[key] = another(field, value)
    elif names[0] == "rows" and isinstance(value, list):
        value[0][names[1]] = another(field, value[0].get(names[1]))
    elif len(names) == 2:
        _inside(value, names, field)
    else:
        value[names[0]] = another(field, value.get(names[0]))
    return values


def _inside(value: dict[str, Any], names: list[str], field: Field) -> None:
    """A field of a group, or of the first row of a table, within a form."""
    inner = value.get(names[0])
    if isinstance(inner, list):
        inner = inner[0] if inner else value.setdefault(names[0], [{}])[0]
    elif not isinstance(inner, dict):
        parent = PROTOCOL_FIELDS[(id(field))]
        inner = {}
        value[names[0]] = [inner] if parent.kind == "table" else inner
    inner[names[1]] = another(field, inner.get(names[1]))


PROTOCOL_FIELDS = {
    id(column): field
    for question in PROTOCOL.questions
    for field in question.fields
    for column in field.columns
}


def test_every_item_field_of_the_bank_has_its_row_and_no_row_is_left_over() -> None:
    rows = {(key, path) for key, fields in material.declared().items() for path in fields}
    assert rows == {(key, path) for key, path, _ in LEAVES}
    words = {word for fields in material.declared().values() for word in fields.values()}
    assert words == {"material", "cosmetic"}


@pytest.mark.parametrize(("key", "path", "field"), LEAVES, ids=[f"{k}.{p}" for k, p, _ in LEAVES])
def test_editing_a_field_does_what_its_row_says(key: str, path: str, field: Field) -> None:
    if key not in consistent_values():
        pytest.skip("The set has no answer to it.")
    is_kept = hash_of(edited(key, path, field)) == the_hash()
    assert is_kept != material.is_material(key, path)


TEXTS = [(k, p, f) for k, p, f in LEAVES if f.kind in ("text", "long_text")]


@pytest.mark.parametrize(("key", "path", "field"), TEXTS, ids=[f"{k}.{p}" for k, p, _ in TEXTS])
def test_white_space_case_and_punctuation_of_a_text_keep_the_hash(
    key: str, path: str, field: Field
) -> None:
    values = copy.deepcopy(consistent_values())
    _decorate(values, key, path)
    assert material.material_answers(content_of(values)) == the_answers()


def _decorate(values: dict[str, Any], key: str, path: str) -> None:
    """The same words, written otherwise."""
    value, names = values[key], path.split(".")
    if isinstance(value, str):
        values[key] = _written_otherwise(value)
        return
    holder = value[0] if isinstance(value, list) else value
    if len(names) == 2 and isinstance(value, dict):
        inner = value.get(names[0])
        holder = inner[0] if isinstance(inner, list) and inner else inner
    if isinstance(holder, dict) and isinstance(holder.get(names[-1]), str):
        holder[names[-1]] = _written_otherwise(holder[names[-1]])


def _written_otherwise(text: str) -> str:
    return f"  {text.upper()} \n!".replace(" ", "  ")


@pytest.mark.parametrize(
    ("one", "other"),
    [("0.5", "5"), ("-5 %", "5 %"), ("< 5", "> 5"), ("5 %", "5"), ("1/4", "14"), ("C", "C++")],
)
def test_what_changes_a_figure_is_no_punctuation(one: str, other: str) -> None:
    assert material.folded(one) != material.folded(other)


def test_the_clock_changes_nothing_and_the_rules_do() -> None:
    later = content_of(consistent_values(), as_of=AS_OF + timedelta(days=40))
    same = material.material_hash(later, config=CONFIG, engine_version=ENGINE)
    assert same == the_hash()
    stricter = CONFIG | {"monitor": 1}
    content = content_of(consistent_values())
    assert material.material_hash(content, config=stricter, engine_version=ENGINE) != the_hash()
    assert material.material_hash(content, config=CONFIG, engine_version="e/2") != the_hash()


def test_scores_within_a_level_of_confidence_change_nothing() -> None:
    content = content_of(consistent_values())
    content["confidence"]["5"] = 0.75
    assert material.material_hash(content, config=CONFIG, engine_version=ENGINE) == the_hash()
    content["confidence"]["5"] = 0.65
    assert material.material_hash(content, config=CONFIG, engine_version=ENGINE) != the_hash()


def test_what_nobody_declared_counts() -> None:
    assert material.is_material("S1-01", "a_field_of_tomorrow")
    assert material.is_material("S9-99", "text")
