"""Small forms beside the questions: starting, not knowing yet, answering a finding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from interviews.models import Collaborator
from interviews.models.dispute import LONGEST, SHORTEST_REASON, SHORTEST_RULING
from interviews.protocol.values.reading import Unusable
from interviews.protocol.values.wording import tidy_title
from interviews.services.reading import text_limit

NAME_MISSING = "Give the project a name, so that you find it again."


class StartSessionForm(forms.Form):
    """What must be known before the first question."""

    project_name = forms.CharField(
        max_length=200,
        error_messages={"required": NAME_MISSING},
    )

    keep_from_model = forms.BooleanField(required=False)

    def clean_project_name(self) -> str:
        try:
            name = tidy_title(self.cleaned_data["project_name"])
        except Unusable as fault:
            raise forms.ValidationError(str(fault)) from None
        if not name:
            raise forms.ValidationError(NAME_MISSING)
        return name


class UnknownForm(forms.Form):
    """ "I don't know yet": who finds out, by when."""

    owner = forms.CharField(
        label="Who finds out",
        max_length=200,
        error_messages={"required": "Name the person who will find out."},
    )
    due = forms.DateField(
        label="By when",
        error_messages={
            "required": "Give the date by which it will be known.",
            "invalid": "Give the date as day, month and year.",
        },
    )
    note = forms.CharField(label="Note (optional)", max_length=2000, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, prefix="unknown", **kwargs)
        self._today = today

    def clean_due(self) -> date:
        due: date = self.cleaned_data["due"]
        if due < self._today:
            raise forms.ValidationError("This date has passed. Give a later one.")
        return due


class FindingForm(forms.Form):
    """What to do about a finding, and why."""

    action = forms.ChoiceField(
        choices=[("carry", "Carry forward"), ("dispute", "Dispute"), ("answer", "Answer")]
    )
    reason = forms.CharField(
        max_length=2000,
        error_messages={"required": "Give a reason: reviewers read it beside the finding."},
    )
    #: What the page showed; a form of an earlier visit has it, too.
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)


class ShareForm(forms.Form):
    """Whom to let in, and what for."""

    email = forms.EmailField(
        label="E-mail address of your colleague",
        error_messages={
            "required": "Give the e-mail address of your colleague.",
            "invalid": "This is not an e-mail address. Write it like name@example.org.",
        },
    )
    level = forms.ChoiceField(label="They may", choices=Collaborator.Level.choices)


class HandOverForm(forms.Form):
    """Who owns the interview from now on."""

    email = forms.EmailField(
        label="E-mail address of the new owner",
        error_messages={
            "required": "Give the e-mail address of the new owner.",
            "invalid": "This is not an e-mail address. Write it like name@example.org.",
        },
    )


class AskColleagueForm(forms.Form):
    """Who knows the answer to one question."""

    email = forms.EmailField(
        label="E-mail address of your colleague",
        error_messages={
            "required": "Give the e-mail address of your colleague.",
            "invalid": "This is not an e-mail address. Write it like name@example.org.",
        },
    )
    note = forms.CharField(label="Your words to them (optional)", max_length=500, required=False)


class ColleagueReplyForm(forms.Form):
    """What a colleague writes under the link."""

    reply = forms.CharField(
        label="Your answer",
        error_messages={"required": "Write your answer first. Nothing was sent."},
    )

    def clean_reply(self) -> str:
        reply: str = self.cleaned_data["reply"].replace("\r\n", "\n")
        over = len(reply) - text_limit()
        if over > 0:
            raise forms.ValidationError(
                f"This is {over} characters too long. Shorten it to {text_limit()} characters."
            )
        return reply


def _words(least: int, missing: str) -> forms.CharField:
    """A reason; what is too short comes back with what was typed."""
    return forms.CharField(
        min_length=least,
        max_length=LONGEST,
        error_messages={
            "required": missing,
            "min_length": f"{missing} At least {least} characters; you wrote %(show_value)d.",
            "max_length": f"Shorten it to {LONGEST} characters; you wrote %(show_value)d.",
        },
    )


class DisputeForm(forms.Form):
    """Why a score is held for wrong."""

    reason = _words(SHORTEST_REASON, "Say what the score overlooks or misreads.")


class DisputeRulingForm(forms.Form):
    """Keep the score or set another one, and why."""

    KEEP, CORRECT = "keep", "correct"

    outcome = forms.ChoiceField(
        choices=[(KEEP, "Keep the score"), (CORRECT, "Correct the score")],
        error_messages={"required": "Choose whether the score is kept or corrected."},
    )
    score = forms.DecimalField(
        label="The right score, 0 to 10",
        required=False,
        min_value=0,
        max_value=10,
        max_digits=3,
        decimal_places=1,
        error_messages={
            "invalid": "Give a number from 0 to 10, such as 7.5.",
            "min_value": "The lowest score is 0.",
            "max_value": "The highest score is 10.",
            "max_digits": "Give a number from 0 to 10 with one decimal, such as 7.5.",
            "max_decimal_places": "Scores have one decimal, such as 7.5.",
        },
    )
    reason = _words(SHORTEST_RULING, "Give the reason: the author reads it beside both scores.")

    def __init__(self, *args: Any, disputed: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._disputed = disputed

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") == self.KEEP:
            # What stands in the field belongs to the other choice.
            self.errors.pop("score", None)
            cleaned["score"] = None
        elif cleaned.get("outcome") == self.CORRECT and "score" not in self.errors:
            if cleaned.get("score") is None:
                self.add_error("score", "Give the right score.")
            elif cleaned["score"] == self._disputed:
                self.add_error(
                    "score", "This is the score that is disputed. Keep it, or give another one."
                )
        return cleaned
