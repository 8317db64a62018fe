"""Programs sign in with a person's password and get tokens that end when they should."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import signing
from accounts.models import AuditEvent, RefreshToken, TokenFamily, User
from accounts.permissions import Role
from accounts.services import audit
from tests.accounts.programs import ask, bearer, post, refusal, sign_in
from tests.builders.people import PASSWORD, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.program_urls")]

NOT_ACCEPTED = (401, "INVALID_TOKEN")


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def forged(alice: User, *, key: Any = None, algorithm: str = "RS256", **changes: Any) -> str:
    """A token like alice's own, but for what is said here."""
    own = sign_in(alice).json()["access_token"]
    kid = changes.pop("kid", jwt.get_unverified_header(own)["kid"])
    claims = {name: value for name, value in (claims_of(own) | changes).items() if value != "-"}
    return jwt.encode(claims, key or signing.ring().private, algorithm, headers={"kid": kid})


def test_alice_gets_what_the_guide_says(alice: User) -> None:
    reply = sign_in(alice)
    assert reply.status_code == 200
    body = reply.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)
    assert reply["Cache-Control"] == "no-store"
    assert "sessionid" not in reply.cookies
    said = ask(**bearer(body["access_token"]))
    assert (said.status_code, said.json()) == (200, {"email": alice.email})


def test_a_token_says_who_for_whom_and_how_long(alice: User) -> None:
    token = sign_in(alice).json()["access_token"]
    claims = claims_of(token)
    assert set(claims) == {"iss", "aud", "sub", "typ", "jti", "epoch", "iat", "exp"}
    assert claims["sub"] == str(alice.code)
    assert claims["exp"] - claims["iat"] == 3600
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["kid"]) == ("RS256", signing.ring().kid)
    assert alice.email not in json.dumps(claims)


def test_her_address_may_be_typed_in_any_case(alice: User) -> None:
    reply = post("/auth/login", {"email": " ALICE@Example.org", "password": PASSWORD})
    assert reply.status_code == 200


@pytest.fixture
def public_key_as_secret() -> str:
    """What an attacker signs with who has read our public key."""
    return signing.public_pem(signing.ring().private.public_key())


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-api"},
        {"iss": "somebody"},
        {"typ": "refresh"},
        {"typ": "-"},
        {"exp": 1},
        {"exp": "-"},
        {"epoch": 7},
        {"sub": "00000000-0000-0000-0000-000000000007"},
        {"jti": "00000000-0000-0000-0000-000000000007.x"},
        {"jti": "-"},
        {"kid": "another-key"},
        {"kid": ""},
    ],
)
def test_a_token_that_is_not_ours_or_not_for_this_is_refused(
    alice: User, changes: dict[str, Any]
) -> None:
    reply = ask(**bearer(forged(alice, **changes)))
    assert refusal(reply)[:2] == NOT_ACCEPTED
    assert reply["WWW-Authenticate"].startswith("Bearer")


def test_a_token_without_a_signature_is_refused(alice: User) -> None:
    own = sign_in(alice).json()["access_token"]
    headers = {"kid": signing.ring().kid}
    unsigned = jwt.encode(claims_of(own), None, "none", headers=headers)
    head, body, _ = own.split(".")
    for token in (unsigned, f"{head}.{body}.", f"{head}.{body}"):
        assert refusal(ask(**bearer(token)))[:2] == NOT_ACCEPTED


def test_our_public_key_signs_nothing(alice: User, public_key_as_secret: str) -> None:
    """The attack on checkers that let the token choose the algorithm."""
    own = sign_in(alice).json()["access_token"]
    head = jwt.utils.base64url_encode(
        json.dumps({"alg": "HS256", "typ": "JWT", "kid": signing.ring().kid}).encode()
    )
    signed = head + b"." + own.split(".")[1].encode()
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    mark = algorithm.sign(signed, public_key_as_secret.encode())
    token = (signed + b"." + jwt.utils.base64url_encode(mark)).decode()
    assert refusal(ask(**bearer(token)))[:2] == NOT_ACCEPTED


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "bearer x",
        "Bearer a.b.c",
        "Bearer " + "[" * 3000,
        "Bearer " + "x" * 7000,
        "Bearer " + jwt.utils.base64url_encode(b"[" * 2900).decode() + ".e30.e30",
        "Bearer é",
    ],
)
def test_nonsense_is_refused_like_any_wrong_token(alice: User, header: str) -> None:
    assert refusal(ask(Authorization=header))[:2] == NOT_ACCEPTED


