"""Forms that change one setting at run time."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.runtime_settings import Declared, Kind, Value, ValueRefused

SWITCH = (("on", "On"), ("off", "Off"))


class UndoForm(forms.Form):
    """Which version somebody saw, why, and the key once more where it is dangerous."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(label="Why", required=False, max_length=300)
    confirmed = forms.CharField(
        label="Type the key of this setting to confirm", required=False, max_length=100
    )


class SettingForm(UndoForm):
    """A new value; an empty one takes that of the file again."""

    value = forms.CharField(label="New value", required=False, max_length=40)

    field_order = ("value", "reason", "confirmed", "version")

    def __init__(self, *args: Any, declared: Declared, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared = declared
        if declared.kind == Kind.SWITCH:
            self.fields["value"] = forms.ChoiceField(
                label="New value",
                required=False,
                choices=[("", "As environment or file say"), *SWITCH],
                error_messages={"invalid_choice": declared.allowed},
            )

    def clean_value(self) -> Value | None:
        text = self.cleaned_data["value"]
        if not text.strip():
            return None
        try:
            return self.declared.read(text)
        except ValueRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None
