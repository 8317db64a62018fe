"""What people propose: levels, or a pack as YAML."""

from __future__ import annotations

from typing import Any

from django import forms

from governance.rulepacks.reading import LONGEST

#: name -> (label, least, most) of the levels that are whole numbers.
LEVELS = {
    "monitor": ("PROCEED WITH MONITORING from level", 1, 5),
    "revise": ("REVISE from level", 1, 5),
    "committee": ("SUBMIT TO COMMITTEE from level", 1, 5),
    "halt": ("HALT from level", 1, 5),
    "breadth_count": ("Committee from so many principles at the REVISE level, 0 = never", 0, 5),
}
DATA = "revise_below"
ON_HINT = "Empty: each case is read on its own day. A day ahead shows what a law changes then."


class ProposalForm(forms.Form):
    """What every proposal says."""

    on = forms.DateField(
        label="Read practices as on",
        required=False,
        error_messages={"invalid": "Write the day as YYYY-MM-DD, or leave it empty."},
    )
    reason = forms.CharField(
        label="Reason", max_length=2000, error_messages={"required": "Say why the rules change."}
    )


class ThresholdsForm(ProposalForm):
    """The levels at which decisions change."""

    field_order = [*LEVELS, DATA, "on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, least, most) in LEVELS.items():
            span = f"Use a whole number from {least} to {most}."
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=least,
                max_value=most,
                error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"), span
                ),
            )
        span = "Use a number above 0 and up to 1, such as 0.7."
        self.fields[DATA] = forms.FloatField(
            label="REVISE below a data quality of",
            min_value=0,
            max_value=1,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), span),
        )
        self.order_fields(self.field_order)

    @property
    def thresholds(self) -> dict[str, Any]:
        """The levels as the engine's config."""
        return {name: self.cleaned_data[name] for name in (*LEVELS, DATA)}


class PackForm(ProposalForm):
    """A whole pack."""

    field_order = ["pack", "on", "reason"]
    pack = forms.CharField(
        label="Pack as YAML",
        max_length=LONGEST,
        strip=False,
        error_messages={
            "required": "Paste the whole pack.",
            "max_length": f"A pack has at most {LONGEST:,} characters.",
        },
    )
