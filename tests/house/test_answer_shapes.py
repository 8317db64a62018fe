"""The page about answer shapes says what the shipped questions take."""

from __future__ import annotations

from pathlib import Path

from interviews.protocol import catalogue
from interviews.protocol.answer_shapes import as_markdown
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "reference" / "answers.md"
SHIPPED = Path(catalogue.__file__).parent / "v1"


def test_the_page_is_made_from_the_question_set() -> None:
    """After a change of the questions, put the new text behind the page's introduction."""
    introduction = PAGE.read_text(encoding="utf-8").split("## Stage 1")[0]
    made = as_markdown(catalogue.load(SHIPPED))
    assert PAGE.read_text(encoding="utf-8") == introduction + made


def test_every_question_has_its_section() -> None:
    made = as_markdown(catalogue.load(SHIPPED))
    assert [
        question.key
        for question in catalogue.load(SHIPPED).questions
        if f"### {question.key} " not in made
    ] == []
