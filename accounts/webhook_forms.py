"""Forms of the pages about webhooks."""

from __future__ import annotations

from django import forms

from accounts.key_forms import FormCode
from accounts.webhook_events import EVENTS


class WebhookForm(FormCode):
    """Where, of what, and what for."""

    #: What the page showed of the endpoint that is changed.
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    url = forms.CharField(label="Address", max_length=500)
    description = forms.CharField(label="What it is for", max_length=200, required=False)
    events = forms.MultipleChoiceField(
        label="Tell it when",
        required=False,
        choices=[(name, event.sentence) for name, event in EVENTS.items()],
    )


class ActionForm(forms.Form):
    """One of the small deeds on an endpoint."""

    action = forms.ChoiceField(
        choices=[(one, one) for one in ("test", "enable", "disable", "drop-secret", "remove")]
    )
