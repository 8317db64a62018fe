"""The shape of a pack. A misspelled key, a row without a source or a doubled id is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictStr,
    model_validator,
)

from governance.rulepacks.checks import Check, read_check

#: How binding a row is: law in force or adopted for later, a voluntary standard, or not settled.
Status = Literal["in_force", "adopted", "voluntary", "unsettled"]
Token = Annotated[StrictStr, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Text = Annotated[StrictStr, Field(min_length=1, max_length=2000)]
Checked = Annotated[
    Check, BeforeValidator(read_check), PlainSerializer(str, return_type=str, when_used="always")
]
#: What a row says itself, or takes from its pack.
ROW_DEFAULTS = ("source", "as_of", "applies_from", "status")


class PackModel(BaseModel):
    """A part of a pack: read-only, and a misspelled key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Row(PackModel):
    """What every row of a pack says about itself."""

    source: Text
    as_of: date
    applies_from: date
    status: Status


class Requirement(Row):
    """One thing that a framework asks for."""

    id: Annotated[StrictStr, Field(min_length=1, max_length=40)]
    theme: Annotated[StrictStr, Field(min_length=1, max_length=40)]
    text: Text
    citation: Text
    #: What answers have to show; without any, ``outside`` says why answers cannot.
    shown_by: tuple[Checked, ...] = ()
    outside: str = ""
    #: Only for systems that the triage puts here: high_risk, provider, level_2 and so on.
    only_for: tuple[Token, ...] = ()

    @model_validator(mode="after")
    def _can_be_judged(self) -> Requirement:
        if bool(self.shown_by) == bool(self.outside):
            raise ValueError(f"{self.id}: give either shown_by or outside")
        return self


class Practice(Row):
    """A prohibited practice, by its code in S5-01."""

    code: Token
    point: Text
    text: Text
    #: Last day on which it is prohibited; None = no end is known.
    applies_until: date | None = None
    #: What a case counts as that was never asked about it although it applies.
    if_not_asked: Literal["silent", "unsure"] = "silent"


class Use(PackModel):
    """One use within an area: caught by a point, or expressly not."""

    code: Token
    text: Text
    #: "4(a)"; "" = this use is not caught.
    point: str = ""


class Area(Row):
    """A high-risk area, by its code in S5-02, and the uses that the law names in it."""

    code: Token
    number: Annotated[int, Field(ge=1)]
    title: Text
    uses: tuple[Use, ...] = ()
    applies_until: date | None = None


class Choice(PackModel):
    """A way in which something can be so."""

    code: Token
    text: Text


class Route(Choice):
    """How a product with AI is placed on the market; some ways are high-risk."""

    is_high_risk: bool


class Transparency(Row):
    """A duty to tell people."""

    code: Token
    point: Text
    text: Text
    #: For what was on the market before its first day.
    applies_from_if_earlier: date | None = None


class Triage(PackModel):
    """The gates of an AI law, in its own order."""

    practices: tuple[Practice, ...]
    areas: tuple[Area, ...]
    product_area: Token
    product_applies_from: date
    product_routes: tuple[Route, ...]
    exclusions: tuple[Choice, ...]
    grounds: tuple[Choice, ...]
    transparency: tuple[Transparency, ...]


class Question(PackModel):
    """One question of an impact tool whose points our answers can tell."""

    id: Annotated[StrictStr, Field(min_length=1, max_length=60)]
    area: Token
    text: Text
    most: Annotated[int, Field(ge=1)]
    #: Points by what the answers show; the first line that holds counts. Without a line that
    #: holds, anything from 0 to ``most`` is possible.
    points: tuple[Points, ...]


class Points(PackModel):
    """So many points if every check holds; with ``absent`` if none does."""

    when: tuple[Checked, ...]
    points: Annotated[int, Field(ge=0)]
    absent: bool = False


class Scale(PackModel):
    """The arithmetic of an impact tool: maxima by area, what lowers the score, the levels."""

    raw: dict[Token, int]
    mitigation: dict[Token, int]
    #: From this share of the mitigation maximum on the raw score is multiplied.
    reduces_from: Annotated[float, Field(gt=0, le=1)]
    reduces_to: Annotated[float, Field(gt=0, le=1)]
    #: Upper ends of all levels but the last, as shares of the raw maximum.
    level_ends: tuple[Annotated[float, Field(gt=0, lt=1)], ...]
    questions: tuple[Question, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Scale:
        if list(self.level_ends) != sorted(set(self.level_ends)):
            raise ValueError("level_ends must rise")
        areas = self.raw | self.mitigation
        used: Counter[str] = Counter()
        for question in self.questions:
            used[question.area] += question.most
        wrong = sorted(area for area in used if used[area] > areas.get(area, 0))
        if wrong:
            raise ValueError(f"questions of {', '.join(wrong)} have more points than the area")
        return self


class Pack(Row):
    """One framework at one date."""

    id: Annotated[StrictStr, Field(pattern=r"^[a-z0-9-]{2,40}$")]
    title: Text
    version: Annotated[StrictStr, Field(min_length=1, max_length=40)]
    about: Text
    #: What nobody could confirm at the source; shown wherever the pack is.
    unconfirmed: tuple[Text, ...] = ()
    themes: dict[str, Text]
    requirements: tuple[Requirement, ...]
    triage: Triage | None = None
    scale: Scale | None = None

    @model_validator(mode="before")
    @classmethod
    def _rows_take_what_the_pack_says(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        defaults = {name: raw[name] for name in ROW_DEFAULTS if name in raw}
        made = dict(raw) | {"requirements": _filled(raw.get("requirements"), defaults)}
        triage = raw.get("triage")
        if isinstance(triage, dict):
            rows = {
                name: _filled(triage.get(name), defaults)
                for name in ("practices", "areas", "transparency")
            }
            made["triage"] = triage | rows
        return made

    @model_validator(mode="after")
    def _each_row_once(self) -> Pack:
        doubled = sorted(_doubled(one.id for one in self.requirements))
        if doubled:
            raise ValueError(f"these ids stand there twice: {', '.join(doubled)}")
        lost = sorted({one.theme for one in self.requirements} - set(self.themes))
        if lost:
            raise ValueError(f"these themes have no title: {', '.join(lost)}")
        return self


def _filled(rows: Any, defaults: dict[str, Any]) -> Any:
    if not isinstance(rows, list | tuple):
        return rows
    return [defaults | row if isinstance(row, dict) else row for row in rows]


def _doubled(ids: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(ids).items() if count > 1]
