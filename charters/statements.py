"""What a charter is written in: statements, tables and figures that name their sources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class CharterPart(BaseModel):
    """A frozen piece of a charter that knows all its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(CharterPart):
    """An answer at a version; version 0 means that nothing was answered."""

    item: str
    version: int


#: Why a statement is weaker than it looks.
Note = Literal["", "unknown", "escalated"]

#: A statement without a source would be an invention.
Sources = Annotated[list[Source], Field(min_length=1)]


class Statement(CharterPart):
    text: str
    sources: Sources
    note: Note = ""


class Row(CharterPart):
    cells: list[str]
    sources: Sources
    note: Note = ""


class Origin(CharterPart):
    """Who put a paragraph into words, where it is not the record's own text."""

    #: "" when no model had a hand in it.
    provider: str = ""
    model: str = ""
    prompt: str = ""
    #: Sentences of the model that were left out, because the record does not hold them.
    left_out: int = 0
    #: The person whose words these are now; "" while they are the model's.
    edited_by: str = ""

    @property
    def words(self) -> str:
        """What the charter says about it."""
        if not self.provider:
            return f"Written by {self.edited_by}."
        drafted = (
            f"Drafted by a language model ({self.provider} {self.model}, prompt {self.prompt})"
        )
        if self.edited_by:
            return f"{drafted}, edited by {self.edited_by}."
        said = f"{drafted}, checked against the record."
        if not self.left_out:
            return said
        many = "1 sentence was" if self.left_out == 1 else f"{self.left_out} sentences were"
        return f"{said} {many} left out, because the record does not hold what was said."


def _is_none(value: object) -> bool:
    return value is None


class Paragraph(CharterPart):
    kind: Literal["paragraph"] = "paragraph"
    title: str = ""
    statements: list[Statement]
    #: Left out of the JSON when there is none: the hash of a charter without prose stays.
    origin: Origin | None = Field(default=None, exclude_if=_is_none)


class StatementList(CharterPart):
    kind: Literal["list"] = "list"
    title: str = ""
    items: list[Statement]


class Table(CharterPart):
    kind: Literal["table"] = "table"
    title: str
    columns: list[str]
    rows: list[Row]


class Figure(CharterPart):
    """A chart drawn from the deliverables, always with the table that says the same."""

    kind: Literal["figure"] = "figure"
    title: str
    chart: Literal["data_quality", "risk_matrix", "timing"]
    table: Table


Block = Annotated[Paragraph | StatementList | Table | Figure, Field(discriminator="kind")]


class Section(CharterPart):
    key: str
    number: int
    title: str
    blocks: list[Block]
