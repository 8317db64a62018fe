"""What people type about a charter: verdicts, rulings with conditions, comments, committees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms

from governance.models import Committee, Outcome, Thread
from governance.refusals import Unfit
from governance.services.precedents import Precedent, departs
from governance.services.rulings import (
    LONGEST_CONDITION,
    LONGEST_OWNER,
    MOST_CONDITIONS,
    ConditionWish,
)
from governance.services.threads import MOST_TEXT
from governance.wording import reason_of

#: What each outcome means to whoever chooses it.
OUTCOME_HINTS = {
    Outcome.APPROVE: "It may be built as the charter says.",
    Outcome.APPROVE_WITH_CONDITIONS: "It may be built; the ruling lists what must be done by when.",
    Outcome.SEND_BACK: "The author changes it and issues a new revision.",
    Outcome.REJECT: "It is not built.",
}
CHOOSE = "Choose one of the four."
DEPARTS = "All like cases were ruled otherwise. Tick those that you depart from, or follow one."


class VerdictForm(forms.Form):
    """One person's vote."""

    outcome = forms.ChoiceField(
        label="Your vote",
        choices=Outcome.choices,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    reason = forms.CharField(
        label="Your reason",
        error_messages={"required": "Give your reason: the author and the committee read it."},
    )

    def clean_reason(self) -> str:
        try:
            return reason_of(self.cleaned_data["reason"])
        except Unfit as fault:
            raise forms.ValidationError(str(fault)) from None


class RulingForm(VerdictForm):
    """What is ruled; its conditions are read by ``read_conditions``."""

    departure_reason = forms.CharField(label="Why this case is decided otherwise", required=False)
    departs_from = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, like: Sequence[Precedent] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._like = like
        self.fields["outcome"].label = "The ruling"
        self.fields["reason"].label = "The reason"
        self.fields["reason"].error_messages["required"] = (
            "Give the reason of the ruling: it stands in the charter."
        )
        departs_from: Any = self.fields["departs_from"]
        departs_from.choices = [(one.review, one.title) for one in like]

    def clean(self) -> dict[str, Any]:
        """Who rules otherwise than all like cases ticks them and says why."""
        cleaned: dict[str, Any] = super().clean() or {}
        needed = departs(cleaned.get("outcome", ""), self._like) if "outcome" in cleaned else []
        if set(needed) - set(cleaned.get("departs_from", [])):
            self.add_error("departs_from", DEPARTS)
        if needed and not cleaned.get("departure_reason", "").strip():
            self.add_error("departure_reason", "Say why this case is decided otherwise.")
        return cleaned


@dataclass
class ConditionRow:
    """One condition as it is being typed; ``errors`` by the name of its part."""

    number: int
    text: str = ""
    owner: str = ""
    due: str = ""
    source_rule: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; such a row is left out."""
        return not (self.text or self.owner or self.due)

    def says(self, other: ConditionRow) -> bool:
        """Whether both say the same, wherever they stand."""
        mine = (self.text, self.owner, self.due, self.source_rule)
        return mine == (other.text, other.owner, other.due, other.source_rule)


_ROW = re.compile(r"c-(\d{1,4})-text", re.ASCII)


def typed_conditions(data: Mapping[str, str]) -> list[ConditionRow]:
    """The rows of the conditions editor, in their order, as they were sent."""
    numbers = sorted({int(found[1]) for name in data if (found := _ROW.fullmatch(name))})
    return [
        ConditionRow(
            number=number,
            text=data.get(f"c-{number}-text", "").strip(),
            owner=data.get(f"c-{number}-owner", "").strip(),
            due=data.get(f"c-{number}-due", "").strip(),
            source_rule=data.get(f"c-{number}-rule", "").strip()[:40],
        )
        for number in numbers[:MOST_CONDITIONS]
    ]


def proposed_conditions(proposals: Sequence[Mapping[str, str]]) -> list[ConditionRow]:
    """What the engine asks for, as rows to change or to take out; one empty row at least."""
    rows = [
        ConditionRow(
            number, one["text"], one["owner"], str(one["due_date"] or ""), one["source_rule"]
        )
        for number, one in enumerate(proposals[:MOST_CONDITIONS], start=1)
    ]
    return rows or [ConditionRow(1)]


def with_action(rows: Sequence[ConditionRow], action: str) -> list[ConditionRow]:
    """The rows after a button of the editor: "add", or "remove:3"."""
    if action == "add":
        number = max((row.number for row in rows), default=0) + 1
        return [*rows, ConditionRow(number)]
    left = [row for row in rows if action != f"remove:{row.number}"]
    return left or [ConditionRow(1)]


def read_conditions(rows: Sequence[ConditionRow], *, today: date) -> list[ConditionWish]:
    """The conditions of the rows that say something; what is wrong stands in their ``errors``."""
    wishes = [_read(row, today) for row in rows if not row.is_empty]
    return [one for one in wishes if one is not None]


def _read(row: ConditionRow, today: date) -> ConditionWish | None:
    due = _date(row.due)
    if not row.text:
        row.errors["text"] = "Say what is to be done."
    elif len(row.text) > LONGEST_CONDITION:
        row.errors["text"] = f"Shorten this to {LONGEST_CONDITION} characters."
    if not row.owner:
        row.errors["owner"] = "Name who does it."
    elif len(row.owner) > LONGEST_OWNER:
        row.errors["owner"] = f"Shorten this to {LONGEST_OWNER} characters."
    if due is None:
        row.errors["due"] = "Give the date as day, month and year."
    elif due < today:
        row.errors["due"] = "This date has passed. Give a later one."
    if row.errors or due is None:
        return None
    return ConditionWish(row.text, row.owner, due, row.source_rule)


def _date(typed: str) -> date | None:
    try:
        return forms.DateField().clean(typed)
    except forms.ValidationError:
        return None


class CommentForm(forms.Form):
    """What somebody says in a thread."""

    text = forms.CharField(
        label="Comment",
        max_length=MOST_TEXT,
        error_messages={"required": "Write what you want to say."},
    )


class ThreadForm(CommentForm):
    """A new matter, and what it is about."""

    anchor = forms.ChoiceField(choices=Thread.Anchor.choices, widget=forms.HiddenInput)
    anchor_key = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)


class CommitteeForm(forms.Form):
    """A committee: its name, and how votes make a ruling."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        error_messages={"required": "Give the committee a name."},
    )
    quorum = forms.IntegerField(
        label="Quorum",
        min_value=1,
        max_value=100,
        error_messages={
            "required": "Say how many votes it takes at least.",
            "invalid": "Give the quorum as a whole number.",
            "min_value": "It takes at least one vote.",
        },
    )
    rule = forms.ChoiceField(label="What carries", choices=Committee.Rule.choices)
    is_default = forms.BooleanField(label="Cases go here by themselves", required=False)


class SeatForm(forms.Form):
    """Who is given a seat in a committee, from today on."""

    email = forms.EmailField(
        label="E-mail address",
        error_messages={
            "required": "Give the person’s e-mail address.",
            "invalid": "This is not an e-mail address. Write it like name@example.org.",
        },
    )
    is_chair = forms.BooleanField(label="Takes the chair", required=False)
