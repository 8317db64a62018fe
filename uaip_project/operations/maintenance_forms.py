"""Forms about maintenance and the schedule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from uaip_project.operations import maintenance_mode
from uaip_project.operations.maintenance_mode import BadTimes

MODES = (
    ("readonly", "Refuse changes; reading goes on"),
    ("banner", "Only show the message"),
)
#: A week: whoever needs longer says so again.
LONGEST_MINUTES = 7 * 24 * 60


class MaintenanceForm(forms.Form):
    """What holds from when, and for how long."""

    mode = forms.ChoiceField(label="What happens", choices=MODES, initial="readonly")
    message = forms.CharField(
        label="What people read",
        max_length=300,
        error_messages={"required": "Say why and for how long: people read it on every page."},
    )
    notice = forms.IntegerField(
        label="Begins in (minutes)",
        min_value=0,
        max_value=LONGEST_MINUTES,
        initial=15,
        error_messages={"required": "Say in how many minutes it begins, 0 for now."},
    )
    lasts = forms.IntegerField(
        label="Lasts (minutes)", min_value=1, max_value=LONGEST_MINUTES, required=False
    )

    def apply(self, *, by: User) -> None:
        """Makes it so. Raises BadTimes."""
        given: dict[str, Any] = self.cleaned_data
        starts_at = timezone.now() + timedelta(minutes=given["notice"])
        lasts = timedelta(minutes=given["lasts"]) if given["lasts"] else None
        ends_at = starts_at + lasts if lasts else None
        message = given["message"]
        if given["mode"] == "banner":
            maintenance_mode.tell(message=message, by=by, ends_at=ends_at)
        elif given["notice"]:
            maintenance_mode.announce(message=message, by=by, starts_at=starts_at, ends_at=ends_at)
        else:
            maintenance_mode.start(message=message, by=by, lasts=lasts)


class SignForm(forms.Form):
    """Somebody saw to a line of a list."""

    name = forms.CharField(max_length=40)
    note = forms.CharField(max_length=300, required=False)


__all__ = ["BadTimes", "MaintenanceForm", "SignForm"]