def test_who_shows_nothing_is_asked_to(db: None) -> None:
    reply = ask()
    assert reply.status_code == 401
    assert reply["WWW-Authenticate"].startswith("Bearer")
    assert reply.json()["error"]["request_id"] == reply["X-Request-ID"]


def test_a_token_costs_one_query(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = sign_in(alice).json()["access_token"]
    with django_assert_num_queries(1):
        assert ask(**bearer(token)).status_code == 200


# --- Who is not let in --------------------------------------------------------------------------


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The password of each hash that is computed from here on."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return seen


def test_unknown_wrong_and_deactivated_look_and_cost_the_same(
    alice: User, bob: User, hashes: list[str]
) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    robot = make_person("robot", kind=User.Kind.SERVICE, human_owner=alice)
    hashes.clear()
    seen = set()
    for email, password in (
        ("nobody@example.org", "some password"),
        (alice.email, "some password"),
        (bob.email, PASSWORD),
        (robot.email, PASSWORD),
    ):
        reply = post("/auth/login", {"email": email, "password": password})
        assert len(hashes) == 1
        hashes.clear()
        seen.add((refusal(reply), reply["WWW-Authenticate"]))
    ((said, _),) = seen
    assert said[:2] == (401, "INVALID_CREDENTIALS")


def test_a_refusal_stands_in_the_record_without_the_address(alice: User) -> None:
    post("/auth/login", {"email": "nobody@example.org", "password": "x"})
    sign_in(alice, "wrong")
    unknown, wrong = AuditEvent.objects.filter(type="user.sign_in_refused").order_by("pk")
    assert unknown.detail == {"reason": "unknown_address"}
    assert unknown.subject.startswith("address ") and "@" not in unknown.subject
    assert (wrong.subject, wrong.detail) == (audit.person(alice), {"reason": "wrong_password"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "alice@example.org"},
        {"email": "alice@example.org", "password": ""},
        {"email": ["alice@example.org"], "password": "x"},
        {"email": "alice@example.org", "password": "x" * 1001},
        {"email": "a\x00b", "password": "x"},
        {"email": "alice@example.org", "password": "x", "role": "superadmin"},
        [],
    ],
)
def test_a_body_that_cannot_be_used_is_named(alice: User, body: Any) -> None:
    assert refusal(post("/auth/login", body))[:2] == (422, "VALIDATION_FAILED")


def test_a_body_that_cannot_be_read_is_refused(db: None) -> None:
    reply = Client().post("/auth/login", "{", content_type="application/json")
    assert reply.status_code == 400
    assert Client().post("/auth/login", {"email": "x"}).status_code == 415
    assert Client().get("/auth/login").status_code == 405


