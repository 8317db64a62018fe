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


class Paragraph(CharterPart):
    kind: Literal["paragraph"] = "paragraph"
    title: str = ""
    statements: list[Statement]


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
