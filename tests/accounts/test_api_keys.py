"""API keys open what they were made for, to whom they were made, until they end."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import peppers
from accounts.models import ApiKey, AuditEvent, User
from accounts.permissions import Permission, Role
from accounts.policies import has_permission, may_have_keys_of, may_revoke_keys_of
from accounts.services import audit, key_use, keys
from accounts.services.service_accounts import (
    CannotMake,
    hand_over_service_account,
    make_service_account,
)
from tests.accounts.programs import WHO, ask, ask_with_key, refusal
from tests.builders.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.program_urls")]

SCOPES = [Permission.SESSION_START]


@pytest.fixture
def ada() -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def robot(alice: User) -> User:
    """A service account that alice answers for."""
    return make_service_account(name="Nightly report", owner=alice, by=alice)


def issue(person: User, **wish: Any) -> keys.NewKey:
    return keys.issue_key(**{"user": person, "name": "CI", "scopes": SCOPES, "by": person, **wish})


def opens(secret: str) -> bool:
    return bool(ask_with_key(secret).status_code == 200)


def test_a_key_opens_what_its_holder_may(alice: User) -> None:
    made = issue(alice)
    reply = ask_with_key(made.secret)
    assert (reply.status_code, reply.json()) == (200, {"email": alice.email})


def test_a_program_without_headers_of_its_own_names_the_key_as_its_authorisation(
    alice: User,
) -> None:
    """Alertmanager can send nothing else."""

    def asked(words: str) -> int:
        return int(Client().get(WHO, headers={"Authorization": words}).status_code)

    secret = issue(alice).secret
    assert asked(f"ApiKey {secret}") == 200
    assert asked(f"Bearer {secret}") == 401
    assert asked("ApiKey uaip_no") == 401


def test_a_key_looks_as_scanners_expect_and_is_nowhere_kept(alice: User) -> None:
    made = issue(alice)
    assert keys.FORM.fullmatch(made.secret)
    secret = made.secret.rpartition(made.key.prefix)[2][1:]
    assert len(secret) == 43
    row = ApiKey.objects.get()
    assert secret not in json.dumps([row.digest, row.name, row.scopes])
    assert secret not in json.dumps([one.detail for one in AuditEvent.objects.all()])


def test_a_key_does_only_what_it_was_made_for(alice: User) -> None:
    secret = issue(alice).secret
    assert ask_with_key(secret, method="post").status_code == 403
    assert has_permission(alice, Permission.CHARTER_ISSUE)
    wide = issue(alice, scopes=[Permission.SESSION_START, Permission.CHARTER_ISSUE]).secret
    assert ask_with_key(wide, method="post").status_code == 200


def test_a_key_never_does_more_than_its_holder_may_today(ada: User) -> None:
    made = issue(ada, scopes=[Permission.USER_MANAGE])
    key = key_use.authenticate(made.secret, address="")
    assert has_permission(key.user, Permission.USER_MANAGE)
    User.objects.filter(pk=ada.pk).update(role=Role.USER)
    key = key_use.authenticate(made.secret, address="")
    assert not any(has_permission(key.user, one) for one in Permission)


def _wrong(made: keys.NewKey) -> str:
    return made.secret[:-1] + ("x" if made.secret[-1] != "x" else "y")


def _of_nobody(made: keys.NewKey) -> str:
    return f"uaip_{'0' * 12}_{'x' * 43}"


def _cut(made: keys.NewKey) -> str:
    return made.secret[:-1]


def _expired(made: keys.NewKey) -> str:
    ApiKey.objects.update(expires_at=Now() - timedelta(seconds=1))
    return made.secret


def _revoked(made: keys.NewKey) -> str:
    keys.revoke_key(key=made.key, by=made.key.user)
    return made.secret


def _deactivated(made: keys.NewKey) -> str:
    User.objects.filter(pk=made.key.user_id).update(is_active=False)
    return made.secret


def _elsewhere(made: keys.NewKey) -> str:
    ApiKey.objects.update(networks=["10.0.0.0/8"])
    return made.secret


def _pepper_gone(made: keys.NewKey) -> str:
    ApiKey.objects.update(pepper_id="lost")
    return made.secret


@pytest.mark.parametrize(
    "presented",
    [_wrong, _of_nobody, _cut, _expired, _revoked, _deactivated, _elsewhere, _pepper_gone],
)
def test_every_key_that_does_not_open_is_refused_alike(
    alice: User, presented: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    secret = presented(issue(alice))
    with django_assert_num_queries(0 if presented is _cut else 1):
        reply = ask_with_key(secret)
    assert refusal(reply) == refusal(ask_with_key("nonsense"))
    assert refusal(reply)[:2] == (401, "INVALID_TOKEN")
    assert reply["WWW-Authenticate"].startswith("Bearer")


def test_a_key_in_the_address_is_no_key(alice: User) -> None:
    secret = issue(alice).secret
    for name in ("api_key", "X-API-Key", "key", "token"):
        assert Client().get(WHO, {name: secret}).status_code == 401


def test_a_wrong_token_is_not_made_good_by_a_key(alice: User) -> None:
    secret = issue(alice).secret
    headers = {"Authorization": "Bearer wrong", "X-API-Key": secret}
    assert ask(**headers).status_code == 401


@pytest.mark.parametrize(
    ("networks", "address", "is_in"),
    [
        ([], "203.0.113.9", True),
        ([], "", True),
        (["10.0.0.0/8"], "10.9.8.7", True),
        (["10.0.0.0/8"], "::ffff:10.9.8.7", True),
        (["10.0.0.0/8"], "11.9.8.7", False),
        (["10.0.0.0/8"], "", False),
        (["2001:db8::/32", "127.0.0.1/32"], "127.0.0.1", True),
        (["2001:db8::/32"], "2001:db8::7", True),
    ],
)
def test_a_key_may_be_bound_to_networks(
    alice: User, networks: list[str], address: str, is_in: bool
) -> None:
    secret = issue(alice, networks=networks).secret
    if is_in:
        assert key_use.authenticate(secret, address=address).user == alice
    else:
        with pytest.raises(key_use.KeyRefused):
            key_use.authenticate(secret, address=address)


def test_a_foreign_proxy_does_not_move_a_key_into_its_network(alice: User) -> None:
    secret = issue(alice, networks=["10.0.0.0/8"]).secret
    reply = ask(**{"X-API-Key": secret, "X-Forwarded-For": "10.0.0.1"})
    assert reply.status_code == 401


def test_use_is_noted_once_a_minute_and_recorded_once_a_day(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = issue(alice)
    opens(made.secret)
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    with django_assert_num_queries(1):
        opens(made.secret)
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    opens(made.secret)
    assert ApiKey.objects.get().last_used_at >= first
    assert AuditEvent.objects.filter(type="key.used").count() == 1
    ApiKey.objects.update(last_used_at=first - timedelta(days=1))
    opens(made.secret)
    events = AuditEvent.objects.filter(type="key.used")
    assert [one.subject for one in events] == [f"api-key {made.key.prefix}"] * 2


# --- Making -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["no.such"]}, "scopes"),
        ({"scopes": [Permission.USER_MANAGE]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"networks": ["10.0.0.300"]}, "networks"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_a_key_that_cannot_be_made_says_which_part(
    alice: User, wish: dict[str, Any], field: str
) -> None:
    with pytest.raises(keys.CannotIssue) as refused:
        issue(alice, **wish)
    assert refused.value.field == field
    assert not ApiKey.objects.exists()


def test_a_key_lives_a_year_or_what_the_site_allows(alice: User, settings: Settings) -> None:
    made = issue(alice).key
    assert (made.expires_at - made.created_at).days in (364, 365)
    settings.KEY_MAX_DAYS = 30
    assert (issue(alice).key.expires_at - made.created_at).days in (29, 30)


def test_nobody_gives_a_program_more_than_he_has(alice: User, ada: User, robot: User) -> None:
    assert issue(robot, by=alice).key.created_by == alice
    User.objects.filter(pk=robot.pk).update(role=Role.ADMIN)
    robot.refresh_from_db()
    with pytest.raises(keys.CannotIssue):
        issue(robot, by=alice, scopes=[Permission.USER_MANAGE])
    assert issue(robot, by=ada, scopes=[Permission.USER_MANAGE])


def test_a_key_makes_no_key_that_does_more(ada: User) -> None:
    scopes = [Permission.KEY_ISSUE, Permission.SESSION_START]
    holder = key_use.authenticate(issue(ada, scopes=scopes).secret, address="").user
    assert issue(holder, by=holder)
    with pytest.raises(keys.CannotIssue):
        issue(holder, by=holder, scopes=[Permission.USER_MANAGE])


def test_nobody_has_keys_of_another_person(alice: User, bob: User, ada: User, robot: User) -> None:
    assert may_have_keys_of(alice, alice) and may_have_keys_of(alice, robot)
    assert may_have_keys_of(ada, robot) and not may_have_keys_of(ada, alice)
    assert not may_have_keys_of(bob, alice) and not may_have_keys_of(bob, robot)
    assert may_revoke_keys_of(ada, alice) and not may_revoke_keys_of(bob, alice)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERADMIN, Role.REVIEWER])
def test_a_service_account_gets_no_role_above_its_makers(alice: User, role: Role) -> None:
    with pytest.raises(CannotMake):
        make_service_account(name="Robot", owner=alice, by=alice, role=role)


def test_a_service_account_is_no_superadmin_and_has_no_password() -> None:
    sue = make_person("sue", role=Role.SUPERADMIN)
    with pytest.raises(CannotMake):
        make_service_account(name="Robot", owner=sue, by=sue, role=Role.SUPERADMIN)
    robot = make_service_account(name="Robot", owner=sue, by=sue, role=Role.ADMIN)
    assert (robot.kind, robot.human_owner) == ("service", sue)
    assert not robot.has_usable_password()


def test_an_active_person_answers_for_a_service_account(
    alice: User, bob: User, robot: User
) -> None:
    secret = issue(robot, by=alice).secret
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not opens(secret)
    hand_over_service_account(account=robot, owner=bob, by=bob)
    assert opens(secret)
    for owner in (robot, User.objects.get(pk=alice.pk)):
        with pytest.raises(CannotMake):
            make_service_account(name="Another", owner=owner, by=bob)


# --- Renewing and ending ------------------------------------------------------------------------


def test_a_renewed_key_works_beside_its_successor_for_the_overlap(alice: User) -> None:
    old = issue(alice, networks=["127.0.0.0/8"])
    new = keys.rotate_key(key=old.key, by=alice, overlap_days=2)
    assert opens(old.secret) and opens(new.secret)
    assert new.key.replaces == old.key
    assert (new.key.name, new.key.scopes, new.key.networks) == ("CI", SCOPES, ["127.0.0.0/8"])
    assert (new.key.expires_at - new.key.created_at).days in (364, 365)
    kept = ApiKey.objects.get(pk=old.key.pk)
    assert (kept.expires_at - kept.created_at).days in (1, 2)
    ApiKey.objects.filter(pk=kept.pk).update(expires_at=Now())
    assert not opens(old.secret) and opens(new.secret)


def test_without_an_overlap_the_older_key_ends_at_once(alice: User) -> None:
    old = issue(alice)
    new = keys.rotate_key(key=old.key, by=alice, overlap_days=0)
    assert not opens(old.secret) and opens(new.secret)


def test_the_overlap_prolongs_nothing(alice: User) -> None:
    old = issue(alice, days=1)
    keys.rotate_key(key=old.key, by=alice, overlap_days=30)
    assert ApiKey.objects.get(pk=old.key.pk).expires_at == old.key.expires_at


@pytest.mark.parametrize("end", [_expired, _revoked])
def test_an_ended_key_is_not_renewed(alice: User, end: Any) -> None:
    made = issue(alice)
    end(made)
    with pytest.raises(keys.CannotIssue, match="has ended"):
        keys.rotate_key(key=made.key, by=alice)


def test_a_key_is_renewed_once(alice: User) -> None:
    made = issue(alice)
    keys.rotate_key(key=made.key, by=alice)
    with pytest.raises(keys.CannotIssue, match="replaced already"):
        keys.rotate_key(key=made.key, by=alice)
    for overlap in (-1, 366):
        with pytest.raises(keys.CannotIssue, match="overlap"):
            keys.rotate_key(key=made.key, by=alice, overlap_days=overlap)


def test_a_key_is_revoked_once_and_recorded(alice: User) -> None:
    made = issue(alice)
    assert keys.revoke_key(key=made.key, by=alice, why="lost laptop")
    assert not keys.revoke_key(key=made.key, by=alice)
    event = AuditEvent.objects.get(type="key.revoked")
    assert (event.actor, event.detail) == (audit.person(alice), {"why": "lost laptop"})


@pytest.mark.parametrize("replace", [True, False])
def test_in_an_emergency_every_key_ends_at_once(
    alice: User, bob: User, robot: User, replace: bool
) -> None:
    sue = make_person("sue", role=Role.SUPERADMIN)
    old = [issue(alice), issue(bob), issue(robot, by=alice), issue(sue)]
    turned = keys.rotate_all(by=sue, why="leak", replace=replace)
    assert [one.key.pk for one in turned] == [one.key.pk for one in old]
    assert not any(opens(one.secret) for one in old)
    fresh = {one.key.user: one.replacement.secret for one in turned if one.replacement}
    assert set(fresh) == ({robot, sue} if replace else set())
    assert all(opens(one) for one in fresh.values())


def test_rotating_the_pepper_leaves_older_keys_good_until_it_is_taken_out(
    alice: User, settings: Settings
) -> None:
    first, second = peppers.new_pepper(), peppers.new_pepper()
    settings.KEY_PEPPERS = first
    old = issue(alice)
    settings.KEY_PEPPERS = f"{second}\n{first}"
    new = issue(alice)
    assert new.key.pepper_id == second.partition(":")[0]
    assert opens(old.secret) and opens(new.secret)
    settings.KEY_PEPPERS = second
    assert not opens(old.secret) and opens(new.secret)


def test_a_key_hashed_with_another_pepper_opens_nothing(alice: User, settings: Settings) -> None:
    """Whoever writes a row into the database without the pepper makes no key."""
    made = issue(alice)
    settings.KEY_PEPPERS = f"{made.key.pepper_id}:{'x' * 40}"
    assert not opens(made.secret)
