"""People come in by SAML only with what their provider signed, for us, in answer to us."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.permissions import Role
from accounts.sso_config import SsoMisconfigured, load_sso
from tests.builders.entrance import is_signed_in, rows
from tests.fakes.saml import ENTITY, SSO_URL, SamlProvider

LOGIN, ACS = "/accounts/saml/office/login/", "/accounts/saml/office/acs/"
ALICE = {"uid": ["a-1"], "email": ["alice@example.org"], "name": ["Alice A."], "groups": ["board"]}

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> SamlProvider:
    return SamlProvider(attributes=dict(ALICE))


@pytest.fixture
def entry(provider: SamlProvider, tmp_path: Path) -> dict[str, Any]:
    """An entry of sso.yaml."""
    certificate = tmp_path / "idp.pem"
    certificate.write_text(provider.certificate())
    return {
        "id": "office",
        "name": "Office account",
        "kind": "saml",
        "idp": {"entity_id": ENTITY, "sso_url": SSO_URL, "certificate_file": str(certificate)},
        "domains": ["example.org"],
        "sure_of_addresses": True,
        "roles": {"reviewer": ["board"]},
        "contact": "the help desk",
    }


@pytest.fixture
def browser(entry: dict[str, Any], settings: Settings, tmp_path: Path) -> Client:
    """A browser at a site with that provider."""
    (tmp_path / "sso.yaml").write_text(yaml.safe_dump({"providers": [entry]}))
    settings.ROOT_URLCONF = "tests.urls_with_sso"
    settings.SSO_PROVIDERS = load_sso(tmp_path)
    return Client(headers={"host": "testserver"})


def come_in(browser: Client, answer: str) -> HttpResponse:
    reply = browser.post(ACS, {"SAMLResponse": answer, "RelayState": ""})
    return browser.get(reply["Location"])


def ask(browser: Client) -> str:
    reply = browser.get(LOGIN)
    assert reply.status_code == 302
    assert reply["Location"].startswith(SSO_URL)
    return str(reply["Location"])


def test_alice_comes_in_with_a_signed_answer_and_todays_role(
    alice: User, provider: SamlProvider, browser: Client
) -> None:
    assert come_in(browser, provider.answer(ask(browser))).status_code == 302
    assert browser.session["_auth_user_id"] == str(alice.pk)
    assert User.objects.get(pk=alice.pk).role == Role.REVIEWER
    assert rows("user.signed_in")[0].detail == {"by": ["single_sign_on"]}


def test_the_metadata_page_tells_the_provider_where_to_answer(browser: Client) -> None:
    reply = browser.get("/accounts/saml/office/metadata/")
    assert reply.status_code == 200
    assert f"http://testserver{ACS}" in reply.content.decode()
    assert 'WantAssertionsSigned="true"' in reply.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed": False},
        {"audience": "https://another.example.org"},
        {"minutes": -30},
        {"request_id": "ONELOGIN_never_asked"},
        {"request_id": ""},
    ],
    ids=["unsigned", "for others", "too old", "not asked", "unasked"],
)
def test_a_wrong_answer_lets_nobody_in(
    alice: User, provider: SamlProvider, browser: Client, wrong: dict[str, Any]
) -> None:
    reply = come_in(browser, provider.answer(ask(browser), **wrong))
    assert reply.status_code == 403
    assert "the help desk" in reply.content.decode()
    assert not is_signed_in(browser)
    assert rows("user.sign_in_refused")[0].detail["why"] == "not_verified"


def test_an_answer_signed_by_somebody_else_lets_nobody_in(alice: User, browser: Client) -> None:
    forger = SamlProvider(attributes=dict(ALICE))
    assert come_in(browser, forger.answer(ask(browser))).status_code == 403
    assert not is_signed_in(browser)


def test_a_signed_answer_that_was_changed_lets_nobody_in(
    alice: User, provider: SamlProvider, browser: Client
) -> None:
    whole = base64.b64decode(provider.answer(ask(browser))).replace(b"alice@", b"admin@")
    assert come_in(browser, base64.b64encode(whole).decode()).status_code == 403
    assert not is_signed_in(browser)


@pytest.mark.parametrize("sent", ["", "%%%", "bm8geG1s", "PD94bWw+"])
def test_rubbish_lets_nobody_in_and_breaks_nothing(browser: Client, sent: str) -> None:
    ask(browser)
    assert come_in(browser, sent).status_code == 403


def test_an_answer_is_taken_once(alice: User, provider: SamlProvider, browser: Client) -> None:
    answer = provider.answer(ask(browser))
    come_in(browser, answer)
    browser.post("/accounts/logout/")
    assert come_in(browser, answer).status_code == 403
    assert not is_signed_in(browser)


def test_another_browser_cannot_use_the_answer(
    alice: User, provider: SamlProvider, browser: Client
) -> None:
    answer = provider.answer(ask(browser))
    other = Client(headers={"host": "testserver"})
    assert come_in(other, answer).status_code == 403
    assert not is_signed_in(other)


@pytest.mark.parametrize(
    "page", [LOGIN, "/accounts/saml/office/sls/", "/accounts/saml/x/acs/finish/"]
)
def test_without_that_provider_nothing_answers(
    browser: Client, settings: Settings, page: str
) -> None:
    settings.SSO_PROVIDERS = {}
    assert browser.get(page).status_code == 404


# --- The file ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "Office Account"}, r"providers\[0\].id"),
        ({"kind": "ldap"}, r"providers\[0\].kind: use oidc or saml"),
        ({"domains": []}, r"providers\[0\].domains"),
        ({"roles": {"owner": ["x"]}}, r"providers\[0\].roles"),
        ({"roles": {"superadmin": ["x"]}}, "needs gives_superadmin"),
        ({"roles": {"admin": "x"}}, r"roles.admin: a list"),
        ({"new_people": "yes"}, r"new_people: true or false"),
        ({"new_poeple": True}, r"new_poeple: there is no such entry"),
        ({"idp": None}, r"providers\[0\].idp"),
        ({"kind": "oidc"}, r"providers\[0\].client_id: a text"),
        (
            {"kind": "oidc", "client_id": "x", "client_secret_file": "/nowhere/secret"},
            "client_secret_file: /nowhere/secret: there is no such file",
        ),
    ],
)
def test_a_fault_names_provider_and_entry(
    entry: dict[str, Any], tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    (tmp_path / "sso.yaml").write_text(yaml.safe_dump({"providers": [entry | change]}))
    with pytest.raises(SsoMisconfigured, match=words):
        load_sso(tmp_path)


def test_two_providers_need_two_ids(entry: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "sso.yaml").write_text(yaml.safe_dump({"providers": [entry, entry]}))
    with pytest.raises(SsoMisconfigured, match="stands twice"):
        load_sso(tmp_path)


def test_without_the_file_there_is_no_provider(tmp_path: Path) -> None:
    assert load_sso(tmp_path) == {}


def test_a_providers_secret_is_not_printed(entry: dict[str, Any], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    oidc = {
        "kind": "oidc",
        "issuer": "https://idp.example.org",
        "client_id": "uaip",
        "client_secret_file": str(secret),
    }
    (tmp_path / "sso.yaml").write_text(yaml.safe_dump({"providers": [entry | oidc]}))
    assert "hush" not in repr(load_sso(tmp_path))
