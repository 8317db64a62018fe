"""Forms of what was promised: readings, files of readings, incidents, the end of a case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from governance.models import CaseIncident, Commitment
from governance.services.readings import LONGEST_NOTE, Wish, wish_of

DAY = {
    "required": "Give the day.",
    "invalid": "Write the day as YYYY-MM-DD.",
}
LARGEST_FILE = 1_000_000


class ReadingForm(forms.Form):
    """A figure, or whether a deed is done."""

    measured_on = forms.DateField(
        label="Read on", input_formats=["%Y-%m-%d"], error_messages=DAY, initial=date.today
    )
    value = forms.CharField(label="Figure", max_length=40)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="Where it was read, or why it is as it is.",
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measured_on"].initial = timezone.localdate().isoformat()
        value = self.fields["value"]
        if commitment.is_figure:
            value.label = f"Figure ({commitment.unit})" if commitment.unit else "Figure"
            value.error_messages = {"required": "Give the figure as a plain number."}
        else:
            self.fields["value"] = forms.ChoiceField(
                label="Is it done?",
                choices=[("yes", "Yes"), ("no", "No")],
                error_messages={"required": "Say whether it is done."},
            )
        self._commitment = commitment

    def wish(self) -> Wish:
        """The reading; call it on a valid form. Raises Unfit."""
        cleaned = self.cleaned_data
        day = cleaned["measured_on"].isoformat()
        return wish_of(self._commitment, day, cleaned["value"], cleaned["note"])


class ReadingsFileForm(forms.Form):
    """Readings of many commitments at once."""

    file = forms.FileField(
        label="CSV file",
        error_messages={"required": "Choose the file first.", "empty": "This file is empty."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("Use a file of at most 1 MB.")
        return file


class IncidentForm(forms.Form):
    """What went wrong."""

    severity = forms.ChoiceField(
        label="How severe was it?",
        choices=CaseIncident.Severity.choices,
        error_messages={"required": "Choose how severe it was."},
    )
    happened_on = forms.DateField(
        label="When did it happen?", input_formats=["%Y-%m-%d"], error_messages=DAY
    )
    text = forms.CharField(
        label="What happened?",
        max_length=5_000,
        help_text="Who was affected, how it was noticed, and what was done at once.",
        error_messages={"required": "Say what happened."},
    )


class RetirementForm(forms.Form):
    """Why a system is out of use."""

    reason = forms.CharField(
        label="Why is it out of use?",
        max_length=10_000,
        help_text="At least 50 characters: since when, and what stands in its place.",
        error_messages={"required": "Say why it is out of use."},
    )
