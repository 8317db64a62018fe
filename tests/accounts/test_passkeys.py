"""What the pages around passkeys say to a browser; a real one enrols in tests/journeys."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.builders.entrance import give_app, rows, show_who_it_is, sign_in

LOGIN = "/accounts/2fa/webauthn/login/"

pytestmark = pytest.mark.django_db

#: A <script> that would run: neither a file nor mere data.
RUNS = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I)


def test_signing_in_alone_asks_the_device_who_holds_it(client: Client) -> None:
    asked = client.get(LOGIN, headers={"accept": "application/json"}).json()
    options = asked["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    assert options["rpId"] == "testserver"
    assert not options.get("allowCredentials")


@pytest.mark.parametrize(
    "sent", ["", "no JSON", '"x"', "[1]", '{"id": "x", "response": {}}', '{"type": "public-key"}']
)
def test_what_is_no_passkey_is_refused_and_written_down(client: Client, sent: str) -> None:
    client.get(LOGIN, headers={"accept": "application/json"})
    reply = client.post(LOGIN, {"credential": sent})
    assert reply["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session
    if sent.startswith("{"):
        assert rows("user.sign_in_refused")[0].detail == {"reason": "wrong_passkey"}


@pytest.mark.parametrize("sent", ['"x"', '{"id": "x", "response": {}}'])
@pytest.mark.parametrize("page", ["/accounts/2fa/webauthn/add/", "/accounts/2fa/authenticate/"])
def test_what_is_no_passkey_breaks_no_page(
    alice: User, client: Client, page: str, sent: str
) -> None:
    if "authenticate" in page:
        give_app(alice)
    sign_in(client, alice.email)
    if "add" in page:
        show_who_it_is(client)
    assert client.post(page, {"credential": sent}).status_code == 200
    assert not alice.authenticator_set.filter(type="webauthn").exists()


def test_the_pages_run_no_script_of_their_own(alice: User, client: Client) -> None:
    pages = [client.get(reverse("account_login"))]
    sign_in(client, alice.email)
    show_who_it_is(client)
    pages += [client.get(reverse(name)) for name in ("mfa_add_webauthn", "mfa_list_webauthn")]
    give_app(alice)
    step = Client()
    sign_in(step, alice.email)
    pages.append(step.get("/accounts/2fa/authenticate/"))
    for page in pages:
        assert page.status_code == 200
        assert not RUNS.search(page.content.decode())
        assert "script-src 'self'" in page["Content-Security-Policy"]
        assert "js/passkeys.js" in page.content.decode() or "add/" in page.content.decode()


def test_what_a_new_passkey_is_for_is_said_to_the_device(alice: User, client: Client) -> None:
    sign_in(client, alice.email)
    show_who_it_is(client)
    page = client.get(reverse("mfa_add_webauthn")).content.decode()
    data = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)
    options = json.loads(data.group(1))["creation_options"]["publicKey"]
    assert options["rp"] == {"id": "testserver", "name": "U-AIP"}
    assert options["user"]["name"] == alice.email


def test_nobody_renames_or_removes_the_passkey_of_another(
    alice: User, bob: User, client: Client
) -> None:
    hers = alice.authenticator_set.create(type="webauthn", data={"name": "Hers", "credential": {}})
    sign_in(client, bob.email)
    show_who_it_is(client)
    for page in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.post(reverse(page, args=[hers.pk]), {"name": "Mine"}).status_code == 404
    hers.refresh_from_db()
    assert hers.data["name"] == "Hers"
