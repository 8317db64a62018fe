"""How somebody wants a link to a charter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from governance.models import ShareLink
from governance.services.sharing import USUAL

HOURS = {
    1: "1 hour",
    24: "1 day",
    7 * 24: "7 days",
    14 * 24: "14 days",
    30 * 24: "30 days",
    90 * 24: "90 days",
}
CHOOSE = "Choose one of the list."
ERRORS = {"required": CHOOSE, "invalid_choice": CHOOSE, "invalid": CHOOSE}


class ShareForm(forms.Form):
    """Profile, time and what one finds the link again by."""

    purpose = forms.CharField(label="For whom", max_length=100, required=False)
    profile = forms.ChoiceField(label="What they read", error_messages=ERRORS)
    hours = forms.TypedChoiceField(
        label="How long it works",
        coerce=int,
        choices=list(HOURS.items()),
        error_messages=ERRORS,
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def __init__(self, *args: Any, may_share_whole: bool, **kwargs: Any) -> None:
        usual = {"profile": ShareLink.Profile.EXTERNAL, "hours": USUAL // timedelta(hours=1)}
        kwargs["initial"] = usual | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        profile: Any = self.fields["profile"]
        profile.choices = [
            one
            for one in ShareLink.Profile.choices
            if may_share_whole or one[0] != ShareLink.Profile.FULL
        ]

    @property
    def lasts(self) -> timedelta:
        """How long, as the service wants it."""
        return timedelta(hours=self.cleaned_data["hours"])
