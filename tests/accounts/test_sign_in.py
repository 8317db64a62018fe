"""People sign in by e-mail; strangers and deactivated people do not."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.policies import has_permission
from tests.builders.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db


def sign_in(browser: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return browser.post(reverse("account_login"), {"login": email, "password": password})


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize("typed", ["alice@example.org", "Alice@Example.ORG", " ALICE@example.org"])
def test_alice_signs_in_whatever_case_she_types(alice: User, client: Client, typed: str) -> None:
    response = sign_in(client, typed)
    assert response.status_code == 302
    assert response["Location"] == reverse("home")
    assert is_signed_in(client)


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(
    alice: User, client: Client
) -> None:
    wrong_password = sign_in(client, alice.email, "not her password")
    nobody = sign_in(client, "nobody@example.org", "not her password")
    assert not is_signed_in(client)
    assert wrong_password.status_code == nobody.status_code == 200
    assert (
        wrong_password.context["form"].non_field_errors()
        == nobody.context["form"].non_field_errors()
    )


def test_a_deactivated_person_does_not_get_in(alice: User, client: Client) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    sign_in(client, alice.email)
    assert not is_signed_in(client)


def test_who_is_deactivated_while_signed_in_is_out_at_once(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    response = client.get(reverse("interviews:session-list"))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_signing_out_needs_a_press_of_a_button(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_a_stranger_cannot_make_an_account_while_registration_is_closed(client: Client) -> None:
    typed = {"email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), typed)
    assert not User.objects.filter(email="eve@example.org").exists()


def test_a_site_may_open_registration(client: Client, settings: Settings) -> None:
    settings.REGISTRATION_OPEN = True
    typed = {"email": "Eve@Example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), typed)
    eve = User.objects.get(email="eve@example.org")
    assert (eve.role, eve.is_superuser, eve.is_operator) == (Role.USER, False, False)


def test_one_address_is_one_person_whatever_its_case(alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="ALICE@example.org")


def test_a_person_without_an_address_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        User.objects.create_user("")


def test_only_a_superadmin_is_a_superuser(alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(is_superuser=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(role=Role.SUPERADMIN)


@pytest.mark.parametrize(
    ("role", "permission", "may"),
    [
        (Role.USER, Permission.SESSION_START, True),
        (Role.USER, Permission.SESSION_VIEW_RELEASED, False),
        (Role.REVIEWER, Permission.SESSION_VIEW_RELEASED, True),
        (Role.REVIEWER, Permission.SESSION_VIEW_ALL, False),
        (Role.ADMIN, Permission.SESSION_VIEW_ALL, True),
        (Role.SUPERADMIN, Permission.USER_MANAGE, True),
    ],
)
def test_a_role_is_what_it_may_do(role: Role, permission: Permission, may: bool) -> None:
    assert has_permission(make_person("carol", role=role), permission) is may


def test_a_deactivated_person_may_nothing() -> None:
    carol = make_person("carol", role=Role.SUPERADMIN, is_active=False)
    assert not any(has_permission(carol, one) for one in Permission)
