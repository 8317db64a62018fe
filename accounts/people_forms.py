"""Forms of the pages about people."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import User
from accounts.permissions import Role

ADDRESS_WORDS = {
    "required": "Give an e-mail address.",
    "invalid": "This is not an e-mail address. Write it like name@example.org.",
}


class BackOfficeForm(forms.ModelForm):
    """A person in the back office; what somebody else changed meanwhile is not written over."""

    #: What the page showed of the person.
    seen = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen = self._facts()
        self.initial["seen"] = self._seen

    def _facts(self) -> str:
        """Of the row as it was read, before the form writes into it."""
        if not self.instance.pk:
            return ""
        facts = [getattr(self.instance, name) for name in ("email", "name", "role", "is_operator")]
        return hashlib.sha256(repr(facts).encode("utf-8")).hexdigest()[:16]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("seen") not in ("", None, self._seen):
            raise forms.ValidationError(
                "Somebody else changed this person meanwhile. Open the page again in another tab, "
                "compare, and repeat what should hold."
            )
        return cleaned


class InviteForm(forms.Form):
    """Whom to ask in, and as what."""

    email = forms.EmailField(label="E-mail address", error_messages=ADDRESS_WORDS)
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]


class RoleForm(forms.Form):
    """What a person may do from now on."""

    role = forms.ChoiceField(label="Role")
    is_operator = forms.BooleanField(label="Operator", required=False)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]


class WhyForm(forms.Form):
    """Why somebody is shown out; kept in the record of deeds."""

    why = forms.CharField(label="Reason (optional)", max_length=200, required=False)


class AcceptForm(forms.Form):
    """What a new person brings: a name and a password."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        error_messages={"required": "Give your name: others see it beside what you do."},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        error_messages={"required": "Choose a password."},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean(self) -> dict[str, Any]:
        """The password fits the house's rules, and is not the person's own name or address."""
        wish: dict[str, Any] = super().clean() or {}
        if "password" in wish:
            person = User(email=self._email, name=wish.get("name", ""))
            try:
                validate_password(wish["password"], person)
            except forms.ValidationError as fault:
                self.add_error("password", fault)
        return wish
