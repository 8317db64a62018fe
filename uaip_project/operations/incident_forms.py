"""Forms of the pages about operational incidents."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from uaip_project.operations.models import OperationalIncident


class IncidentForm(forms.Form):
    """What somebody noticed."""

    title = forms.CharField(
        label="What is wrong",
        max_length=200,
        error_messages={"required": "Say in a few words what is wrong."},
    )
    severity = forms.ChoiceField(
        label="How bad it is", choices=OperationalIncident.Severity.choices, initial="P3"
    )
    kind = forms.ChoiceField(
        label="Kind", choices=OperationalIncident.Kind.choices, initial="operational"
    )
    description = forms.CharField(label="What you saw", required=False, max_length=2000)


class TextForm(forms.Form):
    """A sentence beside a button."""

    text = forms.CharField(
        label="In a sentence",
        max_length=2000,
        error_messages={"required": "Write a sentence: others read it later."},
    )

    def __init__(self, *args: Any, is_needed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].required = is_needed


class ReviewForm(forms.Form):
    """What was learnt."""

    text = forms.CharField(
        label="The review",
        max_length=20_000,
        error_messages={"required": "Write what happened, why, and what will be different."},
    )


class FollowUpForm(forms.Form):
    """Something to do."""

    text = forms.CharField(
        label="What is to be done",
        max_length=500,
        error_messages={"required": "Say what is to be done."},
    )
    owner = forms.EmailField(
        label="Who does it (e-mail)", error_messages={"required": "Name somebody who does it."}
    )
    due_date = forms.DateField(
        label="Until",
        error_messages={"required": "Give a day.", "invalid": "Use a date such as 2026-11-30."},
    )

    def clean_owner(self) -> User:
        """Somebody active."""
        address = self.cleaned_data["owner"].strip().lower()
        found = User.objects.active().filter(email=address).first()
        if found is None:
            raise forms.ValidationError("Nobody active has this address.")
        return found

    def wish(self) -> dict[str, Any]:
        """What a valid form asks for."""
        return self.cleaned_data
