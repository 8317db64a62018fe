"""What every report is: sections with sentences and tables, for page, PDF, mail and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Section:
    """One part; ``columns`` head the ``rows`` of its table, which may be empty."""

    title: str
    sentences: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    #: What somebody should do something about, one sentence each.
    problems: Sequence[str] = ()
    #: Only those who manage people read it on a page.
    names_people: bool = False

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each row with the heading of each cell, for narrow screens."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Report:
    """A report as it is kept; ``figures`` are plain numbers by name, for comparing with the next."""

    kind: str
    title: str
    period: str
    sections: Sequence[Section]
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        """All of them, in order."""
        return [one for section in self.sections for one in section.problems]

    @property
    def verdict(self) -> str:
        """The first sentence of all."""
        count = len(self.problems)
        if not count:
            return "Nothing needs a deed."
        return f"{count} thing{'' if count == 1 else 's'} should be looked at."

    def without_people(self) -> Report:
        """For whoever runs the machine and manages nobody."""
        hidden = [
            Section(one.title, ["Only those who manage people read this part."])
            if one.names_people
            else one
            for one in self.sections
        ]
        return replace(self, sections=hidden)

    def as_json(self) -> dict[str, Any]:
        """Plain data; ``read`` makes a report of it again."""
        return {
            "kind": self.kind,
            "title": self.title,
            "period": self.period,
            "verdict": self.verdict,
            "problems": self.problems,
            "figures": dict(self.figures),
            "sections": [asdict(one) for one in self.sections],
        }

    def lines(self) -> list[str]:
        """For terminal and mail."""
        said = [f"{self.title}, {self.period}. {self.verdict}", *(f"! {p}" for p in self.problems)]
        for section in self.sections:
            said += ["", section.title, *(f"  {one}" for one in section.sentences)]
            said += _table(section)
        return said


def _table(section: Section) -> list[str]:
    if not section.rows:
        return []
    rows = [section.columns, *section.rows]
    widths = [max(len(str(row[place])) for row in rows) for place in range(len(section.columns))]
    return [
        "  "
        + "  ".join(
            str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def read(data: Mapping[str, Any]) -> Report:
    """A report from what ``as_json`` made. Raises KeyError for anything else."""
    sections = [Section(**one) for one in data["sections"]]
    return Report(data["kind"], data["title"], data["period"], sections, data["figures"])


def compared(
    figures: Mapping[str, float], before: Mapping[str, float], *, before_is: str
) -> Section:
    """The same figures of a period before, side by side."""
    rows = []
    for name, value in figures.items():
        old = before.get(name)
        change = "new" if old is None else _change(old, value)
        rows.append([name.replace("_", " ").capitalize(), number(value), number(old), change])
    sentences = [] if before else [f"There is no report of {before_is} to compare with."]
    return Section(
        f"Compared with {before_is}", sentences, ["Figure", "Now", "Before", "Change"], rows
    )


def _change(old: float, new: float) -> str:
    if old == new:
        return "same"
    return f"{100 * (new - old) / old:+.0f} %" if old else f"{new - old:+g}"


def number(value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