def test_a_browsers_session_opens_no_door_for_programs(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    body = {"email": alice.email, "password": "wrong"}
    reply = browser.post("/auth/login", body, content_type="application/json")
    assert reply.status_code == 401


# --- A second factor ----------------------------------------------------------------------------


@pytest.fixture
def secret(alice: User) -> str:
    """Alice's authenticator app."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(alice, secret)
    return secret


def code_now(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_who_has_a_second_factor_is_asked_for_its_code(alice: User, secret: str) -> None:
    assert refusal(sign_in(alice))[:2] == (401, "MFA_REQUIRED")
    assert sign_in(alice, code=code_now(secret)).status_code == 200
    assert TokenFamily.objects.count() == 1


def test_a_wrong_code_is_refused_like_a_wrong_password(alice: User, secret: str) -> None:
    assert refusal(sign_in(alice, code="000000")) == refusal(sign_in(alice, "wrong"))
    assert AuditEvent.objects.filter(detail={"reason": "wrong_code"}).count() == 1


def test_a_wrong_password_is_not_told_of_the_second_factor(alice: User, secret: str) -> None:
    assert refusal(sign_in(alice, "wrong"))[1] == "INVALID_CREDENTIALS"


def test_a_code_opens_once(alice: User, secret: str) -> None:
    code = code_now(secret)
    assert sign_in(alice, code=code).status_code == 200
    assert sign_in(alice, code=code).status_code == 401


def test_a_recovery_code_stands_in_once(alice: User, secret: str) -> None:
    first, *_ = RecoveryCodes.activate(alice).get_unused_codes()
    assert sign_in(alice, code=first).status_code == 200
    assert sign_in(alice, code=first).status_code == 401


def test_a_role_that_needs_a_second_factor_gets_no_token_without(settings: Settings) -> None:
    settings.MFA_REQUIRED_ROLES = ["admin"]
    ada = make_person("ada", role=Role.ADMIN)
    assert sign_in(ada).status_code == 403
    assert not TokenFamily.objects.exists()


def test_an_address_must_be_confirmed_where_the_site_says_so(
    alice: User, settings: Settings
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    assert sign_in(alice).status_code == 403
    alice.emailaddress_set.create(email=alice.email, verified=True, primary=True)
    assert sign_in(alice).status_code == 200


# --- Renewing -----------------------------------------------------------------------------------


def renew(refresh_token: str) -> Any:
    return post("/auth/refresh", {"refresh_token": refresh_token})


def test_a_refresh_token_gives_new_ones(alice: User) -> None:
    first = sign_in(alice).json()
    second = renew(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    for token in (first["access_token"], second["access_token"]):
        assert ask(**bearer(token)).status_code == 200
    assert renew(second["refresh_token"]).status_code == 200


def test_a_second_use_ends_everything_of_that_sign_in(alice: User) -> None:
    other = sign_in(alice).json()
    first = sign_in(alice).json()
    second = renew(first["refresh_token"]).json()
    assert refusal(renew(first["refresh_token"]))[:2] == NOT_ACCEPTED
    assert renew(second["refresh_token"]).status_code == 401
    assert ask(**bearer(second["access_token"])).status_code == 401
    assert ask(**bearer(other["access_token"])).status_code == 200
    event = AuditEvent.objects.get(type="token.reused")
    assert event.subject == audit.person(alice)
    assert first["refresh_token"] not in json.dumps(event.detail)


def test_the_database_holds_no_token(alice: User) -> None:
    body = sign_in(alice).json()
    row = RefreshToken.objects.get()
    assert body["refresh_token"] not in (row.digest, str(row.__dict__))


def test_renewing_does_not_prolong_thirty_days(alice: User) -> None:
    first = sign_in(alice).json()
    row = RefreshToken.objects.get()
    assert round((row.expires_at - row.issued_at) / timedelta(days=1)) == 30
    renew(first["refresh_token"])
    assert RefreshToken.objects.latest("pk").expires_at == row.expires_at
    longer_ago = {"issued_at": Now() - timedelta(days=31), "expires_at": Now() - timedelta(days=1)}
    RefreshToken.objects.update(**longer_ago)
    second = sign_in(alice).json()
    assert renew(second["refresh_token"]).status_code == 200


def test_an_expired_refresh_token_is_refused_and_ends_nothing(alice: User) -> None:
    first = sign_in(alice).json()
    past = {"issued_at": Now() - timedelta(days=31), "expires_at": Now() - timedelta(days=1)}
    RefreshToken.objects.update(**past)
    assert renew(first["refresh_token"]).status_code == 401
    assert not AuditEvent.objects.filter(type="token.reused").exists()


@pytest.mark.parametrize("wrong", ["x", "é" * 40, "a" * 43])
def test_a_refresh_token_of_nobody_is_refused(db: None, wrong: str) -> None:
    assert refusal(renew(wrong))[:2] == NOT_ACCEPTED


def test_an_access_token_does_not_renew(alice: User) -> None:
    token = sign_in(alice).json()["access_token"]
    assert renew(token[:200]).status_code == 401
