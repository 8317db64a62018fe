"""Small forms of the portfolio: what to show, what to call a view, whose case it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from governance.portfolio import words
from governance.portfolio.asked import Asked, asked_from, score_bounds
from interviews.protocol import catalogue
from interviews.protocol.values.reading import Unusable
from interviews.protocol.values.wording import tidy_title

DAY = {"invalid": "Use a date such as 2026-11-21."}


def options_of(key: str, name: str) -> list[tuple[str, str]]:
    """The choices of a field of the installed questions; none where the set asks no such thing."""
    protocol = catalogue.default_protocol()
    if key not in protocol:
        return []
    fields = [one for one in protocol.question(key).fields if one.name == name]
    return [(option.value, option.label) for one in fields for option in one.options]


def _any(label: str, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("", label), *choices]


class PortfolioForm(forms.Form):
    """Which cases somebody wants to see; nothing has to be filled in."""

    q = forms.CharField(label="Words of the name", required=False, max_length=200)
    decision = forms.ChoiceField(label="Decision", required=False)
    standing = forms.ChoiceField(label="Standing", required=False)
    lane = forms.ChoiceField(label="Review lane", required=False)
    archetype = forms.ChoiceField(label="Kind of task", required=False)
    area = forms.ChoiceField(label="High-risk area", required=False)
    department = forms.CharField(label="Department", required=False, max_length=200)
    owner = forms.CharField(label="Owner (a name, or me)", required=False, max_length=200)
    stage = forms.TypedChoiceField(label="Stage", required=False, coerce=int, empty_value=None)
    from_date = forms.DateField(label="Submitted from", required=False, error_messages=DAY)
    to_date = forms.DateField(label="Submitted until", required=False, error_messages=DAY)
    overdue = forms.BooleanField(label="Overdue only", required=False)
    order = forms.ChoiceField(label="In order of", required=False)
    # What pictures lead to; kept while one goes on filtering.
    severity = forms.IntegerField(required=False, min_value=1, max_value=5)
    likelihood = forms.IntegerField(required=False, min_value=1, max_value=5)
    highest = forms.IntegerField(required=False, min_value=1, max_value=5)
    score = forms.CharField(required=False, max_length=5)
    age = forms.IntegerField(required=False, min_value=0, max_value=36_500)
    promises = forms.ChoiceField(
        required=False, choices=[("", ""), ("kept", "kept"), ("broken", "broken")]
    )
    batch = forms.CharField(required=False, max_length=36)

    #: Behind "More filters and order".
    FOLDED = frozenset(
        {"lane", "archetype", "area", "department", "owner", "stage"}
        | {"from_date", "to_date", "overdue", "order"}
    )
    HIDDEN = ("severity", "likelihood", "highest", "score", "age", "promises", "batch")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = {
            "decision": _any("Any", [(key, found[0]) for key, found in words.DECISIONS.items()]),
            "standing": _any("Any", [(key, found[0]) for key, found in words.STANDINGS.items()]),
            "lane": _any("Any", list(words.LANES.items())),
            "archetype": _any("Any", options_of("S1-09", "archetype")),
            "area": _any("Any", [one for one in options_of("S5-02", "areas") if one[0] != "none"]),
            "stage": _any("Any", [(str(number), f"Stage {number}") for number in range(1, 6)]),
            "order": words.order_choices(),
        }
        for name, found in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = found

    def clean_score(self) -> str:
        text: str = self.cleaned_data["score"]
        try:
            return text if not text or score_bounds(text) else ""
        except ValueError:
            raise forms.ValidationError("Use a stage and a score, such as 3:6.") from None

    def clean_batch(self) -> str:
        text: str = self.cleaned_data["batch"]
        try:
            return str(UUID(text)) if text else ""
        except ValueError:
            raise forms.ValidationError("There is no such import.") from None

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from_date"), self.cleaned_data.get("to_date")
        if first and last and first > last:
            self.add_error("to_date", "This is before the first day: nothing could be found.")

    def asked(self) -> Asked:
        """What a valid form asks."""
        return asked_from(self.cleaned_data)


def _one_line(text: str) -> str:
    try:
        return tidy_title(text)
    except Unusable as fault:
        raise forms.ValidationError(str(fault)) from None


class ViewForm(forms.Form):
    """A view's name, and whether others may use its link."""

    name = forms.CharField(
        label="Name of this view",
        max_length=80,
        error_messages={"required": "Give the view a name, so that you find it again."},
    )
    is_shared = forms.BooleanField(label="Whoever has the link may use it", required=False)

    def clean_name(self) -> str:
        return _one_line(self.cleaned_data["name"])


class DescribeForm(forms.Form):
    """Whose case it is, and what it is called elsewhere."""

    department = forms.CharField(label="Department", required=False, max_length=200)
    reference = forms.CharField(label="Number elsewhere", required=False, max_length=120)

    def clean_department(self) -> str:
        return _one_line(self.cleaned_data["department"])

    def clean_reference(self) -> str:
        return _one_line(self.cleaned_data["reference"])


class MappingForm(forms.Form):
    """What a way to read columns is called."""

    mapping_name = forms.CharField(
        max_length=80,
        error_messages={"required": "Give the mapping a name, so that you find it again."},
    )

    def clean_mapping_name(self) -> str:
        return _one_line(self.cleaned_data["mapping_name"])
