"""A password that holds a word which everybody here knows is refused, wherever one is chosen."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.password_words import NoHouseWords
from tests.builders.entrance import is_signed_in, sign_in
from tests.builders.people import PASSWORD


@pytest.mark.parametrize(
    "password", ["my u-aip secret", "UAIPuaip2026", "Acme Housing 2026!", "x-ACME_HOUSING-x"]
)
def test_house_words_are_found_whatever_stands_between(password: str) -> None:
    with pytest.raises(ValidationError, match="everybody here knows"):
        NoHouseWords(["U-AIP", "Acme Housing"]).validate(password)


@pytest.mark.parametrize("password", ["correct horse battery", "an ai pilot runs"])
def test_other_words_pass_and_short_ones_count_for_nothing(password: str) -> None:
    NoHouseWords(["U-AIP", "ai", "run"]).validate(password)


@pytest.mark.django_db
def test_nobody_chooses_the_name_of_the_installation(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    wish = {"oldpassword": PASSWORD, "password1": "uaip-2026-uaip", "password2": "uaip-2026-uaip"}
    reply = client.post(reverse("account_change_password"), wish)
    assert "everybody here knows" in reply.content.decode()
    again = Client()
    sign_in(again, alice.email)
    assert is_signed_in(again)
