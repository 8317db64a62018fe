"""The eight rules that read for meaning: what each compares, at which gate, and what counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from interviews import risk
from interviews.answerset import SETTLED, AnswerSet, AnswerState, AnswerView
from interviews.consistency.case import Case, Row
from interviews.consistency.risks import REGISTER
from interviews.consistency.types import Severity
from interviews.protocol.types import Protocol

#: From this inherent level on a risk needs a control.
SERIOUS_LEVEL = 3
#: Most characters of one answer that are compared.
MOST_OF_AN_ANSWER = 1_500
_NUMBER = re.compile(r"\d")
_PER_CASE = ("case", "counterfactual")

Pick = Callable[[Case], list[Row]]


@dataclass(frozen=True)
class Part:
    """What of an answer is compared: the fields, and which rows; no fields = a plain text."""

    fields: tuple[str, ...] = ()
    pick: Pick | None = None


def _rows(key: str, field: str | None = None) -> Pick:
    return lambda case: case.rows(key, field)


def _rows_where(key: str, field: str, *allowed: str) -> Pick:
    return lambda case: [row for row in case.rows(key) if row.get(field) in allowed]


def _outside_high_risk(case: Case) -> list[Row]:
    """S5-02, where it says that no high-risk area is touched."""
    value = case.value("S5-02")
    areas = set(value.get("areas") or ()) if isinstance(value, Mapping) else {"unread"}
    return [] if areas - {"none"} else [dict(value)]


def _uncontrolled(key: str) -> Pick:
    """Serious risks that nothing makes smaller: no row of S5-09, or only acceptance."""

    def pick(case: Case) -> list[Row]:
        return [
            dict(entry.row)
            for entry in case.register
            if entry.key == key
            and (entry.inherent or 0) >= SERIOUS_LEVEL
            and not any(
                row.get("kind") in risk.CUTTING_KINDS
                and risk.names_risk(row.get("risk_ref"), entry.ref)
                for row in case.controls
            )
        ]

    return pick


#: One extract an answer, whichever rule reads it: it is sent once a call.
PARTS: Mapping[str, Part] = {
    "S1-01": Part(),
    "S1-03": Part(("text",)),
    "S1-04": Part(("approach", "result"), _rows("S1-04")),
    "S1-07": Part(("name", "meaning", "source_system"), _rows("S1-07")),
    "S1-08": Part(("name", "meaning", "unit_of_prediction", "horizon")),
    "S1-09": Part(("text",)),
    "S1-10": Part(("item",), _rows_where("S1-10", "side", "out")),
    "S1-11": Part(("detail",), _rows_where("S1-11", "kind", "technology", "contract")),
    "S1-12": Part(("case", "handling"), _rows("S1-12", "cases")),
    "S2-01": Part(
        ("name", "definition", "is_primary", "baseline_value", "target_value"), _rows("S2-01")
    ),
    "S2-02": Part(("text",)),
    "S2-03": Part(("benefit_basis",)),
    "S2-06": Part(("steps",), _rows("S2-06")),
    "S2-07": Part(("give_up", "in_exchange_for", "limit"), _rows("S2-07")),
    "S2-10": Part(("text", "action_owner_role")),
    "S4-01": Part(("persona", "relation", "authority"), _rows("S4-01")),
    "S4-03": Part(("actor", "step"), _rows("S4-03")),
    "S4-08": Part(("audience", "scope", "technique"), _rows_where("S4-08", "scope", *_PER_CASE)),
    "S5-02": Part(("areas", "text"), _outside_high_risk),
    **{key: Part(("risk", "how_it_happens"), _uncontrolled(key)) for key in REGISTER},
}


@dataclass(frozen=True)
class Sides:
    """The answers on either side of a comparison; each contradiction quotes one of each."""

    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.left, *self.right)))


@dataclass(frozen=True)
class JudgedRule:
    """One rule of kind J: a model proposes, a person may dispute."""

    id: str
    severity: Severity
    stages: tuple[int, int]
    title: str
    how_to_fix: str
    #: What the model is told to look for, in one line.
    ask: str
    #: By the gate at which it is asked: later stages add answers to compare. What stage 4 adds
    #: is asked with stage 5: no BLOCKER can come of it, and each call is paid.
    sides: Mapping[int, Sides]
    #: Both quotes must hold figures, and not the same ones.
    is_about_figures: bool = False

    @property
    def kind(self) -> str:
        return "J"

    @property
    def reads(self) -> tuple[str, ...]:
        """Every key that the rule reads at any gate."""
        return tuple(dict.fromkeys(key for sides in self.sides.values() for key in sides.keys))


_FIGURES = ("S1-01", "S1-03", "S1-04", "S2-01", "S2-02", "S2-03")

JUDGED_RULES: tuple[JudgedRule, ...] = (
    JudgedRule(
        "X-02",
        Severity.BLOCKER,
        stages=(1, 2),
        title="The main figure does not measure the problem",
        how_to_fix="Choose a main figure in S2-01 that moves when the problem of S1-01 gets "
        "smaller, or describe in S1-01 the problem that this figure measures.",
        ask="main KPI (S2-01) does not measure the problem (S1-01)",
        sides={2: Sides(("S1-01",), ("S2-01",))},
    ),
    JudgedRule(
        "X-21",
        Severity.BLOCKER,
        stages=(1, 1),
        title="An input already contains the answer",
        how_to_fix="Remove the input from S1-07, or show there that it exists before the outcome "
        "is known.",
        ask="an input (S1-07) is recorded after the target (S1-08) or copies it",
        sides={1: Sides(("S1-07",), ("S1-08",))},
    ),
    JudgedRule(
        "X-26",
        Severity.MAJOR,
        stages=(1, 4),
        title="The approach cannot give the explanation that is promised",
        how_to_fix="Promise in S4-08 what the approach can explain, or choose an approach that "
        "gives reasons for each case.",
        ask="explanation per case promised (S4-08), but the chosen approach (S1) cannot give it, "
        "e.g. a bought black box",
        sides={5: Sides(("S4-08",), ("S1-09", "S1-11"))},
    ),
    JudgedRule(
        "X-27",
        Severity.MAJOR,
        stages=(2, 4),
        title="Who must act may not, or is not there",
        how_to_fix="Name in S2-06 someone who has the authority (S4-01) and takes part in the case "
        "(S4-03), or give them that authority.",
        ask="who must act (S2) has no authority or no part in the work (S4)",
        sides={5: Sides(("S2-06", "S2-10"), ("S4-01", "S4-03"))},
    ),
    JudgedRule(
        "X-33",
        Severity.MAJOR,
        stages=(1, 5),
        title="It looks like a high-risk area, and none is named",
        how_to_fix="Choose the area in S5-02, or say there why the rules for it do not apply.",
        ask="problem or target (S1) lies in a high-risk area (biometrics, critical infrastructure, "
        "education, hiring, essential services, police, migration, courts, product safety, "
        "children), but S5-02 says none",
        sides={5: Sides(("S1-01", "S1-08"), ("S5-02",))},
    ),
    JudgedRule(
        "X-38",
        Severity.MAJOR,
        stages=(1, 1),
        title="Something left out of scope comes back",
        how_to_fix="Take it out of the other answer, or move it inside the fence in S1-10.",
        ask="what S1-10 leaves out comes back in the other answer",
        sides={
            1: Sides(("S1-10",), ("S1-07", "S1-12")),
            2: Sides(("S1-10",), ("S2-01",)),
            5: Sides(("S1-10",), ("S4-01",)),
        },
    ),
    JudgedRule(
        "X-41",
        Severity.MAJOR,
        stages=(2, 5),
        title="A trade-off makes a risk worse that nothing controls",
        how_to_fix="Add a control to S5-09 for the risk, or withdraw the trade-off in S2-07.",
        ask="a trade-off (S2-07) worsens a risk (S5)",
        sides={5: Sides(("S2-07",), REGISTER)},
    ),
    JudgedRule(
        "X-44",
        Severity.MINOR,
        stages=(1, 2),
        title="The same quantity has two figures",
        how_to_fix="Decide which figure is right and give it in both answers, or say what makes "
        "them two different quantities.",
        ask="the very same quantity, place and period has different numbers in two answers",
        sides={2: Sides(_FIGURES, _FIGURES)},
        is_about_figures=True,
    ),
)
JUDGED_BY_ID = {rule.id: rule for rule in JUDGED_RULES}
#: Gates at which something is compared.
GATES = tuple(sorted({gate for rule in JUDGED_RULES for gate in rule.sides}))


@dataclass(frozen=True)
class Comparison:
    """One rule at one gate, with the words that are compared by question key."""

    rule: JudgedRule
    gate: int
    left: Mapping[str, str]
    right: Mapping[str, str]

    @property
    def texts(self) -> dict[str, str]:
        return {**self.left, **self.right}

    @property
    def is_possible(self) -> bool:
        """Whether there is something on either side, and two different answers in all."""
        return bool(self.left and self.right) and len(self.texts) > 1

    def without(self, keys: Collection[str]) -> Comparison | None:
        """The same without some answers; None when nothing is left to compare."""
        left, right = (
            {key: text for key, text in side.items() if key not in keys}
            for side in (self.left, self.right)
        )
        reduced = replace(self, left=left, right=right)
        return reduced if reduced.is_possible else None


def text_of(case: Case, key: str) -> str:
    """What of an answer is compared, in the person's words; "" when there is nothing."""
    if key not in PARTS or not case.has(key):
        return ""
    part, value = PARTS[key], case.value(key)
    if isinstance(value, str):
        return _cut(value.split())
    if part.pick is not None:
        rows = part.pick(case)
    else:
        rows = [dict(value)] if isinstance(value, Mapping) else []
    lines = [case.extract(key, row, *part.fields, limit=MOST_OF_AN_ANSWER) for row in rows]
    return _cut(" | ".join(line for line in lines if line).split())


