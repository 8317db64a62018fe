"""The questionnaire as typed, frozen data: what a question is, whatever it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: What a person fills in on a question's page.
INPUT_KINDS = ("text", "form", "table", "screening")

#: What one small field (or one table column) holds.
FIELD_KINDS = (
    "text",  # one line
    "long_text",  # a paragraph; a question's own free text is the field named "text"
    "choice",  # one token of options
    "multi",  # a list of tokens of options
    "list",  # a list of short strings that the person makes up
    "number",
    "integer",
    "money",  # a number; the currency is one per session (S1-02)
    "percent",  # a number 0-100
    "rating",  # an integer within min..max
    "duration",  # {"value": number, "unit": "s|min|h|day|week"}
    "date",  # ISO 8601
    "yes_no",  # true / false
    "group",  # a few small fields under one name: {"users": ..., "size": ...}
    "table",  # rows of columns
)


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen: the stored token and what the person reads."""

    value: str
    label: str
    #: First day on which the option exists (a dated prohibition, say); None = always.
    from_date: date | None = None
    help: str = ""


@dataclass(frozen=True)
class Condition:
    """Shown only when another value is one of a set.

    ``question`` is None when the other field stands on the same card.
    """

    field: str
    values: tuple[Any, ...]
    question: str | None = None


@dataclass(frozen=True)
class Field:
    """One small field of a form, or one column of a table."""

    name: str
    kind: str
    label: str
    required: bool = False
    help: str = ""
    options: tuple[Option, ...] = ()
    #: Values offered come from another answer: (question key, field or column name).
    options_from: tuple[str, str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    unit: str = ""
    show_when: Condition | None = None
    #: For kind "table" and "group": the columns, or the fields of the group.
    columns: tuple[Field, ...] = ()
    min_rows: int = 0
    max_rows: int = 60
    #: Rows that are there from the start, e.g. {"area": "storage"}.
    preset_rows: tuple[dict[str, Any], ...] = ()
    #: Name of a function in protocol.presets that computes them from earlier answers.
    preset_from: str = ""
    #: The value may be {"none": "reason"} instead of rows.
    none_allowed: bool = False

    def option_label(self, value: Any) -> str:
        """What a person reads for a stored token; the value itself if it is none."""
        for option in self.options:
            if option.value == value:
                return option.label
        return "" if value is None else str(value)

    def column(self, name: str) -> Field:
        """The column or group field of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class RubricElement:
    """One thing that a good answer contains, with its weight out of ten."""

    id: str
    weight: int
    required: bool
    #: What it takes, in plain words; shown to the person and to a model.
    means: str
    #: The follow-up question asked when it is missing (max. 2,000 characters).
    ask: str


@dataclass(frozen=True)
class Question:
    """One thing asked, with a stable key."""

    key: str
    slug: str
    title: str
    ask: str
    why: str
    input: str
    stage_number: int
    group_key: str
    minutes: float
    #: The form's fields; for input "text" exactly one field named "text"; for input
    #: "table" exactly one field of kind "table" named "rows"; for input "screening" exactly
    #: one of kind "multi" named "practices", whose options are the practices.
    fields: tuple[Field, ...]
    rubric: tuple[RubricElement, ...]
    vague: str
    strong: str
    fills: tuple[str, ...] = ()
    show_when: Condition | None = None
    unknown_allowed: bool = True
    #: Keys of earlier questions whose answers this one builds on.
    depends_on: tuple[str, ...] = ()
    #: Names of plain checks in protocol.checks, run on submit.
    checks: tuple[str, ...] = ()
    #: Rubric variants, e.g. a blanket denial is capped (S5-04 to S5-08).
    none_cap: float | None = None
    #: False where the answer is complete as soon as it is valid (S5-01, S5-02).
    scored: bool = True

    @property
    def is_table(self) -> bool:
        return self.input == "table"

    @property
    def table(self) -> Field:
        """The one table of a table question."""
        return self.fields[0]

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def element(self, element_id: str) -> RubricElement:
        """The rubric element of that id. Raises KeyError."""
        for candidate in self.rubric:
            if candidate.id == element_id:
                return candidate
        raise KeyError(element_id)


@dataclass(frozen=True)
class QuestionGroup:
    """Questions of a stage that are asked together."""

    key: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Stage:
    """One of five sequential parts."""

    number: int
    name: str
    minutes: int
    intro: str
    #: Kind of the deliverable that the stage ends in, e.g. "problem_statement".
    deliverable: str
    groups: tuple[QuestionGroup, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for group in self.groups for question in group.questions)


@dataclass(frozen=True)
class Protocol:
    """A whole question set at a version."""

    version: str
    stages: tuple[Stage, ...]
    _by_key: dict[str, Question] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for question in self.questions:
            self._by_key[question.key] = question

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for stage in self.stages for question in stage.questions)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._by_key)

    def question(self, key: str) -> Question:
        """The question of that key. Raises KeyError."""
        return self._by_key[key]

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def stage(self, number: int) -> Stage:
        """Stage 1 to 5. Raises KeyError."""
        for stage in self.stages:
            if stage.number == number:
                return stage
        raise KeyError(number)
