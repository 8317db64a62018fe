"""What a person types for the charter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from charters import logos, templates_checked
from charters.prose.facts import SUMMARY
from charters.rendering.look import DEFAULT_ACCENT
from charters.sections.summary import MOST_WORDS
from charters.sections.wording import word_count
from charters.services.looks import Wish

MOST_CHARACTERS = 3_000
#: Brightness from 0 to 255 above which lines and letters vanish on white paper.
PALEST = 165


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


class LookForm(forms.Form):
    """How files look; an empty file field leaves what is there."""

    name = forms.CharField(label="Name of the organisation", required=False, max_length=120)
    accent = forms.RegexField(
        r"\A#[0-9a-fA-F]{6}\Z",
        label="Colour",
        initial=DEFAULT_ACCENT,
        error_messages={"invalid": "Give the colour as a hash and six digits, such as #1d4f91."},
    )
    logo = forms.FileField(label="Logo", required=False, allow_empty_file=False)
    drop_logo = forms.BooleanField(required=False)
    template = forms.FileField(label="Word template", required=False, allow_empty_file=False)
    drop_template = forms.BooleanField(required=False)
    stylesheet = forms.CharField(label="Style of the HTML file", required=False)

    def clean_accent(self) -> str:
        accent: str = self.cleaned_data["accent"].lower()
        red, green, blue = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
        if 0.299 * red + 0.587 * green + 0.114 * blue > PALEST:
            raise forms.ValidationError(
                "This colour is too pale for white paper. Take a darker one."
            )
        return accent

    def clean_logo(self) -> Any:
        return self._small_enough("logo", logos.LARGEST_FILE)

    def clean_template(self) -> Any:
        return self._small_enough("template", templates_checked.LARGEST_FILE)

    def _small_enough(self, name: str, most: int) -> Any:
        file = self.cleaned_data[name]
        if file and file.size > most:
            raise forms.ValidationError(
                f"The file is larger than {most // 1024} KB. Use a smaller one."
            )
        return file

    @property
    def had_files(self) -> bool:
        return bool(self.files)

    def wish(self) -> Wish:
        """What is wanted: None leaves a file, b"" takes it away."""
        given = self.cleaned_data
        template = given["template"]
        return Wish(
            name=given["name"],
            accent=given["accent"],
            stylesheet=given["stylesheet"],
            logo=_bytes(given["logo"], drop=given["drop_logo"]),
            template=_bytes(template, drop=given["drop_template"]),
            template_name=template.name if template else "",
        )


def _bytes(file: Any, *, drop: bool) -> bytes | None:
    if file:
        content: bytes = file.read()
        return content
    return b"" if drop else None
