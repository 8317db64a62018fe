"""Forms of the queue's page."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.job_kinds import HANDLERS
from accounts.models import HeldKind
from accounts.services.job_care import Chosen


class WhyForm(forms.Form):
    """Why somebody gives work up."""

    number = forms.IntegerField(min_value=1, error_messages={"required": "Choose the work."})
    why = forms.CharField(
        label="Why",
        max_length=300,
        error_messages={"required": "Say why: whoever waits for it may ask you."},
    )


def _free_kinds() -> list[tuple[str, str]]:
    """What is not held already."""
    held = set(HeldKind.objects.values_list("kind", flat=True))
    free = sorted(set(HANDLERS) - held)
    return [("", "Choose"), *((kind, kind.replace("_", " ")) for kind in free)]


class HoldForm(forms.Form):
    """A kind of work that is to wait, and why."""

    kind = forms.ChoiceField(
        label="Kind of work",
        choices=_free_kinds,
        error_messages={"required": "Choose a kind of work."},
    )
    why = forms.CharField(
        label="Why",
        max_length=300,
        error_messages={"required": "Say why: people will wonder that nothing happens."},
    )


class _Numbers(forms.TypedMultipleChoiceField):
    """Numbers of jobs, whichever there are by now."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=[], **kwargs)

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal()


class ChoiceForm(forms.Form):
    """Which dead work is tried again: what was ticked, a kind, or everything."""

    kind = forms.CharField(required=False, max_length=40)
    is_all = forms.BooleanField(required=False)
    number = _Numbers(required=False)

    def clean(self) -> None:
        given = self.cleaned_data
        if not (given.get("number") or given.get("kind") or given.get("is_all")):
            raise forms.ValidationError("Tick the work that is to be tried again.")

    def chosen(self) -> Chosen:
        """What a valid form chose."""
        return Chosen(tuple(self.cleaned_data["number"]), self.cleaned_data["kind"])
