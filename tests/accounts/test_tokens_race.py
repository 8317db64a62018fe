"""The same token or key at the same moment, twice: never two answers where one is meant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection

from accounts.models import ApiKey, AuditEvent, RefreshToken, TokenFamily, User
from accounts.services import key_use, keys, tokens

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 4


def at_once(deed: Callable[[], Any]) -> list[Any]:
    """What ``COUNT`` threads got back that all began together; refusals and faults as values."""
    outcomes: list[Any] = []
    ready = threading.Barrier(COUNT, timeout=90)

    def run() -> None:
        try:
            ready.wait()
            outcomes.append(deed())
        except (tokens.TokenRefused, keys.CannotIssue, DatabaseError) as fault:
            outcomes.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return outcomes


def test_one_refresh_token_used_at_once_renews_once_and_ends_the_family(alice: User) -> None:
    first = tokens.start_family(user=alice)
    outcomes = at_once(lambda: tokens.refresh(secret=first.refresh_token))
    won = [one for one in outcomes if isinstance(one, tokens.Issued)]
    assert len(won) == 1
    assert sum(isinstance(one, tokens.TokenRefused) for one in outcomes) == COUNT - 1
    assert RefreshToken.objects.count() == 2
    assert TokenFamily.objects.get().ended_why == "reused"
    assert AuditEvent.objects.filter(type="token.reused").count() == 1
    for issued in (first, *won):
        with pytest.raises(tokens.TokenRefused):
            tokens.read_access(issued.access_token)


def test_signing_out_while_renewing_leaves_nothing_that_opens(alice: User) -> None:
    first = tokens.start_family(user=alice)
    family = TokenFamily.objects.select_related("user").get()
    deeds = iter(
        [
            lambda: tokens.refresh(secret=first.refresh_token),
            lambda: tokens.end_family(family=family, by=alice),
        ]
        * (COUNT // 2)
    )
    choosing = threading.Lock()

    def one_of_them() -> Any:
        with choosing:
            deed = next(deeds)
        return deed()

    for issued in [one for one in at_once(one_of_them) if isinstance(one, tokens.Issued)]:
        with pytest.raises(tokens.TokenRefused):
            tokens.read_access(issued.access_token)
        with pytest.raises(tokens.TokenRefused):
            tokens.refresh(secret=issued.refresh_token)


def test_a_key_renewed_at_once_has_one_successor(alice: User) -> None:
    made = keys.issue_key(user=alice, name="CI", scopes=["session.start"], by=alice)
    outcomes = at_once(lambda: keys.rotate_key(key=made.key, by=alice))
    won = [one for one in outcomes if isinstance(one, keys.NewKey)]
    assert len(won) == 1
    assert ApiKey.objects.filter(replaces=made.key).count() == 1
    assert AuditEvent.objects.filter(type="key.rotated").count() == 1


def test_a_key_used_at_once_is_noted_once(alice: User) -> None:
    made = keys.issue_key(user=alice, name="CI", scopes=["session.start"], by=alice)
    outcomes = at_once(lambda: key_use.authenticate(made.secret, address=""))
    assert outcomes == [made.key] * COUNT
    assert AuditEvent.objects.filter(type="key.used").count() == 1
