"""Small forms of the operators' pages."""

from __future__ import annotations

from django import forms


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