def _cut(words: list[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= MOST_OF_AN_ANSWER else text[:MOST_OF_AN_ANSWER].rsplit(" ", 1)[0]


def comparisons(gate: int, case: Case, *, left_out: Collection[str] = ()) -> list[Comparison]:
    """What is to be compared at a gate; rules with nothing to compare are not there.

    ``left_out`` names answers that must not be sent; a rule that needs one is left out too.
    """
    found = []
    for rule in JUDGED_RULES:
        sides = rule.sides.get(gate)
        if sides is None:
            continue
        left, right = (_texts(case, keys, left_out, rule) for keys in (sides.left, sides.right))
        comparison = Comparison(rule, gate, left, right)
        if comparison.is_possible:
            found.append(comparison)
    return found


def _texts(
    case: Case, keys: Sequence[str], left_out: Collection[str], rule: JudgedRule
) -> dict[str, str]:
    texts = {key: text_of(case, key) for key in keys if key not in left_out}
    return {
        key: text
        for key, text in texts.items()
        if text and (not rule.is_about_figures or _NUMBER.search(text))
    }


@cache
def gates_reading(key: str) -> frozenset[int]:
    """The gates at which a rule reads this answer."""
    return frozenset(
        gate for rule in JUDGED_RULES for gate, side in rule.sides.items() if key in side.keys
    )


def is_due(gate: int, answers: AnswerSet, *, protocol: Protocol) -> bool:
    """Whether the gate's own stage and every answer that its rules read are settled.

    By the stored states alone: it is asked after every save.
    """
    own = {question.key for question in protocol.questions if question.stage_number == gate}
    read = {key for rule in JUDGED_RULES if gate in rule.sides for key in rule.sides[gate].keys}
    needed = own | {key for key in read if key in protocol}
    return bool(own) and all(_is_over(answers.get(key)) for key in needed)


def _is_over(answer: AnswerView | None) -> bool:
    hidden = AnswerState.SKIPPED_BY_CONDITION
    return answer is not None and (answer.state in SETTLED or answer.state == hidden)
