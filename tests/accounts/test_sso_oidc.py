"""People come in with their organisation's account, by the rules of sso.yaml and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from accounts.permissions import Role
from accounts.services import audit
from accounts.sso_config import load_sso
from tests.builders.entrance import is_signed_in, rows
from tests.builders.people import make_person
from tests.fakes.oidc import CLIENT, SECRET, OidcProvider, new_key, serving

ALICE = {"sub": "a-1", "email": "Alice@example.org", "email_verified": True, "name": "Alice A."}
LOGIN, CALLBACK = "/accounts/oidc/office/login/", "/accounts/oidc/office/login/callback/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with serving(OidcProvider(claims=dict(ALICE))) as found:
        yield found


@pytest.fixture
def site(provider: OidcProvider, settings: Settings, tmp_path: Path) -> Callable[..., None]:
    """Configures the site with the provider; entries of sso.yaml may be added or changed."""
    settings.ROOT_URLCONF = "tests.urls_with_sso"

    def configure(**entries: Any) -> None:
        secret = tmp_path / "secret"
        secret.write_text(SECRET)
        entry = {
            "id": "office",
            "name": "Office account",
            "kind": "oidc",
            "issuer": provider.issuer,
            "client_id": CLIENT,
            "client_secret_file": str(secret),
            "domains": ["example.org"],
            "contact": "the help desk",
        }
        (tmp_path / "sso.yaml").write_text(yaml.safe_dump({"providers": [entry | entries]}))
        settings.SSO_PROVIDERS = load_sso(tmp_path)

    configure()
    return configure


def come_in(browser: Client) -> HttpResponse:
    """What the browser does: to the provider, and with its answer back."""
    started = browser.get(LOGIN)
    assert started.status_code == 302, started.content
    back = requests.get(started["Location"], allow_redirects=False, timeout=60)
    return browser.get(back.headers["Location"].replace("http://testserver", ""))


def refusal(reply: HttpResponse) -> str:
    """Why, as the record of deeds has it; the page says whom to ask."""
    assert reply.status_code == 403
    assert "the help desk" in reply.content.decode()
    return str(rows("user.sign_in_refused")[-1].detail["why"])


def test_alice_comes_in_with_an_address_that_the_provider_checked(
    alice: User, site: Callable[..., None], client: Client
) -> None:
    assert come_in(client)["Location"] == reverse("home")
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert rows("user.linked")[0].subject == audit.person(alice)
    assert rows("user.signed_in")[0].detail == {"by": ["single_sign_on"]}
    assert SocialAccount.objects.get().extra_data == {}


def test_the_sign_in_page_shows_the_way(site: Callable[..., None], client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert f'href="{LOGIN}"' in page
    assert "Sign in with Office account" in page


def test_without_a_provider_no_address_answers_and_no_button_is_shown(client: Client) -> None:
    assert "Sign in with Office" not in client.get(reverse("account_login")).content.decode()
    for page in (LOGIN, CALLBACK, "/accounts/saml/office/metadata/", "/accounts/3rdparty/"):
        assert client.get(page).status_code in (302, 404), page
        client.force_login(make_person(f"p{len(page)}"))
        assert client.get(page).status_code == 404
        client.logout()


def test_an_unknown_provider_is_not_there(site: Callable[..., None], client: Client) -> None:
    assert client.get("/accounts/oidc/other/login/").status_code == 404


@pytest.mark.parametrize("checked", [False, None, "true", "yes"])
def test_an_address_that_nobody_checked_links_to_no_account(
    alice: User, provider: OidcProvider, site: Callable[..., None], client: Client, checked: Any
) -> None:
    provider.claims["email_verified"] = checked
    assert refusal(come_in(client)) == "unsure_address"
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_a_provider_may_be_trusted_with_addresses(
    alice: User, provider: OidcProvider, site: Callable[..., None], client: Client
) -> None:
    del provider.claims["email_verified"]
    site(sure_of_addresses=True)
    come_in(client)
    assert is_signed_in(client)


def test_a_provider_speaks_for_its_own_domains_alone(
    provider: OidcProvider, site: Callable[..., None], client: Client
) -> None:
    boss = make_person("boss", role=Role.ADMIN)
    User.objects.filter(pk=boss.pk).update(email="boss@elsewhere.org")
    for address in ("boss@elsewhere.org", "boss@example.org.evil.org", "x@sub.example.org"):
        provider.claims["email"] = address
        assert refusal(come_in(client)) == "foreign_address"


def test_a_stranger_gets_no_account_unless_the_site_says_so(
    site: Callable[..., None], client: Client
) -> None:
    assert refusal(come_in(client)) == "not_invited"
    assert not User.objects.exists()
    site(new_people=True)
    come_in(client)
    new = User.objects.get()
    assert (new.email, new.name, new.role) == ("alice@example.org", "Alice A.", Role.USER)
    assert not new.has_usable_password()
    assert rows("user.created")[0].detail == {"provider": "office", "role": "user"}


def test_who_is_linked_is_known_by_the_id_not_by_the_address(
    alice: User, bob: User, provider: OidcProvider, site: Callable[..., None]
) -> None:
    come_in(Client())
    provider.claims["email"] = bob.email
    again = Client()
    come_in(again)
    assert again.session["_auth_user_id"] == str(alice.pk)


def test_a_closed_account_stays_closed(
    alice: User, site: Callable[..., None], client: Client
) -> None:
    come_in(Client())
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert refusal(come_in(client)) == "closed"
    assert not is_signed_in(client)


def test_a_service_account_is_no_person(
    alice: User, provider: OidcProvider, site: Callable[..., None], client: Client
) -> None:
    make_person("robot", kind=User.Kind.SERVICE, human_owner=alice)
    provider.claims["email"] = "robot@example.org"
    assert refusal(come_in(client)) == "closed"


def test_where_strangers_make_accounts_an_unconfirmed_one_is_not_taken_over(
    alice: User, site: Callable[..., None], client: Client, settings: Settings
) -> None:
    settings.REGISTRATION_OPEN = True
    assert refusal(come_in(client)) == "unconfirmed_here"
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True)
    come_in(client)
    assert is_signed_in(client)


# --- Roles ------------------------------------------------------------------------------------

MAPPED = {"roles": {"reviewer": ["board"], "admin": ["it"]}}


def test_groups_decide_the_role_at_each_sign_in(
    alice: User, provider: OidcProvider, site: Callable[..., None]
) -> None:
    site(**MAPPED)
    for groups, role in ((["board"], "reviewer"), (["board", "it"], "admin"), ([], "user")):
        provider.claims["groups"] = groups
        come_in(Client())
        assert User.objects.get(pk=alice.pk).role == role
    changes = [row.detail["role"] for row in rows("user.changed")]
    assert changes == [["user", "reviewer"], ["reviewer", "admin"], ["admin", "user"]]


def test_a_provider_that_tells_no_groups_gives_no_role(
    provider: OidcProvider, site: Callable[..., None]
) -> None:
    site(**MAPPED)
    rita = make_person("alice", role=Role.REVIEWER)
    come_in(Client())
    assert User.objects.get(pk=rita.pk).role == Role.USER


def test_without_a_mapping_roles_stay(provider: OidcProvider, site: Callable[..., None]) -> None:
    rita = make_person("alice", role=Role.REVIEWER)
    provider.claims["groups"] = ["board"]
    come_in(Client())
    assert User.objects.get(pk=rita.pk).role == Role.REVIEWER


def test_a_superadmin_is_made_and_unmade_only_where_the_file_says_so(
    provider: OidcProvider, site: Callable[..., None]
) -> None:
    sue = make_person("alice", role=Role.SUPERADMIN)
    site(**MAPPED)
    come_in(Client())
    assert User.objects.get(pk=sue.pk).role == Role.SUPERADMIN
    site(roles={"superadmin": ["root"]}, gives_superadmin=True)
    come_in(Client())
    assert User.objects.get(pk=sue.pk).role == Role.USER
    provider.claims["groups"] = "root"
    come_in(Client())
    assert User.objects.get(pk=sue.pk).is_superuser


def test_groups_may_lie_deeper(
    alice: User, provider: OidcProvider, site: Callable[..., None]
) -> None:
    site(**MAPPED, groups="realm_access.roles")
    provider.claims["realm_access"] = {"roles": ["board"]}
    come_in(Client())
    assert User.objects.get(pk=alice.pk).role == Role.REVIEWER


# --- Forgeries --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "misbehave",
    [
        {"signs_with": new_key()},
        {"algorithm": "none"},
        {"token_claims": {"aud": "somebody else"}},
        {"token_claims": {"iss": "https://evil.example.org"}},
        {"token_claims": {"exp": 1}},
        {"userinfo": {"sub": "b-2"}},
        {"names_issuer": "https://evil.example.org"},
    ],
    ids=["key", "unsigned", "audience", "issuer", "expired", "two people", "other provider"],
)
def test_a_forged_answer_lets_nobody_in(
    alice: User,
    provider: OidcProvider,
    site: Callable[..., None],
    client: Client,
    misbehave: dict[str, Any],
) -> None:
    started = client.get(LOGIN)
    back = requests.get(started["Location"], allow_redirects=False, timeout=60)
    for name, value in misbehave.items():
        setattr(provider, name, value)
    reply = client.get(back.headers["Location"].replace("http://testserver", ""))
    assert refusal(reply) == "not_verified"
    assert not is_signed_in(client)


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    alice: User, site: Callable[..., None], client: Client
) -> None:
    started = Client().get(LOGIN)
    back = requests.get(started["Location"], allow_redirects=False, timeout=60)
    reply = client.get(back.headers["Location"].replace("http://testserver", ""))
    assert refusal(reply) == "not_verified"


def test_an_answer_is_taken_once(alice: User, site: Callable[..., None], client: Client) -> None:
    started = client.get(LOGIN)
    back = requests.get(started["Location"], allow_redirects=False, timeout=60)
    address = back.headers["Location"].replace("http://testserver", "")
    client.get(address)
    client.post(reverse("account_logout"))
    assert refusal(client.get(address)) == "not_verified"


def test_who_stops_at_the_provider_is_told_so(site: Callable[..., None], client: Client) -> None:
    state = client.get(LOGIN)["Location"].partition("state=")[2].partition("&")[0]
    assert refusal(client.get(f"{CALLBACK}?error=access_denied&state={state}")) == "cancelled"


def test_a_provider_that_is_away_is_named(
    provider: OidcProvider, site: Callable[..., None], client: Client
) -> None:
    site(issuer="http://127.0.0.1:9")
    reply = client.get(LOGIN)
    assert refusal(reply) == "unreachable"
    assert "Office account cannot be reached" in reply.content.decode()


def test_who_signs_in_elsewhere_is_offered_no_password(
    provider: OidcProvider, site: Callable[..., None], client: Client
) -> None:
    site(new_people=True)
    come_in(Client())
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    assert len(mail.outbox) == 1
    assert "/password/reset/key/" not in mail.outbox[0].body


def test_a_provider_that_asks_for_a_second_factor_spares_a_second_one(
    alice: User, site: Callable[..., None], settings: Settings
) -> None:
    settings.MFA_REQUIRED_ROLES = ["user"]
    plain = Client()
    come_in(plain)
    assert plain.get("/")["Location"] == reverse("mfa_index")
    provider = settings.SSO_PROVIDERS["office"]
    settings.SSO_PROVIDERS = {"office": replace(provider, has_second_factor=True)}
    assert plain.get("/").status_code == 200
