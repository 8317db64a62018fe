"""Keys and token families in the back office: seen without secrets, ended by the services."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import ApiKey, AuditEvent, TokenFamily, User
from accounts.permissions import Role
from accounts.services import audit, keys, tokens
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
KEYS, FAMILIES = "/admin/accounts/apikey/", "/admin/accounts/tokenfamily/"


@pytest.fixture
def ada() -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def key(alice: User) -> ApiKey:
    """A key of alice's."""
    return keys.issue_key(user=alice, name="CI", scopes=["session.start"], by=alice).key


@pytest.fixture
def family(alice: User) -> TokenFamily:
    """Alice's program is signed in."""
    tokens.start_family(user=alice, client="curl/8")
    return TokenFamily.objects.get()


def test_an_administrator_finds_keys_and_sees_no_hash(
    ada: User, key: ApiKey, client_of: ClientOf
) -> None:
    browser = client_of(ada)
    assert key.prefix in browser.get(KEYS, {"q": "alice"}).content.decode()
    page = browser.get(f"{KEYS}{key.pk}/change/").content.decode()
    assert "CI" in page and key.digest not in page


def test_nothing_is_added_changed_or_deleted_here(
    ada: User, key: ApiKey, family: TokenFamily, client_of: ClientOf
) -> None:
    browser = client_of(ada)
    for root, row in ((KEYS, key), (FAMILIES, family)):
        assert browser.get(f"{root}add/").status_code == 403
        assert browser.post(f"{root}{row.pk}/change/", {"name": "x"}).status_code == 403
        assert browser.post(f"{root}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_keys_are_revoked_by_the_service(ada: User, key: ApiKey, client_of: ClientOf) -> None:
    sent = {"action": "revoke", "_selected_action": [key.pk]}
    client_of(ada).post(KEYS, sent)
    assert ApiKey.objects.get().revoked_by == ada
    assert AuditEvent.objects.get(type="key.revoked").actor == audit.person(ada)


def test_sign_ins_of_programs_are_ended_by_the_service(
    ada: User, family: TokenFamily, client_of: ClientOf
) -> None:
    browser = client_of(ada)
    assert "curl/8" in browser.get(FAMILIES).content.decode()
    browser.post(FAMILIES, {"action": "end", "_selected_action": [family.pk]})
    assert TokenFamily.objects.get().ended_at is not None
    assert AuditEvent.objects.get(type="token.ended").actor == audit.person(ada)


@pytest.mark.parametrize("address", [KEYS, FAMILIES])
def test_reviewers_and_operators_are_not_let_in(
    rita: User, olga: User, client_of: ClientOf, address: str
) -> None:
    for person in (rita, olga):
        assert client_of(person).get(address).status_code in (302, 403)
