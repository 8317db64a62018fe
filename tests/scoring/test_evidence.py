"""A folder's specifications are checked when they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviews.protocol.catalogue import default_protocol
from interviews.protocol.faults import ProtocolFault
from interviews.scoring import evidence, offline
from interviews.scoring.evidence import site_folder

SHIPPED = evidence.load(site_folder())


def written(tmp_path: Path, text: str) -> Path:
    tmp_path.joinpath("evidence_1.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_element_of_the_shipped_bank_has_a_specification() -> None:
    missing = [
        f"{question.key}.{element.id}"
        for question in default_protocol().questions
        for element in question.rubric
        if element.id not in SHIPPED[question.key].elements
    ]
    assert missing == []


def test_every_specification_belongs_to_an_element_of_the_bank() -> None:
    protocol = default_protocol()
    for key, spec in SHIPPED.items():
        known = {element.id for element in protocol.question(key).rubric}
        assert set(spec.elements) <= known, key


def _field_names(key: str) -> set[str]:
    names = {"comment", "answer"} if key == "S5-01" else set()
    for field in default_protocol().question(key).fields:
        names.add(field.name)
        names |= {column.name for column in field.columns}
        names |= {f"{field.name}.{column.name}" for column in field.columns}
    return names


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_every_column_named_is_a_field_of_its_question(key: str) -> None:
    known = _field_names(key)
    for element in SHIPPED[key].elements.values():
        groups = (*element.columns, *element.columns_partly)
        named = {column.name for group in groups for column in group} | set(element.where)
        assert named <= known


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Q-1: {elements: {size: {all_of: [figur]}}}", "figur"),
        ("Q-1: {elements: {size: {all_of: [words]}}}", "words"),
        ("Q-1: {elements: {size: {al_of: [figure]}}}", "al_of"),
        ("Q-1: {elements: {size: {columns: ['a b']}}}", "a b"),
        ("Q-1: {elements: {size: {rows: some}}}", "rows"),
        ("Q-1: {elements: {size: {min_rows: 0}}}", "min_rows"),
    ],
)
def test_a_wrong_specification_is_named_with_file_item_and_element(
    tmp_path: Path, text: str, named: str
) -> None:
    with pytest.raises(ProtocolFault) as fault:
        evidence.load(written(tmp_path, text))
    for part in ("evidence_1.yaml", "Q-1", "size", named):
        assert part in str(fault.value)


def test_a_folder_without_specifications_scores_by_the_rubrics_own_words(tmp_path: Path) -> None:
    bank = offline.Bank(default_protocol(), evidence.load(tmp_path))
    question = default_protocol().question("S1-01")
    good = "The event: nurses in the team miss 9 of 40 falls a month, a failure that costs money."
    verdicts = {e.id: e.verdict for e in offline.judge(question, good, bank=bank).elements}
    assert "met" in verdicts.values()
    empty = offline.judge(question, "We will be better.", bank=bank)
    assert all(element.verdict == "absent" for element in empty.elements)
