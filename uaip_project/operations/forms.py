"""Small forms of the operators' pages."""

from __future__ import annotations

from django import forms

from accounts.services.audit_reading import Question


class ReasonForm(forms.Form):
    """Why a person stops a model; it stands in the history."""

    reason = forms.CharField(
        max_length=300, error_messages={"required": "Say why: others read it in the history."}
    )


class FiguresForm(forms.Form):
    """The figures of one circuit; an empty one is the site's."""

    failure_limit = forms.IntegerField(
        label="Failures that open it", required=False, min_value=1, max_value=1000
    )
    window_seconds = forms.IntegerField(
        label="Counted within (seconds)", required=False, min_value=1, max_value=86_400
    )
    open_seconds = forms.IntegerField(
        label="Left alone for (seconds)", required=False, min_value=1, max_value=86_400
    )


class AuditForm(forms.Form):
    """Which deeds somebody looks for; nothing has to be filled in."""

    type = forms.CharField(label="What", required=False, max_length=60)
    person = forms.CharField(label="Who", required=False, max_length=200)
    subject = forms.CharField(label="About", required=False, max_length=200)
    from_date = forms.DateField(
        label="From", required=False, error_messages={"invalid": "Use a date such as 2026-11-21."}
    )
    to_date = forms.DateField(
        label="Until", required=False, error_messages={"invalid": "Use a date such as 2026-11-22."}
    )
    request_id = forms.CharField(label="Request", required=False, max_length=64)

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from_date"), self.cleaned_data.get("to_date")
        if first and last and first > last:
            self.add_error("to_date", "This is before the first day: nothing could be found.")

    def question(self) -> Question:
        """What a valid form asks."""
        return Question(**self.cleaned_data)
