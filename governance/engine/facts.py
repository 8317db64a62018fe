"""The typed fact set that the engine decides on, and the reading of it from plain JSON.

A key left out takes the careful value wherever the decision table gives one: no data score
fires F-7, no acceptance fires F-14, an unknown automation level counts as full automation, an
override or appeal route that is not stated is not there, an unknown go-live date lets planned
controls cut nothing. What only later steps assess (confidence, feasibility, findings, screening
rows) is silent when absent: the gates make sure that it is there before a decision counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    Tag,
    ValidationError,
    model_validator,
)

from governance.engine.thresholds import Level, Share, Thresholds
from interviews.risk import PRINCIPLES, Control

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: Marks the branch of "a list or a count" in an error's location; never shown.
LIST_TAG, COUNT_TAG, FLAG_TAG = "@list", "@count", "@flag"
BRANCHES = frozenset({LIST_TAG, COUNT_TAG, FLAG_TAG})


def _iso_date(value: Any) -> Any:
    """Only a calendar date: no timestamps, no numbers, no time of day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError("a date must be written YYYY-MM-DD")


def _names_count_or_flag(value: Any) -> str:
    if isinstance(value, bool):
        return FLAG_TAG
    return COUNT_TAG if isinstance(value, int) else LIST_TAG


def _names_or_count(value: Any) -> str:
    return COUNT_TAG if isinstance(value, int) else LIST_TAG


def _evidence_text(value: Any) -> Any:
    """Some callers only know that there is evidence."""
    if isinstance(value, bool):
        return "evidence recorded" if value else ""
    return "" if value is None else value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Name = Annotated[StrictStr, Field(min_length=1, max_length=200)]
Names = tuple[Name, ...]
Count = Annotated[StrictInt, Field(ge=0)]
NamesOrCount = Annotated[
    Annotated[Names, Tag(LIST_TAG)] | Annotated[Count, Tag(COUNT_TAG)],
    Discriminator(_names_or_count),
]
GapsOrCount = Annotated[
    Annotated[Names, Tag(LIST_TAG)]
    | Annotated[Count, Tag(COUNT_TAG)]
    | Annotated[StrictBool, Tag(FLAG_TAG)],
    Discriminator(_names_count_or_flag),
]


class FactModel(BaseModel):
    """A part of the fact set: read-only, and a misspelled key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ControlFacts(FactModel):
    """One control of a risk (a row of S5-09)."""

    kind: Literal["prevent", "limit_harm", "detect", "correct", "transfer", "accept"]
    status: Literal["planned", "built", "tested"]
    evidence: Annotated[StrictStr, BeforeValidator(_evidence_text)] = ""
    due_date: IsoDate | None = None
    cuts_severity_by: Annotated[StrictInt, Field(ge=0, le=2)] = 0
    cuts_likelihood_by: Annotated[StrictInt, Field(ge=0, le=2)] = 0
    #: Named in conditions; no part of the arithmetic.
    owner: StrictStr = ""

    def control(self) -> Control:
        """The control as the risk arithmetic reads it."""
        return Control(
            kind=self.kind,
            status=self.status,
            evidence=self.evidence,
            due_date=self.due_date,
            cuts_severity_by=self.cuts_severity_by,
            cuts_likelihood_by=self.cuts_likelihood_by,
        )


class RiskFacts(FactModel):
    """One risk (a row of S5-04 to S5-08)."""

    ref: StrictStr = ""
    severity: Level
    likelihood: Level
    controls: tuple[ControlFacts, ...] = ()


class PrincipleFacts(FactModel):
    """What is known about one principle: its risks, and the level that people stated."""

    stated: Level | None = None
    risks: tuple[RiskFacts, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> PrincipleFacts:
        if self.stated is None and not self.risks:
            raise ValueError("give a stated level or at least one risk")
        return self


class PrinciplesFacts(FactModel):
    """All five principles; none may be left out."""

    human_agency: PrincipleFacts
    robustness: PrincipleFacts
    privacy: PrincipleFacts
    transparency: PrincipleFacts
    fairness: PrincipleFacts

    def each(self) -> Iterator[tuple[str, PrincipleFacts]]:
        """The principles with their names, in their fixed order."""
        for name in PRINCIPLES:
            yield name, getattr(self, name)


class DataQualityFacts(FactModel):
    """The data scorecard in two figures."""

    overall_score: Share | None = None
    blocking_gaps: GapsOrCount = ()


class AcceptanceFacts(FactModel):
    """Who carries the remaining risk, until when; without an end it does not count."""

    valid_until: IsoDate | None = None
    accepted_by: StrictStr = ""


class Facts(FactModel):
    """Everything that a decision depends on; ``as_of`` is the engine's only clock."""

    as_of: IsoDate
    go_live_date: IsoDate | None = None
    principles: PrinciplesFacts
    data_quality: DataQualityFacts = DataQualityFacts()
    prohibited: dict[Name, Literal["yes", "no", "unsure"]] = Field(default_factory=dict)
    high_risk_areas: Names = ()
    automation_level: Level | None = None
    has_override: StrictBool | None = None
    has_appeal: StrictBool | None = None
    open_blockers: NamesOrCount = ()
    open_majors: NamesOrCount = ()
    stage5_confidence: Share | None = None
    escalated: Names = ()
    feasibility: Literal["HIGH", "MEDIUM", "LOW", "NOT_FEASIBLE"] | None = None
    acceptance: AcceptanceFacts | None = None
    config: Thresholds = Thresholds()

    def screened(self, answer: str) -> tuple[str, ...]:
        """The prohibited practices that got this answer, sorted."""
        return tuple(sorted(code for code, given in self.prohibited.items() if given == answer))

    @property
    def areas(self) -> tuple[str, ...]:
        """The high-risk areas, sorted; the token "none" is no area."""
        return tuple(sorted({area for area in self.high_risk_areas if area != "none"}))


class UnusableFacts(Exception):
    """The facts cannot be read; ``problems`` names every bad path with its reason."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in problems))


def read_facts(raw: Any) -> Facts:
    """Facts from plain JSON data. Raises UnusableFacts."""
    try:
        return Facts.model_validate(raw)
    except ValidationError as error:
        raise UnusableFacts(bad_paths(error)) from error


#: Reasons in words, for what people get wrong most often; the rest is pydantic's text.
REASONS = {
    "extra_forbidden": "is not a known key; remove it or correct its spelling",
    "missing": "is missing",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
    "dict_type": "must be an object",
}


def bad_paths(error: ValidationError) -> tuple[tuple[str, str], ...]:
    """Every bad path ("principles.fairness.risks[0].severity") with its reason, sorted."""
    found = {
        (_path(problem["loc"]), _reason(problem["type"], problem["msg"]))
        for problem in error.errors(include_url=False, include_context=False)
    }
    return tuple(sorted(found))


def _reason(kind: str, message: str) -> str:
    return REASONS.get(kind, message.removeprefix("Value error, "))


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part not in BRANCHES:
            path += f".{part}" if path else part
    return path or "(facts)"
