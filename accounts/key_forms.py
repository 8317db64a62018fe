"""Forms of the pages about API keys and service accounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import User
from accounts.permissions import PEOPLE_ONLY, Permission, Role
from accounts.policies import permissions_of
from accounts.scopes import in_words
from accounts.services import keys


class FormCode(forms.Form):
    """What tells the first sending of a form from a second one."""

    once = forms.CharField(max_length=100, widget=forms.HiddenInput)


class KeyForm(FormCode):
    """A new key: for whom, what for, what it may, how long and from where."""

    holder = forms.ChoiceField(label="For")
    name = forms.CharField(
        label="What it is for", max_length=200, error_messages={"required": "Say what it is for."}
    )
    scopes = forms.MultipleChoiceField(
        label="It may", error_messages={"required": "Choose at least one."}
    )
    days = forms.IntegerField(
        label="Days until it expires",
        min_value=1,
        error_messages={"required": "Say for how many days it should work."},
    )
    networks = forms.CharField(label="Only from these networks", required=False, max_length=1000)

    def __init__(self, *args: Any, by: User, holders: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holders = {str(one.code): one for one in holders}
        self.fields["holder"].choices = [
            (str(one.code), f"Myself ({one})" if one == by else f"Service account {one}")
            for one in holders
        ]
        self.fields["scopes"].choices = [
            (str(one), in_words(one))
            for one in Permission
            if one in permissions_of(by) - PEOPLE_ONLY
        ]
        self.fields["days"].max_value = keys.longest_days()

    def clean_holder(self) -> User:
        return self.holders[self.cleaned_data["holder"]]

    def clean_networks(self) -> list[str]:
        return [one for one in re.split(r"[\s,]+", self.cleaned_data["networks"]) if one]


class RenewForm(FormCode):
    """How long the older key works on beside its successor."""

    overlap = forms.IntegerField(
        label="Days for which both work",
        min_value=0,
        max_value=365,
        error_messages={"required": "Say for how many days; 0 is an answer, too."},
    )


class RevokeForm(forms.Form):
    """Why a key ends."""

    why = forms.CharField(label="Reason", max_length=200, required=False)


class ServiceAccountForm(forms.Form):
    """A user for a program."""

    name = forms.CharField(
        label="Name of the program", max_length=200, error_messages={"required": "Give it a name."}
    )
    owner = forms.EmailField(
        label="Who answers for it (e-mail address)",
        error_messages={"required": "Somebody must answer for it."},
    )
    role = forms.ChoiceField(
        label="Role", choices=[one for one in Role.choices if one[0] != Role.SUPERADMIN]
    )

    def clean_owner(self) -> User:
        return _person(self.cleaned_data["owner"])


class NewOwnerForm(forms.Form):
    """Who answers for a service account from now on."""

    owner = forms.EmailField(
        label="Who answers for it from now on (e-mail address)",
        error_messages={"required": "Somebody must answer for it."},
    )
    #: Who answered for it when the page was made, by code.
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_owner(self) -> User:
        return _person(self.cleaned_data["owner"])


def _person(email: str) -> User:
    found = User.objects.active().filter(email=email.lower(), kind=User.Kind.PERSON).first()
    if found is None:
        raise forms.ValidationError("There is no active person with this address.")
    return found
