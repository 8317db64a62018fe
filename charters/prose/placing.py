"""Puts checked prose into a charter's content, with a word on where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from charters.content import CharterContent
from charters.prose.facts import SUMMARY
from charters.prose.verify import Sentence
from charters.statements import Origin, Paragraph, Section, Source, Statement


@dataclass(frozen=True)
class Passage:
    """Sentences for one place of the charter."""

    sentences: tuple[Sentence, ...]
    origin: Origin

    @property
    def text(self) -> str:
        return " ".join(one.text for one in self.sentences)


def with_prose(content: CharterContent, passages: Mapping[str, Passage]) -> CharterContent:
    """The content with the passages in place; the very content when there are none."""
    placed = {
        key: Paragraph(statements=_statements(content, passage.sentences), origin=passage.origin)
        for key, passage in passages.items()
        if passage.sentences
    }
    if not placed:
        return content
    changes: dict[str, object] = {
        "sections": [_section(section, placed) for section in content.sections]
    }
    if SUMMARY in placed:
        changes["executive_summary"] = placed[SUMMARY].statements
    return content.model_copy(update=changes)


def _section(section: Section, placed: Mapping[str, Paragraph]) -> Section:
    paragraph = placed.get(section.key)
    if paragraph is None:
        return section
    # The summary's first paragraph is the record's own; elsewhere prose only leads in.
    rest = section.blocks[1:] if section.key == SUMMARY else section.blocks
    return section.model_copy(update={"blocks": [paragraph, *rest]})


def _statements(content: CharterContent, sentences: Sequence[Sentence]) -> list[Statement]:
    return [
        Statement(
            text=sentence.text,
            sources=[
                Source(item=item, version=content.answers[item].version)
                for item in sentence.items
                if item in content.answers
            ],
        )
        for sentence in sentences
    ]
