"""Who came in, who did not and why stands in the record of deeds."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import AuditEvent, User
from accounts.services import audit
from accounts.signin_record import address_digest
from tests.builders.entrance import is_signed_in, link_in_the_mail, rows, show_who_it_is, sign_in
from tests.builders.people import PASSWORD

NEW = "quite another sentence"
RESET = "/accounts/password/reset/"

pytestmark = pytest.mark.django_db


def change_password(browser: Client) -> None:
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    browser.post(reverse("account_change_password"), typed)


def choose_by_link(link: str) -> None:
    browser = Client()
    page = browser.get(link)
    browser.post(page["Location"], {"password1": NEW, "password2": NEW})


def test_signing_in_and_out_is_written_down(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    client.post(reverse("account_logout"))
    came, left = rows("user.signed_in")[0], rows("user.signed_out")[0]
    assert came.actor == left.actor == audit.person(alice)
    assert came.detail == {"by": ["password"]}
    assert came.address == "127.0.0.1"


def test_a_wrong_password_is_written_down_by_who_it_was_for(alice: User, client: Client) -> None:
    sign_in(client, alice.email, "not hers")
    refusal = rows("user.sign_in_refused")[0]
    assert refusal.subject == audit.person(alice)
    assert refusal.detail == {"reason": "wrong_password"}


def test_an_unknown_address_is_kept_as_a_digest_only(client: Client) -> None:
    sign_in(client, "Nobody@Example.org", "not hers")
    refusal = rows("user.sign_in_refused")[0]
    assert refusal.subject == f"address {address_digest('nobody@example.org')}"
    assert refusal.detail == {"reason": "unknown_address"}
    kept = json.dumps(list(AuditEvent.objects.values()), default=str).lower()
    assert "nobody" not in kept


def test_a_digest_cannot_be_made_without_our_key(settings: Settings) -> None:
    ours = address_digest("nobody@example.org")
    settings.SECRET_KEY = "another key of at least fifty characters, for this test"
    assert address_digest("nobody@example.org") != ours


def test_a_deactivated_person_who_knows_the_password_is_written_down(
    alice: User, client: Client
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    reply = sign_in(client, alice.email)
    assert reply["Location"] == reverse("account_inactive")
    assert not is_signed_in(client)
    assert rows("user.sign_in_refused")[0].detail == {"reason": "deactivated"}


def test_a_changed_password_ends_the_other_browsers_and_every_token(
    alice: User, client: Client
) -> None:
    elsewhere = Client()
    for browser in (elsewhere, client):
        sign_in(browser, alice.email)
    change_password(client)
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert User.objects.get(pk=alice.pk).epoch == alice.epoch + 1
    assert rows("password.changed")[0].actor == audit.person(alice)
    assert mail.outbox[-1].subject.endswith("Your password was changed")


def test_a_reset_link_works_once_and_is_written_down(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    client.post(RESET, {"email": alice.email})
    link = link_in_the_mail()
    choose_by_link(link)
    assert client.get("/").status_code == 302
    assert not is_signed_in(client)
    sign_in(client, alice.email, NEW)
    assert is_signed_in(client)
    assert "no longer works" in Client().get(link, follow=True).content.decode()
    kinds = [row.type for row in AuditEvent.objects.order_by("sequence")]
    assert kinds.count("password.reset_requested") == kinds.count("password.reset") == 1


def test_a_reset_link_expires(alice: User, client: Client, settings: Settings) -> None:
    client.post(RESET, {"email": alice.email})
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "no longer works" in Client().get(link_in_the_mail(), follow=True).content.decode()


def test_signing_out_elsewhere_leaves_this_browser(alice: User, client: Client) -> None:
    elsewhere = [Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"}) for _ in "ab"]
    for browser in (*elsewhere, client):
        sign_in(browser, alice.email)
    page = client.get(reverse("usersessions_list"))
    assert page.content.decode().count("Safari on iPhone") == 2
    asked = client.post(reverse("usersessions_list"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert elsewhere[0].get("/").status_code == 200
    # The deed goes on by itself once the password was typed.
    client.post(asked["Location"], {"password": PASSWORD, "next": reverse("usersessions_list")})
    assert [one.get("/").status_code for one in (*elsewhere, client)] == [302, 302, 200]
    assert rows("user.signed_out_elsewhere")[0].detail == {"sessions": 2}


def test_nobody_sees_or_ends_the_sessions_of_another(
    alice: User, bob: User, client: Client
) -> None:
    hers = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"})
    sign_in(hers, alice.email)
    sign_in(client, bob.email)
    assert "iPhone" not in client.get(reverse("usersessions_list")).content.decode()
    client.post(reverse("usersessions_list"))
    assert hers.get("/").status_code == 200


def test_the_security_page_tells_the_last_sign_in(alice: User, client: Client) -> None:
    page = reverse("mfa_index")
    sign_in(client, alice.email)
    assert "last sign-in before" not in client.get(page).content.decode()
    again = Client()
    sign_in(again, alice.email)
    assert "last sign-in before this one" in again.get(page).content.decode()


def test_typing_a_wrong_password_again_is_written_down(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    reply = show_who_it_is(client, "not hers")
    assert "This is not your password" in reply.content.decode()
    assert rows("user.sign_in_refused")[0].detail == {"reason": "wrong_password"}
