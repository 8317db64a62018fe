"""What a person types for the charter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from charters.prose.facts import SUMMARY
from charters.sections.summary import MOST_WORDS
from charters.sections.wording import word_count

MOST_CHARACTERS = 3_000


class ProseForm(forms.Form):
    """The passages of the charter's prose, each optional."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, titles: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, title in titles.items():
            self.fields[key] = forms.CharField(
                label=title,
                required=False,
                max_length=MOST_CHARACTERS,
                widget=forms.Textarea(
                    attrs={"rows": 8 if key == SUMMARY else 3, "data-grow": True}
                ),
            )

    def clean_executive_summary(self) -> str:
        text: str = self.cleaned_data[SUMMARY]
        count = word_count(text)
        if count > MOST_WORDS:
            raise forms.ValidationError(
                f"Shorten the summary to {MOST_WORDS} words; there are {count}."
            )
        return text

    @property
    def texts(self) -> dict[str, str]:
        """The passages by key."""
        return {key: text for key, text in self.cleaned_data.items() if key != "version"}
