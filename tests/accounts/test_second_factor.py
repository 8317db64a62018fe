"""A password alone is not enough where a second factor is set up or asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from accounts.permissions import Role
from accounts.services import audit, members, tokens
from tests.builders.entrance import (
    codes_of,
    enrol_app,
    give_app,
    is_signed_in,
    rows,
    show_who_it_is,
    sign_in,
)
from tests.builders.people import make_person

ClientOf = Callable[[User], Client]
STEP = "/accounts/2fa/authenticate/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(settings: Settings) -> User:
    """An Admin on a site where that role needs a second factor."""
    settings.MFA_REQUIRED_ROLES = ["admin"]
    return make_person("ada", role=Role.ADMIN)


def test_alice_sets_up_an_app_and_signing_in_asks_for_its_code(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    secret = enrol_app(client)
    client.post(reverse("account_logout"))
    assert sign_in(client, alice.email)["Location"] == STEP
    assert not is_signed_in(client)
    assert client.post(STEP, {"code": codes_of(secret)[1]}).status_code == 302
    assert is_signed_in(client)
    assert rows("user.signed_in")[-1].detail == {"by": ["password", "authenticator_app"]}


def test_before_the_code_no_page_opens(alice: User, client: Client) -> None:
    give_app(alice)
    sign_in(client, alice.email)
    reply = client.get(reverse("interviews:session-list"))
    assert reply["Location"].startswith(reverse("account_login"))


def test_a_wrong_code_is_refused_and_written_down(alice: User, client: Client) -> None:
    give_app(alice)
    sign_in(client, alice.email)
    reply = client.post(STEP, {"code": "000000"})
    assert "This code is not right" in reply.content.decode()
    assert not is_signed_in(client)
    refusal = rows("user.sign_in_refused")[-1]
    assert (refusal.detail, refusal.subject) == ({"reason": "wrong_code"}, audit.person(alice))


def test_a_code_lets_in_once(alice: User, client: Client) -> None:
    secret = give_app(alice)
    code = codes_of(secret)[1]
    other = Client()
    for browser in (client, other):
        sign_in(browser, alice.email)
        browser.post(STEP, {"code": code})
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_codes_cannot_be_guessed_at_leisure(alice: User, client: Client) -> None:
    secret = give_app(alice)
    sign_in(client, alice.email)
    for _ in range(5):
        client.post(STEP, {"code": "000000"})
    reply = client.post(STEP, {"code": codes_of(secret)[1]})
    assert "Too many attempts" in reply.content.decode()
    assert not is_signed_in(client)


def test_a_recovery_code_lets_in_once_and_is_written_down(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    enrol_app(client)
    code = _recovery_codes(alice)[0]
    for expected in (True, False):
        browser = Client()
        sign_in(browser, alice.email)
        browser.post(STEP, {"code": code})
        assert is_signed_in(browser) is expected
    assert rows("second_factor.used")[0].detail == {"kind": "recovery_code"}


def _recovery_codes(user: User) -> list[str]:
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return list(row.wrap().get_unused_codes())


def test_recovery_codes_are_shown_once(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    enrol_app(client)
    code = _recovery_codes(alice)[0]
    page = reverse("mfa_view_recovery_codes")
    assert code in client.get(page).content.decode()
    assert code not in client.get(page).content.decode()
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 403


@pytest.mark.parametrize(
    "page",
    ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"],
)
def test_who_finds_an_open_browser_changes_nothing(alice: User, client: Client, page: str) -> None:
    sign_in(client, alice.email)
    reply = client.get(reverse(page))
    assert reply["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.django_db(transaction=True)
def test_setting_up_and_turning_off_is_written_down_without_the_secret(
    alice: User, client: Client
) -> None:
    sign_in(client, alice.email)
    secret = enrol_app(client)
    client.post(reverse("mfa_deactivate_totp"))
    kinds = [row.detail["kind"] for row in rows("second_factor.added")]
    assert sorted(kinds) == ["authenticator_app", "recovery_code"]
    assert {row.detail["kind"] for row in rows("second_factor.removed")} >= {"authenticator_app"}
    added = rows("second_factor.added")[0]
    assert (added.actor, added.subject) == (audit.person(alice), audit.person(alice))
    assert secret not in str([row.detail for row in rows("second_factor.added")])


# --- Roles that need one ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["/", "/sessions/", "/admin/", "/charters/", "/accounts/sessions/"]
)
def test_a_role_that_needs_one_is_led_to_enrolment(
    ada: User, client_of: ClientOf, page: str
) -> None:
    reply = client_of(ada).get(page)
    assert (reply.status_code, reply["Location"]) == (302, reverse("mfa_index"))


def test_the_way_to_enrolment_is_no_loop(ada: User, client: Client) -> None:
    sign_in(client, ada.email)
    security = client.get(reverse("mfa_index"))
    assert "Your role needs a second factor" in security.content.decode()
    assert show_who_it_is(client).status_code == 302
    for page in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(page)).status_code == 200


def test_after_enrolment_everything_opens(ada: User, client: Client) -> None:
    sign_in(client, ada.email)
    enrol_app(client)
    assert client.get("/").status_code == 200
    assert client.get("/admin/").status_code == 200
    assert "Your role needs" not in client.get(reverse("mfa_index")).content.decode()


def test_programs_hear_it_in_their_own_language(ada: User, client_of: ClientOf) -> None:
    reply = client_of(ada).get("/api/admin/circuit-breaker-status")
    assert reply.status_code == 403
    error = reply.json()["error"]
    assert error["code"] == "MFA_REQUIRED"
    assert error["request_id"] == reply["X-Request-ID"]


def test_a_moving_part_sends_the_whole_page(ada: User, client_of: ClientOf) -> None:
    reply = client_of(ada).get("/sessions/", headers={"HX-Request": "true"})
    assert reply["HX-Redirect"] == reverse("mfa_index")


def test_a_posted_form_does_nothing(ada: User, client_of: ClientOf) -> None:
    reply = client_of(ada).post("/sessions/start/", {"project_name": "Quietly"})
    assert reply["Location"] == reverse("mfa_index")


def test_signing_out_stays_possible(ada: User, client_of: ClientOf) -> None:
    browser = client_of(ada)
    browser.post(reverse("account_logout"))
    assert not is_signed_in(browser)


def test_other_roles_are_not_asked(ada: User, alice: User, client_of: ClientOf) -> None:
    assert client_of(alice).get("/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(ada: User, client_of: ClientOf) -> None:
    Authenticator.objects.create(
        user=ada, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    assert client_of(ada).get("/")["Location"] == reverse("mfa_index")


def test_who_is_raised_to_such_a_role_is_asked_at_once(
    ada: User, alice: User, client_of: ClientOf
) -> None:
    browser = client_of(alice)
    assert browser.get("/").status_code == 200
    members.change_role(user=alice, role=Role.ADMIN, is_operator=False, by=None)
    assert browser.get("/")["Location"] == reverse("mfa_index")


def test_tokens_of_a_password_alone_end_with_the_new_role(ada: User, alice: User) -> None:
    issued = tokens.start_family(user=alice)
    asked = {"Authorization": f"Bearer {issued.access_token}"}
    assert Client().get("/api/v1/me", headers=asked).status_code == 200
    members.change_role(user=alice, role=Role.ADMIN, is_operator=False, by=None)
    assert Client().get("/api/v1/me", headers=asked).status_code == 401
    with pytest.raises(tokens.TokenRefused):
        tokens.refresh(secret=issued.refresh_token)
    assert rows("token.ended")[-1].detail["why"] == "the new role needs a second factor"


def test_tokens_stay_where_the_new_role_asks_for_no_more(ada: User, alice: User) -> None:
    issued = tokens.start_family(user=alice)
    members.change_role(user=alice, role=Role.REVIEWER, is_operator=False, by=None)
    asked = {"Authorization": f"Bearer {issued.access_token}"}
    assert Client().get("/api/v1/me", headers=asked).status_code == 200


def test_where_the_site_begins_to_ask_tokens_are_renewed_no_more(
    alice: User, settings: Settings
) -> None:
    issued = tokens.start_family(user=alice)
    settings.MFA_REQUIRED_ROLES = ["user"]
    with pytest.raises(tokens.TokenRefused):
        tokens.refresh(secret=issued.refresh_token)
    give_app(alice)
    assert tokens.refresh(secret=issued.refresh_token).access_token


def test_the_last_one_cannot_be_turned_off(ada: User, client: Client) -> None:
    sign_in(client, ada.email)
    enrol_app(client)
    reply = client.post(reverse("mfa_deactivate_totp"))
    assert "this is the only one" in reply.content.decode()
    assert Authenticator.objects.filter(user=ada, type=Authenticator.Type.TOTP).exists()


def test_without_it_the_doors_close_again(ada: User, client_of: ClientOf) -> None:
    give_app(ada)
    browser = client_of(ada)
    assert browser.get("/").status_code == 200
    Authenticator.objects.all().delete()
    assert browser.get("/")["Location"] == reverse("mfa_index")


def test_the_back_office_shows_who_has_one_and_no_secret(
    ada: User, alice: User, client_of: ClientOf
) -> None:
    secret = give_app(alice)
    give_app(ada)
    browser = client_of(ada)
    row = Authenticator.objects.get(user=alice)
    pages = [f"/admin/mfa/authenticator/{end}" for end in ("", f"{row.pk}/change/")]
    for page in pages:
        reply = browser.get(page)
        assert reply.status_code == 200
        assert secret not in reply.content.decode()
    assert browser.get("/admin/mfa/authenticator/add/").status_code == 403
    assert browser.post(f"/admin/mfa/authenticator/{row.pk}/delete/").status_code == 403


@pytest.mark.parametrize("page", ["usersessions/usersession", "socialaccount/socialaccount"])
def test_the_back_office_shows_sessions_and_links(
    ada: User, alice: User, client: Client, client_of: ClientOf, page: str
) -> None:
    sign_in(client, alice.email)
    give_app(ada)
    assert client_of(ada).get(f"/admin/{page}/?q=alice").status_code == 200
    assert client_of(ada).get("/admin/socialaccount/socialapp/").status_code == 404


def _take_away(browser: Client, row: Authenticator) -> int:
    sent = {"action": "take_away", "_selected_action": [row.pk]}
    return browser.post("/admin/mfa/authenticator/", sent).status_code


def test_an_administrator_takes_away_what_somebody_lost(
    ada: User, alice: User, client_of: ClientOf
) -> None:
    give_app(alice)
    give_app(ada)
    hers = client_of(alice)
    _take_away(client_of(ada), Authenticator.objects.get(user=alice))
    assert not Authenticator.objects.filter(user=alice).exists()
    assert hers.get("/").status_code == 302
    taken = rows("second_factor.taken_away")[0]
    assert (taken.actor, taken.subject) == (audit.person(ada), audit.person(alice))
    assert taken.detail == {"kinds": ["totp"]}


def test_an_admin_takes_away_neither_their_own_nor_a_superadmins(
    ada: User, client_of: ClientOf
) -> None:
    sue = make_person("sue", role=Role.SUPERADMIN)
    for user in (ada, sue):
        give_app(user)
    for user in (ada, sue):
        assert _take_away(client_of(ada), Authenticator.objects.get(user=user)) == 403
        assert Authenticator.objects.filter(user=user).exists()
