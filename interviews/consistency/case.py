"""One session's answers as the rules look at them: read once, named as people name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from interviews.answerset import AnswerSet, AnswerState
from interviews.consistency import limits, measures, risks, work
from interviews.consistency.metrics import Family, family_of
from interviews.consistency.types import QUOTE_LIMIT, Quote, RulesConfig
from interviews.consistency.wording import says_no
from interviews.protocol.presets import PERSONAL_CATEGORIES
from interviews.protocol.types import Field, Protocol

Row = dict[str, Any]

SERIOUS = frozenset({"high", "critical"})
#: Kinds of fields that need no name before them to be understood.
_FREE_KINDS = frozenset({"text", "long_text", "list"})
#: A shortened text keeps at least this many characters.
_LEAST_WORDS = 30


@dataclass(frozen=True)
class Case:
    """What a rule may read."""

    answers: AnswerSet
    protocol: Protocol
    as_of: date
    config: RulesConfig
    #: X-40 looks at every stage, answered in full or not.
    is_complete: bool = False
    #: Stages about to be closed: what they lack is said, not awaited.
    closing: frozenset[int] = frozenset()

    # -- reading -----------------------------------------------------------------------

    def value(self, key: str, field: str | None = None) -> Any:
        """A value, or one field of it; None when unanswered, unknown or hidden."""
        answer = self.answers.get(key)
        if answer is None or answer.state == AnswerState.SKIPPED_BY_CONDITION:
            return None
        return self.answers.value(key, field)

    def has(self, key: str) -> bool:
        return self.value(key) is not None

    def state(self, key: str) -> AnswerState | None:
        answer = self.answers.get(key)
        return None if answer is None else answer.state

    def is_given_up(self, key: str) -> bool:
        """Unknown with an owner: settled, though there is nothing to compare."""
        answer = self.answers.get(key)
        if answer is None or answer.state != AnswerState.UNKNOWN or answer.unknown is None:
            return False
        allowed = key not in self.protocol or self.protocol.question(key).unknown_allowed
        return allowed and bool(answer.unknown.owner.strip())

    def is_absent(self, key: str) -> bool:
        """Neither a value nor an owner who finds out."""
        return not self.has(key) and not self.is_given_up(key)

    def rows(self, key: str, field: str | None = None) -> list[Row]:
        found = self.value(key, field)
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    def text(self, key: str, field: str = "text") -> str:
        found = self.value(key, field)
        return found if isinstance(found, str) else ""

    def number(self, key: str, field: str) -> float | None:
        return measures.number(self.value(key, field))

    def seconds(self, key: str, field: str) -> float | None:
        return measures.seconds(self.value(key, field))

    def is_none(self, key: str) -> bool:
        """Answered {"none": reason}."""
        found = self.value(key)
        return isinstance(found, Mapping) and isinstance(found.get("none"), str)

    # -- reporting ---------------------------------------------------------------------

    def quote(self, key: str, source: Mapping[str, Any] | None = None, *names: str) -> Quote:
        """The named fields of a row or form in the person's words, names where they help.

        A first field of free text stands alone; the others are led by what the page calls
        them.
        """
        value = self.value(key) if source is None else source
        if isinstance(value, str):
            return Quote(key, _cut(value))
        return Quote(key, self._extract(key, value, names, QUOTE_LIMIT))

    def _extract(
        self, key: str, value: Any, names: Iterable[str], limit: int, *, is_bare: bool = False
    ) -> str:
        parts = []
        for position, name in enumerate(names):
            said = self.say(key, name, value.get(name) if isinstance(value, Mapping) else None)
            is_plain = (is_bare or position == 0) and self._kind(key, name) in _FREE_KINDS
            if said:
                parts.append(said if is_plain else f"{self._label(key, name)}: {said}")
        return _fit(parts, limit) or "(left empty)"

    def extract(self, key: str, row: Mapping[str, Any], *names: str, limit: int) -> str:
        """The same at another length, without our names before the person's own words.

        "" when none of the fields is filled.
        """
        is_filled = any(row.get(name) not in (None, "", []) for name in names)
        return self._extract(key, row, names, limit, is_bare=True) if is_filled else ""

    def quote_rows(self, key: str, rows: Iterable[Mapping[str, Any]], *names: str) -> Quote:
        """Several rows in one extract, each with its share of the room."""
        found = list(rows)
        room = max(QUOTE_LIMIT // max(len(found), 1) - 3, 60)
        return Quote(key, _cut(" | ".join(self._extract(key, row, names, room) for row in found)))

    def quote_none(self, key: str) -> Quote:
        """The reason why there are no rows."""
        return Quote(key, _cut(str(self.value(key, "none"))))

    def _field(self, key: str, name: str) -> Field | None:
        if key not in self.protocol:
            return None
        question = self.protocol.question(key)
        fields = question.table.columns if question.is_table else question.fields
        nested = [column for field in fields for column in field.columns]
        return next((field for field in (*fields, *nested) if field.name == name), None)

    def _kind(self, key: str, name: str) -> str:
        field = self._field(key, name)
        return field.kind if field else "text"

    def _label(self, key: str, name: str) -> str:
        field = self._field(key, name)
        return field.label if field and len(field.label) <= 60 else name.replace("_", " ")

    def say(self, key: str, name: str, value: Any) -> str:
        """One value as a person reads it: labels for tokens, numbers with their unit."""
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return ", ".join(self.say(key, name, item) for item in value)
        if measures.seconds(value) is not None:
            return measures.say_stated(value)
        field = self._field(key, name)
        if field and field.options:
            return field.option_label(value)
        if isinstance(value, int | float):
            return f"{measures.say_number(value)} {self._unit(field)}".rstrip()
        return str(value)

    def _unit(self, field: Field | None) -> str:
        if field is None:
            return ""
        return {"percent": "%", "money": self.currency}.get(field.kind, field.unit)

    def measure(self, row: Mapping[str, Any]) -> str:
        """What a person reads for a model measure of S2-04."""
        return str(row.get("metric_name") or self.say("S2-04", "metric", row.get("metric")))

    # -- stage 1 -----------------------------------------------------------------------

    @property
    def currency(self) -> str:
        return self.answers.currency()

    @cached_property
    def features(self) -> list[Row]:
        return self.rows("S1-07")

    @property
    def archetype(self) -> str:
        return self.text("S1-09", "archetype")

    @property
    def subtask(self) -> str:
        return self.text("S1-09", "subtask")

    @property
    def horizon(self) -> float:
        return self.seconds("S1-08", "horizon") or 0.0

    @property
    def label_delay_days(self) -> float | None:
        """Days until the truth is known: the later word (S3-06) counts."""
        stated = measures.days(self.value("S3-06", "label_delay"))
        return stated if stated is not None else measures.days(self.value("S1-08", "label_delay"))

    @property
    def label_delay_key(self) -> str:
        return "S3-06" if self.value("S3-06", "label_delay") is not None else "S1-08"

    @cached_property
    def deadline(self) -> Row | None:
        """The earliest dated deadline: the go-live date of the deliverables."""
        return limits.deadline(self.rows("S1-11"))

    @property
    def go_live(self) -> date | None:
        return limits.go_live_date(self.rows("S1-11"))

    def constraints(self, kind: str) -> list[Row]:
        return [row for row in self.rows("S1-11") if row.get("kind") == kind]

    @cached_property
    def budgets(self) -> list[Row]:
        return limits.budgets(self.rows("S1-11"))

    @property
    def budget(self) -> float | None:
        return limits.budget_total(self.rows("S1-11"))

    @property
    def is_budget_hard(self) -> bool:
        return any(row.get("hard_or_soft") != "soft" for row in self.budgets)

    # -- stage 2 -----------------------------------------------------------------------

    @cached_property
    def kpis(self) -> list[Row]:
        return self.rows("S2-01")

    @property
    def primary_kpi(self) -> Row | None:
        return next((row for row in self.kpis if row.get("is_primary")), None)

    @cached_property
    def metrics(self) -> list[Row]:
        return self.rows("S2-04")

    @property
    def primary_metric(self) -> Row | None:
        return next((row for row in self.metrics if row.get("role") == "primary"), None)

    @property
    def window(self) -> float | None:
        return self.seconds("S2-09", "action_window")

    @property
    def reaction(self) -> float | None:
        """Seconds that the model and the people need once the data is there."""
        spans = [
            self.seconds("S2-09", name) for name in ("prediction_latency", "human_reaction_time")
        ]
        return None if None in spans else measures.total(spans)

    @property
    def margin(self) -> float | None:
        return limits.margin_s(self.value("S2-09"))

    # -- stage 3 -----------------------------------------------------------------------

    @cached_property
    def sources(self) -> list[Row]:
        return self.rows("S3-01")

    @property
    def critical_sources(self) -> list[Row]:
        return [row for row in self.sources if row.get("critical") is True]

    @property
    def label_plan(self) -> Row | None:
        """S3-07, where labels have to be made."""
        plan = self.value("S3-07")
        needed = self.value("S3-06", "origin") in work.LABELS_TO_MAKE
        return plan if needed and isinstance(plan, dict) else None

    @property
    def labelling_cost(self) -> float | None:
        return work.labelling_cost(self.label_plan or {})

    @property
    def gaps_to_close(self) -> list[Row]:
        """Gaps that the project means to close before it can work as planned."""
        return [
            row
            for row in self.rows("S3-05")
            if work.is_gap_to_close(row.get("severity"), row.get("obtainable"))
        ]

    @property
    def missing_infrastructure(self) -> list[Row]:
        return [row for row in self.rows("S3-09") if work.is_missing(row.get("ready"))]

    # -- stages 4 and 5 ----------------------------------------------------------------

    @property
    def is_serious(self) -> bool:
        return self.text("S4-07", "criticality") in SERIOUS

    @property
    def automation_level(self) -> int | None:
        level = self.number("S4-04", "automation_level")
        return None if level is None else int(level)

    @cached_property
    def register(self) -> list[risks.RegisteredRisk]:
        return risks.registered({key: self.rows(key) for key in risks.REGISTER})

    @cached_property
    def controls(self) -> list[Row]:
        return self.rows("S5-09")

    @property
    def personal_features(self) -> list[Row]:
        return [
            row
            for row in self.features
            if row.get("personal_data") in ("personal", "special_category")
        ]


def _cut(text: str, limit: int = QUOTE_LIMIT) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"


def _fit(parts: list[str], limit: int) -> str:
    """The parts side by side; the longest gives way, so that the figures stay in sight."""
    said = [" ".join(part.split()) for part in parts]
    excess = len("; ".join(said)) - limit
    if excess > 0:
        longest = max(range(len(said)), key=lambda position: len(said[position]))
        said[longest] = _cut(said[longest], max(len(said[longest]) - excess, _LEAST_WORDS))
    return _cut("; ".join(said), limit)


def is_missing_live(feature: Mapping[str, Any]) -> bool:
    return feature.get("available_at_prediction") == "no"


def leaves_region(row: Mapping[str, Any]) -> bool:
    """Whether data of S3-10 travels; "no" and "stays in ..." say that it does not."""
    return not says_no(row.get("leaves_region"))


def is_personal(row: Mapping[str, Any]) -> bool:
    """Whether a row of S3-10 speaks about people who can still be recognised."""
    return row.get("category") in PERSONAL_CATEGORIES and row.get("deidentified") != "anonymised"


def metric_name(row: Mapping[str, Any]) -> str:
    """What a model measure of S2-04 is called; "other" carries its name beside it."""
    name = row.get("metric_name") if row.get("metric") == "other" else None
    return str(name or row.get("metric") or "")


def family(row: Mapping[str, Any]) -> Family | None:
    """The family of a model measure of S2-04."""
    return family_of(metric_name(row))
