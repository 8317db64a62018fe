"""What people add to their answers for the crosswalk: choices and two figures, by the pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from governance.crosswalk.situation import NO, OBVIOUS, YES
from governance.crosswalk.triage import NONE
from governance.rulepacks.schema import Choice, Pack, Scale, Triage

NOT_SAID = ("", "Not said yet")
YES_OR_NO = (NOT_SAID, (YES, "Yes"), (NO, "No"))
#: Whoever relies on the exception has to write it down (Art. 6(4)).
SHORTEST_REASON = 50
LONGEST_REASON = 4000

#: name -> (label, hint) of the questions that are answered by yes or no.
ASKED = {
    "in_eu": (
        "Is it offered or used in the EU, or is its output used there?",
        "Art. 2(1).",
    ),
    "profiling": (
        "Does it profile people?",
        "Evaluating personal aspects of a person automatically. Then there is no exception.",
    ),
    "material_influence": (
        "Does it materially influence decisions about people?",
        "Only if not, an exception is possible.",
    ),
    "synthetic_content": (
        "Does it make text, sound, pictures or video?",
        "Not said: told by the kind of task in S1-09.",
    ),
    "earlier_on_market": (
        "Was that generator on the market before 2 August 2026?",
        "Then marking is due from 2 December 2026 only.",
    ),
    "deep_fake_or_public_text": (
        "Does it make deep fakes, or text that is published on matters of public interest?",
        "Art. 50(4).",
    ),
    "canada_federal": (
        "Does a federal institution of Canada use it for administrative decisions?",
        "Only then the Directive on Automated Decision-Making binds.",
    ),
}


class DetailsForm(forms.Form):
    """All details; only those that packs ask for are there."""

    def __init__(self, *args: Any, packs: Iterable[Pack], areas: Iterable[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = list(packs)
        triage = next((pack.triage for pack in known if pack.triage), None)
        scale = next((pack.scale for pack in known if pack.scale), None)
        if triage is not None:
            self._ask_triage(triage, frozenset(areas))
        if scale is not None:
            self._ask_scale(scale)
        self.fields["reason"] = forms.CharField(
            label="Reason, and who looked at it",
            required=False,
            max_length=LONGEST_REASON,
            error_messages={"max_length": f"Write at most {LONGEST_REASON:,} characters."},
        )

    def _ask_triage(self, triage: Triage, areas: frozenset[str]) -> None:
        self._yes_or_no("in_eu")
        self._one_of("exclusion", "Is it excluded from the Act?", triage.exclusions)
        if triage.product_area in areas:
            self._one_of("product_route", "How is the product assessed?", triage.product_routes)
        uses = [
            (area.title, [(use.code, use.text) for use in area.uses])
            for area in triage.areas
            if area.code in areas and area.uses
        ]
        if uses:
            self.fields["uses"] = forms.MultipleChoiceField(
                label="Which of these does it do?", choices=uses, required=False
            )
            self._yes_or_no("profiling")
            self._yes_or_no("material_influence")
            self._one_of("ground", "Is one of these grounds of an exception true?", triage.grounds)
        self.fields["talks_to_people"] = _choice(
            "Do people talk with it directly?", (*YES_OR_NO, (OBVIOUS, "Yes, and it is obvious"))
        )
        for name in ("synthetic_content", "earlier_on_market", "deep_fake_or_public_text"):
            self._yes_or_no(name)

    def _ask_scale(self, scale: Scale) -> None:
        self._yes_or_no("canada_federal")
        for name, words, most in (
            ("aia_raw", "Raw impact score of the official tool", sum(scale.raw.values())),
            ("aia_mitigation", "Mitigation score", sum(scale.mitigation.values())),
        ):
            span = f"Use a whole number from 0 to {most}."
            errors = dict.fromkeys(("invalid", "min_value", "max_value"), span)
            self.fields[name] = forms.IntegerField(
                label=f"{words}, 0 to {most}",
                min_value=0,
                max_value=most,
                required=False,
                error_messages=errors,
            )

    def _yes_or_no(self, name: str) -> None:
        self.fields[name] = _choice(ASKED[name][0], YES_OR_NO)

    def _one_of(self, name: str, label: str, choices: Iterable[Choice]) -> None:
        self.fields[name] = _choice(label, (NOT_SAID, *((one.code, one.text) for one in choices)))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        figures = [name for name in ("aia_raw", "aia_mitigation") if given.get(name) is not None]
        if len(figures) == 1 and not self.errors:
            other = "aia_mitigation" if figures == ["aia_raw"] else "aia_raw"
            self.add_error(other, "Give both figures of the official tool, or none.")
        claims = given.get("ground") not in (None, "", NONE)
        if claims and len((given.get("reason") or "").strip()) < SHORTEST_REASON:
            words = (
                f"Write the assessment down in at least {SHORTEST_REASON} characters (Art. 6(4))."
            )
            self.add_error("reason", words)
        return given

    @property
    def values(self) -> dict[str, Any]:
        """What was said: codes and figures, without what was left open and without the reason."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "reason" and value not in ("", None, [])
        }


def _choice(label: str, choices: Any) -> forms.ChoiceField:
    wrong = "Choose one of the list."
    return forms.ChoiceField(
        label=label, choices=choices, required=False, error_messages={"invalid_choice": wrong}
    )


def initial_of(values: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """What the form shows of details that were noted before."""
    return {**values, "reason": reason}
