"""`create_api_key`, `list_api_keys`, `revoke_api_key`, `rotate_api_keys` from a terminal."""

from __future__ import annotations

import io
from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models.functions import Now

from accounts.models import ApiKey, AuditEvent, User
from accounts.permissions import Permission, Role
from accounts.services import audit, key_use, keys
from tests.builders.people import make_person
from tests.operations.command import Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sue(db: None) -> User:
    """The one SuperAdmin, who acts where nobody else is named."""
    return make_person("sue", role=Role.SUPERADMIN)


def run(name: str, *arguments: str) -> Outcome:
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(name, *arguments, stdout=out, stderr=err)
    except CommandError as refusal:
        err.write(str(refusal))
        code = refusal.returncode
    except SystemExit as end:
        code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue())


def opens(secret: str) -> bool:
    try:
        return bool(key_use.authenticate(secret, address=""))
    except key_use.KeyRefused:
        return False


def make(*arguments: str) -> str:
    """A key of the service account CI; its secret."""
    secret: str = run("create_api_key", "--name", "CI", "--json", *arguments).json["key"]
    return secret


def prefix_of(secret: str) -> str:
    return secret[: len("uaip_") + 12]


def test_the_guides_command_makes_a_service_account_and_its_key(sue: User) -> None:
    done = run("create_api_key", "--name", "CI key", "--role", "service")
    secret = done.out.splitlines()[-1]
    assert (done.code, done.err) == (0, "")
    assert opens(secret)
    key = ApiKey.objects.select_related("user").get()
    assert (key.user.kind, key.user.name, key.user.human_owner) == ("service", "CI key", sue)
    assert Permission.SESSION_START in key.scopes
    assert not {Permission.KEY_ISSUE, Permission.USER_MANAGE} & set(key.scopes)
    assert AuditEvent.objects.get(type="key.created").actor == audit.person(sue)


def test_a_second_key_goes_to_the_same_account(alice: User) -> None:
    make("--owner", alice.email, "--scopes", "session.start", "--days", "30")
    make("--networks", "10.0.0.0/8,::1")
    first, second = ApiKey.objects.order_by("pk")
    assert first.user == second.user
    assert first.user.human_owner == alice
    assert first.scopes == ["session.start"]
    assert second.networks == ["10.0.0.0/8", "::1/128"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--by", "nobody@example.org"], "nobody who manages keys"),
        (["--by", "alice@example.org"], "nobody who manages keys"),
        (["--owner", "nobody@example.org"], "--owner"),
        (["--scopes", "no.such"], "no permission no.such"),
        (["--scopes", "user.manage"], "user.manage"),
        (["--days", "9999"], "365 days"),
        (["--networks", "here"], "here is no network"),
    ],
)
def test_what_cannot_be_made_leaves_nothing_behind(
    alice: User, arguments: list[str], says: str
) -> None:
    done = run("create_api_key", "--name", "CI", *arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert not User.objects.filter(kind=User.Kind.SERVICE).exists()


def test_who_acts_must_be_clear(sue: User) -> None:
    make_person("sam", role=Role.SUPERADMIN)
    assert "Say who does it" in run("create_api_key", "--name", "CI").err
    assert run("create_api_key", "--name", "CI", "--by", sue.email).code == 0


def test_lists_show_no_secret_and_what_is_asked_for(alice: User) -> None:
    secret = make()
    keys.issue_key(user=alice, name="Mine", scopes=["session.start"], by=alice)
    done = run("list_api_keys")
    assert done.code == 0
    assert prefix_of(secret) in done.out and secret not in done.out
    assert "never used" in done.out
    assert [one["name"] for one in run("list_api_keys", "--json").json] == ["CI", "Mine"]
    (mine,) = run("list_api_keys", "--holder", alice.email, "--json").json
    assert (mine["holder"], mine["kind"], mine["state"]) == ("Alice", "person", "works")
    key_use.authenticate(secret, address="")
    assert [one["name"] for one in run("list_api_keys", "--unused", "30", "--json").json] == [
        "Mine"
    ]
    assert run("list_api_keys", "--expiring", "30").out == "There is no such key.\n"
    ApiKey.objects.update(expires_at=Now() - timedelta(days=1))
    assert run("list_api_keys", "--json").json == []
    assert {one["state"] for one in run("list_api_keys", "--all", "--json").json} == {"expired"}


def test_a_key_is_revoked_by_its_public_part(sue: User) -> None:
    secret = make()
    done = run("revoke_api_key", prefix_of(secret), "--why", "leaked")
    assert done.code == 0
    assert done.out.startswith("revoked  uaip_")
    assert not opens(secret)
    assert AuditEvent.objects.get(type="key.revoked").detail == {"why": "leaked"}
    assert run("revoke_api_key", prefix_of(secret)).code == 0


def test_a_key_that_is_not_there_is_named_and_none_is_revoked() -> None:
    secret = make()
    done = run("revoke_api_key", prefix_of(secret), "uaip_000000000000")
    assert done.code == 2
    assert "uaip_000000000000" in done.err
    assert opens(secret)


def test_a_key_is_renewed_with_an_overlap() -> None:
    old = make()
    (turned,) = run("rotate_api_keys", prefix_of(old), "--overlap", "2", "--json").json
    assert opens(old) and opens(turned["successor"]["key"])
    again = run("rotate_api_keys", prefix_of(old))
    assert again.code == 2
    assert "replaced already" in again.err


def test_several_keys_are_renewed_together_or_not_at_all() -> None:
    good, over = make(), make()
    run("revoke_api_key", prefix_of(over))
    done = run("rotate_api_keys", prefix_of(good), prefix_of(over))
    assert done.code == 2
    assert not ApiKey.objects.exclude(replaces=None).exists()
    assert run("rotate_api_keys", prefix_of(good)).code == 0


def test_a_persons_key_is_renewed_by_nobody_else(alice: User) -> None:
    hers = keys.issue_key(user=alice, name="Mine", scopes=["session.start"], by=alice)
    done = run("rotate_api_keys", prefix_of(hers.secret))
    assert done.code == 2
    assert "only its holder renews it" in done.err


def test_in_an_emergency_every_key_ends_and_programs_get_new_ones(alice: User) -> None:
    old = make()
    hers = keys.issue_key(user=alice, name="Mine", scopes=["session.start"], by=alice).secret
    done = run("rotate_api_keys", "--all", "--why", "laptop stolen", "--json")
    assert done.code == 1
    assert not opens(old) and not opens(hers)
    programs, persons = done.json
    assert opens(programs["successor"]["key"])
    assert persons["successor"] is None
    quiet = run("rotate_api_keys", "--all", "--revoke-only", "--why", "again")
    assert (quiet.code, ApiKey.objects.usable().count()) == (0, 0)
    assert run("rotate_api_keys", "--all", "--why", "again").code == 0


@pytest.mark.parametrize("arguments", [[], ["--all"], ["--all", "uaip_x", "--why", "x"]])
def test_all_or_some_must_be_said(arguments: list[str]) -> None:
    secret = make()
    assert run("rotate_api_keys", *arguments).code == 2
    assert opens(secret)


def test_a_database_that_is_away_is_a_sentence() -> None:
    with mock.patch("accounts.models.ApiKey.objects.select_related", side_effect=OperationalError):
        done = run("list_api_keys")
    assert done.code == 2
    assert "The database did not answer" in done.err
