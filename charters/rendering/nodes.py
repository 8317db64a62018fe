"""What a charter is made of once it is laid out: the same few nodes for every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from charters.statements import CharterPart


class Mark(CharterPart):
    """A source behind a statement; ``url`` is "" where there is nothing to link to."""

    label: str
    title: str = ""
    url: str = ""


class Text(CharterPart):
    """One statement; ``note`` says why it is weaker than it looks, "" when it is not."""

    text: str
    note: str = ""
    marks: list[Mark] = []


class Heading(CharterPart):
    kind: Literal["heading"] = "heading"
    text: str
    is_internal: bool = False


class Prose(CharterPart):
    kind: Literal["prose"] = "prose"
    items: list[Text]
    #: Who put it into words, where it is not the record's own text.
    origin: str = ""
    is_internal: bool = False


class Bullets(CharterPart):
    kind: Literal["bullets"] = "bullets"
    items: list[Text]
    is_internal: bool = False


class GridRow(CharterPart):
    cells: list[str]
    note: str = ""
    marks: list[Mark] = []


class Grid(CharterPart):
    """A table. Sources that all rows share stand beside the title, else in a last column."""

    kind: Literal["grid"] = "grid"
    title: str
    columns: list[str]
    rows: list[GridRow]
    marks: list[Mark] = []
    has_sources: bool = False
    is_internal: bool = False


class Drawing(CharterPart):
    """A chart as SVG; the table that says the same stands after it."""

    kind: Literal["drawing"] = "drawing"
    svg: str
    title: str
    description: str
    is_internal: bool = False


class Verdict(CharterPart):
    """A decision or a ruling, set apart from the text around it."""

    kind: Literal["verdict"] = "verdict"
    label: str
    tone: str
    meaning: str = ""
    reason: str = ""
    is_internal: bool = False


class Remark(CharterPart):
    """A line in small type."""

    kind: Literal["remark"] = "remark"
    text: str
    url: str = ""
    is_internal: bool = False


class Signatures(CharterPart):
    """Lines to sign on, one for each role."""

    kind: Literal["signatures"] = "signatures"
    roles: list[str]
    is_internal: bool = False


Node = Annotated[
    Heading | Prose | Bullets | Grid | Drawing | Verdict | Remark | Signatures,
    Field(discriminator="kind"),
]


class Part(CharterPart):
    """A numbered section, or an appendix with a letter; "" for a part without a number."""

    key: str
    number: str
    title: str
    nodes: list[Node]
    is_internal: bool = False

    @property
    def prefix(self) -> str:
        """What stands before the title where both share a line: "3. ", "Appendix B. ", or ""."""
        if not self.number:
            return ""
        return f"{'Appendix ' if self.number.isalpha() else ''}{self.number}. "

    @property
    def heading(self) -> str:
        """How the part is headed where number and title stand in one line."""
        return f"{self.prefix}{self.title}"


class Entry(CharterPart):
    """One line of the cover."""

    label: str
    value: str


class Fact(CharterPart):
    """A figure that a board looks for first."""

    key: str
    label: str
    value: str
    note: str = ""
    marks: list[Mark] = []


class Layout(CharterPart):
    """Everything that a file shows, in the order in which it shows it."""

    kicker: str
    title: str
    entries: list[Entry]
    #: What the reader must know before anything else, one sentence or two each.
    banners: list[Entry]
    facts: list[Fact]
    parts: list[Part]
    #: Printed across each page; "" for none.
    watermark: str
    #: Printed at the foot of each page.
    footer: str
    author: str
    #: Front matter and file properties: what the file is, by name.
    properties: dict[str, str | int]


def plain_grid(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    is_internal: bool = False,
) -> Grid:
    """A table whose cells are plain text and name no sources."""
    return Grid(
        title=title,
        columns=list(columns),
        rows=[GridRow(cells=list(row)) for row in rows],
        is_internal=is_internal,
    )
